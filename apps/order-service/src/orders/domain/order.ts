import type { OrderEventType } from '@marketplace/contracts';
import type { AppliedRequest } from '@marketplace/domain';
import type { Actor } from './actor.js';
import type { Payment } from './payment.js';
import type { OrderStatus } from './status.js';
import type { TrackingLink, TrackingMail } from './tracking-link.js';
import type { Units, VendorOrder } from './vendor-order.js';

// The parts of the aggregate are named together with it: whoever works on an order works on its parts.
export * from './actor.js';
export type * from './payment.js';
export type * from './tracking-link.js';
export type * from './vendor-order.js';

/** A call to the Inventory Service that is still to be made. */
export interface StockOperation {
  readonly id: string;
  readonly reservationId: string;
  readonly kind: 'commit' | 'release';
  readonly items: readonly Units[];
}

export interface Stock {
  /** `reserving`: asked, no answer yet. Releases are operations of their own and leave the status as it is. */
  readonly status: 'reserving' | 'reserved' | 'rejected';
  /** Names the reservation at the Inventory Service. */
  readonly reservationId: string;
  /** What was missing when the reservation was rejected; absent when its outcome could not be learnt. */
  readonly short?: readonly { readonly sku: string; readonly available: number }[];
  readonly pending: readonly StockOperation[];
}

export interface Address {
  readonly name: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly region?: string;
  readonly postalCode: string;
  readonly country: string;
}

/** The order is kept from going on while somebody looks at it. */
export interface Hold {
  readonly reason: string;
  readonly by: Actor['kind'];
  readonly at: Date;
}

/** One fact of the order's history: kept for the timeline, and published as an event. */
export interface HistoryEntry {
  readonly sequence: number;
  readonly type: OrderEventType;
  readonly at: Date;
  readonly actor: Actor;
  readonly vendorId?: string;
  /** The order's status after the event. */
  readonly status: OrderStatus;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The latest entry of the order's audit chain. The chain itself is kept by persistence; no rule of the domain looks at it. */
export interface AuditHead {
  readonly sequence: number;
  readonly hash: string;
  readonly at: Date;
}

/** The aggregate. It is written as one document, so that every change of it is atomic. */
export interface Order {
  readonly id: string;
  readonly number: string;
  readonly clientReference?: string;
  readonly cartId?: string;
  /** The order has failed, and its cart is still to be given back. */
  readonly returnsCart?: boolean;
  readonly customerId?: string;
  readonly email?: string;
  /** The buyer's language, a BCP 47 tag. */
  readonly locale?: string;
  /** Who placed it, as idempotency keys are scoped. */
  readonly createdBy: string;
  /** SHA-256 of the canonical request, where an Idempotency-Key came with it. */
  readonly requestFingerprint?: string;
  /** Counts the tries under the same idempotency key; a new one follows only on a failure that is not kept. */
  readonly attempt: number;
  readonly currency: string;
  readonly status: OrderStatus;
  readonly vendorOrders: readonly VendorOrder[];
  readonly payment: Payment;
  readonly stock: Stock;
  readonly shippingAddress: Address;
  readonly billingAddress?: Address;
  readonly hold?: Hold;
  /** Oldest first; those that have expired go when the next one comes. */
  readonly trackingLinks?: readonly TrackingLink[];
  readonly trackingMail?: TrackingMail;
  /** Requests that have had their effect, by their idempotency keys. */
  readonly appliedRequests: readonly AppliedRequest[];
  readonly history: readonly HistoryEntry[];
  /** Events up to this sequence have been published. The entries after it are the outbox. */
  readonly publishedSequence: number;
  /** Who has made the latest change: not stored by itself, but with the change's entry in the audit chain. */
  readonly changedBy?: Actor;
  readonly auditHead?: AuditHead;
  readonly version: number;
  /** Since when nothing in the order tells whose it was. */
  readonly anonymisedAt?: Date;
  readonly placedAt: Date;
  /** Equal to `placedAt` once stock is held; an order without it was never announced and is never listed. */
  readonly listedAt?: Date;
  readonly updatedAt: Date;
}

/** As much of an order as reading it shows: what grows with every change stays in the database. */
export type ShownOrder = Omit<Order, 'history' | 'appliedRequests'>;

/** The sequence of the order's latest event; 0 when it was never announced. */
export function lastSequence(order: Pick<Order, 'history'>): number {
  return order.history.at(-1)?.sequence ?? 0;
}
