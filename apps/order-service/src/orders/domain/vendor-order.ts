import type { Amounts } from '@marketplace/domain';
import type { Actor } from './actor.js';
import type { ReturnStatus, ShipmentStatus, VendorOrderStatus } from './status.js';

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
