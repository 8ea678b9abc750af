import { notificationId, type NotificationCommand } from '@marketplace/contracts';
import { recipientOf } from './notification-commands.js';
import type { OrderFacts } from './order-facts.js';

/** A link to mail, and when it was asked for. */
export interface LinkToMail {
  readonly url: string;
  readonly askedAt: Date;
  readonly expiresAt: Date;
}

/**
 * Tells the buyer where to look at the order. No event stands behind it, so its id names the instant at which it was asked for.
 * Undefined for a guest whose order was anonymised.
 */
export function trackingLinkCommand(order: OrderFacts, link: LinkToMail): NotificationCommand | undefined {
  const recipient = recipientOf(order);
  if (!recipient) return undefined;
  const template = 'tracking-link';
  return {
    id: notificationId(`${order.id}:asked-${link.askedAt.getTime()}`, template, recipient),
    template,
    recipient,
    ...(order.locale === undefined ? {} : { locale: order.locale }),
    data: {
      orderId: order.id,
      number: order.number,
      occurredAt: link.askedAt.toISOString(),
      url: link.url,
      expiresAt: link.expiresAt.toISOString(),
    },
  };
}
