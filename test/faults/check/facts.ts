import type { LedgerEntry } from '@marketplace/contracts';
import type { Amounts } from '@marketplace/domain';

/**
 * What is known after a scenario, from every side: the database, the streams, the far services and the buyers. The shapes of
 * stored documents are written down here, not taken from the service: only what the checks read.
 */
export interface Facts {
  orders: StoredOrder[];
  carts: StoredCart[];
  /** Everything on the streams, in their order. */
  orderEvents: PublishedEvent[];
  cartEvents: PublishedEvent[];
  ledger: LedgerEntry[];
  buyers: BuyerRecords;
}

export interface StoredLine {
  sku: string;
  quantity: number;
  cancelledQuantity: number;
  shippedQuantity: number;
  amounts: Amounts;
}

export interface StoredVendorOrder {
  vendorId: string;
  status: string;
  lines: StoredLine[];
  shipments: { amountMinor: number; capturedMinor: number }[];
  refunds: { amountMinor: number; refundedMinor: number }[];
}

export interface StoredTender {
  id: string;
  status: string;
  amountMinor: number;
}

export interface StoredOrder {
  _id: string;
  cartId?: string;
  customerId?: string;
  status: string;
  returnsCart?: boolean;
  vendorOrders: StoredVendorOrder[];
  payment: { status: string; tenders: StoredTender[]; operations: { id: string; status: string }[] };
  stock: { status: string; pending: { id: string }[] };
  /** The second line is where buyers write the key of the request, so that it is found again whatever became of it. */
  shippingAddress: { line2?: string };
  history: { sequence: number; type: string }[];
  publishedSequence: number;
  /** There once the order was announced. */
  listedAt?: Date;
}

export interface StoredCart {
  _id: string;
  status: string;
  orderId?: string;
  lines: { sku: string; quantity: number }[];
  outbox?: unknown[];
}

export interface PublishedEvent {
  /** The order or cart. */
  subject: string;
  sequence: number;
  type: string;
}

export interface Units {
  sku: string;
  quantity: number;
}

/** An order that a buyer was promised. */
export interface Acknowledgement {
  key: string;
  orderId: string;
  cartId?: string | undefined;
  customerId?: string | undefined;
  status: string;
  /** The total of the reply, and what the goods cost by the buyer's own reckoning. */
  totalMinor: number;
  askedMinor: number;
  units: Units[];
  /** All its payments are good, so it can only go on. */
  mustSucceed: boolean;
}

/** A change of an order that was promised to whoever asked for it. */
export interface AcknowledgedChange {
  orderId: string;
  change:
    | { kind: 'shipped' | 'cancelled'; vendorId: string }
    | { kind: 'units cancelled'; sku: string; quantity: number }
    | { kind: 'refunded'; amountMinor: number };
}

/** What the buyers and vendors wrote down. */
export interface BuyerRecords {
  acknowledgements: Acknowledgement[];
  changes: AcknowledgedChange[];
  /** Carts that were made, by the answer to whoever asked for them. */
  carts: string[];
  /** Keys of orders that were refused for good: nothing may have come of them. */
  refusedKeys: string[];
  /** Orders that somebody asked to cancel, in whole or in part. */
  askedToCancel: ReadonlySet<string>;
  /** Refusals that nobody could expect, and requests that were never answered. */
  complaints: Complaint[];
  /** Units that were ever put in stock, of the products whose stock is counted. */
  stock: ReadonlyMap<string, number>;
}

export interface Complaint {
  kind: 'refused' | 'unanswered';
  at: Date;
  /** The order or cart concerned, else the request's key. */
  subject: string;
  detail: string;
}

/** Nobody pays for it and nobody ships it: its payment was declined, it was cancelled, or there was no stock. */
export function isDead(order: StoredOrder): boolean {
  return order.status === 'cancelled' || order.status === 'payment_failed';
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
