import type { ConsumerNotification } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { waitFor } from './wait-for.spec-support.js';
import { parseConfig } from '../../config/parse-config.js';
import type { Nats } from '../../messaging/nats-connection.js';
import { after, confirmedOrder } from '../../orders/domain/order-fixtures.spec-support.js';
import { requestStatus } from '../../orders/domain/fulfil.js';
import { orderEvent } from '../../orders/order-events.js';
import { OrderFeed } from './order-feed.js';
import { Pushed } from './pushed.spec-support.js';

const order = requestStatus(confirmedOrder(), { status: 'processing' }, after(1));
const [entry] = order.history;
const body = new TextEncoder().encode(JSON.stringify(entry && orderEvent(order, entry)));

/** A subscription as the client library gives it. */
class FakeMessages extends Pushed<{ seq: number; data: Uint8Array }> {
  readonly notifications = new Pushed<ConsumerNotification>();
  isClosed = false;
  status(): Pushed<ConsumerNotification> {
    return this.notifications;
  }
  async close(): Promise<void> {
    this.isClosed = true;
    this.stop();
    this.notifications.stop();
  }
}

/** One stream on one server, as far as the feed asks. */
class FakeNats {
  isConnected = true;
  created = '2026-01-01';
  state = { first_seq: 1, last_seq: 10 };
  isStreamThere = true;
  readonly subscriptions: { from: number; messages: FakeMessages }[] = [];
  private isClosed = false;
  private disconnected: (() => void)[] = [];

  whenConnected(step: (connection: NatsConnection) => Promise<void>): void {
    void step({ isClosed: () => this.isClosed } as NatsConnection);
  }
  whenDisconnected(listener: () => void): void {
    this.disconnected.push(listener);
  }
  disconnect(): void {
    this.isConnected = false;
    for (const listener of this.disconnected) listener();
  }
  async manager(): Promise<unknown> {
    return {
      streams: {
        info: async () => {
          if (!this.isStreamThere) throw new Error('stream not found');
          return { created: this.created, state: this.state };
        },
      },
    };
  }
  readonly jetstream = {
    consumers: {
      get: async (_stream: string, { opt_start_seq: from }: { opt_start_seq: number }) => ({
        consume: async () => {
          const messages = new FakeMessages();
          this.subscriptions.push({ from, messages });
          return messages;
        },
      }),
    },
  };
  get current(): { from: number; messages: FakeMessages } {
    const current = this.subscriptions.at(-1);
    if (!current) throw new Error('nobody has subscribed');
    return current;
  }
  end(): void {
    this.isClosed = true;
  }
}

const started: Followed[] = [];

/** A feed that follows the stream, and what it has told. */
class Followed {
  readonly nats = new FakeNats();
  readonly feed = new OrderFeed(this.nats as unknown as Nats, parseConfig({ LIVE_MOST_REPLAYED: '100' }));
  readonly sequences: number[] = [];
  readonly resumptions: boolean[] = [];

  static async start(): Promise<Followed> {
    const followed = new Followed();
    started.push(followed);
    const { feed, sequences, resumptions } = followed;
    feed.onEvent(({ streamSequence }) => void sequences.push(streamSequence));
    feed.whenLive((hasGap) => void resumptions.push(hasGap));
    feed.onModuleInit();
    await waitFor(() => feed.isLive);
    return followed;
  }

  give(seq: number): void {
    this.nats.current.messages.push({ seq, data: body });
  }
  async liveAgain(subscriptions: number): Promise<void> {
    await waitFor(() => this.nats.subscriptions.length === subscriptions && this.feed.isLive);
  }
  async end(): Promise<void> {
    this.nats.end();
    await this.feed.beforeApplicationShutdown();
  }
}

// Each waits for the pause of its own feed, and so they run side by side.
describe('the feed of events of all orders', () => {
  afterAll(async () => Promise.all(started.map(async (followed) => followed.end())));

  it.concurrent('begins now: what was before is not its business', async () => {
    const { nats, feed, resumptions } = await Followed.start();
    expect(nats.current.from).toBe(11);
    expect(feed.position).toBe(10);
    expect(resumptions).toEqual([false]);
  });

  it.concurrent('hands events on, and knows how far it has got also where a message is none', async () => {
    const followed = await Followed.start();
    const { nats, feed, sequences } = followed;
    followed.give(11);
    followed.give(11);
    nats.current.messages.push({ seq: 12, data: new TextEncoder().encode('no event') });
    followed.give(14);
    await waitFor(() => feed.position === 14);
    expect(sequences).toEqual([11, 14]);
  });

  it.concurrent.each<ConsumerNotification>([
    { type: 'heartbeats_missed', count: 2 },
    { type: 'consumer_not_found', name: 'x', stream: 'ORDERS', count: 1 },
    { type: 'consumer_deleted', code: 409, description: 'Consumer Deleted' },
    { type: 'stream_not_found', name: 'ORDERS' },
    { type: 'no_responders', code: 503 },
    { type: 'ordered_consumer_recreated', name: 'x' },
    { type: 'reset', name: 'x' },
  ])('is interrupted when JetStream says $type, and goes on where it was', async (notification) => {
    const followed = await Followed.start();
    const { nats, feed, resumptions } = followed;
    followed.give(11);
    await waitFor(() => feed.position === 11);
    nats.state = { first_seq: 1, last_seq: 13 };
    nats.current.messages.notifications.push(notification);
    await waitFor(() => !feed.isLive);
    await followed.liveAgain(2);
    expect(nats.current.from).toBe(12);
    expect(resumptions).toEqual([false, false]);
  });

  it.concurrent('is not disturbed by what is said in passing', async () => {
    const followed = await Followed.start();
    const { nats, feed } = followed;
    nats.current.messages.notifications.push({ type: 'heartbeat', lastConsumerSequence: 1, lastStreamSequence: 1 });
    nats.current.messages.notifications.push({ type: 'flow_control' });
    followed.give(11);
    await waitFor(() => feed.position === 11);
    expect(feed.isLive).toBe(true);
    expect(nats.subscriptions).toHaveLength(1);
  });

  it.concurrent(
    'is not live while the connection is lost, and subscribes anew afterwards: the consumer may be gone',
    async () => {
      const followed = await Followed.start();
      const { nats, feed } = followed;
      nats.disconnect();
      expect(feed.isLive).toBe(false);
      nats.isConnected = true;
      await followed.liveAgain(2);
      expect(nats.current.from).toBe(11);
    },
  );

  it.concurrent(
    'is not live while the stream is gone, and tells of a gap when another one is in its place',
    async () => {
      const followed = await Followed.start();
      const { nats, feed, sequences, resumptions } = followed;
      nats.isStreamThere = false;
      nats.current.messages.notifications.push({
        type: 'consumer_deleted',
        code: 409,
        description: 'Consumer Deleted',
      });
      await waitFor(() => !feed.isLive);
      nats.created = '2026-02-02';
      nats.state = { first_seq: 1, last_seq: 20 };
      nats.isStreamThere = true;
      await followed.liveAgain(2);
      expect(nats.current.from).toBe(21);
      expect(resumptions).toEqual([false, true]);
      followed.give(21);
      await waitFor(() => sequences.includes(21));
    },
  );

  it.concurrent.each([
    ['were removed', { first_seq: 15, last_seq: 20 }, 21],
    ['are too many', { first_seq: 1, last_seq: 111 }, 112],
    ['are ahead of the stream', { first_seq: 1, last_seq: 5 }, 6],
  ])('tells of a gap when the events that it missed %s', async (_, state, from) => {
    const followed = await Followed.start();
    const { nats, resumptions } = followed;
    nats.state = state;
    nats.disconnect();
    nats.isConnected = true;
    await followed.liveAgain(2);
    expect(nats.current.from).toBe(from);
    expect(resumptions).toEqual([false, true]);
  });

  it.concurrent('misses nothing of a stream that was emptied while nothing came', async () => {
    const followed = await Followed.start();
    const { nats, resumptions } = followed;
    nats.state = { first_seq: 11, last_seq: 10 };
    nats.disconnect();
    nats.isConnected = true;
    await followed.liveAgain(2);
    expect(resumptions).toEqual([false, false]);
  });

  it.concurrent('ends with the process', async () => {
    const { nats, feed } = await Followed.start();
    await feed.beforeApplicationShutdown();
    await waitFor(() => !feed.isLive);
    expect(nats.current.messages.isClosed).toBe(true);
    expect(nats.subscriptions).toHaveLength(1);
  });
});
