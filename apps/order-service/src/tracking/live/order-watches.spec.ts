import { jest } from '@jest/globals';
import { after, confirmedOrder } from '../../orders/domain/order-fixtures.spec-support.js';
import { requestStatus } from '../../orders/domain/fulfil.js';
import type { Order } from '../../orders/domain/order.js';
import type { OrderReader } from '../../orders/order-reader.js';
import type { FeedEvent } from './feed-event.js';
import type { OrderFeed } from './order-feed.js';
import { OrderWatches, type OrderWatcher } from './order-watches.js';

const first: Order = { ...confirmedOrder(), version: 3 };
const second: Order = { ...requestStatus(first, { status: 'processing' }, after(1)), version: 4 };

describe('the watched orders of a replica', () => {
  let stored: Order | Error | undefined;
  let reads: number;
  let watches: OrderWatches;
  let happened: (sequence: number) => void;
  let seen: Order[];
  const watcher: OrderWatcher = { show: (order) => void seen.push(order) };

  beforeEach(() => {
    jest.useFakeTimers();
    stored = first;
    reads = 0;
    seen = [];
    const reader = {
      forViewers: async () => {
        reads += 1;
        if (stored instanceof Error) throw stored;
        return stored;
      },
    };
    const feed = {
      onEvent: (listener: (event: FeedEvent) => void) => {
        happened = (sequence) => listener({ event: { subject: first.id, sequence } } as FeedEvent);
      },
    };
    watches = new OrderWatches(reader as unknown as OrderReader, feed as unknown as OrderFeed);
    watches.onModuleInit();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const later = async (ms = 0): Promise<void> => jest.advanceTimersByTimeAsync(ms);

  it('are read when an event of them is heard of, and only if somebody watches', async () => {
    happened(1);
    await later();
    expect(reads).toBe(0);
    watches.watch(first.id, watcher);
    stored = second;
    happened(second.history.length);
    await later();
    expect(seen).toEqual([second]);
  });

  it('are not read for events that have been shown', async () => {
    watches.watch(first.id, watcher);
    watches.settle(first, first.history.length);
    happened(first.history.length);
    await later();
    expect(reads).toBe(0);
  });

  it('are read once for all who watch, and for all events that are heard of meanwhile', async () => {
    const others = Array.from({ length: 5 }, () => ({ show: jest.fn() }));
    for (const each of others) watches.watch(first.id, each);
    for (let sequence = 1; sequence <= 4; sequence += 1) happened(sequence);
    await later();
    expect(reads).toBe(2);
    for (const each of others) expect(each.show).toHaveBeenCalled();
  });

  it('are read again when the read fails, until it succeeds', async () => {
    watches.watch(first.id, watcher);
    stored = new Error('the database is away');
    happened(second.history.length);
    await later();
    expect(seen).toEqual([]);
    await later(30_000);
    expect(reads).toBeGreaterThan(2);
    expect(reads).toBeLessThan(30);
    stored = second;
    await later(20_000);
    expect(seen).toEqual([second]);
  });

  it('are not read any more once nobody watches', async () => {
    watches.watch(first.id, watcher);
    stored = new Error('the database is away');
    happened(99);
    await later();
    watches.unwatch(first.id, watcher);
    const before = reads;
    await later(60_000);
    expect(reads).toBe(before);
    expect(watches.size).toBe(0);
  });

  it('are read again when an event is heard of that the history does not have yet, but not for ever', async () => {
    watches.watch(first.id, watcher);
    happened(second.history.length);
    await later();
    expect(seen).toEqual([first]);
    stored = second;
    await later(1_000);
    expect(seen.at(-1)).toBe(second);
    happened(999);
    await later(60_000);
    expect(reads).toBeLessThan(10);
  });

  it('show a viewer that begins late what happened while it began', async () => {
    watches.watch(first.id, watcher);
    stored = second;
    happened(second.history.length);
    await later();
    seen = [];
    watches.settle(first, first.history.length);
    await later();
    expect(seen).toEqual([second]);
  });

  it('show everybody what one that begins has found, should the word of it have been lost', async () => {
    watches.watch(first.id, watcher);
    watches.settle(first, first.history.length);
    stored = second;
    const late = { show: jest.fn() };
    watches.watch(first.id, late);
    watches.settle(second, second.history.length);
    await later();
    expect(seen).toEqual([second]);
    expect([...watches.versions()]).toEqual([[first.id, 4]]);
  });

  it('never go back to an older state', async () => {
    watches.watch(first.id, watcher);
    stored = second;
    watches.refresh(first.id);
    await later();
    stored = first;
    watches.refresh(first.id);
    await later();
    expect(seen).toEqual([second]);
  });

  it('are left as they are when the order is gone', async () => {
    watches.watch(first.id, watcher);
    stored = undefined;
    watches.refresh(first.id);
    await later();
    expect(seen).toEqual([]);
  });
});
