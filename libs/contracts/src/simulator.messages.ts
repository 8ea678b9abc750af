import type { Money } from './money.js';
import type { NotificationRecipientKind } from './notification.messages.js';

/** Requests that only the marketplace simulator answers: development, demonstrations, tests and load. */
export const SIMULATOR_SUBJECTS = {
  ledger: 'sim.ledger',
  confirm: 'sim.confirm',
  catalog: 'sim.catalog',
  dials: 'sim.dials',
} as const;

/** The faults that the simulator can be told to show. All are off unless the environment or `sim.dials` turns them on. */
export interface SimulatorDials {
  /** Every request of the catalog, inventory and payments waits this long before it is worked on. */
  latencyMs: number;
  /** Authorizations are done at once, but answered this much later. Their event does not wait for the answer. */
  authorizeLatencyMs: number;
  /** Share, 0 to 1, of the authorizations that would succeed but are declined. */
  declineRate: number;
  /** Share, 0 to 1, of authorizations, captures, voids and refunds that are done but never answered. */
  lostReplyRate: number;
  /** Share, 0 to 1, of the Payment Service's replies that come `lateReplyMs` later than they should. */
  lateReplyRate: number;
  lateReplyMs: number;
  /** Share, 0 to 1, of the Payment Service's replies that are sent twice. */
  doubleReplyRate: number;
  /** Share, 0 to 1, of payment events that are published a second time, past the duplicate check of the stream. */
  duplicateEventRate: number;
  /** Payment events are published this much later. */
  eventDelayMs: number;
  /** Every payment event is held back for a random time of up to a second, so that events overtake each other. */
  reorderEvents: boolean;
  /** Requests are neither worked on nor answered, as if the service were dead. */
  failCatalog: boolean;
  failInventory: boolean;
  failPayments: boolean;
}

/**
 * `sim.dials`: turns the dials that are named and leaves the others; answers {@link SimulatorDials} as they are then.
 * `crash` ends the simulator's process at once, with exit code 1 and no answer.
 */
export type SetDialsRequest = Partial<SimulatorDials> & { crash?: boolean };

/** `sim.catalog`: adds or replaces products. Kept over a restart of the simulator. */
export interface LoadCatalogRequest {
  products: SimulatorProduct[];
}

export interface LoadCatalogReply {
  /** How many products this request added or replaced. */
  products: number;
}

export interface SimulatorProduct {
  sku: string;
  name: string;
  vendorId: string;
  unitPrice: Money;
  /** Shipping in minor units: once a vendor order, however many lines, or for every unit. */
  shipping: { flatMinor: number } | { perUnitMinor: number };
  /** Basis points. */
  commissionRate: number;
  /** Units that can be had from now on, besides those already reserved; unlimited when left out. */
  stock?: number;
}

/** `sim.confirm`: the buyer confirms with the bank; every payment of the order that waits for it is authorized. */
export interface ConfirmRequest {
  orderId: string;
}

export interface ConfirmReply {
  confirmed: number;
}

/**
 * `sim.ledger`: everything the simulator ever accepted, in pages of at most 500 entries (fewer where the entries are so
 * large that the reply would outgrow a message). The last page is the one whose `nextCursor` is null.
 */
export interface LedgerRequest {
  orderId?: string;
  cursor?: string;
}

export interface LedgerEntry {
  /** Position in the ledger, starting at 1. */
  sequence: number;
  kind:
    'authorization' | 'decline' | 'capture' | 'void' | 'refund' | 'reservation' | 'commit' | 'release' | 'notification';
  time: string;
  orderId?: string;
  tenderId?: string;
  paymentId?: string;
  /** Idempotency key, stock operation id or notification id: one effect each. */
  key: string;
  /** How often this key was asked, the first time included. */
  asked: number;
  amount?: Money;
  items?: { sku: string; quantity: number }[];
  /** Of a notification: which message, and for whom; the id of its command, `key`, says to whom exactly. */
  template?: string;
  recipient?: NotificationRecipientKind;
}

export interface LedgerReply {
  entries: LedgerEntry[];
  nextCursor: string | null;
}
