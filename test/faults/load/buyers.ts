import { randomUUID } from 'node:crypto';
import type { HttpReply } from '../../load/replay/http-reply.js';
import type { Tokens } from '../../load/replay/tokens.js';
import type { Cart, Order, Problem } from '../../support/client.js';
import type { Units } from '../check/facts.js';
import { AfterSales } from './after-sales.js';
import { demoTotalMinor, type PaymentMethod, type Purchase } from './purchases.js';
import type { Records } from './records.js';
import { UnansweredError, type Call, type ServiceClient } from './service-client.js';

/** Somebody who buys: who pays, with which token, and what is told to whom. */
interface Buyer {
  customerId?: string;
  token?: string;
  email?: string;
}

/** What is ordered, and how it is paid. */
interface Checkout {
  buyer: Buyer;
  cartId?: string | undefined;
  units: Units[];
  payments: PaymentMethod[];
  mustSucceed: boolean;
  totalMinor: number;
}

const CREATED = 201;
const ADDRESS = { name: 'Alice', line1: '1 Market Street', city: 'Springfield', postalCode: '97477', country: 'US' };
/** Refusals that a buyer must expect; anything else is a complaint. */
const EXPECTED_REFUSALS = new Set(['payment_declined', 'out_of_stock']);

/** Buys, and writes down every promise. */
export class Buyers {
  readonly #afterSales: AfterSales;

  constructor(
    private readonly client: ServiceClient,
    private readonly tokens: Tokens,
    private readonly records: Records,
  ) {
    this.#afterSales = new AfterSales(client, tokens, records);
  }

  /** One purchase from the first item to what is done with the order. Never throws. */
  async buy(purchase: Purchase): Promise<void> {
    const buyer = await this.buyer(purchase.buyer);
    const checkout: Checkout = { ...purchase, buyer, totalMinor: demoTotalMinor(purchase.units) };
    if (purchase.source === 'cart') {
      checkout.cartId = await this.fillCart(checkout);
      if (checkout.cartId === undefined) return;
    }
    const replies = purchase.isDoubleClick
      ? await Promise.all([this.order(checkout), this.order(checkout)])
      : [await this.order(checkout)];
    let order = replies.find((reply) => reply !== undefined);
    // The cart is active again: the buyer tries with another card.
    if (!order && !purchase.mustSucceed && checkout.cartId !== undefined) {
      order = await this.order({ ...checkout, payments: [{ methodToken: 'tok_visa' }], mustSucceed: true });
    }
    if (order?.status === 'confirmed') await this.#afterSales.goOn(order, purchase.afterwards);
  }

  /** A customer or guest whom nobody knows yet. */
  async buyer(kind: Purchase['buyer']): Promise<Buyer> {
    if (kind === 'guest') return { email: 'guest@example.com' };
    const customerId = `customer-${randomUUID()}`;
    return { customerId, token: await this.tokens.customer(customerId) };
  }

  /** The id of a new cart with what is to be bought, if it was made. A guest is given the cart's token. */
  async fillCart({ buyer, units, totalMinor }: Checkout): Promise<string | undefined> {
    const key = randomUUID();
    const reply = await this.#ask(key, { method: 'POST', path: '/carts', token: buyer.token, body: { items: units } });
    if (!reply) return undefined;
    if (reply.status >= 300) {
      this.#complain(key, `POST /carts: ${textOf(reply)}`);
      return undefined;
    }
    const cart = reply.body as Cart;
    this.records.carts.push(cart.id);
    buyer.token ??= cart.token as string;
    if (cart.totals.grandTotal.amount !== totalMinor) this.#complain(cart.id, 'the total of the cart is wrong');
    return cart.id;
  }

  /** The order that was acknowledged, if one was. */
  async order(checkout: Checkout): Promise<Order | undefined> {
    const { buyer, cartId, units, payments } = checkout;
    const key = randomUUID();
    const body = {
      ...(cartId === undefined ? { items: units, currency: 'USD' } : { cartId }),
      ...(buyer.email === undefined ? {} : { email: buyer.email }),
      shippingAddress: { ...ADDRESS, line2: key },
      payments,
    };
    const reply = await this.#ask(key, { method: 'POST', path: '/orders', token: buyer.token, body });
    if (!reply) return undefined;
    if (reply.status >= 300) {
      this.records.refusedKeys.push(key);
      const { code } = reply.body as Problem;
      if (!EXPECTED_REFUSALS.has(code) || (code === 'payment_declined' && checkout.mustSucceed)) {
        this.#complain(cartId ?? key, `POST /orders: ${textOf(reply)}`);
      }
      return undefined;
    }
    const order = reply.body as Order;
    this.#acknowledge(key, reply.status === CREATED, order, checkout);
    return order;
  }

  #acknowledge(key: string, isNew: boolean, order: Order, checkout: Checkout): void {
    const { buyer, cartId, units, totalMinor, mustSucceed } = checkout;
    this.records.acknowledgements.push({
      key,
      orderId: order.id,
      cartId,
      customerId: buyer.customerId,
      status: order.status,
      totalMinor: order.totals.grandTotal.amount,
      askedMinor: totalMinor,
      units,
      mustSucceed,
    });
    if (!isNew && cartId === undefined) this.#complain(order.id, 'answered 200 for an order that had to be made');
  }

  /** The definite answer; undefined when none ever came, which is written down. */
  async #ask(key: string, call: Omit<Call, 'idempotencyKey'>): Promise<HttpReply | undefined> {
    try {
      return await this.client.ask({ ...call, idempotencyKey: key });
    } catch (error) {
      if (!(error instanceof UnansweredError)) throw error;
      this.records.complain('unanswered', key, error.message);
      return undefined;
    }
  }

  #complain(subject: string, detail: string): void {
    this.records.complain('refused', subject, detail);
  }
}

function textOf({ status, body }: HttpReply): string {
  return `${status} ${JSON.stringify(body)}`;
}
