import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AckPolicy, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import { PAYMENT_EVENT_TYPES, STREAMS, type PaymentEvent } from '@marketplace/contracts';
import { log } from '../common/logger.js';
import { Nats } from '../messaging/nats-connection.js';

const DURABLE_NAME = 'order-service';
const ACK_WAIT_MS = 30_000;
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const MOST_DELIVERIES = 30;
const NANOSECONDS_A_MILLISECOND = 1_000_000;

type Handler = (event: PaymentEvent) => Promise<void>;

/**
 * The Payment Service's own word: a durable consumer of its events, shared by all replicas. Handlers must be idempotent;
 * an event is acknowledged after its handler is done, and delivered again when that fails.
 */
@Injectable()
export class PaymentEvents implements OnModuleInit, OnApplicationShutdown {
  #handler: Handler | undefined;
  #messages: ConsumerMessages | undefined;
  #stopped = false;

  constructor(@Inject(Nats) private readonly nats: Nats) {}

  /** There is one handler: the module that owns the payment state. */
  handleWith(handler: Handler): void {
    this.#handler = handler;
  }

  onModuleInit(): void {
    this.nats.whenConnected(async () => this.#consume());
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    await this.#messages?.close();
  }

  async #consume(): Promise<void> {
    const manager = await this.nats.manager();
    await manager.consumers.add(STREAMS.payments.name, {
      durable_name: DURABLE_NAME,
      ack_policy: AckPolicy.Explicit,
      ack_wait: ACK_WAIT_MS * NANOSECONDS_A_MILLISECOND,
      max_deliver: MOST_DELIVERIES,
    });
    const consumer = await this.nats.jetstream?.consumers.get(STREAMS.payments.name, DURABLE_NAME);
    if (!consumer) throw new Error('the consumer of payment events is not there');
    this.#messages = await consumer.consume({ max_messages: 64 });
    log.info('listening to payment events');
    void this.#pump(this.#messages);
  }

  async #pump(messages: ConsumerMessages): Promise<void> {
    try {
      for await (const message of messages) await this.#handle(message);
    } catch (error) {
      log.warn({ reason: String(error) }, 'payment events stopped; subscribing again');
    }
    if (this.#stopped) return;
    await delay(RETRY_MS);
    this.nats.whenConnected(async () => this.#consume());
  }

  async #handle(message: JsMsg): Promise<void> {
    const event = parse(message);
    if (!event) {
      log.error({ subject: message.subject }, 'a payment event cannot be read; it is dropped');
      message.term();
      return;
    }
    try {
      await this.#handler?.(event);
      message.ack();
    } catch (error) {
      log.warn({ err: error, eventId: event.id, orderId: event.orderId }, 'a payment event failed; it will come again');
      message.nak(Math.min(RETRY_MS * 2 ** message.info.deliveryCount, LONGEST_RETRY_MS));
    }
  }
}

function parse(message: JsMsg): PaymentEvent | undefined {
  try {
    const event = message.json<Partial<PaymentEvent>>();
    const known = PAYMENT_EVENT_TYPES.some((type) => type === event.type);
    const named = [event.id, event.orderId, event.tenderId, event.idempotencyKey, event.paymentId];
    return known && named.every((name) => typeof name === 'string') ? (event as PaymentEvent) : undefined;
  } catch {
    return undefined;
  }
}
