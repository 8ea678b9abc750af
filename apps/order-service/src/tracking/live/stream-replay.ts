import { Inject, Injectable } from '@nestjs/common';
import { STREAMS } from '@marketplace/contracts';
import { bulkhead } from 'cockatiel';
import { Config } from '../../config/config.js';
import { Nats } from '../../messaging/nats-connection.js';
import { readFeedEvent, type FeedEvent } from './feed-event.js';

const STREAM = STREAMS.orders.name;
const BATCH = 256;
const BATCH_TIMEOUT_MS = 3_000;
const INACTIVE_MS = 10_000;
const MOST_AT_ONCE = 4;

/** What has come of a look back. */
export type Replay = 'complete' | 'stopped' | 'out-of-reach';

/** Reads what the stream of all orders holds after a place in it, for readers that were away. */
@Injectable()
export class StreamReplay {
  /** A reader waits for its turn; how many readers there are is limited elsewhere. */
  readonly #turns = bulkhead(MOST_AT_ONCE, Number.POSITIVE_INFINITY);

  constructor(
    @Inject(Nats) private readonly nats: Nats,
    @Inject(Config) private readonly config: Config,
  ) {}

  /**
   * @param after the last place that the reader has seen
   * @param until the last place to read
   * @param take is given events batch by batch, and says whether to go on
   * @returns `out-of-reach` when events after that place are gone, too many, or the place was never reached
   */
  async read(after: number, until: number, take: (events: FeedEvent[]) => Promise<boolean>): Promise<Replay> {
    return this.#turns.execute(async () => {
      const { state } = await (await this.nats.manager()).streams.info(STREAM);
      if (after > state.last_seq || until - after > this.config.LIVE_MOST_REPLAYED) return 'out-of-reach';
      if (after + 1 < state.first_seq && after < state.last_seq) return 'out-of-reach';
      return this.#readOn(after, until, take);
    });
  }

  async #readOn(after: number, until: number, take: (events: FeedEvent[]) => Promise<boolean>): Promise<Replay> {
    if (after >= until) return 'complete';
    const consumer = await this.nats.jetstream?.consumers.get(STREAM, {
      opt_start_seq: after + 1,
      inactive_threshold: INACTIVE_MS,
    });
    if (!consumer) throw new Error('NATS is not connected');
    try {
      for (let at = after, isDone = (await consumer.info(true)).num_pending === 0; !isDone; isDone = at >= until) {
        const events: FeedEvent[] = [];
        const before = at;
        const wanted = Math.min(BATCH, until - at);
        for await (const message of await consumer.fetch({ max_messages: wanted, expires: BATCH_TIMEOUT_MS })) {
          const isLast = message.info.pending === 0;
          at = isLast ? Math.max(message.seq, until) : message.seq;
          const event = message.seq > until ? undefined : readFeedEvent(message);
          if (event) events.push(event);
          if (isLast || at >= until) break;
        }
        if (at === before) throw new Error('the stream gave nothing in time');
        if (!(await take(events))) return 'stopped';
      }
      return 'complete';
    } finally {
      void consumer.delete().catch(() => undefined);
    }
  }
}
