import { Inject, Injectable } from '@nestjs/common';
import { Elections } from '../common/elections.js';
import { log } from '../common/logger.js';
import { Config } from '../config/config.js';
import { CheckoutCarts } from './checkout-carts.service.js';
import type { Claim } from './domain/cart.js';
import type { CartWithEvents } from './persistence/cart-jobs.repository.js';

/** Which of these orders are stored, each with the latest attempt at it. */
type FindAttempts = (orderIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;

/**
 * Looks after carts that were claimed by a checkout which died before its order was written. Their event has not been told by then: what tells
 * of a claim waits for its order, and a claim that waits for too long has lapsed and gives the cart back.
 */
@Injectable()
export class CartClaims {
  #findAttempts: FindAttempts | undefined;

  constructor(
    @Inject(CheckoutCarts) private readonly carts: CheckoutCarts,
    @Inject(Elections) private readonly elections: Elections,
    @Inject(Config) private readonly config: Config,
  ) {}

  /** Carts know no orders: the module that does says which are there. */
  findAttemptsWith(find: FindAttempts): void {
    this.#findAttempts = find;
  }

  /** The carts whose events may be told: those that are claimed for nothing, or for an order that is there. */
  async settled(carts: readonly CartWithEvents[]): Promise<CartWithEvents[]> {
    const isThere = await this.#look(carts.flatMap(({ claim }) => claim ?? []));
    const settled: CartWithEvents[] = [];
    for (const cart of carts) {
      if (!cart.claim || isThere(cart.claim)) settled.push(cart);
      else await this.#lapse(cart, cart.claim);
    }
    return settled;
  }

  /** Tells of each of these claims whether its order is there. */
  async #look(claims: readonly Claim[]): Promise<(claim: Claim) => boolean> {
    const attempts = claims.length > 0 ? await this.#findAttempts?.(claims.map(({ orderId }) => orderId)) : undefined;
    return ({ orderId, attempt }) => (attempts?.get(orderId) ?? 0) >= attempt;
  }

  async #lapse({ id, outbox }: CartWithEvents, claim: Claim): Promise<void> {
    const claimedAt = outbox.findLast(({ orderId }) => orderId === claim.orderId)?.at;
    // After an election an order that is there may not be seen for a moment.
    if (this.elections.isRecent) return;
    if (!claimedAt || Date.now() - claimedAt.getTime() < this.config.RECOVERY_AFTER_MS) return;
    log.warn(
      { cartId: id, orderId: claim.orderId },
      'a checkout has left its cart without an order; it is active again',
    );
    await this.carts.release(id, claim, true);
    const isThere = await this.#look([claim]);
    if (isThere(claim)) await this.carts.reclaim(id, claim);
  }
}
