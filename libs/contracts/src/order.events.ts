import type { Money } from './money.js';

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

export interface EventUnits {
  readonly sku: string;
  readonly quantity: number;
}

/** The units that had neither been shipped nor cancelled, by vendor order, and what they come to. */
type OpenUnits = {
  readonly vendorOrders: readonly {
    readonly vendorId: string;
    readonly items: readonly EventUnits[];
    readonly total: Money;
  }[];
  readonly total: Money;
};

/** A movement of the money of one tender, and what caused it. */
type MovedMoney = {
  readonly amount: Money;
  readonly tenderId: string;
  readonly shipmentId?: string;
  readonly refundId?: string;
};

type ShipmentProgress = { readonly shipmentId: string };
type ReturnProgress = { readonly returnId: string; readonly reason?: string };

/**
 * What the data of an event says besides {@link OrderEventData}, by its type; undefined where that is nothing. The reasons of cancellations
 * and returns are the words of people: they stand in the timeline of the order, and are not published.
 */
export interface OrderEventDetails {
  placed: { readonly total: Money };
  'payment-authorized': { readonly amount: Money };
  /** The units that fall away with it. */
  'payment-declined': OpenUnits & { readonly reason?: string };
  /** The units that are to be shipped: what was cancelled before is not among them. */
  confirmed: OpenUnits;
  processing: undefined;
  shipped: {
    readonly shipmentId: string;
    readonly items: readonly EventUnits[];
    readonly carrier?: string;
    readonly trackingNumber?: string;
    readonly trackingUrl?: string;
  };
  /** All that has arrived of the vendor order. */
  delivered: { readonly items: readonly EventUnits[] };
  cancelled: {
    readonly cancellationId: string;
    readonly items: readonly EventUnits[];
    readonly amount: Money;
    readonly reason?: string;
    readonly reasonCode?: string;
    /** The vendor order's status before and after: the same where only some of its units were cancelled. */
    readonly from: string;
    readonly to: string;
  };
  'payment-captured': MovedMoney;
  'payment-voided': MovedMoney;
  refunded: MovedMoney;
  'return-requested': {
    readonly returnId: string;
    readonly items: readonly EventUnits[];
    readonly reason?: string;
  };
  'return-approved': ReturnProgress;
  'return-received': ReturnProgress;
  'return-rejected': ReturnProgress;
  /** The return that was the last; none where all had come back before the rest was cancelled. */
  returned: { readonly returnId: string } | undefined;
  'refund-failed': MovedMoney;
  /** The units that fall away with it. */
  expired: OpenUnits;
  'shipment-delivered': ShipmentProgress;
  'shipment-lost': ShipmentProgress;
  held: undefined;
  released: undefined;
  'address-changed': undefined;
  'payout-eligible': { readonly amount: Money };
  /** RFC 3339, UTC. */
  'authorization-expiring': { readonly expiresAt: string };
  chargeback: MovedMoney & { readonly paymentId: string; readonly reason?: string };
  anonymised: undefined;
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

/** An event with what belongs to its type: a `switch` over `type` tells which. */
export type TypedOrderEvent = {
  [Type in OrderEventType]: Omit<OrderEvent, 'type' | 'data'> & {
    type: `marketplace.order.${Type}.v1`;
    data: OrderEventData &
      (undefined extends OrderEventDetails[Type]
        ? Partial<NonNullable<OrderEventDetails[Type]>>
        : OrderEventDetails[Type]);
  };
}[OrderEventType];
