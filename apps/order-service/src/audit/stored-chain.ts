import type { Order } from '../orders/domain/order.js';
import type { AuditEntry, AuditSalts } from '../orders/persistence/audit-chain.js';

/** An entry of the chain as an anchor holds it. */
export interface AnchoredIn {
  readonly anchor: number;
  readonly sequence: number;
  readonly hash: string;
}

/** An order with its audit chain, and what was anchored of that. */
export interface StoredChain {
  readonly order: Order;
  readonly entries: readonly AuditEntry[];
  readonly salts: readonly AuditSalts[];
  readonly anchored: readonly AnchoredIn[];
}
