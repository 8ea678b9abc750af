import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { totalDue, type Money } from '@marketplace/domain';
import { customerIdOf, scopeOf, type Principal } from '../auth/principal.js';
import { CheckoutCarts } from '../cart/checkout-carts.service.js';
import { itemsOf, limitedVendors, requireActive, withAdded, type Cart, type CartItem } from '../cart/domain/cart.js';
import { CatalogClient } from '../catalog-client/catalog.client.js';
import type { QuotedLine } from '../catalog-client/quoted-line.js';
import { validationProblem } from '../common/validation.js';
import { Config } from '../config/config.js';
import type { Address } from './domain/order.js';
import type { TenderRequest } from './domain/place-order.js';

/** What a caller asks for with `POST /orders`. */
export interface OrderRequest {
  readonly cartId?: string | undefined;
  readonly items?: readonly CartItem[] | undefined;
  readonly currency?: string | undefined;
  readonly shippingAddress: Address;
  readonly billingAddress?: Address | undefined;
  readonly email?: string | undefined;
  readonly locale?: string | undefined;
  readonly payments: readonly { methodToken: string; amount?: Money | undefined }[];
  readonly clientReference?: string | undefined;
  readonly couponCodes?: readonly string[] | undefined;
  readonly expectedTotal?: Money | undefined;
}

/** Everything that an order is made of, at the prices of the moment. */
export interface PreparedOrder {
  readonly cart?: Cart;
  readonly customerId?: string;
  readonly currency: string;
  readonly lines: readonly QuotedLine[];
  readonly tenders: readonly TenderRequest[];
}

/** Checks an order request and prices it. Nothing is written. */
@Injectable()
export class PrepareOrder {
  constructor(
    @Inject(CheckoutCarts) private readonly carts: CheckoutCarts,
    @Inject(CatalogClient) private readonly catalog: CatalogClient,
    @Inject(Config) private readonly config: Config,
  ) {}

  /** The cart that the request names, whatever its status. */
  async cart(principal: Principal, request: OrderRequest): Promise<Cart | undefined> {
    if (request.cartId === undefined) return undefined;
    const cart = await this.carts.find(request.cartId, scopeOf(principal));
    if (!cart) throw new ProblemError('not_found', 'there is no such cart');
    return cart;
  }

  /**
   * @throws ProblemError `validation_failed`, `forbidden`, `cart_not_active`, `price_changed`, `currency_mismatch`, and
   * those of a quote
   */
  async prepare(principal: Principal, request: OrderRequest, cart: Cart | undefined): Promise<PreparedOrder> {
    requireOneSource(request);
    // Whoever orders it, the customer's cart becomes the customer's order.
    const customerId = cart?.customerId ?? buyerOf(principal, request);
    if (cart && cart.status !== 'ordered') requireActive(cart, new Date());
    const items = cart ? itemsOf(cart) : withAdded([], request.items ?? []);
    if (items.length === 0) throw fault('/cartId', 'the cart has no items');
    const currency = cart?.currency ?? request.currency ?? this.config.DEFAULT_CURRENCY;
    const couponCodes = [...new Set([...(cart?.couponCodes ?? []), ...(request.couponCodes ?? [])])];
    const { country, region, postalCode } = request.shippingAddress;
    const shipTo = { country, postalCode, ...(region === undefined ? {} : { region }) };
    const lines = limitedVendors(await this.catalog.quote({ currency, items, couponCodes, shipTo }));
    requireExpectedTotal(request.expectedTotal, lines, currency, cart);
    return {
      ...(cart ? { cart } : {}),
      ...(customerId === undefined ? {} : { customerId }),
      currency,
      lines,
      tenders: tendersOf(request, currency),
    };
  }
}

function requireOneSource(request: OrderRequest): void {
  if (request.cartId !== undefined && request.items !== undefined) {
    throw fault('/items', 'give either cartId or items, not both');
  }
  if (request.cartId !== undefined && request.currency !== undefined) {
    throw fault('/currency', 'the currency of a cart is its own');
  }
}

/** The customer who buys; undefined for guests, who must say where messages go. */
function buyerOf(principal: Principal, request: OrderRequest): string | undefined {
  const customerId = customerIdOf(principal);
  if (customerId !== undefined) return customerId;
  if (request.email === undefined) throw fault('/email', 'email is required for guests');
  return undefined;
}

function requireExpectedTotal(
  expected: Money | undefined,
  lines: readonly QuotedLine[],
  currency: string,
  cart: Cart | undefined,
): void {
  if (!expected) return;
  if (expected.currency !== currency) {
    throw new ProblemError('currency_mismatch', `expectedTotal is in ${expected.currency}, the order in ${currency}`);
  }
  const actual = totalDue(lines, (line) => line.amounts);
  if (actual === expected.amount) return;
  const seen = new Map(cart?.lines.map((line) => [line.sku, line]));
  throw new ProblemError('price_changed', `the total is now ${actual}, not ${expected.amount}`, {
    expectedTotal: expected,
    actualTotal: { amount: actual, currency },
    lines: lines.map((line) => ({
      sku: line.sku,
      ...lineDifference(seen.get(line.sku), line, currency),
    })),
  });
}

/** How a line differs from what the cart showed; without a cart only the present figure is known. */
function lineDifference(seen: QuotedLine | undefined, now: QuotedLine, currency: string): object {
  const actual = totalDue([now], (line) => line.amounts);
  if (!seen) return { actual: { amount: actual, currency } };
  const expected = totalDue([seen], (line) => line.amounts);
  return {
    expected: { amount: expected, currency },
    actual: { amount: actual, currency },
    difference: { amount: actual - expected, currency },
  };
}

function tendersOf(request: OrderRequest, currency: string): TenderRequest[] {
  return request.payments.map(({ methodToken, amount }) => {
    if (amount && amount.currency !== currency) {
      throw new ProblemError('currency_mismatch', `a payment is in ${amount.currency}, the order in ${currency}`);
    }
    return { methodToken, ...(amount === undefined ? {} : { amountMinor: amount.amount }) };
  });
}

function fault(pointer: string, detail: string): ProblemError {
  return validationProblem([{ pointer, detail }]);
}
