import type { Batch } from './batch.js';
import type { WireRequest } from './draft.js';
import type { Findings } from './findings.js';
import type { Sender } from './sender.js';
import { changed, type Storage } from './storage.js';

/** So often requests are sent to new carts and orders until all of them are refused. */
const MOST_ROUNDS = 5;

interface Trace {
  refused: readonly number[];
  requests: readonly WireRequest[];
  collections: readonly string[];
}

/**
 * Whether changes that are refused leave the database as it is. They are sent again, to carts and orders of their own, without those
 * that were let through: what these would have changed is there for the others, so that some are let through now, and are left out of
 * the next round. In the last one all are refused.
 */
export class Refusals {
  /** How many were refused while nothing changed. */
  compared = 0;

  constructor(
    private readonly storage: Storage,
    private readonly sender: Sender,
    private readonly findings: Findings,
  ) {}

  /** @param indexes requests of the batch that have been refused before */
  async requireNoTrace(batch: Batch, indexes: readonly number[]): Promise<void> {
    // A job may have had its turn meanwhile, such as a cart or an order that lapses: it does not have it twice.
    const trace = (await this.#traceOf(batch, indexes)) && (await this.#traceOf(batch, indexes));
    if (trace) await this.#narrow(batch, trace);
  }

  /** What the requests that end up refused have left in the database; undefined if nothing. */
  async #traceOf(batch: Batch, indexes: readonly number[]): Promise<Trace | undefined> {
    let refused = indexes;
    for (let round = 1; round <= MOST_ROUNDS && refused.length > 0; round += 1) {
      const requests = await batch.make();
      const before = await this.storage.quietDigest();
      const still = await this.sender.send(requests, refused, batch.first);
      if (still.length < refused.length) {
        refused = still;
        continue;
      }
      const collections = changed(before, await this.storage.quietDigest());
      if (collections.length > 0) return { refused, requests, collections };
      this.compared += refused.length;
      return undefined;
    }
    return undefined;
  }

  /** Halves the requests until one is left that writes. */
  async #narrow(batch: Batch, { refused, requests, collections }: Trace): Promise<void> {
    const [only = 0] = refused;
    const request = requests[only];
    if (refused.length === 1 && request) {
      this.findings.add(request, batch.first + only, `was refused, and yet wrote to ${collections.join(', ')}`);
      return;
    }
    const known = this.findings.count;
    const middle = Math.ceil(refused.length / 2);
    await this.requireNoTrace(batch, refused.slice(0, middle));
    await this.requireNoTrace(batch, refused.slice(middle));
    if (this.findings.count > known) return;
    this.findings.note(
      `${refused.length} refused requests from ${batch.first} wrote to ${collections.join(', ')}, no half of them did`,
    );
  }
}
