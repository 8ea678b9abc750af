import type { PaymentOperation } from './order.js';

/** The figures that the entries of a ledger add up to. */
export const LEDGER_FIGURES = [
  'placed',
  'cancelled',
  'authorized',
  'voided',
  'captured',
  'refunded',
  'commission',
  'payout',
] as const;
export type LedgerFigure = (typeof LEDGER_FIGURES)[number];

export const LEDGER_KINDS = [
  ...LEDGER_FIGURES,
  'commission-reversed',
  'goodwill',
  'payout-reduced',
  'payout-eligible',
  'chargeback',
] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

export const LEDGER_CAUSES = [
  'placement',
  'cancellation',
  'shipment',
  'delivery',
  'refund',
  'closing',
  'dispute',
] as const;
export type LedgerCauseType = (typeof LEDGER_CAUSES)[number];

export type LedgerComponent = 'items' | 'shipping' | 'discount' | 'tax';

/**
 * What moved the money. A closing is the end of an order: what is left of the payment is given up. A dispute is between the
 * buyer and the bank.
 */
export interface LedgerCause {
  readonly type: LedgerCauseType;
  /** The shipment, refund or cancellation; for a closing the event that ended the order, where there was one. */
  readonly id?: string;
  /** The return that a refund was given for. */
  readonly returnId?: string;
}

export interface LedgerEntry {
  /** 1, 2, 3 ... within the ledger. */
  readonly sequence: number;
  readonly kind: LedgerKind;
  /** The figure that the amount is added to; undefined for those that only inform: `payout-eligible` and `chargeback`. */
  readonly figure?: LedgerFigure;
  readonly at: Date;
  /** Minor units, signed by what the entry does to its figure. */
  readonly amountMinor: number;
  readonly component?: LedgerComponent;
  readonly fundedBy?: 'vendor' | 'marketplace';
  readonly vendorId?: string;
  readonly tenderId?: string;
  readonly cause: LedgerCause;
  /** Under which the Payment Service was asked. */
  readonly idempotencyKey?: string;
}

/** A movement of money that was decided and has not happened: pending, or failed and left to people. */
export interface OutstandingOperation {
  readonly kind: PaymentOperation['kind'];
  readonly status: 'pending' | 'failed';
  readonly amountMinor: number;
  readonly tenderId: string;
  readonly vendorId?: string;
  readonly cause: LedgerCause;
  readonly createdAt: Date;
  readonly attempts: number;
  readonly lastError?: string;
  readonly idempotencyKey: string;
}

export interface Ledger {
  /** Oldest first. */
  readonly entries: readonly LedgerEntry[];
  /** The sums of the entries, in minor units. */
  readonly totals: Readonly<Record<LedgerFigure, number>>;
  readonly outstanding: readonly OutstandingOperation[];
}

/** To which figure an entry of each kind is added. */
export const FIGURE_OF_KIND: Readonly<Record<LedgerKind, LedgerFigure | undefined>> = {
  placed: 'placed',
  cancelled: 'cancelled',
  authorized: 'authorized',
  voided: 'voided',
  captured: 'captured',
  refunded: 'refunded',
  commission: 'commission',
  'commission-reversed': 'commission',
  goodwill: 'commission',
  payout: 'payout',
  'payout-reduced': 'payout',
  'payout-eligible': undefined,
  chargeback: undefined,
};
