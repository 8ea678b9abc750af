import { Inject, Injectable } from '@nestjs/common';
import { NOTIFICATION_SUBJECT } from '@marketplace/contracts';
import { TrackingTokens } from '../auth/tracking-tokens.js';
import { log } from '../common/logger.js';
import { EventPublisher } from '../messaging/event-publisher.js';
import { trackingLinkCommand } from '../notifications/tracking-link-command.js';
import type { Order } from './domain/order.js';

/** Has the Notification Service mail the link that somebody has asked for by number and e-mail address. */
@Injectable()
export class TrackingMails {
  constructor(
    @Inject(EventPublisher) private readonly publisher: EventPublisher,
    @Inject(TrackingTokens) private readonly tokens: TrackingTokens,
  ) {}

  /** @returns whether nothing is left to be told of it; a repetition comes under the same id */
  async send(order: Order): Promise<boolean> {
    const { trackingMail: mail } = order;
    if (!mail?.isDue || !this.publisher.isAvailable) return false;
    const link = order.trackingLinks?.find(({ id }) => id === mail.linkId);
    // Revoked before it was mailed.
    if (!link) return true;
    try {
      const url = this.tokens.urlOf(await this.tokens.sign({ ...link, orderId: order.id, linkId: link.id }));
      const command = trackingLinkCommand(order, { url, askedAt: mail.askedAt, expiresAt: link.expiresAt });
      if (command) await this.publisher.publish(NOTIFICATION_SUBJECT, command.id, command);
      return true;
    } catch (error) {
      log.warn({ orderId: order.id, reason: String(error) }, 'a tracking link was not mailed yet');
      return false;
    }
  }
}
