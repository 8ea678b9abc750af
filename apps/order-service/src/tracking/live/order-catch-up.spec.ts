import { parseConfig } from '../../config/parse-config.js';
import type { OrderReader } from '../../orders/order-reader.js';
import { OrderCatchUp } from './order-catch-up.js';
import type { OrderFeed } from './order-feed.js';
import type { OrderWatches } from './order-watches.js';

const START = Date.now();

describe('catching up with watched orders', () => {
  let watched: Map<string, number | undefined>;
  let stored: Map<string, number>;
  let refreshed: string[];
  let queries: number[];
  let fails: boolean;
  let feed: { isLive: boolean; whenLive: (listener: () => void) => void };
  let goLive: () => void;
  let catchUp: OrderCatchUp;

  beforeEach(() => {
    watched = new Map([['a', 1]]);
    stored = new Map([['a', 1]]);
    refreshed = [];
    queries = [];
    fails = false;
    feed = { isLive: true, whenLive: (listener) => (goLive = listener) };
    const reader = {
      versions: async (ids: string[]) => {
        queries.push(ids.length);
        if (fails) throw new Error('away');
        return stored;
      },
    };
    const watches = { versions: () => watched, refresh: (orderId: string) => void refreshed.push(orderId) };
    catchUp = new OrderCatchUp(
      reader as unknown as OrderReader,
      watches as unknown as OrderWatches,
      feed as unknown as OrderFeed,
      parseConfig({ LIVE_CATCH_UP_MS: '30000', LIVE_POLL_MS: '2000' }),
    );
    catchUp.onApplicationBootstrap();
  });
  afterEach(async () => catchUp.beforeApplicationShutdown());

  it('is seldom while events arrive', async () => {
    await catchUp.round(START + 10_000);
    expect(queries).toEqual([]);
    await catchUp.round(START + 31_000);
    await catchUp.round(START + 33_000);
    expect(queries).toEqual([1]);
  });

  it('is done in every round while they do not', async () => {
    feed.isLive = false;
    await catchUp.round(START);
    await catchUp.round(START + 2_000);
    expect(queries).toEqual([1, 1]);
  });

  it('is done once more when they arrive again', async () => {
    goLive();
    await catchUp.round(START + 1_000);
    await catchUp.round(START + 2_000);
    expect(queries).toEqual([1]);
  });

  it('shows the orders anew that have another version than was read last, or were not read yet', async () => {
    watched = new Map([
      ['same', 1],
      ['newer', 1],
      ['unread', undefined],
      ['gone', 1],
    ]);
    stored = new Map([
      ['same', 1],
      ['newer', 2],
      ['unread', 1],
    ]);
    feed.isLive = false;
    await catchUp.round(START);
    expect(refreshed).toEqual(['newer', 'unread']);
  });

  it('asks for many orders in one query, and for very many in several', async () => {
    watched = new Map(Array.from({ length: 1_201 }, (_, index) => [`order-${index}`, 1]));
    feed.isLive = false;
    await catchUp.round(START);
    expect(queries).toEqual([500, 500, 201]);
  });

  it('asks nothing while nobody watches', async () => {
    watched = new Map();
    feed.isLive = false;
    await catchUp.round(START);
    expect(queries).toEqual([]);
  });

  it('is done again with the next round when it fails', async () => {
    fails = true;
    await expect(catchUp.round(START + 31_000)).rejects.toThrow('away');
    fails = false;
    await catchUp.round(START + 32_000);
    expect(queries).toEqual([1, 1]);
  });
});
