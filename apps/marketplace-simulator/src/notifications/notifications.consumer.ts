import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { AckPolicy, jetstream, jetstreamManager, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { NOTIFICATION_SUBJECT, STREAMS } from '@marketplace/contracts';
import { inSpan, messageWork, startReceived } from '@marketplace/tracing';
import { JournalService } from '../ledger/journal.service.js';
import { readNotification, type ReceivedNotification } from './notification-command.js';

const DURABLE_NAME = 'marketplace-simulator';
const RETRY_AFTER_MS = 500;
const ACKNOWLEDGE_WITHIN_MS = 30_000;
const MAX_UNACKNOWLEDGED = 500;

/**
 * Stands in for the Notification Service: takes every command from its stream once, and sends nothing. The stream
 * belongs to the Order Service and may come later, or go and come again.
 */
@Injectable()
export class NotificationsConsumer {
  private readonly logger = new Logger(NotificationsConsumer.name);
  private readonly received = new Set<string>();
  private messages: ConsumerMessages | undefined;
  private stopped = false;

  constructor(private readonly journal: JournalService) {
    journal.on('notification.received', ({ key }) => this.received.add(key));
  }

  /** Consumes until {@link stop}; whatever goes wrong, it begins again. */
  async run(connection: NatsConnection): Promise<void> {
    let lastFault = '';
    while (!this.stopped) {
      try {
        this.messages = await this.subscribe(connection);
        this.logger.log('consuming notification commands');
        lastFault = '';
        for await (const message of this.messages) void this.receive(message);
      } catch (error) {
        const fault = String(error);
        if (fault !== lastFault) this.logger.debug(`no notification commands yet: ${fault}`);
        lastFault = fault;
      }
      if (!this.stopped) await delay(RETRY_AFTER_MS);
    }
  }

  stop(): void {
    this.stopped = true;
    this.messages?.stop();
  }

  private async subscribe(connection: NatsConnection): Promise<ConsumerMessages> {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 3_000 });
    const stream = STREAMS.notifications.name;
    await manager.consumers.add(stream, {
      durable_name: DURABLE_NAME,
      filter_subject: NOTIFICATION_SUBJECT,
      ack_policy: AckPolicy.Explicit,
      ack_wait: ACKNOWLEDGE_WITHIN_MS * 1_000_000,
      max_ack_pending: MAX_UNACKNOWLEDGED,
    });
    const consumer = await jetstream(connection).consumers.get(stream, DURABLE_NAME);
    return consumer.consume({ max_messages: MAX_UNACKNOWLEDGED, abort_on_missing_resource: true });
  }

  private async receive(message: JsMsg): Promise<void> {
    const work = messageWork('process', 'consumer', message.subject);
    await inSpan(startReceived(work, message.headers), async () => this.take(message));
  }

  private async take(message: JsMsg): Promise<void> {
    // Not acknowledged, so that it comes again after the next start.
    if (this.stopped) return;
    const command = this.read(message);
    // It is never going to be readable: off the stream with it.
    if (!command) return message.term();
    const { id: key, ...received } = command;
    if (this.received.has(key)) this.journal.append({ type: 'asked', operation: 'notify', key });
    else this.journal.append({ type: 'notification.received', at: new Date().toISOString(), key, ...received });
    await this.journal.committed();
    message.ack();
  }

  private read(message: JsMsg): ReceivedNotification | undefined {
    try {
      return readNotification(message.json<unknown>());
    } catch (error) {
      this.logger.warn(`a notification command was refused: ${String(error)}`);
      return undefined;
    }
  }
}
