import type { AppliedRequest } from '@marketplace/domain';
import { ProblemError } from '@marketplace/contracts';
import type { QuotedLine } from '../../catalog-client/quoted-line.js';
import type { WaitingEvent } from './cart-outbox.js';
import type { NoticedChanges } from './line-changes.js';

const DAY_MS = 24 * 60 * 60 * 1000;

export const MOST_CART_LINES = 100;
export const MOST_UNITS_A_LINE = 999;
export const MOST_VENDORS = 20;
export const MOST_COUPON_CODES = 10;

export const CART_STATUSES = ['active', 'ordered', 'abandoned'] as const;
export type CartStatus = (typeof CART_STATUSES)[number];

export interface CartItem {
  readonly sku: string;
  readonly quantity: number;
}

export interface Cart {
  readonly id: string;
  readonly customerId?: string;
  readonly status: CartStatus;
  readonly currency: string;
  readonly lines: readonly QuotedLine[];
  readonly couponCodes: readonly string[];
  /** What new quotes have changed since the owner's last change; see `noticedByReading`. */
  readonly changes?: NoticedChanges;
  /** The order that claimed the cart: a cart gives at most one. */
  readonly orderId?: string;
  /** The cart that took this one over. */
  readonly mergedInto?: string;
  readonly appliedRequests: readonly AppliedRequest[];
  /** Events of this cart that are still to be published, in their order; absent when there are none. */
  readonly outbox?: readonly WaitingEvent[];
  readonly version: number;
  readonly quotedAt: Date;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A cart's claim for an order. The version tells it from claims of the same cart for later attempts at the same order. */
export interface CartClaim {
  readonly cartId: string;
  readonly orderId: string;
  /** The cart's version since it was claimed; orders of before do not remember it. */
  readonly version: number | undefined;
}

/** The claim of a cart as it stands, or as it will be once the cart is claimed: that makes its next version. */
export function claimOf(cart: Cart, orderId: string): CartClaim {
  const version = cart.orderId === undefined ? cart.version + 1 : cart.version;
  return { cartId: cart.id, orderId, version };
}

/** @param lifetimeDays days from the last change; fractions count */
export function expiryOf(lastChange: Date, lifetimeDays: number): Date {
  return new Date(lastChange.getTime() + lifetimeDays * DAY_MS);
}

/** Active by name, but past its lifetime. */
export function isExpired(cart: Cart, now: Date): boolean {
  return cart.status === 'active' && cart.expiresAt <= now;
}

export function requireActive(cart: Cart, now: Date): void {
  if (cart.status === 'active' && !isExpired(cart, now)) return;
  throw new ProblemError('cart_not_active', `the cart is ${cart.status === 'active' ? 'expired' : cart.status}`);
}

export function itemsOf(cart: Cart): CartItem[] {
  return cart.lines.map(({ sku, quantity }) => ({ sku, quantity }));
}

/** Adds units; a sku named more than once counts with all its units. */
export function withAdded(items: readonly CartItem[], added: readonly CartItem[]): CartItem[] {
  const units = new Map(items.map(({ sku, quantity }) => [sku, quantity]));
  for (const { sku, quantity } of added) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return limited(Array.from(units, ([sku, quantity]) => ({ sku, quantity })));
}

/**
 * Adds as many of the lines and units as the limits of a cart allow, where nobody is there to be told that they do not
 * all fit.
 */
export function withAddedAsFits(lines: readonly QuotedLine[], added: readonly QuotedLine[]): CartItem[] {
  const units = new Map(lines.map(({ sku, quantity }) => [sku, quantity]));
  const vendorIds = new Set(lines.map((line) => line.vendorId));
  for (const { sku, quantity, vendorId } of added) {
    if (!units.has(sku) && units.size === MOST_CART_LINES) continue;
    if (!vendorIds.has(vendorId) && vendorIds.size === MOST_VENDORS) continue;
    vendorIds.add(vendorId);
    units.set(sku, Math.min((units.get(sku) ?? 0) + quantity, MOST_UNITS_A_LINE));
  }
  return Array.from(units, ([sku, quantity]) => ({ sku, quantity }));
}

/** Sets the units of one line; none removes it. */
export function withQuantity(items: readonly CartItem[], sku: string, quantity: number): CartItem[] {
  if (quantity === 0) return items.filter((item) => item.sku !== sku);
  if (!items.some((item) => item.sku === sku)) return limited([...items, { sku, quantity }]);
  return items.map((item) => (item.sku === sku ? { sku, quantity } : item));
}

/** @throws ProblemError `validation_failed` beyond the limits of a cart */
export function limited(items: CartItem[]): CartItem[] {
  if (items.length > MOST_CART_LINES) throw beyond('/items', `a cart holds at most ${MOST_CART_LINES} lines`);
  const huge = items.find((item) => item.quantity > MOST_UNITS_A_LINE);
  if (huge) throw beyond('/quantity', `a line holds at most ${MOST_UNITS_A_LINE} units; ${huge.sku} would have more`);
  return items;
}

/**
 * The codes of both lists, each once.
 *
 * @throws ProblemError `validation_failed` when they are too many
 */
export function withCoupons(codes: readonly string[], added: readonly string[]): readonly string[] {
  const together = [...new Set([...codes, ...added])];
  if (together.length > MOST_COUPON_CODES) {
    throw beyond('/couponCodes', `a cart holds at most ${MOST_COUPON_CODES} coupon codes`);
  }
  return together;
}

/** @throws ProblemError `validation_failed` when too many vendors are involved */
export function limitedVendors<Line extends { readonly vendorId: string }>(lines: readonly Line[]): readonly Line[] {
  if (new Set(lines.map((line) => line.vendorId)).size > MOST_VENDORS) {
    throw beyond('/items', `an order has at most ${MOST_VENDORS} vendors`);
  }
  return lines;
}

function beyond(pointer: string, detail: string): ProblemError {
  return new ProblemError('validation_failed', detail, { errors: [{ pointer, detail }] });
}
