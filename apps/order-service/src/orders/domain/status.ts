import { StateMachine } from '@marketplace/domain';

export const VENDOR_ORDER_STATUSES = [
  'pending',
  'confirmed',
  'processing',
  'partially_shipped',
  'shipped',
  'partially_delivered',
  'delivered',
  'returned',
  'cancelled',
] as const;
export type VendorOrderStatus = (typeof VENDOR_ORDER_STATUSES)[number];

export const ORDER_STATUSES = [...VENDOR_ORDER_STATUSES, 'payment_failed'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const PAYMENT_STATUSES = [
  'pending',
  'authorizing',
  'unknown',
  'requires_action',
  'authorized',
  'partially_captured',
  'captured',
  'partially_refunded',
  'refunded',
  'declined',
  'voided',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export const SHIPMENT_STATUSES = ['in_transit', 'delivered', 'lost'] as const;
export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

export const RETURN_STATUSES = ['requested', 'approved', 'received', 'refunded', 'rejected'] as const;
export type ReturnStatus = (typeof RETURN_STATUSES)[number];

/** What one vendor ships. The partial states last until every unit that was not cancelled has moved on. */
export const vendorOrderMachine = new StateMachine<VendorOrderStatus>('vendor order', 'pending', {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['processing', 'partially_shipped', 'shipped', 'cancelled'],
  processing: ['partially_shipped', 'shipped', 'cancelled'],
  partially_shipped: ['shipped', 'partially_delivered', 'delivered', 'returned'],
  shipped: ['partially_delivered', 'delivered'],
  partially_delivered: ['delivered', 'returned'],
  delivered: ['returned'],
  returned: [],
  cancelled: [],
});

/** One means of payment of an order. `unknown`: the call timed out, and only asking can tell. */
export const tenderMachine = new StateMachine<PaymentStatus>('payment', 'pending', {
  pending: ['authorizing', 'voided'],
  authorizing: ['authorized', 'declined', 'requires_action', 'unknown', 'voided'],
  unknown: ['authorizing', 'authorized', 'declined', 'requires_action', 'voided'],
  requires_action: ['authorized', 'declined', 'voided'],
  authorized: ['partially_captured', 'captured', 'voided'],
  partially_captured: ['captured', 'partially_refunded', 'refunded'],
  captured: ['partially_refunded', 'refunded'],
  partially_refunded: ['refunded'],
  refunded: [],
  declined: [],
  voided: [],
});

/** A parcel; it is made when it leaves. */
export const shipmentMachine = new StateMachine<ShipmentStatus>('shipment', 'in_transit', {
  in_transit: ['delivered', 'lost'],
  delivered: [],
  lost: [],
});

/** Delivered units that come back. */
export const returnMachine = new StateMachine<ReturnStatus>('return', 'requested', {
  requested: ['approved', 'rejected'],
  approved: ['received'],
  received: ['refunded'],
  refunded: [],
  rejected: [],
});

const HAS_LEFT: ReadonlySet<VendorOrderStatus> = new Set(['shipped', 'partially_delivered', 'delivered', 'returned']);
const HAS_ARRIVED: ReadonlySet<VendorOrderStatus> = new Set(['delivered', 'returned']);

/** The status of an order follows from those of its vendor orders; cancelled ones count only when all are. */
export function orderStatus(vendorOrderStatuses: readonly VendorOrderStatus[]): Exclude<OrderStatus, 'payment_failed'> {
  const live = vendorOrderStatuses.filter((status) => status !== 'cancelled');
  if (live.length === 0) return 'cancelled';
  if (live.every((status) => status === 'returned')) return 'returned';
  if (live.every((status) => HAS_ARRIVED.has(status))) return 'delivered';
  if (live.every((status) => HAS_LEFT.has(status))) {
    return live.every((status) => status === 'shipped') ? 'shipped' : 'partially_delivered';
  }
  if (live.some((status) => HAS_LEFT.has(status) || status === 'partially_shipped')) return 'partially_shipped';
  if (live.includes('processing')) return 'processing';
  return live.every((status) => status === 'confirmed') ? 'confirmed' : 'pending';
}

/** The figures that decide the status of a payment once it is authorized, in minor units. */
export interface PaymentFigures {
  /** What was authorized at first; `voided` says how much of it was given up. */
  authorizedMinor: number;
  voidedMinor: number;
  capturedMinor: number;
  refundedMinor: number;
}

/** The status of money that was authorized, as its figures say it. */
export function settledStatus(figures: PaymentFigures): PaymentStatus {
  const { authorizedMinor, voidedMinor, capturedMinor, refundedMinor } = figures;
  const open = authorizedMinor - voidedMinor - capturedMinor;
  if (refundedMinor > 0) return refundedMinor === capturedMinor && open === 0 ? 'refunded' : 'partially_refunded';
  if (capturedMinor > 0) return open === 0 ? 'captured' : 'partially_captured';
  return open === 0 && authorizedMinor > 0 ? 'voided' : 'authorized';
}

/** The order's payment status: the least settled of its tenders decides, then the figures of all of them together. */
export function paymentStatus(tenders: readonly (PaymentFigures & { status: PaymentStatus })[]): PaymentStatus {
  if (tenders.length === 0) return 'captured';
  const decisive: readonly PaymentStatus[] = ['declined', 'unknown', 'requires_action', 'authorizing', 'pending'];
  for (const status of decisive) if (tenders.some((tender) => tender.status === status)) return status;
  const figures = { authorizedMinor: 0, voidedMinor: 0, capturedMinor: 0, refundedMinor: 0 };
  for (const tender of tenders) {
    figures.authorizedMinor += tender.authorizedMinor;
    figures.voidedMinor += tender.voidedMinor;
    figures.capturedMinor += tender.capturedMinor;
    figures.refundedMinor += tender.refundedMinor;
  }
  return tenders.every((tender) => tender.status === 'voided') ? 'voided' : settledStatus(figures);
}
