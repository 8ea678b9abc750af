import type { Batch } from './batch.js';
import type { Findings } from './findings.js';
import type { Sender } from './sender.js';
import { changed, type Storage } from './storage.js';

/** So often requests are sent to new carts and orders until all of them are refused. */
const MOST_ROUNDS = 5;

/**
 * Whether requests that are refused leave the database as it is. They are sent again, to carts and orders of their own, without those
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
    let refused = indexes;
    for (let round = 1; round <= MOST_ROUNDS && refused.length > 0; round += 1) {
      const requests = await batch.make();
      const before = await this.storage.quietDigest();
      const still = await this.sender.send(requests, refused, batch.first);
      if (still.length < refused.length) {
        refused = still;
        continue;
      }
      const traces = changed(before, await this.storage.quietDigest());
      if (traces.length === 0) this.compared += refused.length;
      else await this.#narrow(batch, refused, traces, requests);
      return;
    }
  }

  async #narrow(
    batch: Batch,
    refused: readonly number[],
    traces: readonly string[],
    requests: Awaited<ReturnType<Batch['make']>>,
  ): Promise<void> {
    const [only = 0] = refused;
    const request = requests[only];
    if (refused.length === 1 && request) {
      this.findings.add(request, batch.first + only, `was refused, and yet wrote to ${traces.join(', ')}`);
      return;
    }
    const known = this.findings.count;
    const middle = Math.ceil(refused.length / 2);
    await this.requireNoTrace(batch, refused.slice(0, middle));
    await this.requireNoTrace(batch, refused.slice(middle));
    if (this.findings.count > known) return;
    this.findings.note(
      `${refused.length} refused requests from ${batch.first} wrote to ${traces.join(', ')}, no half of them did`,
    );
  }
}
