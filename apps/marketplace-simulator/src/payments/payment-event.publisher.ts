import { Injectable, Logger } from '@nestjs/common';
import { jetstream, jetstreamManager, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { paymentEventSubject, type PaymentEvent } from '@marketplace/contracts';
import { DialsService } from '../dials/dials.service.js';
import { JournalService } from '../ledger/journal.service.js';
import { eventOf } from './payment-event.js';
import { ensurePaymentStream } from './payment-stream.js';

const MAX_IN_FLIGHT = 256;
const ACKNOWLEDGEMENT_TIMEOUT_MS = 5_000;
const RETRY_AFTER_MS = 1_000;
const REORDER_WITHIN_MS = 1_000;
const RECORD_PUBLISHED_EVERY_MS = 100;

/**
 * Publishes the outcome of every payment operation, at least once: an event counts as published when the stream has
 * acknowledged it and the ledger says so. What failed is tried again for as long as the process runs, and by the next one.
 */
@Injectable()
export class PaymentEventPublisher {
  private readonly logger = new Logger(PaymentEventPublisher.name);
  private readonly unpublished = new Map<string, PaymentEvent>();
  private queue: PaymentEvent[] = [];
  private failed: PaymentEvent[] = [];
  private published: string[] = [];
  private inFlight = 0;
  private client: JetStreamClient | undefined;
  private connection: NatsConnection | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private recordTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly journal: JournalService,
    private readonly dials: DialsService,
  ) {
    for (const type of ['authorization.opened', 'authorization.settled', 'payment.moved'] as const) {
      journal.on(type, (record) => {
        const event = eventOf(record);
        if (!event) return;
        this.unpublished.set(event.id, event);
        if (this.client) void this.release(event);
      });
    }
    journal.on('events.published', ({ ids }) => {
      for (const id of ids) this.unpublished.delete(id);
    });
  }

  /** Makes the stream if it can, and publishes everything that is not known to be published. */
  async start(connection: NatsConnection): Promise<void> {
    this.connection = connection;
    await this.ensureStream();
    this.client = jetstream(connection, { timeout: ACKNOWLEDGEMENT_TIMEOUT_MS });
    for (const event of this.unpublished.values()) void this.release(event);
  }

  /** Publishes nothing more. Whatever is not acknowledged by now is published again by the next start. */
  stop(): void {
    this.client = undefined;
    clearTimeout(this.retryTimer);
    clearTimeout(this.recordTimer);
    this.recordPublished();
  }

  /** Lets an event go when it is in the ledger's file, after the reply, and as late as the dials say. */
  private async release(event: PaymentEvent): Promise<void> {
    await this.journal.committed();
    const { eventDelayMs, reorderEvents } = this.dials.current;
    const delayMs = eventDelayMs + (reorderEvents ? Math.random() * REORDER_WITHIN_MS : 0);
    const enqueue = (): void => {
      this.queue.push(event);
      this.pump();
    };
    // An immediate runs after the promises that send the reply.
    if (delayMs > 0) setTimeout(enqueue, delayMs);
    else setImmediate(enqueue);
  }

  private pump(): void {
    if (this.inFlight >= MAX_IN_FLIGHT || this.queue.length === 0) return;
    const batch = this.queue.splice(0, MAX_IN_FLIGHT - this.inFlight);
    for (const event of batch) void this.publish(event);
  }

  private async publish(event: PaymentEvent): Promise<void> {
    const { client } = this;
    if (!client) return;
    this.inFlight += 1;
    try {
      const subject = paymentEventSubject(event.paymentId, event.type);
      const body = JSON.stringify(event);
      await client.publish(subject, body, { msgID: event.id });
      // Without a message id the stream cannot know the duplicate, so that consumers have to.
      if (this.dials.happens('duplicateEventRate')) await client.publish(subject, body);
      // After the stop the ledger is closed: the next start publishes it again, and the stream knows it by its id.
      if (!this.client) return;
      this.published.push(event.id);
      this.recordTimer ??= setTimeout(() => this.recordPublished(), RECORD_PUBLISHED_EVERY_MS);
    } catch (error) {
      this.retryLater(event, error);
    } finally {
      this.inFlight -= 1;
      this.pump();
    }
  }

  private retryLater(event: PaymentEvent, error: unknown): void {
    this.failed.push(event);
    if (this.retryTimer || !this.client) return;
    this.logger.warn(`events are not acknowledged, trying again: ${String(error)}`);
    this.retryTimer = setTimeout(() => void this.retry(), RETRY_AFTER_MS);
  }

  private async retry(): Promise<void> {
    // The stream may have gone with its server's data.
    await this.ensureStream();
    this.retryTimer = undefined;
    this.queue = [...this.failed, ...this.queue];
    this.failed = [];
    this.pump();
  }

  private recordPublished(): void {
    this.recordTimer = undefined;
    const ids = this.published;
    this.published = [];
    if (ids.length > 0) this.journal.append({ type: 'events.published', ids });
  }

  private async ensureStream(): Promise<void> {
    if (!this.connection) return;
    try {
      await ensurePaymentStream(await jetstreamManager(this.connection, { checkAPI: false, timeout: 3_000 }));
    } catch (error) {
      this.logger.warn(`the stream of payment events cannot be made yet: ${String(error)}`);
    }
  }
}
