import fc from 'fast-check';
import { ZERO_AMOUNTS } from '@marketplace/domain';
import { lineCommission, nextUnitsShare, openQuantity, orderTotals, vendorOrderTotals } from './amounts.js';
import {
  confirmedOrder,
  heldOrder,
  move,
  quotedLine,
  settleAll,
  vendorOrderOf,
} from './order-fixtures.spec-support.js';
import type { OrderLine } from './order.js';

function lineOf(given: Partial<OrderLine>): OrderLine {
  const line = heldOrder().vendorOrders[0]?.lines[0];
  if (!line) throw new Error('the order has no line');
  return { ...line, ...given };
}

describe('the share of units', () => {
  it('gives the odd cents to the first units, whichever way these go', () => {
    const line = lineOf({ quantity: 3, amounts: { items: 1_000, shipping: 500, discount: 100, tax: 1 } });
    expect(nextUnitsShare(line, 1)).toEqual({ items: 334, shipping: 167, discount: 34, tax: 1 });
    expect(nextUnitsShare({ ...line, shippedQuantity: 1 }, 1)).toEqual({
      items: 333,
      shipping: 167,
      discount: 33,
      tax: 0,
    });
    expect(nextUnitsShare({ ...line, shippedQuantity: 1, cancelledQuantity: 1 }, 1)).toEqual({
      items: 333,
      shipping: 166,
      discount: 33,
      tax: 0,
    });
  });

  it('is open until it was shipped or cancelled', () => {
    expect(openQuantity(lineOf({ quantity: 5, shippedQuantity: 2, cancelledQuantity: 1 }))).toBe(2);
  });
});

describe('the commission', () => {
  const shipped = { items: 1_999, shipping: 500, discount: 400, tax: 160 };

  it('is on the items alone, rounded half up', () => {
    expect(lineCommission(lineOf({ commissionRateBasisPoints: 1_000 }), { ...shipped, discount: 0 })).toBe(200);
  });

  it('leaves out the discount that the vendor bears, not the one of the marketplace', () => {
    const line = lineOf({ commissionRateBasisPoints: 1_000 });
    expect(lineCommission({ ...line, discountFundedBy: 'vendor' }, shipped)).toBe(160);
    expect(lineCommission({ ...line, discountFundedBy: 'marketplace' }, shipped)).toBe(200);
  });

  it('is nothing on nothing', () => {
    expect(lineCommission(lineOf({}), ZERO_AMOUNTS)).toBe(0);
  });

  it('of several shipments is that of all their units together', () => {
    const units = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(units, fc.nat(1_000_000), fc.nat(3_000), (parcels, items, commissionRateBasisPoints) => {
        const quantity = parcels.reduce((a, b) => a + b, 0);
        const line = lineOf({ quantity, amounts: { ...ZERO_AMOUNTS, items }, commissionRateBasisPoints });
        let soFar = 0;
        let shippedQuantity = 0;
        for (const count of parcels) {
          shippedQuantity += count;
          const commission = lineCommission(line, nextUnitsShare(line, shippedQuantity));
          expect(commission).toBeGreaterThanOrEqual(soFar);
          soFar = commission;
        }
        expect(soFar).toBe(lineCommission(line, line.amounts));
      }),
    );
  });
});

describe('the totals', () => {
  const lines = [
    quotedLine({ sku: 'a', quantity: 2, amounts: { items: 2_000, shipping: 499, discount: 100, tax: 150 } }),
    quotedLine({ sku: 'b', vendorId: 'vendor-2', amounts: { items: 1_000, shipping: 0, discount: 0, tax: 80 } }),
  ];

  it('of an order are the sums of its vendor orders', () => {
    expect(orderTotals(heldOrder({ lines }).vendorOrders)).toEqual({
      items: 3_000,
      shipping: 499,
      discount: 100,
      tax: 230,
      grandTotal: 3_629,
      cancelled: 0,
      captured: 0,
      refunded: 0,
    });
  });

  it('stay as placed, and say how much fell away', () => {
    const order = move(confirmedOrder({ lines }), { status: 'cancelled', vendorId: 'vendor-1' });
    expect(orderTotals(order.vendorOrders)).toMatchObject({ grandTotal: 3_629, cancelled: 2_549 });
  });

  it('give a vendor its share once the money is there, not when the parcel leaves', () => {
    const shipped = move(confirmedOrder({ lines }), { status: 'shipped', vendorId: 'vendor-1' });
    expect(vendorOrderTotals(vendorOrderOf(shipped, 'vendor-1'))).toMatchObject({
      captured: 0,
      commission: 0,
      payout: 0,
    });
    const paid = vendorOrderTotals(vendorOrderOf(settleAll(shipped), 'vendor-1'));
    expect(paid).toMatchObject({ captured: 2_549, commission: 200, payout: 2_349 });
  });
});
