import { Inject, Injectable } from '@nestjs/common';
import type { Scope } from '../auth/principal.js';
import { log } from '../common/logger.js';
import { Config } from '../config/config.js';
import { expiryOf, itemsOf, type Cart, type CartClaim } from './domain/cart.js';
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
  async claim(cart: Cart, orderId: string): Promise<boolean> {
    return this.carts.claim(cart, orderId, new Date());
  }

  /**
   * Makes the cart of a failed order active again, with a whole lifetime before it. If its customer has started another
   * meanwhile, the two merge; a repetition finishes a merge that was interrupted. Whoever comes late finds another claim,
   * and leaves it alone.
   *
   * @returns false when it must be tried again
   */
  async release(claim: CartClaim): Promise<boolean> {
    const { cartId, orderId, version } = claim;
    const now = new Date();
    const expiresAt = expiryOf(now, this.config.CART_LIFETIME_DAYS);
    if ((await this.carts.release(claim, now, expiresAt)) === 'released') return true;
    const cart = await this.carts.findForSystem(cartId);
    if (!cart || cart.orderId !== orderId) return true;
    if (cart.mergedInto !== undefined) {
      await this.merging.joinReturned(cart, cart.mergedInto);
      return true;
    }
    if (version !== undefined && cart.version !== version) return true;
    const active = cart.customerId === undefined ? undefined : await this.carts.findActiveOf(cart.customerId);
    // The newer cart was ordered in this very moment: nothing is in the way any more, so the next try succeeds.
    if (!active) return false;
    log.info({ cartId, into: active.id, lines: itemsOf(cart).length }, 'a returned cart joins the newer one');
    if (!(await this.carts.retire(cart, active.id, now))) return false;
    await this.merging.joinReturned(cart, active.id);
    return true;
  }
}
