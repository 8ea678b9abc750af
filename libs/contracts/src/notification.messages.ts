import type { Money } from './money.js';

export const NOTIFICATION_TEMPLATES = [
  'order-confirmed',
  'payment-failed',
  'order-shipped',
  'order-delivered',
  'order-cancelled',
  'refund-issued',
  'vendor-new-order',
  'return-update',
  'tracking-link',
] as const;
export type NotificationTemplate = (typeof NOTIFICATION_TEMPLATES)[number];

/** Units of one product, as people know it. */
export interface NotifiedItem {
  sku: string;
  name: string;
  quantity: number;
  unitPrice: Money;
}

/** Units of one vendor's part of the order. */
export interface NotifiedVendorOrder {
  vendorId: string;
  items: NotifiedItem[];
  /** What the units come to: with their shipping and tax, less their discounts. */
  total: Money;
}

/** What every message says of its order. */
export interface NotifiedOrder {
  orderId: string;
  /** For people. */
  number: string;
  /** When it happened. RFC 3339, UTC. */
  occurredAt: string;
  /** The status of the whole order after it. Vendors are told of their own part only. */
  orderStatus?: string;
}

/** What a template's message says besides {@link NotifiedOrder}. */
export interface NotificationDetails {
  /** The order is paid for or its money is held. */
  'order-confirmed': {
    vendorOrders: NotifiedVendorOrder[];
    total: Money;
  };
  /** The payment was declined, and the order has ended. */
  'payment-failed': {
    vendorOrders: NotifiedVendorOrder[];
    total: Money;
    /** Why, in the words of the Payment Service. */
    reason?: string;
  };
  /** A parcel has left. */
  'order-shipped': {
    vendorId: string;
    shipmentId: string;
    /** What is in the parcel. */
    items: NotifiedItem[];
    carrier?: string;
    trackingNumber?: string;
    trackingUrl?: string;
  };
  /** All parcels of a vendor's part have arrived. */
  'order-delivered': {
    vendorId: string;
    items: NotifiedItem[];
  };
  /** Units will not be shipped: some or all of a vendor's part, or all of an order that nobody paid for in time. */
  'order-cancelled': {
    vendorOrders: NotifiedVendorOrder[];
    total: Money;
    /** The status after it of the vendor orders concerned: `cancelled` where nothing is left of them. */
    vendorOrderStatus: string;
    /** `customer`, `guest`, `vendor`, `support`, `admin`, `service`, or `system` where the time to pay was over. */
    cancelledBy: string;
    /** Why, for people. */
    reason?: string;
    /** Why, for machines; `expired` where nobody paid in time. */
    reasonCode?: string;
  };
  /** Money is on its way back, to one means of payment. */
  'refund-issued': {
    amount: Money;
    vendorId?: string;
    refundId?: string;
    /** What it is for; empty where it was given for no units. */
    items: NotifiedItem[];
    /** The return that it follows from. */
    returnId?: string;
    reason?: string;
  };
  /** A vendor has something to ship. */
  'vendor-new-order': NotifiedVendorOrder;
  /** A return has moved on. */
  'return-update': {
    vendorId: string;
    returnId: string;
    returnStatus: 'requested' | 'approved' | 'received' | 'rejected';
    items: NotifiedItem[];
    /** Why the units go back, or why they may not. */
    reason?: string;
  };
  /** Somebody who knows the order's number and e-mail address wants to see it. No event stands behind it. */
  'tracking-link': {
    /** Opens the order's page without an account: as good as a password for looking at it. */
    url: string;
    /** RFC 3339, UTC. */
    expiresAt: string;
  };
}

/**
 * Whom a message is for: a customer, a guest, or a vendor. A customer's own addresses are known to the Notification Service;
 * `email` is the one that was given with the order.
 */
export type NotificationRecipient = { userId: string; email?: string } | { email: string } | { vendorId: string };

/** A template and what its message says. */
export type NotificationMessage = {
  [Template in NotificationTemplate]: {
    template: Template;
    data: NotifiedOrder & NotificationDetails[Template];
  };
}[NotificationTemplate];

/**
 * A command on stream `NOTIFICATIONS`: send this message to this recipient. Delivered at least once; its id, which is also the
 * `Nats-Msg-Id`, is the same every time.
 */
export type NotificationCommand = NotificationMessage & {
  /** {@link notificationId} */
  id: string;
  recipient: NotificationRecipient;
  /** The buyer's language, a BCP 47 tag such as `de-CH`; absent for vendors, and where it is not known. */
  locale?: string;
};

export type NotificationRecipientKind = 'user' | 'guest' | 'vendor';

export function recipientKind(recipient: NotificationRecipient): NotificationRecipientKind {
  if ('vendorId' in recipient) return 'vendor';
  return 'userId' in recipient ? 'user' : 'guest';
}

/**
 * `<eventId>:<template>:<recipient>`, where the recipient is `user:<userId>`, `vendor:<vendorId>` or, for the one who placed an
 * order without an account, `guest`: an id is no place for an e-mail address. Percent-encoded, because it travels in a header.
 */
export function notificationId(eventId: string, template: string, recipient: NotificationRecipient): string {
  return `${eventId}:${template}:${recipientName(recipient)}`;
}

function recipientName(recipient: NotificationRecipient): string {
  if ('vendorId' in recipient) return `vendor:${encodeURIComponent(recipient.vendorId)}`;
  return 'userId' in recipient ? `user:${encodeURIComponent(recipient.userId)}` : 'guest';
}
