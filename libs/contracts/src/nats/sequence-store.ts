/**
 * Remembers how far each order has come for one reader of its events. What is kept belongs where the reader's own effects are kept, if
 * possible in the same transaction: then every event has its effect exactly once.
 */
export interface SequenceStore {
  /** The sequence of the last event of the order that was handled; undefined for none. */
  lastOf(orderId: string): Promise<number | undefined>;
  /** The event was handled. Called before it is acknowledged. */
  handled(orderId: string, sequence: number): Promise<void>;
}

const MOST_ORDERS = 100_000;

/** Keeps the sequences of the orders seen last in memory: for readers whose effects do not outlive the process either. */
export class MemorySequenceStore implements SequenceStore {
  readonly #sequences = new Map<string, number>();

  /** @param mostOrders how many orders to remember; the one that was quiet the longest is forgotten first */
  constructor(private readonly mostOrders = MOST_ORDERS) {}

  async lastOf(orderId: string): Promise<number | undefined> {
    return this.#sequences.get(orderId);
  }

  async handled(orderId: string, sequence: number): Promise<void> {
    this.#sequences.delete(orderId);
    this.#sequences.set(orderId, sequence);
    if (this.#sequences.size <= this.mostOrders) return;
    const [oldest] = this.#sequences.keys();
    if (oldest !== undefined) this.#sequences.delete(oldest);
  }
}
