import { setTimeout as delay } from 'node:timers/promises';
import { UNSETTLED } from './check/read-facts.js';
import type { FaultStack } from './fault-stack.js';

const POLL_MS = 100;

interface Interrupted {
  since: number;
  orderIds: Set<string>;
}

/**
 * Measures recovery while the load goes on: of the orders that were unsettled when a fault had been done (for kills) or healed
 * (for outages), how long it took until none of them was. A pending asynchronous payment counts as unsettled too.
 */
export class RecoveryWatch {
  longestMs = 0;
  #watched: Interrupted[] = [];
  #running = true;
  readonly #ended: Promise<void>;

  constructor(private readonly stack: FaultStack) {
    this.#ended = this.#watch();
  }

  /** The fault was done, or has healed, at that instant. */
  async note(since = Date.now()): Promise<void> {
    const orderIds = new Set(await this.#unsettledAmong());
    if (orderIds.size > 0) this.#watched.push({ since, orderIds });
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#ended;
  }

  async #watch(): Promise<void> {
    while (this.#running) {
      await delay(POLL_MS);
      if (this.#watched.length === 0) continue;
      const ids = [...new Set(this.#watched.flatMap(({ orderIds }) => [...orderIds]))];
      // The database may be away just now; what was to be seen is seen the next time.
      const left = await this.#unsettledAmong(ids).catch(() => ids);
      this.#compare(new Set(left));
    }
  }

  #compare(left: ReadonlySet<string>): void {
    const now = Date.now();
    for (const watched of this.#watched) {
      for (const id of watched.orderIds) if (!left.has(id)) watched.orderIds.delete(id);
      if (watched.orderIds.size === 0) this.longestMs = Math.max(this.longestMs, now - watched.since);
    }
    this.#watched = this.#watched.filter(({ orderIds }) => orderIds.size > 0);
  }

  async #unsettledAmong(ids?: readonly string[]): Promise<string[]> {
    const filter = ids === undefined ? UNSETTLED : { _id: { $in: [...ids] }, ...UNSETTLED };
    const found = await this.stack.orders.find(filter, { projection: { _id: 1 } }).toArray();
    return found.map(({ _id }) => _id);
  }
}
