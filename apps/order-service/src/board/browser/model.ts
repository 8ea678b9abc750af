// What the API answers, as far as the board shows it.

export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export interface Units {
  readonly sku: string;
  readonly quantity: number;
}

export interface Line extends Units {
  readonly name: string;
  readonly lineTotal: Money;
  readonly cancelledQuantity: number;
  readonly shippedQuantity: number;
  readonly deliveredQuantity: number;
  readonly returnedQuantity: number;
  readonly refundedQuantity: number;
}

export interface Shipment {
  readonly id: string;
  readonly status: 'in_transit' | 'delivered' | 'lost';
  readonly carrier?: string;
  readonly trackingNumber?: string;
  readonly trackingUrl?: string;
  readonly items: readonly Units[];
  readonly shippedAt: string;
  readonly deliveredAt?: string;
}

export interface Return {
  readonly id: string;
  readonly status: 'requested' | 'approved' | 'received' | 'refunded' | 'rejected';
  readonly items: readonly Units[];
  readonly reason: string;
}

export interface VendorOrder {
  readonly vendorId: string;
  readonly status: string;
  readonly items: readonly Line[];
  readonly totals: Readonly<Record<'grandTotal' | 'cancelled' | 'commission' | 'payout' | 'refunded', Money>>;
  readonly shipments: readonly Shipment[];
  readonly returns: readonly Return[];
  readonly overdueSince?: string;
}

export interface Payment {
  readonly status: string;
  readonly authorized: Money;
  readonly captured: Money;
  readonly refunded: Money;
}

export interface Order {
  readonly id: string;
  readonly number: string;
  readonly customerId?: string;
  readonly email?: string;
  readonly status: string;
  readonly currency: string;
  readonly vendorOrders: readonly VendorOrder[];
  readonly totals: Readonly<Record<'grandTotal' | 'cancelled' | 'refunded', Money>>;
  readonly payment?: Payment;
  readonly shippingAddress: Readonly<Record<string, string>>;
  readonly hold?: { readonly reason: string; readonly by: string; readonly at: string };
  readonly version: number;
  readonly placedAt: string;
  readonly updatedAt: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface TimelineEntry {
  readonly sequence: number;
  readonly hidden?: boolean;
  readonly type?: string;
  readonly at?: string;
  readonly by?: string;
  readonly vendorId?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface LedgerEntry {
  readonly sequence: number;
  readonly kind: string;
  readonly figure?: string;
  readonly at: string;
  readonly amount: Money;
  readonly component?: string;
  readonly vendorId?: string;
}

export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  readonly totals: Readonly<Record<string, Money>>;
  readonly outstanding: readonly {
    readonly kind: string;
    readonly status: 'pending' | 'failed';
    readonly amount: Money;
    readonly vendorId?: string;
    readonly lastError?: string;
  }[];
}

/** Units that have neither left nor been cancelled. */
export function openUnits(line: Line): number {
  return line.quantity - line.cancelledQuantity - line.shippedQuantity;
}

export function openUnitsOf(part: VendorOrder): number {
  return part.items.reduce((sum, line) => sum + openUnits(line), 0);
}

/** What was paid to a vendor order and not given back: captured less refunded, which is what both sides still have of it. */
export function refundableMinor(parts: readonly VendorOrder[]): number {
  return parts.reduce((sum, { totals }) => sum + totals.commission.amount + totals.payout.amount, 0);
}
