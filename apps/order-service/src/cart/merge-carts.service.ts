import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { GuestTokens } from '../auth/guest-tokens.js';
import { scopeOf, type Principal, type Scope } from '../auth/principal.js';
import { fingerprint } from '../common/fingerprint.js';
import { requireVersion } from '../common/compare-and-set.js';
import { CartChanges, type Changed, type Conditions } from './cart-changes.service.js';
import { itemsOf, limited, requireActive, wasApplied, withAdded, type Cart } from './domain/cart.js';
import { CartRepository } from './persistence/cart.repository.js';

const STAFF: Scope = { everything: true };

/**
 * Takes the items of one cart over into another. Two documents change, one after the other: first the source is closed
 * and names its successor, then its items are added under a key of their own. A repetition finishes what a crash left
 * between the two, and adds nothing twice.
 */
@Injectable()
export class MergeCarts {
  constructor(
    @Inject(CartRepository) private readonly carts: CartRepository,
    @Inject(CartChanges) private readonly changes: CartChanges,
    @Inject(GuestTokens) private readonly guestTokens: GuestTokens,
  ) {}

  /** @throws ProblemError `not_found` when the token is not the guest's for that cart */
  async takeOver(
    principal: Principal,
    cartId: string,
    source: { cartId: string; token: string },
    conditions: Conditions,
  ): Promise<Changed> {
    const guest = await this.#guestOf(source.token);
    if (guest?.kind !== 'guest' || guest.resource !== 'cart' || guest.id !== source.cartId)
      throw new ProblemError('not_found', 'there is no such cart');
    // The token has been checked; it no longer opens a cart that was taken over, but still says which one it was.
    const from = await this.carts.findForSystem(source.cartId);
    const target = await this.carts.find(cartId, scopeOf(principal));
    const isForeign = from?.mergedInto !== undefined && from.mergedInto !== target?.id;
    if (!from || from.customerId !== undefined || isForeign || !target) {
      throw new ProblemError('not_found', 'there is no such cart');
    }
    if (wasApplied(target, conditions.idempotent)) return { cart: target, replayed: true };
    const { expectedVersion, idempotent: alsoKnownAs } = conditions;
    const cart = await this.#merge(from, target, scopeOf(principal), { expectedVersion, alsoKnownAs });
    return { cart, replayed: false };
  }

  /** Joins the cart of a failed order to the one that its customer has started meanwhile. */
  async joinReturned(returned: Cart, active: Cart): Promise<void> {
    limited(withAdded(itemsOf(active), itemsOf(returned)));
    if (await this.carts.retire(returned, active.id, new Date())) await this.#addItems(returned, active.id, STAFF, {});
  }

  async #merge(from: Cart, target: Cart, scope: Scope, conditions: Conditions): Promise<Cart> {
    if (from.currency !== target.currency) {
      throw new ProblemError('currency_mismatch', `one cart is in ${from.currency}, the other in ${target.currency}`);
    }
    if (from.mergedInto === target.id) return this.#addItems(from, target.id, scope, conditions);
    requireVersion(target.version, conditions.expectedVersion);
    requireActive(target, new Date());
    limited(withAdded(itemsOf(target), itemsOf(from)));
    // Parallel requests for the same merge find it closed under this key, and go on to the second step.
    const closing = { key: `merged-into:${target.id}`, fingerprint: fingerprint(target.id) };
    const closed = await this.changes.apply(from.id, STAFF, { idempotent: closing }, ({ items }) => ({
      items,
      status: 'abandoned',
      mergedInto: target.id,
    }));
    return this.#addItems(closed.cart, target.id, scope, conditions);
  }

  async #addItems(from: Cart, targetId: string, scope: Scope, conditions: Conditions): Promise<Cart> {
    const idempotent = { key: `merge:${from.id}`, fingerprint: fingerprint(from.id) };
    const { cart } = await this.changes.apply(targetId, scope, { ...conditions, idempotent }, ({ items }) => ({
      items: withAdded(items, itemsOf(from)),
    }));
    return cart;
  }

  async #guestOf(token: string): Promise<Principal | undefined> {
    try {
      return await this.guestTokens.read(token);
    } catch (error) {
      if (error instanceof ProblemError) return undefined;
      throw error;
    }
  }
}
