import {
  notificationId,
  orderEventId,
  type NotificationCommand,
  type NotificationMessage,
  type NotificationRecipient,
} from '@marketplace/contracts';
import type { EventFacts, OrderFacts } from './order-facts.js';
import { messagesOf, type Message } from './order-messages.js';

/**
 * The commands for the Notification Service that follow from an entry of the order's history: one for each recipient. They
 * always come out the same, so publishing them again is a duplicate by their ids.
 */
export function notificationCommands(order: OrderFacts, event: EventFacts): NotificationCommand[] {
  const eventId = orderEventId(order.id, event.sequence);
  return messagesOf(order, event).flatMap((message) => {
    const recipient = recipientOf(order, message.vendorId);
    if (!recipient) return [];
    return [
      {
        id: notificationId(eventId, message.template, recipient),
        recipient,
        ...(message.vendorId === undefined && order.locale !== undefined ? { locale: order.locale } : {}),
        ...body(order, event, message),
      },
    ];
  });
}

/** The buyer, or the vendor that is named. Undefined for the buyer of an order that was anonymised: nobody is there to be told. */
export function recipientOf(order: OrderFacts, vendorId?: string): NotificationRecipient | undefined {
  const { customerId, email, anonymisedAt } = order;
  if (vendorId !== undefined) return { vendorId };
  if (anonymisedAt) return undefined;
  if (customerId !== undefined) return { userId: customerId, ...(email === undefined ? {} : { email }) };
  return email === undefined ? undefined : { email };
}

function body(order: OrderFacts, event: EventFacts, { template, vendorId, details }: Message): NotificationMessage {
  const data = {
    orderId: order.id,
    number: order.number,
    occurredAt: event.at.toISOString(),
    ...(vendorId === undefined ? { orderStatus: event.status } : {}),
    ...details,
  };
  return { template, data } as NotificationMessage;
}
