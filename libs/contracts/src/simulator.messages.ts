import type { Money } from '@marketplace/domain';

/** Requests that only the marketplace simulator answers: development, demonstrations, tests and load. */
export const SIMULATOR_SUBJECTS = {
  ledger: 'sim.ledger',
  confirm: 'sim.confirm',
  catalog: 'sim.catalog',
} as const;

/** `sim.catalog`: adds or replaces products. Kept over a restart of the simulator. */
export interface LoadCatalogRequest {
  products: SimulatorProduct[];
}

export interface LoadCatalogReply {
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
  /** Units in stock; unlimited when left out. */
  stock?: number;
}

/** `sim.confirm`: the buyer confirms with the bank; every payment of the order that waits for it is authorized. */
export interface ConfirmRequest {
  orderId: string;
}

export interface ConfirmReply {
  confirmed: number;
}

/** `sim.ledger`: everything the simulator ever accepted, in pages of 500. */
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
  template?: string;
}

export interface LedgerReply {
  entries: LedgerEntry[];
  nextCursor: string | null;
}
