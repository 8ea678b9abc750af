export const ORDER_EVENT_TYPES = [
  'placed',
  'payment-authorized',
  'payment-declined',
  'confirmed',
  'processing',
  'shipped',
  'delivered',
  'cancelled',
  'payment-captured',
  'payment-voided',
  'refunded',
  'return-requested',
  'return-approved',
  'return-received',
  'return-rejected',
  'returned',
  'refund-failed',
  'expired',
  'shipment-delivered',
  'shipment-lost',
  'held',
  'released',
  'address-changed',
  'payout-eligible',
  'authorization-expiring',
  'chargeback',
  'anonymised',
] as const;
export type OrderEventType = (typeof ORDER_EVENT_TYPES)[number];

/** What every event of an order says, besides what belongs to its type. No personal data. */
export interface OrderEventData {
  orderId: string;
  number: string;
  /** The order's status after the event. */
  status: string;
  /** Absent for guests. */
  customerId?: string;
  /** Every vendor of the order. */
  vendorIds: string[];
  /** The vendor order concerned, where the event is about one. */
  vendorId?: string;
  [more: string]: unknown;
}

/** A CloudEvents 1.0 event in structured JSON form, as published on stream `ORDERS`. */
export interface OrderEvent {
  specversion: '1.0';
  /** `<orderId>:<sequence>`, also the `Nats-Msg-Id`. */
  id: string;
  source: string;
  /** `marketplace.order.<type>.v1`. */
  type: string;
  /** The order's id. */
  subject: string;
  /** RFC 3339, UTC. */
  time: string;
  datacontenttype: 'application/json';
  /** Position in the order's history: 1, 2, 3 ... without gaps. */
  sequence: number;
  data: OrderEventData;
}

export const orderEventId = (orderId: string, sequence: number): string => `${orderId}:${sequence}`;
export const orderEventType = (type: OrderEventType): string => `marketplace.order.${type}.v1`;
