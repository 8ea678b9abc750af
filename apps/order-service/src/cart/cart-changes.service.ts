import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import type { Scope } from '../auth/principal.js';
import { CatalogClient } from '../catalog-client/catalog.client.js';
import type { QuotedLine } from '../catalog-client/quoted-line.js';
import { requireVersion, untilWritten } from '../common/compare-and-set.js';
import { fingerprint } from '../common/fingerprint.js';
import { KeyedQueue } from '../common/keyed-queue.js';
import type { IdempotentRequest } from '../common/request-headers.js';
import { Config } from '../config/config.js';
import {
  itemsOf,
  limitedVendors,
  remembering,
  requireActive,
  wasApplied,
  type Cart,
  type CartItem,
} from './domain/cart.js';
import { CartRepository } from './persistence/cart.repository.js';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Conditions {
  readonly expectedVersion?: number | undefined;
  readonly idempotent?: IdempotentRequest | undefined;
  /** The caller's own key, where `idempotent` is one that the change itself is known by. */
  readonly alsoKnownAs?: IdempotentRequest | undefined;
}

/** A cart after a change, and whether the change had been made before under the same idempotency key. */
export interface Changed {
  readonly cart: Cart;
  readonly replayed: boolean;
}

/** What a change decides, given what is in the cart. Everything else follows from the quote. */
type Change = (current: { items: CartItem[]; couponCodes: readonly string[] }) => {
  items: CartItem[];
  couponCodes?: readonly string[];
  status?: 'abandoned';
  mergedInto?: string;
};

/**
 * Changes of carts: queued by cart in this process, and written by compare-and-set against other replicas, so that none
 * is lost. Every change is priced anew.
 */
@Injectable()
export class CartChanges {
  readonly #queue = new KeyedQueue();

  constructor(
    @Inject(CartRepository) private readonly carts: CartRepository,
    @Inject(CatalogClient) private readonly catalog: CatalogClient,
    @Inject(Config) private readonly config: Config,
  ) {}

  /**
   * @throws ProblemError `not_found`, `version_conflict`, `cart_not_active`, `idempotency_key_reused`, and those of a quote
   */
  async apply(cartId: string, scope: Scope, conditions: Conditions, change: Change): Promise<Changed> {
    return this.#queue.run(cartId, async () =>
      untilWritten(async () => {
        const cart = await this.carts.find(cartId, scope);
        if (!cart) throw new ProblemError('not_found', 'there is no such cart');
        if (wasApplied(cart, conditions.idempotent)) return { cart, replayed: true };
        requireVersion(cart.version, conditions.expectedVersion);
        const now = new Date();
        requireActive(cart, now);
        const {
          items,
          couponCodes = cart.couponCodes,
          ...fate
        } = change({
          items: itemsOf(cart),
          couponCodes: cart.couponCodes,
        });
        const written = await this.carts.replace(cart, {
          ...fate,
          lines: limitedVendors(
            await this.catalog.quote({ currency: cart.currency, items, couponCodes: [...couponCodes] }),
          ),
          couponCodes,
          appliedRequests: remembering(
            { appliedRequests: remembering(cart, conditions.alsoKnownAs, now) },
            conditions.idempotent,
            now,
          ),
          quotedAt: now,
          expiresAt: new Date(now.getTime() + this.config.CART_LIFETIME_DAYS * DAY_MS),
          updatedAt: now,
        });
        return written && { cart: written, replayed: false };
      }),
    );
  }

  /** The answer to a request that made the cart before. */
  replayOf(cart: Cart, idempotent: IdempotentRequest | undefined): Changed {
    if (wasApplied(cart, idempotent)) return { cart, replayed: true };
    throw new ProblemError('overloaded', 'the cart could not be made; try again');
  }

  /** Asks for the prices again when they are old. While the catalog is away the old ones are shown, with their date. */
  async refresh(cart: Cart): Promise<Cart> {
    const now = new Date();
    const old = now.getTime() - cart.quotedAt.getTime() > this.config.QUOTE_MAX_AGE_MS;
    if (!old || cart.status !== 'active') return cart;
    const lines = await this.#quoteIfAvailable(cart);
    if (!lines) return cart;
    if (fingerprint(lines) !== fingerprint(cart.lines)) {
      const repriced = await this.carts.replace(cart, { lines, quotedAt: now, updatedAt: now });
      return repriced ?? (await this.carts.findForSystem(cart.id)) ?? cart;
    }
    await this.carts.touchQuote(cart, now);
    return { ...cart, quotedAt: now };
  }

  async #quoteIfAvailable(cart: Cart): Promise<QuotedLine[] | undefined> {
    try {
      const { currency, couponCodes } = cart;
      return await this.catalog.quote({ currency, items: itemsOf(cart), couponCodes: [...couponCodes] });
    } catch (error) {
      if (error instanceof ProblemError) return undefined;
      throw error;
    }
  }
}
