import { Inject, Injectable } from '@nestjs/common';
import { ProblemError, PROBLEMS } from '@marketplace/contracts';
import { GuestTokens } from '../auth/guest-tokens.js';
import { scopeOf, type Principal, type Scope } from '../auth/principal.js';
import { requireVersion, untilWritten } from '../common/compare-and-set.js';
import { ownRequest, wasApplied } from '../common/applied-requests.js';
import { fingerprint } from '../common/fingerprint.js';
import { log } from '../common/logger.js';
import type { IdempotentRequest } from '../common/request-headers.js';
import { CartChanges, type Changed, type Conditions } from './cart-changes.service.js';
import { CartPricing } from './cart-pricing.service.js';
import {
  itemsOf,
  MOST_COUPON_CODES,
  requireActive,
  withAdded,
  withAddedAsFits,
  withCoupons,
  type Cart,
} from './domain/cart.js';
import { CartRepository } from './persistence/cart.repository.js';

const STAFF: Scope = { everything: true };

/**
 * Takes the items and coupons of one cart over into another. Two documents change, one after the other: first the source
 * is closed and names its successor, then its items are added under a key of their own. A repetition finishes what a crash
 * left between the two, and adds nothing twice. What can be refused is refused before anything is written.
 */
@Injectable()
export class MergeCarts {
  constructor(
    @Inject(CartRepository) private readonly carts: CartRepository,
    @Inject(CartChanges) private readonly changes: CartChanges,
    @Inject(CartPricing) private readonly pricing: CartPricing,
    @Inject(GuestTokens) private readonly guestTokens: GuestTokens,
  ) {}

  /**
   * @throws ProblemError `not_found` when the token is not the guest's for that cart, `currency_mismatch`,
   * `validation_failed` beyond the limits of a cart, and those of a change
   */
  async takeOver(
    principal: Principal,
    cartId: string,
    source: { cartId: string; token: string },
    conditions: Conditions,
  ): Promise<Changed> {
    const own = { ...conditions, idempotent: ownRequest(conditions.idempotent, principal) };
    const scope = scopeOf(principal);
    const target = await this.carts.find(cartId, scope);
    if (!target) throw notFound();
    // The guest's token may have expired since; a repetition needs it no more.
    if (wasApplied(target, own.idempotent)) return { cart: target, replayed: true };
    const guest = await this.#guestOf(source.token);
    if (guest?.kind !== 'guest' || guest.resource !== 'cart' || guest.id !== source.cartId) throw notFound();
    const from = await untilWritten(async () => this.#close(source.cartId, target, own));
    return this.changes.apply(target.id, scope, { ...own, once: mergeOf(from) }, (current) => ({
      items: withAdded(itemsOf(current), itemsOf(from)),
      couponCodes: withCoupons(current.couponCodes, from.couponCodes),
      takenOver: from.lines,
    }));
  }

  /**
   * Adds the items of a failed order's cart, which names the other as its successor by now, to that other one. Its customer
   * did not ask for it, so that what does not fit is left out, and refused by nobody.
   */
  async joinReturned(returned: Cart, activeId: string): Promise<void> {
    try {
      await this.changes.apply(activeId, STAFF, { once: mergeOf(returned) }, (current) => ({
        items: withAddedAsFits(current.lines, returned.lines),
        couponCodes: [...new Set([...current.couponCodes, ...returned.couponCodes])].slice(0, MOST_COUPON_CODES),
        takenOver: returned.lines,
      }));
    } catch (error) {
      // The newer cart has been ordered in the same moment, or is in another currency: it stays so however often it is
      // tried. The items can still be read in the returned cart. What is only away at the moment is tried again.
      if (!(error instanceof ProblemError) || PROBLEMS[error.code].status >= 500) throw error;
      log.warn({ cartId: returned.id, into: activeId, code: error.code }, 'a returned cart could not be joined');
    }
  }

  /** Ends the guest's cart, if the target can take all of it; undefined when somebody else's write came first. */
  async #close(sourceId: string, target: Cart, conditions: Conditions): Promise<Cart | undefined> {
    const from = await this.carts.findForSystem(sourceId);
    if (!from || from.customerId !== undefined) throw notFound();
    if (from.mergedInto === target.id) return from;
    // It has been taken over by another cart, and the guest's token ended with that.
    if (from.mergedInto !== undefined) throw notFound();
    const { currency } = target;
    if (from.currency !== currency) {
      throw new ProblemError('currency_mismatch', `one cart is in ${from.currency}, the other in ${currency}`);
    }
    const now = new Date();
    requireVersion(target.version, conditions.expectedVersion);
    requireActive(target, now);
    requireActive(from, now);
    const items = withAdded(itemsOf(target), itemsOf(from));
    const couponCodes = withCoupons(target.couponCodes, from.couponCodes);
    await this.pricing.price({ currency, items, couponCodes }, [...target.lines, ...from.lines]);
    return (await this.carts.retire(from, target.id, now)) ? from : undefined;
  }

  /** Whoever the token stands for; undefined when it is none of ours: the cart it is for must not be told apart. */
  async #guestOf(token: string): Promise<Principal | undefined> {
    try {
      return await this.guestTokens.read(token);
    } catch (error) {
      if (error instanceof ProblemError) return undefined;
      throw error;
    }
  }
}

function mergeOf(from: Cart): IdempotentRequest {
  return { key: `merge:${from.id}`, fingerprint: fingerprint(from.id) };
}

function notFound(): ProblemError {
  return new ProblemError('not_found', 'there is no such cart');
}
