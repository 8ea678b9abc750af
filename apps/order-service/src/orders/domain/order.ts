import type { OrderEventType } from '@marketplace/contracts';
import type { Amounts, AppliedRequest } from '@marketplace/domain';
import type {
  OrderStatus,
  PaymentFigures,
  PaymentStatus,
  ReturnStatus,
  ShipmentStatus,
  VendorOrderStatus,
} from './status.js';

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
  /** Shipped units whose price was given back, and their share of what was shipped. */
  readonly refundedQuantity: number;
  readonly refundedAmounts: Amounts;
  /** Money given back on top, for no units: borne by the vendor, or by the marketplace. In minor units. */
  readonly vendorGoodwillMinor: number;
  readonly marketplaceGoodwillMinor: number;
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

/** Why units were cancelled, for machines. */
export const CANCELLATION_REASON_CODES = [
  'customer_request',
  'out_of_stock',
  'damaged',
  'cannot_ship',
  'price_error',
  'fraud',
  'expired',
  'other',
] as const;
export type CancellationReasonCode = (typeof CANCELLATION_REASON_CODES)[number];

/** Units that will not be shipped. */
export interface Cancellation {
  readonly id: string;
  readonly items: readonly Units[];
  readonly amountMinor: number;
  readonly reason?: string;
  readonly reasonCode?: CancellationReasonCode;
  readonly by: Actor['kind'];
  readonly at: Date;
}

/** Delivered units that come back. */
export interface Return {
  readonly id: string;
  readonly status: ReturnStatus;
  readonly items: readonly Units[];
  readonly reason: string;
  /** Why it was rejected. */
  readonly rejectionReason?: string;
  readonly refundId?: string;
  readonly requestedAt: Date;
  readonly updatedAt: Date;
}

/** What a refund gave back for one line. */
export interface RefundLine extends Units {
  readonly amountMinor: number;
  /** How much less the marketplace earns; negative when it bears the refund of what the vendor keeps. */
  readonly commissionMinor: number;
}

/** Money that goes back to the buyer for one vendor order. */
export interface Refund {
  readonly id: string;
  /** `items`: for units, at what they cost. `amount`: goodwill, for no units. */
  readonly kind: 'items' | 'amount';
  readonly fundedBy: 'vendor' | 'marketplace';
  readonly lines: readonly RefundLine[];
  readonly amountMinor: number;
  readonly commissionMinor: number;
  /** How much of it the Payment Service has paid out. */
  readonly refundedMinor: number;
  readonly returnId?: string;
  readonly reason: string;
  readonly by: Actor['kind'];
  readonly at: Date;
}

export interface VendorOrder {
  readonly vendorId: string;
  readonly status: VendorOrderStatus;
  readonly lines: readonly OrderLine[];
  readonly shipments: readonly Shipment[];
  readonly cancellations: readonly Cancellation[];
  readonly returns: readonly Return[];
  readonly refunds: readonly Refund[];
  readonly confirmedAt?: Date;
  /** When the last of its parcels arrived. */
  readonly deliveredAt?: Date;
  /** Since when the vendor should have acted. */
  readonly overdueSince?: Date;
  /** When the payout became due: delivered, and the time to return is over. */
  readonly payoutEligibleAt?: Date;
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
  readonly refundId?: string;
  readonly status: 'pending' | 'done' | 'failed';
  readonly attempts: number;
  readonly lastError?: string;
  readonly createdAt: Date;
  readonly settledAt?: Date;
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
  readonly hold?: Hold;
  /** Requests that have had their effect, by their idempotency keys. */
  readonly appliedRequests: readonly AppliedRequest[];
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
