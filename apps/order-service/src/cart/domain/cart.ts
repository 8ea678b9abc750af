import { ProblemError } from '@marketplace/contracts';
import type { QuotedLine } from '../../catalog-client/quoted-line.js';

export const MOST_CART_LINES = 100;
export const MOST_UNITS_A_LINE = 999;
export const MOST_VENDORS = 20;
export const MOST_COUPON_CODES = 10;

/** How many idempotency keys a cart remembers, and for how long. */
const MOST_KEYS = 200;
const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000;

export const CART_STATUSES = ['active', 'ordered', 'abandoned'] as const;
export type CartStatus = (typeof CART_STATUSES)[number];

export interface CartItem {
  readonly sku: string;
  readonly quantity: number;
}

/** A request that has had its effect: recorded in the same write as the effect. */
export interface AppliedRequest {
  readonly key: string;
  readonly fingerprint: string;
  readonly at: Date;
}

export interface Cart {
  readonly id: string;
  readonly customerId?: string;
  readonly status: CartStatus;
  readonly currency: string;
  readonly lines: readonly QuotedLine[];
  readonly couponCodes: readonly string[];
  /** The order that claimed the cart: a cart gives at most one. */
  readonly orderId?: string;
  /** The cart that took this one over. */
  readonly mergedInto?: string;
  readonly appliedRequests: readonly AppliedRequest[];
  readonly version: number;
  readonly quotedAt: Date;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export function requireActive(cart: Cart, now: Date): void {
  if (cart.status === 'active' && cart.expiresAt > now) return;
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

/** @throws ProblemError `validation_failed` when too many vendors are involved */
export function limitedVendors(lines: readonly QuotedLine[]): readonly QuotedLine[] {
  if (new Set(lines.map((line) => line.vendorId)).size > MOST_VENDORS) {
    throw beyond('/items', `an order has at most ${MOST_VENDORS} vendors`);
  }
  return lines;
}

function beyond(pointer: string, detail: string): ProblemError {
  return new ProblemError('validation_failed', detail, { errors: [{ pointer, detail }] });
}

/**
 * Whether a request with this key had its effect before.
 *
 * @throws ProblemError `idempotency_key_reused` when the key belongs to another request
 */
export function wasApplied(cart: Cart, request: { key: string; fingerprint: string } | undefined): boolean {
  const before = request && cart.appliedRequests.find((applied) => applied.key === request.key);
  if (!before) return false;
  if (before.fingerprint === request.fingerprint) return true;
  throw new ProblemError('idempotency_key_reused', 'this key came with another request before');
}

/** Remembers a request among the last ones of a day. */
export function remembering(
  cart: Pick<Cart, 'appliedRequests'>,
  request: { key: string; fingerprint: string } | undefined,
  now: Date,
): readonly AppliedRequest[] {
  if (!request) return cart.appliedRequests;
  const recent = cart.appliedRequests.filter(({ at }) => now.getTime() - at.getTime() < KEY_LIFETIME_MS);
  return [...recent, { ...request, at: now }].slice(-MOST_KEYS);
}
