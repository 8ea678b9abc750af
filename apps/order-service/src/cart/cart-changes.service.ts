import { rememberedForEver } from '@marketplace/domain';
import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import type { Scope } from '../auth/principal.js';
import type { QuotedLine } from '../catalog-client/quoted-line.js';
import { requireVersion, untilWritten } from '../common/compare-and-set.js';
import { noted, wasApplied } from '../common/applied-requests.js';
import { fingerprint } from '../common/fingerprint.js';
import { KeyedQueue } from '../common/keyed-queue.js';
import type { IdempotentRequest } from '../common/request-headers.js';
import { Config } from '../config/config.js';
import { CartPricing } from './cart-pricing.service.js';
import { waitingEvent, type WaitingEvent } from './domain/cart-outbox.js';
import { expiryOf, isExpired, itemsOf, requireActive, type Cart, type CartItem } from './domain/cart.js';
import { lineChanges, noticedByChanging, noticedByReading } from './domain/line-changes.js';
import { CartRepository } from './persistence/cart.repository.js';

export interface Conditions {
  readonly expectedVersion?: number | undefined;
  readonly idempotent?: IdempotentRequest | undefined;
  /** Names an effect that must come about once, whichever requests ask for it. */
  readonly once?: IdempotentRequest | undefined;
}

/** A cart after a change, and whether the change had been made before under the same idempotency key. */
export interface Changed {
  readonly cart: Cart;
  readonly replayed: boolean;
}

/** What a change decides, given the cart. Everything else follows from the quote. */
type Change = (cart: Cart) => {
  items: CartItem[];
  couponCodes?: readonly string[];
  /** Lines of another cart, which are not new to their owner. */
  takenOver?: readonly QuotedLine[];
};

type Write = (cart: Cart, now: Date) => Promise<{ changes: Partial<Cart>; event?: WaitingEvent }>;

/**
 * Changes of carts: queued by cart in this process, and written by compare-and-set against other replicas, so that none
 * is lost. Every change is priced anew.
 */
@Injectable()
export class CartChanges {
  readonly #queue = new KeyedQueue();

  constructor(
    @Inject(CartRepository) private readonly carts: CartRepository,
    @Inject(CartPricing) private readonly pricing: CartPricing,
    @Inject(Config) private readonly config: Config,
  ) {}

  /**
   * @throws ProblemError `not_found`, `version_conflict`, `cart_not_active`, `idempotency_key_reused`, and those of a quote
   */
  async apply(cartId: string, scope: Scope, conditions: Conditions, change: Change): Promise<Changed> {
    return this.#write(cartId, scope, conditions, async (cart, now) => {
      const { items, couponCodes = cart.couponCodes, takenOver = [] } = change(cart);
      const { currency } = cart;
      const lines = await this.pricing.price({ currency, items, couponCodes }, [...cart.lines, ...takenOver]);
      return {
        changes: {
          lines,
          couponCodes,
          changes: noticedByChanging(cart, lineChanges(cart, { lines, couponCodes }), lines),
          quotedAt: now,
          expiresAt: expiryOf(now, this.config.CART_LIFETIME_DAYS),
        },
      };
    });
  }

  /** Empties a cart and ends it. @throws ProblemError as {@link apply} */
  async abandon(cartId: string, scope: Scope, conditions: Conditions): Promise<void> {
    await this.#write(cartId, scope, conditions, async (cart, now) => ({
      changes: { lines: [], changes: { lines: [], toldOwner: true }, status: 'abandoned' },
      event: waitingEvent(cart, { type: 'abandoned', reason: 'removed' }, now),
    }));
  }

  async #write(cartId: string, scope: Scope, conditions: Conditions, write: Write): Promise<Changed> {
    const { expectedVersion, idempotent, once } = conditions;
    return this.#queue.run(cartId, async () =>
      untilWritten(async () => {
        const cart = await this.carts.find(cartId, scope);
        if (!cart) throw new ProblemError('not_found', 'there is no such cart');
        if (wasApplied(cart, idempotent)) return { cart, replayed: true };
        if (wasApplied(cart, once)) return { cart, replayed: false };
        requireVersion(cart.version, expectedVersion);
        const now = new Date();
        requireActive(cart, now);
        const appliedRequests = rememberedForEver(noted(cart, idempotent, now), once, now);
        const { changes, event } = await write(cart, now);
        const written = await this.carts.replace(cart, { ...changes, appliedRequests, updatedAt: now }, event);
        return written && { cart: written, replayed: false };
      }),
    );
  }

  /**
   * Asks for the prices again when they are old, and notes what has changed. While the catalog is away the old ones are
   * shown, with their date.
   *
   * @param isOwner whether it is the owner of the cart who reads it
   */
  async refresh(cart: Cart, isOwner: boolean): Promise<Cart> {
    const now = new Date();
    const old = now.getTime() - cart.quotedAt.getTime() > this.config.QUOTE_MAX_AGE_MS;
    if (!old || cart.status !== 'active' || isExpired(cart, now)) return cart;
    const lines = await this.#priceIfAvailable(cart);
    if (!lines) return cart;
    if (fingerprint(lines) !== fingerprint(cart.lines)) {
      const changes = noticedByReading(cart, lineChanges(cart, { ...cart, lines }), isOwner);
      const repriced = await this.carts.replace(cart, { lines, changes, quotedAt: now, updatedAt: now });
      return repriced ?? (await this.carts.findForSystem(cart.id)) ?? cart;
    }
    await this.carts.touchQuote(cart, now);
    return { ...cart, quotedAt: now };
  }

  async #priceIfAvailable(cart: Cart): Promise<readonly QuotedLine[] | undefined> {
    try {
      return await this.pricing.price({ ...cart, items: itemsOf(cart) }, cart.lines);
    } catch (error) {
      if (error instanceof ProblemError) return undefined;
      throw error;
    }
  }
}
