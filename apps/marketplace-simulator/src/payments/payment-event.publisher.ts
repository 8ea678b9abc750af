import { Injectable, Logger } from '@nestjs/common';
import { jetstream, jetstreamManager, type JetStreamClient } from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { paymentEventSubject, type PaymentEvent } from '@marketplace/contracts';
import { activeTraceHeaders, inSpan, messageWork, startReceived } from '@marketplace/tracing';
import { DialsService } from '../dials/dials.service.js';
import { JournalService } from '../ledger/journal.service.js';
import { eventOf } from './payment-event.js';
import { ensurePaymentStream } from './payment-stream.js';

const MAX_IN_FLIGHT = 256;
const ACKNOWLEDGEMENT_TIMEOUT_MS = 5_000;
const RETRY_AFTER_MS = 1_000;
const REORDER_WITHIN_MS = 1_000;
const RECORD_PUBLISHED_EVERY_MS = 100;

interface OutgoingEvent {
  readonly event: PaymentEvent;
  /** Headers that name the trace of the request that the event comes from; none after a restart. */
  readonly trace: Readonly<Record<string, string>>;
}

/**
 * Publishes the outcome of every payment operation, at least once: an event counts as published when the stream has
 * acknowledged it and the ledger says so. What failed is tried again for as long as the process runs, and by the next one.
 */
@Injectable()
export class PaymentEventPublisher {
  private readonly logger = new Logger(PaymentEventPublisher.name);
  private readonly unpublished = new Map<string, OutgoingEvent>();
  private queue: OutgoingEvent[] = [];
  private failed: OutgoingEvent[] = [];
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
        const outgoing = { event, trace: activeTraceHeaders() };
        this.unpublished.set(event.id, outgoing);
        if (this.client) void this.release(outgoing);
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
    for (const outgoing of this.unpublished.values()) void this.release(outgoing);
  }

  /** Publishes nothing more. Whatever is not acknowledged by now is published again by the next start. */
  stop(): void {
    this.client = undefined;
    clearTimeout(this.retryTimer);
    clearTimeout(this.recordTimer);
    this.recordPublished();
  }

  /** Lets an event go when it is in the ledger's file, after the reply, and as late as the dials say. */
  private async release(outgoing: OutgoingEvent): Promise<void> {
    await this.journal.committed();
    const { eventDelayMs, reorderEvents } = this.dials.current;
    const delayMs = eventDelayMs + (reorderEvents ? Math.random() * REORDER_WITHIN_MS : 0);
    const enqueue = (): void => {
      this.queue.push(outgoing);
      this.pump();
    };
    // An immediate runs after the promises that send the reply.
    if (delayMs > 0) setTimeout(enqueue, delayMs);
    else setImmediate(enqueue);
  }

  private pump(): void {
    if (this.inFlight >= MAX_IN_FLIGHT || this.queue.length === 0) return;
    const batch = this.queue.splice(0, MAX_IN_FLIGHT - this.inFlight);
    for (const outgoing of batch) void this.publish(outgoing);
  }

  private async publish(outgoing: OutgoingEvent): Promise<void> {
    const { client } = this;
    if (!client) return;
    this.inFlight += 1;
    try {
      await this.send(client, outgoing);
      // After the stop the ledger is closed: the next start publishes it again, and the stream knows it by its id.
      if (!this.client) return;
      this.published.push(outgoing.event.id);
      this.recordTimer ??= setTimeout(() => this.recordPublished(), RECORD_PUBLISHED_EVERY_MS);
    } catch (error) {
      this.retryLater(outgoing, error);
    } finally {
      this.inFlight -= 1;
      this.pump();
    }
  }

  /** A batch holds events of many requests, so the trace of each comes with it. */
  private async send(client: JetStreamClient, { event, trace }: OutgoingEvent): Promise<void> {
    const subject = paymentEventSubject(event.paymentId, event.type);
    const body = JSON.stringify(event);
    const work = messageWork('publish', 'producer', subject);
    await inSpan(startReceived(work, new Map(Object.entries(trace))), async () => {
      await client.publish(subject, body, { msgID: event.id, headers: traceHeaders() });
      // Without a message id the stream cannot know the duplicate, so that consumers have to.
      if (this.dials.happens('duplicateEventRate')) await client.publish(subject, body, { headers: traceHeaders() });
    });
  }

  private retryLater(outgoing: OutgoingEvent, error: unknown): void {
    this.failed.push(outgoing);
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

function traceHeaders(): MsgHdrs {
  const sent = headers();
  for (const [name, value] of Object.entries(activeTraceHeaders())) sent.set(name, value);
  return sent;
}
