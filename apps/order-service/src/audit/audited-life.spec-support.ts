import type { Origin } from '../common/request-context.js';
import type { Order } from '../orders/domain/order.js';
import { sealed, type AuditEntry, type AuditSalts } from '../orders/persistence/audit-chain.js';
import type { StoredChain } from './stored-chain.js';

export const ORIGIN: Origin = { transport: 'http', address: '203.0.113.7', operation: 'orders.create' };

/** Writes the chain of an order as its repository does. */
export class ChainWriter {
  readonly #entries: AuditEntry[] = [];
  readonly #salts: AuditSalts[] = [];
  #stored: Order | undefined;

  /** @param next the order as a rule of the domain has left it */
  write(next: Order, origin: Origin = ORIGIN): void {
    const version = (this.#stored?.version ?? 0) + 1;
    const added = next.history.slice(this.#stored?.history.length ?? 0);
    const { entry, salts, head } = sealed(this.#stored?.auditHead, { ...next, version }, added, origin, next.updatedAt);
    this.#entries.push(entry);
    this.#salts.push(salts);
    this.#stored = { ...next, version, auditHead: head };
  }

  /** Everything as it comes back from the database, where nothing is shared and nothing is undefined. */
  stored(): StoredChain {
    if (!this.#stored) throw new Error('nothing was written');
    const { changedBy: _changedBy, ...order } = this.#stored;
    return structuredClone({ order, entries: this.#entries, salts: this.#salts, anchored: [] });
  }
}
