import fc from 'fast-check';
import { allocate, totalDue } from '@marketplace/domain';
import type { QuotedLine } from '../../catalog-client/quoted-line.js';
import { newOrder, quotedLine } from './order-fixtures.spec-support.js';
import type { NewOrder } from './place-order.js';

const amount = fc.oneof(fc.nat(99), fc.nat(250_000));

function linesOf(vendors: number, length: { minLength: number; maxLength: number }): fc.Arbitrary<QuotedLine[]> {
  const line = fc.record({
    vendor: fc.integer({ min: 1, max: vendors }),
    quantity: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 })),
    unitPriceMinor: amount,
    shipping: amount,
    discountPercent: fc.oneof(fc.constant(0), fc.nat(100)),
    tax: amount,
    commissionRateBasisPoints: fc.nat(3_000),
    discountFundedBy: fc.constantFrom('vendor' as const, 'marketplace' as const),
  });
  return fc.array(line, { ...length, size: 'max' }).map((drawn) =>
    drawn.map(({ vendor, shipping, tax, discountPercent, ...rest }, index) => {
      const items = rest.quantity * rest.unitPriceMinor;
      const discount = Math.floor((items * discountPercent) / 100);
      return quotedLine({
        ...rest,
        sku: `sku-${index}`,
        vendorId: `vendor-${vendor}`,
        amounts: { items, shipping, discount, tax },
      });
    }),
  );
}

/** Mostly the few lines that people order, sometimes as many lines and vendors as an order may have. */
const lines = fc.oneof(
  { weight: 20, arbitrary: linesOf(3, { minLength: 1, maxLength: 6 }) },
  { weight: 4, arbitrary: linesOf(8, { minLength: 5, maxLength: 20 }) },
  { weight: 1, arbitrary: linesOf(20, { minLength: 40, maxLength: 100 }) },
);

/** Orders of up to 20 vendors, 100 lines and 5 tenders, at any prices; discounts are never more than the items. */
export const newOrders: fc.Arbitrary<NewOrder> = fc
  .record({ lines, weights: fc.array(fc.nat(100), { minLength: 1, maxLength: 5 }), open: fc.nat(5) })
  .map(({ lines: drawn, weights, open }) => {
    const shares = allocate(
      totalDue(drawn, (line) => line.amounts),
      weights,
    );
    const tenders = shares.map((amountMinor, index) => ({
      methodToken: `tok_${index}`,
      ...(index === open ? {} : { amountMinor }),
    }));
    return newOrder({ lines: drawn, tenders, cartId: 'cart-1' });
  });
