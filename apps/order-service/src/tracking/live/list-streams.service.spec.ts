import { Admission } from '../../common/admission.js';
import { Drain } from '../../common/drain.js';
import { parseConfig } from '../../config/parse-config.js';
import { confirmedOrder, quotedLine } from '../../orders/domain/order-fixtures.spec-support.js';
import type { Order } from '../../orders/domain/order.js';
import { orderEvent } from '../../orders/order-events.js';
import { EventStreams } from './event-streams.js';
import { FakeResponse, requestOf } from './fake-response.spec-support.js';
import type { FeedEvent } from './feed-event.js';
import { ListStreams } from './list-streams.service.js';
import type { Audience } from './list-view.js';
import type { OrderFeed } from './order-feed.js';
import type { Replay, StreamReplay } from './stream-replay.js';
import { waitFor } from './wait-for.spec-support.js';

const everything: Audience = { kind: 'everything' };
const alice: Audience = { kind: 'customer', id: 'alice' };

const orderOf = (customerId: string): Order => confirmedOrder({ customerId, lines: [quotedLine()] });
const eventAt = (streamSequence: number, customerId = 'alice'): FeedEvent => {
  const order = orderOf(customerId);
  const entry = order.history[0];
  if (!entry) throw new Error('the order has no history');
  return { streamSequence, type: entry.type, event: orderEvent(order, entry) };
};

describe('streams of many orders', () => {
  let feed: { isLive: boolean; position: number | undefined };
  let publish: (sequence: number, customerId?: string) => void;
  let resume: (hasGap: boolean) => void;
  /** What the stream holds, by which replays are answered; a test may do something in the middle of one. */
  let held: FeedEvent[];
  let replays: { after: number; until: number }[];
  let during: () => void;
  let outcome: Replay | Error;
  let streams: EventStreams;
  let lists: ListStreams;

  beforeEach(() => {
    held = [];
    replays = [];
    during = () => undefined;
    outcome = 'complete';
    let onEvent: (event: FeedEvent) => void = () => undefined;
    let whenLive: (hasGap: boolean) => void = () => undefined;
    feed = { isLive: true, position: 10 };
    Object.assign(feed, {
      onEvent: (listener: typeof onEvent) => (onEvent = listener),
      whenLive: (listener: typeof whenLive) => (whenLive = listener),
    });
    publish = (sequence, customerId) => {
      const event = eventAt(sequence, customerId);
      held.push(event);
      feed.position = sequence;
      onEvent(event);
    };
    resume = (hasGap) => whenLive(hasGap);
    const replay = {
      read: async (after: number, until: number, take: (events: FeedEvent[]) => Promise<boolean>): Promise<Replay> => {
        replays.push({ after, until });
        await Promise.resolve();
        if (outcome instanceof Error) throw outcome;
        if (outcome !== 'complete') return outcome;
        const found = held.filter(({ streamSequence: at }) => at > after && at <= until);
        const half = Math.ceil(found.length / 2);
        for (const batch of [found.slice(0, half), found.slice(half)]) {
          if (!(await take(batch))) return 'stopped';
          during();
        }
        return 'complete';
      },
    };
    const config = parseConfig({});
    const drain = new Drain();
    streams = new EventStreams(config, new Admission(drain, config), drain);
    lists = new ListStreams(streams, feed as unknown as OrderFeed, replay as unknown as StreamReplay);
    lists.onModuleInit();
  });

  const open = async (audience: Audience, lastEventId?: string): Promise<FakeResponse> => {
    const response = new FakeResponse();
    await lists.open({ audience, caller: 'caller', lastEventId }, requestOf(), response.asResponse);
    return response;
  };
  const ready = async (response: FakeResponse): Promise<void> => waitFor(() => response.events.includes('ready'));

  it('begin now, with a place to come back to', async () => {
    const response = await open(everything);
    expect(response.text).toMatch(/id: 10\nevent: ready\ndata: \{\}\n\n$/u);
    publish(11);
    publish(12, 'bob');
    expect(response.ids).toEqual([10, 11, 12]);
    expect(replays).toEqual([]);
  });

  it('show a customer nothing of others', async () => {
    const response = await open(alice);
    publish(11, 'bob');
    publish(12, 'alice');
    expect(response.ids).toEqual([10, 12]);
    expect(response.text).not.toContain('bob');
  });

  it('give what was missed first', async () => {
    held = [eventAt(6), eventAt(7, 'bob'), eventAt(8), eventAt(10)];
    const response = await open(alice, '6');
    await ready(response);
    expect(response.ids).toEqual([8, 10, 10]);
    expect(response.events).toEqual(['placed', 'placed', 'ready']);
    publish(11);
    expect(response.ids).toEqual([8, 10, 10, 11]);
  });

  it('lose nothing and repeat nothing of what happens while the missed is read', async () => {
    held = [eventAt(9), eventAt(10)];
    let next = 11;
    during = () => {
      if (next <= 16) publish(next++);
    };
    const response = await open(everything, '8');
    await ready(response);
    publish(next);
    const events = [...response.text.matchAll(/^id: (\d+)\nevent: placed/gmu)].map(([, id]) => Number(id));
    expect(events).toEqual(Array.from({ length: next - 8 }, (_, index) => index + 9));
  });

  it('begin at once for a reader that has missed nothing', async () => {
    const response = await open(everything, '10');
    expect(response.events).toEqual(['ready']);
    expect(replays).toEqual([]);
  });

  it('do not repeat what the reader has seen at another replica that was ahead', async () => {
    const response = await open(everything, '12');
    await ready(response);
    publish(11);
    publish(12);
    publish(13);
    expect(response.ids).toEqual([12, 13]);
  });

  it('begin anew where what was missed is out of reach', async () => {
    outcome = 'out-of-reach';
    const response = await open(everything, '3');
    await ready(response);
    expect(response.events).toEqual(['reset', 'ready']);
    expect(response.ids).toEqual([10, 10]);
    publish(11);
    expect(response.ids).toEqual([10, 10, 11]);
  });

  it('try again when what was missed cannot be read', async () => {
    held = [eventAt(9)];
    outcome = new Error('JetStream is away');
    const response = await open(everything, '8');
    await waitFor(() => replays.length === 1);
    expect(response.events).toEqual([]);
    outcome = 'complete';
    await ready(response);
    expect(response.ids).toEqual([9, 10]);
  });

  it('wait for the feed, and then begin', async () => {
    feed.isLive = false;
    held = [eventAt(9)];
    const fresh = await open(everything);
    const returned = await open(everything, '8');
    expect([fresh.events, returned.events]).toEqual([[], []]);
    feed.isLive = true;
    resume(false);
    await ready(returned);
    expect(fresh.ids).toEqual([10]);
    expect(returned.ids).toEqual([9, 10]);
  });

  it('go on over an interruption of the feed, and begin anew where it has a gap', async () => {
    const response = await open(everything);
    feed.isLive = false;
    feed.isLive = true;
    resume(false);
    publish(11);
    expect(response.events).toEqual(['ready', 'placed']);
    feed.position = 2;
    resume(true);
    publish(3);
    expect(response.events).toEqual(['ready', 'placed', 'reset', 'ready', 'placed']);
    expect(response.ids).toEqual([10, 11, 2, 2, 3]);
  });

  it('give nothing of an old stream once another one is in its place', async () => {
    held = [eventAt(9), eventAt(10)];
    during = () => {
      feed.position = 1;
      resume(true);
    };
    const response = await open(everything, '8');
    await ready(response);
    during = () => undefined;
    await waitFor(() => replays.length === 1);
    publish(2);
    expect(response.events).toEqual(['placed', 'reset', 'ready', 'placed']);
    expect(response.ids).toEqual([9, 1, 1, 2]);
  });

  it('refuse what is no id, before anything is written', async () => {
    const response = new FakeResponse();
    const opening = lists.open(
      { audience: everything, caller: 'c', lastEventId: 'x' },
      requestOf(),
      response.asResponse,
    );
    await expect(opening).rejects.toMatchObject({ code: 'validation_failed' });
    expect(response).toMatchObject({ written: [], headers: {} });
  });

  it('forget readers that have left', async () => {
    const response = await open(alice);
    response.destroy();
    publish(11);
    expect(streams.viewers.get('customer')).toBe(0);
  });
});
