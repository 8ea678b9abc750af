import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Consumer, ConsumerMessages, ConsumerNotification, JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { STREAMS } from '@marketplace/contracts';
import { log } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { Nats } from '../../messaging/nats-connection.js';
import { readFeedEvent, type FeedEvent } from './feed-event.js';

const STREAM = STREAMS.orders.name;
const MOST_FETCHED = 256;
/** Two of them missed, and the feed is taken for interrupted. */
const HEARTBEAT_MS = 2_000;
const PULL_MS = 30_000;
/** The consumer of a process that has died is gone after that. */
const INACTIVE_MS = 60_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
/** What lasted that long was no failure at the start. */
const STEADY_MS = 5_000;
/** At its first start the stream may not have been made yet. */
const TOLD_AFTER_FAILURES = 2;

/** What tells that messages may no longer arrive, although the connection is there. */
const INTERRUPTIONS: ReadonlySet<ConsumerNotification['type']> = new Set([
  'heartbeats_missed',
  'consumer_not_found',
  'consumer_deleted',
  'stream_not_found',
  'no_responders',
  'ordered_consumer_recreated',
  'reset',
]);

/** Where the feed goes on. */
interface Start {
  readonly from: number;
  /** Events have been missed that it cannot go back to. */
  readonly hasGap: boolean;
}

/**
 * The events of all orders, as they come: one consumer of the stream for the whole process, however many viewers it has. After an
 * interruption it goes on where it was; where that is not possible its listeners are told.
 */
@Injectable()
export class OrderFeed implements OnModuleInit, BeforeApplicationShutdown {
  readonly #onEvent: ((event: FeedEvent) => void)[] = [];
  readonly #whenLive: ((hasGap: boolean) => void)[] = [];
  readonly #stopped = new AbortController();
  #messages: ConsumerMessages | undefined;
  #isLive = false;
  #streamCreated: string | undefined;
  #position: number | undefined;

  constructor(
    @Inject(Nats) private readonly nats: Nats,
    @Inject(Config) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.nats.whenConnected(async (connection) => {
      void this.#followForEver(connection);
    });
    // The consumer may be gone by the time that the connection is there again, and would notice late.
    this.nats.whenDisconnected(() => void this.#messages?.close());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopped.abort();
    await this.#messages?.close();
  }

  /** Whether events arrive. */
  get isLive(): boolean {
    return this.#isLive && this.nats.isConnected;
  }

  /** The stream's sequence up to which events have arrived; undefined before the feed was ever live. */
  get position(): number | undefined {
    return this.#position;
  }

  onEvent(listener: (event: FeedEvent) => void): void {
    this.#onEvent.push(listener);
  }

  /** @param listener is told whether events were missed meanwhile that will not come */
  whenLive(listener: (hasGap: boolean) => void): void {
    this.#whenLive.push(listener);
  }

  async #followForEver(connection: NatsConnection): Promise<void> {
    let failures = 0;
    while (!this.#stopped.signal.aborted && !connection.isClosed()) {
      const began = Date.now();
      await this.#follow(failures === TOLD_AFTER_FAILURES);
      failures = Date.now() - began > STEADY_MS ? 0 : failures + 1;
      const pauseMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.5 + Math.random() / 2);
      await delay(pauseMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    }
  }

  async #follow(tellsFailure: boolean): Promise<void> {
    if (!this.nats.isConnected) return;
    try {
      const { consumer, start } = await this.#subscribe();
      const messages = await consumer.consume({
        max_messages: MOST_FETCHED,
        expires: PULL_MS,
        idle_heartbeat: HEARTBEAT_MS,
      });
      this.#messages = messages;
      void this.#closeWhenInterrupted(messages);
      this.#goLive(start);
      for await (const message of messages) this.#take(message);
    } catch (error) {
      if (tellsFailure && !this.#stopped.signal.aborted)
        log.warn({ reason: String(error) }, 'the order feed failed; still trying');
    } finally {
      if (this.#isLive && !this.#stopped.signal.aborted)
        log.warn('the order feed is interrupted; catching up from the database');
      this.#isLive = false;
      this.#messages = undefined;
    }
  }

  async #subscribe(): Promise<{ consumer: Consumer; start: Start }> {
    const manager = await this.nats.manager();
    const { created, state } = await manager.streams.info(STREAM);
    const start = this.#startAt(created, state);
    const consumer = await this.nats.jetstream?.consumers.get(STREAM, {
      opt_start_seq: start.from,
      inactive_threshold: INACTIVE_MS,
    });
    if (!consumer) throw new Error('NATS is not connected');
    this.#streamCreated = created;
    this.#position = start.from - 1;
    return { consumer, start };
  }

  /** A stream that was made anew begins to count again, so that a position in the old one means nothing. */
  #startAt(created: string, state: { first_seq: number; last_seq: number }): Start {
    const next = (this.#position ?? state.last_seq) + 1;
    const isSame = this.#streamCreated === undefined || this.#streamCreated === created;
    const missed = state.last_seq + 1 - next;
    const isThere = next >= state.first_seq && missed >= 0 && missed <= this.config.LIVE_MOST_REPLAYED;
    // An empty stream has nothing that could have been missed.
    if (isSame && (isThere || missed === 0)) return { from: next, hasGap: false };
    return { from: state.last_seq + 1, hasGap: true };
  }

  #goLive(start: Start): void {
    this.#isLive = true;
    log.info({ from: start.from, hasGap: start.hasGap }, 'the order feed is live');
    for (const listener of this.#whenLive) listener(start.hasGap);
  }

  #take(message: JsMsg): void {
    if (message.seq <= (this.#position ?? 0)) return;
    this.#position = message.seq;
    const event = readFeedEvent(message);
    if (!event) return;
    for (const listener of this.#onEvent) listener(event);
  }

  async #closeWhenInterrupted(messages: ConsumerMessages): Promise<void> {
    for await (const notification of messages.status()) {
      if (!INTERRUPTIONS.has(notification.type)) continue;
      log.warn({ notification: notification.type }, 'the consumer of the order feed is gone or silent');
      await messages.close();
      return;
    }
  }
}
