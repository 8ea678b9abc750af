import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { customerIdOf, principalKey, type Principal } from '../auth/principal.js';
import { CheckoutCarts } from '../cart/checkout-carts.service.js';
import { claimOf, type Cart, type Claim } from '../cart/domain/cart.js';
import { Background } from '../common/background.js';
import { untilWritten } from '../common/compare-and-set.js';
import { within } from '../common/deadline.js';
import { derivedId } from '../common/fingerprint.js';
import { log } from '../common/logger.js';
import type { IdempotentRequest } from '../common/request-headers.js';
import { Config } from '../config/config.js';
import { Checkout } from './checkout.service.js';
import { isAbandoned, isFailed, isReplaceable } from './domain/advance.js';
import { actorOf } from './actor.js';
import type { Actor, Order } from './domain/order.js';
import { ORDER_NUMBER_BYTES, orderNumber } from './domain/order-number.js';
import { placeOrder } from './domain/place-order.js';
import { countEvents } from './order-figures.js';
import { OrderWork } from './order-work.service.js';
import { OrderRepository } from './persistence/order.repository.js';
import { PrepareOrder, type OrderRequest, type PreparedOrder } from './prepare-order.service.js';
import { RepeatedOrders, type PlacedOrder } from './repeated-orders.service.js';

export interface PlaceOptions {
  readonly idempotent?: IdempotentRequest | undefined;
  /** Answer as soon as stock is held, and let the payment go on by itself. */
  readonly respondAsync: boolean;
  /** The language that the caller prefers. */
  readonly preferredLanguage?: string | undefined;
}

/**
 * Places orders. Every order gets its id before anything is written: from the idempotency key where there is one. The
 * cart is claimed for that id, then the order is inserted under it, so that of any number of repetitions and rivals
 * exactly one order comes out, and the others find it.
 */
@Injectable()
export class PlaceOrder {
  constructor(
    @Inject(PrepareOrder) private readonly preparation: PrepareOrder,
    @Inject(RepeatedOrders) private readonly repeated: RepeatedOrders,
    @Inject(CheckoutCarts) private readonly carts: CheckoutCarts,
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(Checkout) private readonly checkout: Checkout,
    @Inject(OrderWork) private readonly work: OrderWork,
    @Inject(Background) private readonly background: Background,
    @Inject(Config) private readonly config: Config,
  ) {}

  /** @throws ProblemError as the contract lists them for `POST /orders` */
  async place(principal: Principal, request: OrderRequest, options: PlaceOptions): Promise<PlacedOrder> {
    const createdBy = principalKey(principal);
    const derived = options.idempotent && derivedId(createdBy, 'orders.create', options.idempotent.key);
    const before = await this.repeated.find(derived, createdBy, request.clientReference);
    if (before && !isReplaceable(before, derived)) return this.repeated.answer(before, derived, options);

    return untilWritten(async () => {
      const cart = await this.preparation.cart(principal, request);
      const claim = cart && claimOf(cart);
      const claimed = claim && (await this.repeated.awaitOrder(claim));
      if (cart && claimed && claimed.attempt >= claim.attempt) {
        if (claimed.id === derived || !hasNoUseForCart(claimed)) return this.repeated.answer(claimed, derived, options);
        // An earlier checkout has failed, and its cart was to be given back: whoever asks anew need not wait for that.
        await this.carts.release(cart.id, claim);
        return undefined;
      }
      const prepared = await this.preparation.prepare(principal, request, cart);
      const locale = request.locale ?? languageOfBuyer(principal, prepared, options);
      // Should a crash have come between the claim and the insert, the order is placed now, under the id of the claim.
      const id = claim?.orderId ?? cart?.lapsedOrderId ?? derived ?? uuid();
      const abandoned = [claimed, before].find((order) => order?.id === id);
      // Only the key that the id was derived from is answered for; under the id of another's claim there is none.
      const keyed = id === derived ? options.idempotent : undefined;
      const order = this.#newOrder(id, prepared, principal, { ...request, locale }, keyed, abandoned);
      if (cart && !claim && !(await this.carts.claim(cart, attemptAt(order)))) return undefined;
      return this.#insert(order, abandoned, options, actorOf(principal), cart);
    });
  }

  #newOrder(
    id: string,
    prepared: PreparedOrder,
    principal: Principal,
    request: OrderRequest,
    keyed: IdempotentRequest | undefined,
    abandoned?: Order,
  ): Order {
    const { shippingAddress, billingAddress, email, locale, clientReference } = request;
    const context = { now: new Date(), actor: actorOf(principal) };
    const order = placeOrder(
      {
        id,
        number: newNumber(),
        // Callers without identity share no references: whoever chose the same one would be shown the order.
        createdBy: principal.kind === 'anonymous' ? `anonymous:${id}` : principalKey(principal),
        attempt: (abandoned?.attempt ?? 0) + 1,
        currency: prepared.currency,
        lines: prepared.lines,
        tenders: prepared.tenders,
        shippingAddress,
        ...(billingAddress === undefined ? {} : { billingAddress }),
        ...(email === undefined ? {} : { email }),
        ...(locale === undefined ? {} : { locale }),
        ...(clientReference === undefined ? {} : { clientReference }),
        ...(keyed === undefined ? {} : { requestFingerprint: keyed.fingerprint }),
        ...(prepared.cart === undefined ? {} : { cartId: prepared.cart.id }),
        ...(prepared.customerId === undefined ? {} : { customerId: prepared.customerId }),
      },
      context,
    );
    // What the abandoned attempt still had to give back goes on with the new one.
    return abandoned
      ? { ...order, version: abandoned.version + 1, stock: { ...order.stock, pending: abandoned.stock.pending } }
      : order;
  }

  async #insert(
    order: Order,
    abandoned: Order | undefined,
    options: PlaceOptions,
    actor: Actor,
    cart?: Cart,
  ): Promise<PlacedOrder | undefined> {
    const dueAt = new Date(order.placedAt.getTime() + this.config.RECOVERY_AFTER_MS);
    const outcome = abandoned
      ? await this.orders.replaceAbandoned(abandoned, order, dueAt)
      : await this.orders.insert(order, dueAt);
    if (typeof outcome !== 'string') {
      countEvents(undefined, outcome);
      await this.#confirmClaim(outcome, cart);
      return this.#checkOut(outcome, options, actor);
    }
    switch (outcome) {
      case 'number_taken':
        return this.#insert({ ...order, number: newNumber() }, abandoned, options, actor, cart);
      case 'id_taken': {
        const existing = await this.orders.findForSystem(order.id);
        // The order is there, but a majority has not got it yet: its cart is not free, and the next look finds it.
        return existing && this.#repetition(order, existing, options);
      }
      case 'reference_taken':
        return this.#repetition(
          order,
          await this.repeated.find(undefined, order.createdBy, order.clientReference),
          options,
        );
    }
  }

  /** A claim that was made a while ago may have lapsed before the order came. */
  async #confirmClaim(order: Order, cart: Cart | undefined): Promise<void> {
    const isOld =
      cart?.orderId !== undefined || Date.now() - order.placedAt.getTime() > this.config.RECOVERY_AFTER_MS / 2;
    if (cart && isOld) await this.carts.reclaim(cart.id, attemptAt(order));
  }

  /** Another request has made the order meanwhile. A cart that was claimed for nothing is given back. */
  async #repetition(
    order: Order,
    existing: Order | undefined,
    options: PlaceOptions,
  ): Promise<PlacedOrder | undefined> {
    const cartIsFree = existing?.id !== order.id || hasNoUseForCart(existing);
    if (order.cartId !== undefined && cartIsFree) await this.carts.release(order.cartId, attemptAt(order));
    // Under the id of another's claim this request's key says nothing.
    const derived = order.requestFingerprint === undefined ? undefined : order.id;
    return existing && this.repeated.answer(existing, derived, options);
  }

  /** Goes through the checkout; after the time that a caller may be kept waiting the answer is `pending`. */
  async #checkOut(order: Order, options: PlaceOptions, actor: Actor): Promise<PlacedOrder> {
    const { placed, settled } = await this.checkout.run(order, actor, options.respondAsync);
    const worked = settled.then(async (state) => this.#afterwards(state));
    this.background.run('checkout', async () => worked, order.id);
    const waitMs = options.respondAsync ? 0 : this.config.PAYMENT_WAIT_MS;
    const state = (await within(waitMs, worked)) ?? placed;
    return this.repeated.outcome(state, 201, false);
  }

  /** A failed order answers only after its cart is given back; what follows from a good one need not be waited for. */
  async #afterwards(order: Order): Promise<Order> {
    if (isFailed(order) || isAbandoned(order)) await this.work.run(order);
    else this.background.run('order work', async () => this.work.run(order), order.id);
    log.debug({ orderId: order.id, status: order.status }, 'checkout done');
    return order;
  }
}

function hasNoUseForCart(order: Order): boolean {
  return isFailed(order) || isAbandoned(order);
}

/** Staff who order for somebody else do so in their own language. */
function languageOfBuyer(
  principal: Principal,
  { customerId }: PreparedOrder,
  { preferredLanguage }: PlaceOptions,
): string | undefined {
  const isBuyer = principal.kind !== 'user' || (customerId !== undefined && customerId === customerIdOf(principal));
  return isBuyer ? preferredLanguage : undefined;
}

function attemptAt({ id, attempt }: Order): Claim {
  return { orderId: id, attempt };
}

function newNumber(): string {
  return orderNumber(randomBytes(ORDER_NUMBER_BYTES));
}
