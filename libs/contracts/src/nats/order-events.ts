import { setTimeout as delay } from 'node:timers/promises';
import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  type Consumer,
  type ConsumerMessages,
  type JsMsg,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { orderEventType, type OrderEventType, type TypedOrderEvent } from '../order.events.js';
import { STREAMS } from '../subjects.js';
import { InOrder } from './in-order.js';
import { MemorySequenceStore, type SequenceStore } from './sequence-store.js';

export interface OrderEventsOptions {
  /** Names the reader. What one process has acknowledged, no other of that name gets; each name gets everything. */
  durable: string;
  /**
   * Handles an event. A failure is tried again, with growing pauses, and holds up the events of that order alone. A handler that is given the
   * same event once more, because the process ended between its effect and the acknowledgement, must bear it: see `store`.
   */
  handle(event: TypedOrderEvent): Promise<void>;
  /** Only events of these types; all unless told. */
  types?: readonly OrderEventType[];
  /** Where a name that nobody knows yet begins: at the oldest event that is kept (as it does unless told), or with what comes. */
  from?: 'oldest' | 'new';
  /** Remembers how far each order has come; one for all processes of the same name. In memory unless told. */
  store?: SequenceStore;
  /** Events in hand at once, of different orders. */
  concurrency?: number;
  /** Told of every failure; `event` is undefined where the failure is not that of an event. */
  onError?(error: unknown, event: TypedOrderEvent | undefined): void;
}

const MOST_IN_HAND = 64;
const ACK_WAIT_MS = 30_000;
const EXTEND_EVERY_MS = 10_000;
const RECONNECT_MS = 1_000;
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
/** So often an event waits, a second each time, for those before it; then they are taken for lost with what the stream no longer keeps. */
const MOST_WAITS = 30;
const NANOSECONDS = 1_000_000;

/**
 * Reads the events of orders: durably, each order's in their sequence, and each once as far as the store remembers. It goes on by itself
 * after NATS was away.
 */
export class OrderEvents {
  readonly #stopping = new AbortController();
  readonly #queue = new InOrder();
  readonly #inHand = new Set<JsMsg>();
  readonly #store: SequenceStore;
  readonly #types: ReadonlySet<string> | undefined;
  #messages: ConsumerMessages | undefined;
  #reading: Promise<void> = Promise.resolve();

  private constructor(
    private readonly consumer: Consumer,
    private readonly options: OrderEventsOptions,
  ) {
    this.#store = options.store ?? new MemorySequenceStore();
    this.#types = options.types && new Set(options.types.map(orderEventType));
  }

  /** Makes the durable consumer where there is none, and begins to read. */
  static async start(connection: NatsConnection, options: OrderEventsOptions): Promise<OrderEvents> {
    const { name } = STREAMS.orders;
    const manager = await jetstreamManager(connection);
    const [type, ...others] = options.types ?? [];
    await manager.consumers.add(name, {
      durable_name: options.durable,
      ack_policy: AckPolicy.Explicit,
      ack_wait: ACK_WAIT_MS * NANOSECONDS,
      max_ack_pending: options.concurrency ?? MOST_IN_HAND,
      deliver_policy: options.from === 'new' ? DeliverPolicy.New : DeliverPolicy.All,
      // Servers before 2.10 take one filter; of several types the others are passed over here.
      ...(type !== undefined && others.length === 0 ? { filter_subject: `evt.orders.*.${type}` } : {}),
    });
    const events = new OrderEvents(await jetstream(connection).consumers.get(name, options.durable), options);
    events.#reading = events.#read();
    return events;
  }

  /** Takes nothing more; resolves when the events in hand are handled or given back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#messages?.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    const extending = setInterval(() => this.#inHand.forEach((message) => message.working()), EXTEND_EVERY_MS);
    while (!this.#stopping.signal.aborted) {
      try {
        this.#messages = await this.consumer.consume({ max_messages: this.options.concurrency ?? MOST_IN_HAND });
        for await (const message of this.#messages) this.#take(message);
      } catch (error) {
        this.options.onError?.(error, undefined);
      }
      await this.#pause(RECONNECT_MS);
    }
    await this.#queue.done();
    clearInterval(extending);
  }

  #take(message: JsMsg): void {
    let event: TypedOrderEvent;
    try {
      event = message.json<TypedOrderEvent>();
    } catch (error) {
      this.options.onError?.(error, undefined);
      // Nothing makes it readable.
      message.term();
      return;
    }
    if (this.#types && !this.#types.has(event.type)) return message.ack();
    this.#inHand.add(message);
    this.#queue.run(event.subject, async () => {
      await this.#process(message, event);
      this.#inHand.delete(message);
    });
  }

  /** Until the event is handled, was handled before, or the reader stops. */
  async #process(message: JsMsg, event: TypedOrderEvent): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted; failures += 1) {
      try {
        const last = await this.#store.lastOf(event.subject);
        if (last !== undefined && event.sequence <= last) return message.ack();
        if (this.#isEarly(event.sequence, last) && message.info.deliveryCount <= MOST_WAITS) {
          return message.nak(RECONNECT_MS);
        }
        await this.options.handle(event);
        await this.#store.handled(event.subject, event.sequence);
        return message.ack();
      } catch (error) {
        this.options.onError?.(error, event);
        await this.#pause(pauseAfter(failures));
      }
    }
    message.nak();
  }

  /** Another process has the event before it. With some types alone that cannot be known, as sequences then have gaps. */
  #isEarly(sequence: number, last: number | undefined): boolean {
    if (this.#types) return false;
    return last === undefined ? this.options.from !== 'new' && sequence > 1 : sequence > last + 1;
  }

  async #pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}

function pauseAfter(failures: number): number {
  return Math.min(SHORTEST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
}
