import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AckPolicy, type ConsumerMessages } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { STREAMS, type PaymentEvent } from '@marketplace/contracts';
import { log } from '../common/logger.js';
import { Config } from '../config/config.js';
import { DeadLetters } from '../messaging/dead-letters.js';
import { ensureConsumer } from '../messaging/ensure-consumer.js';
import { Inbox, type InboxFigures } from '../messaging/inbox.js';
import { Nats } from '../messaging/nats-connection.js';
import { readPaymentEvent } from './payment-event-reader.js';

const STREAM = STREAMS.payments.name;
const DURABLE_NAME = 'order-service';
const ACK_WAIT_MS = 30_000;
const RETRY_MS = 1_000;
/** What is fetched ahead must come to its turn before the server takes it for lost. */
const MOST_FETCHED = 64;
const UNLIMITED = -1;
const NANOSECONDS_A_MILLISECOND = 1_000_000;

type Handler = (event: PaymentEvent) => Promise<void>;

/**
 * The Payment Service's own word: a durable consumer of its events, shared by all replicas. Handlers must be idempotent:
 * events of one order are handled in the order in which they come, but come twice, late, or to another replica first.
 */
@Injectable()
export class PaymentEvents implements OnModuleInit, BeforeApplicationShutdown {
  readonly #inbox: Inbox<PaymentEvent>;
  #handler: Handler | undefined;
  #messages: ConsumerMessages | undefined;
  #stopped = false;

  constructor(
    @Inject(Nats) private readonly nats: Nats,
    @Inject(DeadLetters) deadLetters: DeadLetters,
    @Inject(Config) config: Config,
  ) {
    const rules = {
      read: readPaymentEvent,
      keyOf: ({ orderId }: PaymentEvent) => orderId,
      handle: async (event: PaymentEvent) => this.#handle(event),
      mostFailures: config.PAYMENT_EVENT_MAX_DELIVERIES,
      extendEveryMs: ACK_WAIT_MS / 3,
    };
    this.#inbox = new Inbox(rules, deadLetters);
  }

  /** There is one handler: the module that owns the payment state. */
  handleWith(handler: Handler): void {
    this.#handler = handler;
  }

  onModuleInit(): void {
    this.nats.whenConnected(async (connection) => {
      void this.#listen(connection);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /** Takes no more events, and finishes what is in hand. May be called again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    void this.#messages?.close();
    await this.#inbox.stop();
  }

  /** What has become of events in this process. */
  get figures(): InboxFigures {
    return this.#inbox.figures;
  }

  /** Events that no replica has finished yet. */
  async pending(): Promise<number> {
    const { num_pending, num_ack_pending } = await (await this.nats.manager()).consumers.info(STREAM, DURABLE_NAME);
    return num_pending + num_ack_pending;
  }

  /** Subscribes again whenever the subscription ends, for as long as the connection is the one of the process. */
  async #listen(connection: NatsConnection): Promise<void> {
    let told = '';
    while (!this.#stopped && !connection.isClosed()) {
      try {
        this.#messages = await this.#subscribe();
        told = '';
        await this.#inbox.take(this.#messages);
      } catch (error) {
        const reason = String(error);
        if (reason !== told) log.warn({ reason }, 'payment events stopped; subscribing again');
        told = reason;
      }
      if (!this.#stopped) await delay(RETRY_MS);
    }
  }

  async #subscribe(): Promise<ConsumerMessages> {
    await ensureConsumer(await this.nats.manager(), STREAM, {
      durable_name: DURABLE_NAME,
      ack_policy: AckPolicy.Explicit,
      ack_wait: ACK_WAIT_MS * NANOSECONDS_A_MILLISECOND,
      // The inbox decides when an event is given up: the server would drop it, and nobody would know.
      max_deliver: UNLIMITED,
    });
    const consumer = await this.nats.jetstream?.consumers.get(STREAM, DURABLE_NAME);
    if (!consumer) throw new Error('NATS is not connected');
    const messages = await consumer.consume({ max_messages: MOST_FETCHED, abort_on_missing_resource: true });
    log.info('listening to payment events');
    return messages;
  }

  async #handle(event: PaymentEvent): Promise<void> {
    if (!this.#handler) throw new Error('nobody handles payment events');
    await this.#handler(event);
  }
}
