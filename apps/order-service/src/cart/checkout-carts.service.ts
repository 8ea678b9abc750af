import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import type { Scope } from '../auth/principal.js';
import { untilWritten } from '../common/compare-and-set.js';
import { log } from '../common/logger.js';
import { Config } from '../config/config.js';
import { claimOf, expiryOf, itemsOf, type Cart, type Claim } from './domain/cart.js';
import { MergeCarts } from './merge-carts.service.js';
import { CartRepository } from './persistence/cart.repository.js';

/** What a checkout does with carts: read one, claim it for an order, give it back when the order fails. */
@Injectable()
export class CheckoutCarts {
  constructor(
    @Inject(CartRepository) private readonly carts: CartRepository,
    @Inject(MergeCarts) private readonly merging: MergeCarts,
    @Inject(Config) private readonly config: Config,
  ) {}

  async find(cartId: string, scope: Scope): Promise<Cart | undefined> {
    return this.carts.find(cartId, scope);
  }

  /** False when another checkout, or another change, came first: read it again. */
  async claim(cart: Cart, claim: Claim): Promise<boolean> {
    return this.carts.claim(cart, claim, new Date());
  }

  /**
   * Claims a cart again whose claim has lapsed, though its order has come after all. Whoever lets a claim lapse looks for the order
   * afterwards, and whoever writes an order late for the claim: so one of the two sees what the other has done.
   */
  async reclaim(cartId: string, claim: Claim): Promise<void> {
    await untilWritten(async () => {
      const cart = await this.carts.findForSystem(cartId);
      const hasLapsed = cart?.status === 'active' && cart.lapsedOrderId === claim.orderId;
      return !hasLapsed || (await this.carts.claim(cart, claim, new Date())) ? true : undefined;
    });
  }

  /**
   * Makes the cart of a failed order active again, with a whole lifetime before it. If its customer has started another
   * meanwhile, the two merge; a repetition finishes a merge that was interrupted. A later claim stays as it is, even of the same order.
   *
   * @param lapsed whether the order was never written
   * @returns false when it must be tried again
   */
  async release(cartId: string, claim: Claim, lapsed = false): Promise<boolean> {
    const now = new Date();
    const expiresAt = expiryOf(now, this.config.CART_LIFETIME_DAYS);
    if ((await this.carts.release(cartId, claim, now, expiresAt, lapsed)) === 'released') return true;
    const cart = await this.carts.findForSystem(cartId);
    if (!cart || !isDeepStrictEqual(claimOf(cart), claim)) return true;
    if (cart.mergedInto !== undefined) {
      await this.merging.joinReturned(cart, cart.mergedInto);
      return true;
    }
    const active = cart.customerId === undefined ? undefined : await this.carts.findActiveOf(cart.customerId);
    // The newer cart was ordered in this very moment: nothing is in the way any more, so the next try succeeds.
    if (!active) return false;
    log.info({ cartId, into: active.id, lines: itemsOf(cart).length }, 'a returned cart joins the newer one');
    if (!(await this.carts.retire(cart, active.id, now))) return false;
    await this.merging.joinReturned(cart, active.id);
    return true;
  }
}
