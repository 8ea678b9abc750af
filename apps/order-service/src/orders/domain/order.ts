import type { OrderEventType } from '@marketplace/contracts';
import type { Amounts } from '@marketplace/domain';
import type { OrderStatus, PaymentFigures, PaymentStatus, ShipmentStatus, VendorOrderStatus } from './status.js';

/** Some units of one product of one vendor. The amounts are totals of the line. */
export interface OrderLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly amounts: Amounts;
  readonly commissionRateBasisPoints: number;
  readonly discountFundedBy?: 'vendor' | 'marketplace';
  readonly cancelledQuantity: number;
  readonly shippedQuantity: number;
  readonly deliveredQuantity: number;
  readonly returnedQuantity: number;
  /** What fell away with the cancelled units, and what left with the shipped ones. */
  readonly cancelledAmounts: Amounts;
  readonly shippedAmounts: Amounts;
}

export interface Units {
  readonly sku: string;
  readonly quantity: number;
}

/** A parcel of one vendor. */
export interface Shipment {
  readonly id: string;
  readonly status: ShipmentStatus;
  readonly carrier?: string;
  readonly trackingNumber?: string;
  readonly trackingUrl?: string;
  readonly items: readonly Units[];
  /** The value of its units, and how much of it has been captured. */
  readonly amountMinor: number;
  readonly capturedMinor: number;
  /** The marketplace's share of the value. */
  readonly commissionMinor: number;
  readonly shippedAt: Date;
  readonly deliveredAt?: Date;
}

export interface VendorOrder {
  readonly vendorId: string;
  readonly status: VendorOrderStatus;
  readonly lines: readonly OrderLine[];
  readonly shipments: readonly Shipment[];
}

/** One means of payment and the share of the total that it bears. */
export interface Tender extends PaymentFigures {
  readonly id: string;
  readonly amountMinor: number;
  readonly methodToken: string;
  readonly status: PaymentStatus;
  readonly authorizeKey: string;
  readonly paymentId?: string;
  readonly reason?: string;
  readonly redirectUrl?: string;
  readonly expiresAt?: string;
}

/** A movement of money that was decided: written first, then asked of the Payment Service under its own key. */
export interface PaymentOperation {
  readonly id: string;
  readonly key: string;
  readonly kind: 'capture' | 'void' | 'refund';
  readonly tenderId: string;
  readonly amountMinor: number;
  readonly vendorId?: string;
  readonly shipmentId?: string;
  readonly status: 'pending' | 'done' | 'failed';
  readonly attempts: number;
  readonly lastError?: string;
}

export interface Payment {
  readonly status: PaymentStatus;
  readonly tenders: readonly Tender[];
  readonly operations: readonly PaymentOperation[];
}

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

/** Who caused a change. */
export interface Actor {
  readonly kind: 'customer' | 'guest' | 'vendor' | 'support' | 'admin' | 'service' | 'system';
  readonly id?: string;
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
  readonly history: readonly HistoryEntry[];
  /** Events up to this sequence have been published. The entries after it are the outbox. */
  readonly publishedSequence: number;
  readonly version: number;
  readonly placedAt: Date;
  /** Equal to `placedAt` once stock is held; an order without it was never announced and is never listed. */
  readonly listedAt?: Date;
  readonly updatedAt: Date;
}

/** The instant and the actor of a change: passed in, never read from a clock. */
export interface ChangeContext {
  readonly now: Date;
  readonly actor: Actor;
}

export const SYSTEM: Actor = { kind: 'system' };

/** The sequence of the order's latest event; 0 when it was never announced. */
export function lastSequence(order: Pick<Order, 'history'>): number {
  return order.history.at(-1)?.sequence ?? 0;
}
