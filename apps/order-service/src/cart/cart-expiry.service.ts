import { Inject, Injectable } from '@nestjs/common';
import { CartJobsRepository, type ExpiredCart } from './persistence/cart-jobs.repository.js';

const MOST_A_BATCH = 200;

/**
 * Abandons carts whose lifetime is over. Each is compared and set, so of any number of replicas exactly one ends it, and a
 * cart that its owner changes at that moment lives on.
 */
@Injectable()
export class CartExpiry {
  constructor(@Inject(CartJobsRepository) private readonly jobs: CartJobsRepository) {}

  /** @returns how many were ended here; the others had been changed since */
  async expire(carts: readonly ExpiredCart[], now: Date): Promise<number> {
    return this.jobs.expire(carts, now);
  }

  /** Ends a batch of expired carts; whether there may be more. */
  async round(): Promise<{ done: number; isMore: boolean }> {
    const now = new Date();
    const carts = await this.jobs.findExpired(now, MOST_A_BATCH);
    return { done: await this.expire(carts, now), isMore: carts.length === MOST_A_BATCH };
  }
}
