import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { ProblemError } from '@marketplace/contracts';
import { customerIdOf, principalKey, scopeOf, type Principal, type Scope } from '../auth/principal.js';
import { CatalogClient } from '../catalog-client/catalog.client.js';
import { derivedId } from '../common/fingerprint.js';
import type { IdempotentRequest } from '../common/request-headers.js';
import { Config } from '../config/config.js';
import { CartChanges, type Changed } from './cart-changes.service.js';
import { limited, limitedVendors, withAdded, withQuantity, type Cart, type CartItem } from './domain/cart.js';
import { CartRepository } from './persistence/cart.repository.js';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface NewCart {
  readonly currency?: string | undefined;
  readonly items?: readonly CartItem[] | undefined;
  readonly couponCodes?: readonly string[] | undefined;
}

/** What callers do with carts. */
@Injectable()
export class CartService {
  constructor(
    @Inject(CartRepository) private readonly carts: CartRepository,
    @Inject(CartChanges) private readonly changes: CartChanges,
    @Inject(CatalogClient) private readonly catalog: CatalogClient,
    @Inject(Config) private readonly config: Config,
  ) {}

  /** A customer's call adds to the active cart if there is one; a guest's always makes a cart of its own. */
  async create(
    principal: Principal,
    request: NewCart,
    idempotent?: IdempotentRequest,
  ): Promise<Changed & { created: boolean }> {
    const customerId = customerIdOf(principal);
    const id = idempotent ? derivedId(principalKey(principal), 'carts.create', idempotent.key) : uuid();
    const before = idempotent && (await this.carts.findApplied(id, customerId, idempotent.key));
    if (before) return { ...this.changes.replayOf(before, idempotent), created: before.id === id };
    const active = customerId === undefined ? undefined : await this.carts.findActiveOf(customerId);
    if (active) return this.#addTo(active, id, principal, request, idempotent);

    const cart = await this.#newCart(id, customerId, request, idempotent);
    if (await this.carts.insert(cart)) return { cart, replayed: false, created: true };

    const rival = customerId === undefined ? undefined : await this.carts.findActiveOf(customerId);
    if (rival) return this.#addTo(rival, id, principal, request, idempotent);
    const twin = await this.carts.findForSystem(id);
    if (!twin) throw new ProblemError('overloaded', 'the cart could not be made; try again');
    return { ...this.changes.replayOf(twin, idempotent), created: true };
  }

  async #addTo(
    cart: Cart,
    newId: string,
    principal: Principal,
    request: NewCart,
    idempotent: IdempotentRequest | undefined,
  ): Promise<Changed & { created: boolean }> {
    if (request.currency !== undefined && request.currency !== cart.currency) {
      throw new ProblemError('currency_mismatch', `the active cart is in ${cart.currency}`);
    }
    const changed = await this.changes.apply(cart.id, scopeOf(principal), { idempotent }, (current) => ({
      items: withAdded(current.items, request.items ?? []),
      couponCodes: [...new Set([...current.couponCodes, ...(request.couponCodes ?? [])])],
    }));
    return { ...changed, created: changed.cart.id === newId };
  }

  async #newCart(
    id: string,
    customerId: string | undefined,
    request: NewCart,
    idempotent: IdempotentRequest | undefined,
  ): Promise<Cart> {
    const currency = request.currency ?? this.config.DEFAULT_CURRENCY;
    const items = withAdded([], request.items ?? []);
    const couponCodes = [...new Set(request.couponCodes)];
    const lines = limitedVendors(await this.catalog.quote({ currency, items: limited(items), couponCodes }));
    const now = new Date();
    return {
      id,
      ...(customerId === undefined ? {} : { customerId }),
      status: 'active',
      currency,
      lines,
      couponCodes,
      appliedRequests: idempotent ? [{ ...idempotent, at: now }] : [],
      version: 1,
      quotedAt: now,
      expiresAt: new Date(now.getTime() + this.config.CART_LIFETIME_DAYS * DAY_MS),
      createdAt: now,
      updatedAt: now,
    };
  }

  /** The cart, at fresh prices when its quote is old. */
  async get(cartId: string, scope: Scope): Promise<Cart> {
    const cart = await this.carts.find(cartId, scope);
    if (!cart) throw notFound();
    return this.changes.refresh(cart);
  }

  async getActiveOf(principal: Principal): Promise<Cart> {
    const customerId = customerIdOf(principal);
    const cart = customerId === undefined ? undefined : await this.carts.findActiveOf(customerId);
    if (!cart) throw notFound();
    return this.changes.refresh(cart);
  }

  async addItem(
    cartId: string,
    scope: Scope,
    item: CartItem,
    conditions: { expectedVersion?: number | undefined; idempotent?: IdempotentRequest | undefined },
  ): Promise<Changed> {
    return this.changes.apply(cartId, scope, conditions, ({ items }) => ({ items: withAdded(items, [item]) }));
  }

  /** Sets the units of a line; none removes it, and removing what is not there changes nothing. */
  async setQuantity(cartId: string, scope: Scope, item: CartItem, expectedVersion?: number): Promise<Cart> {
    const { cart } = await this.changes.apply(cartId, scope, { expectedVersion }, ({ items }) => ({
      items: withQuantity(items, item.sku, item.quantity),
    }));
    return cart;
  }

  async abandon(cartId: string, scope: Scope, expectedVersion?: number): Promise<void> {
    await this.changes.apply(cartId, scope, { expectedVersion }, () => ({ items: [], status: 'abandoned' }));
  }
}

export function notFound(): ProblemError {
  return new ProblemError('not_found', 'there is no such cart');
}
