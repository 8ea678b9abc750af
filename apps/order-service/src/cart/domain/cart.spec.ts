import fc from 'fast-check';
import type { QuotedLine } from '../../catalog-client/quoted-line.js';
import {
  claimOf,
  expiryOf,
  isExpired,
  itemsOf,
  limited,
  limitedVendors,
  MOST_CART_LINES,
  MOST_COUPON_CODES,
  MOST_UNITS_A_LINE,
  MOST_VENDORS,
  requireActive,
  withAdded,
  withAddedAsFits,
  withCoupons,
  withQuantity,
  type Cart,
  type CartItem,
} from './cart.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const later = (hours: number): Date => new Date(NOW.getTime() + hours * 60 * 60 * 1000);
const line = (sku: string, vendorId = 'vendor-1'): QuotedLine => ({
  sku,
  name: 'A thing',
  vendorId,
  quantity: 1,
  unitPriceMinor: 100,
  amounts: { items: 100, shipping: 0, discount: 0, tax: 0 },
  commissionRateBasisPoints: 1_000,
  available: 10,
});
const cart = (given: Partial<Cart> = {}): Cart => ({
  id: 'cart-1',
  status: 'active',
  currency: 'USD',
  lines: [],
  couponCodes: [],
  appliedRequests: [],
  version: 1,
  quotedAt: NOW,
  expiresAt: later(24),
  createdAt: NOW,
  updatedAt: NOW,
  ...given,
});
const many = (count: number): CartItem[] => Array.from({ length: count }, (_, n) => ({ sku: `sku-${n}`, quantity: 1 }));

describe('the claim of a cart', () => {
  it.each([
    ['makes the next version', cart({ version: 4 }), 5],
    ['stands in the version of a claimed one', cart({ version: 5, status: 'ordered', orderId: 'order-1' }), 5],
  ])('%s', (_what, given, version) => {
    expect(claimOf(given, 'order-1')).toEqual({ cartId: 'cart-1', orderId: 'order-1', version });
  });
});

describe('a cart', () => {
  it('can be changed while it is active and has not expired', () => {
    expect(() => requireActive(cart(), NOW)).not.toThrow();
  });

  it.each<[string, Partial<Cart>]>([
    ['ordered', { status: 'ordered' }],
    ['abandoned', { status: 'abandoned' }],
    ['expired', { expiresAt: NOW }],
  ])('can no longer be changed once it is %s', (word, given) => {
    expect(() => requireActive(cart(given), NOW)).toThrow(
      expect.objectContaining({ code: 'cart_not_active', message: expect.stringContaining(word) }),
    );
  });

  it('is made of units of products', () => {
    expect(itemsOf(cart({ lines: [line('a'), line('b')] }))).toEqual([
      { sku: 'a', quantity: 1 },
      { sku: 'b', quantity: 1 },
    ]);
  });
});

const units = (list: readonly CartItem[]): number => list.reduce((total, { quantity }) => total + quantity, 0);

describe('adding units', () => {
  it('adds to the line of the product, or makes one at the end', () => {
    const items = [
      { sku: 'a', quantity: 1 },
      { sku: 'b', quantity: 2 },
    ];
    const added = [
      { sku: 'b', quantity: 3 },
      { sku: 'c', quantity: 1 },
      { sku: 'c', quantity: 1 },
    ];
    expect(withAdded(items, added)).toEqual([
      { sku: 'a', quantity: 1 },
      { sku: 'b', quantity: 5 },
      { sku: 'c', quantity: 2 },
    ]);
  });

  it('loses no unit, whatever is added in whatever sequence', () => {
    const items = fc.array(
      fc.record({ sku: fc.constantFrom('a', 'b', 'c'), quantity: fc.integer({ min: 1, max: 20 }) }),
    );
    fc.assert(
      fc.property(items, items, (first, second) => {
        const together = withAdded(withAdded([], first), second);
        expect(units(together)).toBe(units(first) + units(second));
        expect(new Set(together.map(({ sku }) => sku)).size).toBe(together.length);
        expect(withAdded(withAdded([], second), first)).toEqual(expect.arrayContaining(together));
      }),
    );
  });

  it('stops at the limits of a line and of a cart', () => {
    const full = [{ sku: 'a', quantity: MOST_UNITS_A_LINE - 1 }];
    expect(withAdded(full, [{ sku: 'a', quantity: 1 }])).toEqual([{ sku: 'a', quantity: MOST_UNITS_A_LINE }]);
    expect(() => withAdded(full, [{ sku: 'a', quantity: 2 }])).toThrow(
      expect.objectContaining({
        code: 'validation_failed',
        extensions: { errors: [expect.objectContaining({ pointer: '/quantity' })] },
      }),
    );
    expect(withAdded(many(MOST_CART_LINES), [{ sku: 'sku-0', quantity: 1 }])).toHaveLength(MOST_CART_LINES);
    expect(() => withAdded(many(MOST_CART_LINES), [{ sku: 'new', quantity: 1 }])).toThrow(
      expect.objectContaining({ extensions: { errors: [expect.objectContaining({ pointer: '/items' })] } }),
    );
    expect(limited(many(MOST_CART_LINES))).toHaveLength(MOST_CART_LINES);
  });
});

describe('adding what fits', () => {
  it('adds like any other where all of it fits', () => {
    const [one, two] = [line('a'), line('b')];
    expect(withAddedAsFits([one], [one, two])).toEqual(withAdded(itemsOf(cart({ lines: [one] })), [one, two]));
  });

  it('leaves out what would exceed the lines, the units or the vendors', () => {
    const full = many(MOST_CART_LINES).map(({ sku }) => line(sku));
    expect(withAddedAsFits(full, [line('new'), line('sku-3')])).toEqual(
      withAdded(many(MOST_CART_LINES), [line('sku-3')]),
    );
    const most = { ...line('a'), quantity: MOST_UNITS_A_LINE };
    expect(withAddedAsFits([most], [line('a')])).toEqual([{ sku: 'a', quantity: MOST_UNITS_A_LINE }]);
    const vendors = Array.from({ length: MOST_VENDORS }, (_, n) => line(`sku-${n}`, `vendor-${n}`));
    const added = withAddedAsFits(vendors, [line('x', 'vendor-new'), line('y', 'vendor-0')]);
    expect(added.map(({ sku }) => sku)).toEqual([...vendors.map(({ sku }) => sku), 'y']);
  });
});

describe('coupon codes', () => {
  it('of two lists are united, each once, up to a limit', () => {
    expect(withCoupons(['A', 'B'], ['B', 'C'])).toEqual(['A', 'B', 'C']);
    const most = Array.from({ length: MOST_COUPON_CODES }, (_, n) => `CODE-${n}`);
    expect(withCoupons(most, most)).toEqual(most);
    expect(() => withCoupons(most, ['MORE'])).toThrow(
      expect.objectContaining({ extensions: { errors: [expect.objectContaining({ pointer: '/couponCodes' })] } }),
    );
  });
});

describe('the lifetime of a cart', () => {
  it('is counted in days and fractions of days from the last change', () => {
    expect(expiryOf(NOW, 1)).toEqual(later(24));
    expect(expiryOf(NOW, 0.25)).toEqual(later(6));
  });

  it('ends active carts alone', () => {
    expect(isExpired(cart({ expiresAt: later(1) }), NOW)).toBe(false);
    expect(isExpired(cart({ expiresAt: NOW }), NOW)).toBe(true);
    expect(isExpired(cart({ expiresAt: NOW, status: 'ordered' }), NOW)).toBe(false);
  });
});

describe('setting the units of a line', () => {
  const items = [
    { sku: 'a', quantity: 1 },
    { sku: 'b', quantity: 2 },
  ];

  it('replaces them where the line is, adds a new line, and removes it at none', () => {
    expect(withQuantity(items, 'a', 7)).toEqual([{ sku: 'a', quantity: 7 }, items[1]]);
    expect(withQuantity(items, 'c', 1)).toEqual([...items, { sku: 'c', quantity: 1 }]);
    expect(withQuantity(items, 'a', 0)).toEqual([items[1]]);
    expect(withQuantity(items, 'c', 0)).toEqual(items);
  });

  it('keeps to the limit of lines', () => {
    expect(() => withQuantity(many(MOST_CART_LINES), 'new', 1)).toThrow(
      expect.objectContaining({ code: 'validation_failed' }),
    );
  });
});

describe('the vendors of a cart', () => {
  it('are at most as many as an order may have', () => {
    const lines = Array.from({ length: MOST_VENDORS }, (_, n) => line(`sku-${n}`, `vendor-${n}`));
    expect(limitedVendors([...lines, line('again', 'vendor-0')])).toHaveLength(MOST_VENDORS + 1);
    expect(() => limitedVendors([...lines, line('one more', 'vendor-new')])).toThrow(
      expect.objectContaining({ code: 'validation_failed' }),
    );
  });
});
