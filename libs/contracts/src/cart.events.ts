import type { Money } from './money.js';

export const CART_EVENT_TYPES = ['ordered', 'abandoned', 'merged'] as const;
export type CartEventType = (typeof CART_EVENT_TYPES)[number];

/** Why a cart was abandoned: its owner removed it, or its lifetime was over. */
export type AbandonReason = 'removed' | 'expired';

/** What an event of a cart says. No personal data. */
export interface CartEventData {
  cartId: string;
  /** Absent for guests. */
  customerId?: string;
  /** Every vendor of the cart. */
  vendorIds: string[];
  /** What the cart came to at its last prices. */
  total: Money;
  /** `ordered`: the order that claimed the cart. Should that order fail, the cart becomes active again. */
  orderId?: string;
  /** `merged`: the cart that took the lines over. */
  mergedInto?: string;
  /** `abandoned`: why. */
  reason?: AbandonReason;
}

/** A CloudEvents 1.0 event in structured JSON form, as published on stream `CARTS`. */
export interface CartEvent {
  specversion: '1.0';
  /** `<cartId>:<sequence>`, also the `Nats-Msg-Id`. */
  id: string;
  source: string;
  /** `marketplace.cart.<type>.v1`. */
  type: string;
  /** The cart's id. */
  subject: string;
  /** RFC 3339, UTC. */
  time: string;
  datacontenttype: 'application/json';
  /** The version of the cart that the change made. It grows with every event of the cart, with gaps. */
  sequence: number;
  data: CartEventData;
}

export const cartEventId = (cartId: string, sequence: number): string => `${cartId}:${sequence}`;
export const cartEventType = (type: CartEventType): string => `marketplace.cart.${type}.v1`;
