import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { ProblemError } from '@marketplace/contracts';
import { customerIdOf, principalKey, scopeOf, type Principal, type Scope } from '../auth/principal.js';
import { noted, ownRequest, wasApplied } from '../common/applied-requests.js';
import { untilWritten } from '../common/compare-and-set.js';
import { derivedId } from '../common/fingerprint.js';
import type { IdempotentRequest } from '../common/request-headers.js';
import { Config } from '../config/config.js';
import { CartChanges, type Changed, type Conditions } from './cart-changes.service.js';
import { CartExpiry } from './cart-expiry.service.js';
import { CartPricing } from './cart-pricing.service.js';
import {
  expiryOf,
  isExpired,
  withAdded,
  withCoupons,
  withQuantity,
  itemsOf,
  type Cart,
  type CartItem,
} from './domain/cart.js';
import { CartRepository } from './persistence/cart.repository.js';

export interface NewCart {
  readonly currency?: string | undefined;
  readonly items?: readonly CartItem[] | undefined;
  readonly couponCodes?: readonly string[] | undefined;
}

type Created = Changed & { created: boolean };

/** What callers do with carts. */
@Injectable()
export class CartService {
  constructor(
    @Inject(CartRepository) private readonly carts: CartRepository,
    @Inject(CartChanges) private readonly changes: CartChanges,
    @Inject(CartPricing) private readonly pricing: CartPricing,
    @Inject(CartExpiry) private readonly expiry: CartExpiry,
    @Inject(Config) private readonly config: Config,
  ) {}

  /** A customer's call adds to the active cart if there is one; a guest's always makes a cart of its own. */
  async create(principal: Principal, request: NewCart, keyed?: IdempotentRequest): Promise<Created> {
    return untilWritten(() => this.#createOrAdd(principal, request, keyed));
  }

  /** Undefined when the cart to add to, or the room for a new one, is gone: then there is another state to begin from. */
  async #createOrAdd(
    principal: Principal,
    request: NewCart,
    keyed: IdempotentRequest | undefined,
  ): Promise<Created | undefined> {
    const customerId = customerIdOf(principal);
    const id = keyed ? derivedId(principalKey(principal), 'carts.create', keyed.key) : uuid();
    const idempotent = ownRequest(keyed, principal);
    // Read first: a cart that the same request changes after this, and that is ordered at once, is then found by its key.
    const active = customerId === undefined ? undefined : await this.carts.findActiveOf(customerId);
    const before = idempotent && (await this.carts.findApplied(id, customerId, idempotent.key));
    // Whatever has become of the cart since: it is what this request has made.
    if (before && wasApplied(before, idempotent)) return { cart: before, replayed: true, created: before.id === id };
    if (active && !isExpired(active, new Date())) return this.#addTo(active, id, principal, request, idempotent);
    // The background job has not come by yet; its customer need not wait for it.
    if (active) await this.expiry.expire([active], new Date());
    // A key that is forgotten by now may have left a cart under the id that follows from it.
    const freeId = before?.id === id ? uuid() : id;
    return this.#insert(freeId, principal, request, idempotent);
  }

  async #insert(
    id: string,
    principal: Principal,
    request: NewCart,
    idempotent: IdempotentRequest | undefined,
  ): Promise<Created | undefined> {
    const customerId = customerIdOf(principal);
    const cart = await this.#newCart(id, customerId, request, idempotent);
    if (await this.carts.insert(cart)) return { cart, replayed: false, created: true };
    // Another request has made the cart, or another cart of this customer, in the meantime.
    const rival = customerId === undefined ? undefined : await this.carts.findActiveOf(customerId);
    if (rival) return this.#addTo(rival, id, principal, request, idempotent);
    const twin = await this.carts.findForSystem(id);
    if (twin && wasApplied(twin, idempotent)) return { cart: twin, replayed: true, created: true };
    return undefined;
  }

  async #addTo(
    cart: Cart,
    newId: string,
    principal: Principal,
    request: NewCart,
    idempotent: IdempotentRequest | undefined,
  ): Promise<Created | undefined> {
    if (request.currency !== undefined && request.currency !== cart.currency) {
      throw new ProblemError('currency_mismatch', `the active cart is in ${cart.currency}`);
    }
    try {
      const changed = await this.changes.apply(cart.id, scopeOf(principal), { idempotent }, (current) => ({
        items: withAdded(itemsOf(current), request.items ?? []),
        couponCodes: withCoupons(current.couponCodes, request.couponCodes ?? []),
      }));
      return { ...changed, created: changed.cart.id === newId };
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async #newCart(
    id: string,
    customerId: string | undefined,
    request: NewCart,
    idempotent: IdempotentRequest | undefined,
  ): Promise<Cart> {
    const currency = request.currency ?? this.config.DEFAULT_CURRENCY;
    const couponCodes = withCoupons([], request.couponCodes ?? []);
    const lines = await this.pricing.price({ currency, items: withAdded([], request.items ?? []), couponCodes }, []);
    const now = new Date();
    return {
      id,
      ...(customerId === undefined ? {} : { customerId }),
      status: 'active',
      currency,
      lines,
      couponCodes,
      appliedRequests: noted({ appliedRequests: [] }, idempotent, now),
      version: 1,
      quotedAt: now,
      expiresAt: expiryOf(now, this.config.CART_LIFETIME_DAYS),
      createdAt: now,
      updatedAt: now,
    };
  }

  /** The cart, at fresh prices when its quote is old. */
  async get(cartId: string, scope: Scope): Promise<Cart> {
    const cart = await this.carts.find(cartId, scope);
    if (!cart) throw notFound();
    const isOwner = cart.customerId === undefined ? scope.cartId === cartId : scope.customerId === cart.customerId;
    return this.changes.refresh(cart, isOwner);
  }

  async getActiveOf(principal: Principal): Promise<Cart> {
    const customerId = customerIdOf(principal);
    const cart = customerId === undefined ? undefined : await this.carts.findActiveOf(customerId);
    if (!cart || isExpired(cart, new Date())) throw notFound();
    return this.changes.refresh(cart, true);
  }

  async addItem(cartId: string, principal: Principal, item: CartItem, conditions: Conditions): Promise<Changed> {
    const own = { ...conditions, idempotent: ownRequest(conditions.idempotent, principal) };
    return this.changes.apply(cartId, scopeOf(principal), own, (cart) => ({
      items: withAdded(itemsOf(cart), [item]),
    }));
  }

  /** Sets the units of a line; none removes it, and removing what is not there changes nothing. */
  async setQuantity(cartId: string, scope: Scope, item: CartItem, expectedVersion?: number): Promise<Cart> {
    const { cart } = await this.changes.apply(cartId, scope, { expectedVersion }, (current) => ({
      items: withQuantity(itemsOf(current), item.sku, item.quantity),
    }));
    return cart;
  }

  /** Puts these coupon codes in the place of all others. Whether a code is good for anything, the catalog says by its quote. */
  async setCoupons(cartId: string, scope: Scope, codes: readonly string[], expectedVersion?: number): Promise<Cart> {
    const { cart } = await this.changes.apply(cartId, scope, { expectedVersion }, (current) => ({
      items: itemsOf(current),
      couponCodes: withCoupons([], codes),
    }));
    return cart;
  }

  async abandon(cartId: string, scope: Scope, expectedVersion?: number): Promise<void> {
    await this.changes.abandon(cartId, scope, { expectedVersion });
  }
}

function notFound(): ProblemError {
  return new ProblemError('not_found', 'there is no such cart');
}

/** Whether a cart has been ordered, abandoned or taken from its customer since it was found. */
function isGone(error: unknown): boolean {
  return error instanceof ProblemError && (error.code === 'not_found' || error.code === 'cart_not_active');
}
