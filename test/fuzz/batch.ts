import fc from 'fast-check';
import type { TestStack } from '../support/stack.js';
import { wireOf, type WireRequest } from './draft.js';
import { drafts } from './drafts.js';
import { makeFixtures } from './fixtures.js';

/**
 * Requests that are made up together. Made again they are the same ones, about other carts and orders: what they choose from is new,
 * but their choices are the seed's.
 */
export class Batch {
  constructor(
    private readonly stack: TestStack,
    private readonly seed: number,
    /** How many requests of the run come before it. */
    readonly first: number,
    readonly size: number,
  ) {}

  async make(): Promise<WireRequest[]> {
    const facts = await makeFixtures(this.stack);
    return fc.sample(drafts(facts), { seed: this.seed + this.first, numRuns: this.size }).map(wireOf);
  }
}
