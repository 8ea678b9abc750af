import { IllegalTransitionError } from '@marketplace/domain';
import { cancelUnits } from './cancel-units.js';
import { holdOrder } from './care.js';
import {
  after,
  authorizeAll,
  confirmedOrder,
  heldOrder,
  move,
  quotedLine,
  refusalOf,
  settleAll,
  vendorOrderOf,
} from './order-fixtures.spec-support.js';
import type { ChangeContext, Order } from './order.js';
import { shipUnits } from './ship-units.js';
import type { UnitRequest } from './unit-selection.js';

/** vendor-1: a, 3 for 10.00 and shipping 1.00, and b for 4.00; vendor-2: c for 5.00. */
const GIVEN = {
  lines: [
    quotedLine({ sku: 'a', quantity: 3, amounts: { items: 1_000, shipping: 100, discount: 0, tax: 0 } }),
    quotedLine({ sku: 'b', unitPriceMinor: 400 }),
    quotedLine({ sku: 'c', vendorId: 'vendor-2', unitPriceMinor: 500 }),
  ],
};
const confirmed = confirmedOrder(GIVEN);
const SUE: ChangeContext = { now: after(4).now, actor: { kind: 'support', id: 'sue' } };
const ALICE: ChangeContext = { now: after(4).now, actor: { kind: 'customer', id: 'alice' } };
const asStaff = (order: Order, request: UnitRequest): Order =>
  cancelUnits(order, request, { reasonCode: 'out_of_stock' }, false, SUE);
const asCustomer = (order: Order, request: UnitRequest): Order =>
  cancelUnits(order, request, { reason: 'changed my mind' }, true, ALICE);
const units = (...items: [sku: string, quantity: number][]): UnitRequest => ({
  items: items.map(([sku, quantity]) => ({ sku, quantity })),
});
const ship = (order: Order, request: UnitRequest): Order => shipUnits(order, request, {}, after(2));
const statuses = (order: Order): string[] => order.vendorOrders.map(({ status }) => status);
const operations = (order: Order): [string, number][] =>
  order.payment.operations.map(({ kind, amountMinor }) => [kind, amountMinor]);

describe('cancelling some units', () => {
  const part = asCustomer(confirmed, units(['a', 1]));

  it('lets their share of the money fall away, keeps the rest, and says who did it and why', () => {
    expect(statuses(part)).toEqual(['confirmed', 'confirmed']);
    expect(vendorOrderOf(part, 'vendor-1')).toMatchObject({
      lines: [{ cancelledQuantity: 1, cancelledAmounts: { items: 334, shipping: 34 } }, { cancelledQuantity: 0 }],
      cancellations: [
        {
          id: 'c1',
          items: [{ sku: 'a', quantity: 1 }],
          amountMinor: 368,
          reason: 'changed my mind',
          by: 'customer',
          at: ALICE.now,
        },
      ],
    });
    expect(part.history.at(-1)).toMatchObject({
      type: 'cancelled',
      vendorId: 'vendor-1',
      data: { cancellationId: 'c1', amount: { amount: 368, currency: 'USD' }, reason: 'changed my mind' },
    });
  });

  it('gives their stock back at once', () => {
    expect(part.stock.pending.at(-1)).toMatchObject({ kind: 'release', items: [{ sku: 'a', quantity: 1 }] });
  });

  it('holds on to the money until the rest has left, and then lets go of their share', () => {
    expect(operations(part)).toEqual([]);
    const shipped = ship(part, {});
    expect(operations(shipped)).toEqual([
      ['capture', 1_132],
      ['capture', 500],
      ['void', 368],
    ]);
    expect(settleAll(shipped).payment.status).toBe('captured');
  });

  it('of several vendors is written down for each, in one go', () => {
    const order = asStaff(confirmed, units(['a', 2], ['c', 1]));
    expect(statuses(order)).toEqual(['confirmed', 'cancelled']);
    expect(order.vendorOrders.map(({ cancellations }) => cancellations)).toMatchObject([
      [{ id: 'c1', amountMinor: 734, reasonCode: 'out_of_stock', by: 'support' }],
      [{ id: 'c2', amountMinor: 500 }],
    ]);
    expect(order.stock.pending.filter(({ kind }) => kind === 'release')).toHaveLength(1);
    expect(order.history.slice(-2)).toMatchObject([{ vendorId: 'vendor-1' }, { vendorId: 'vendor-2' }]);
  });

  it('ends the vendor order with the last of them, and the order with the last vendor order', () => {
    const rest = asStaff(part, units(['a', 2], ['b', 1]));
    expect(statuses(rest)).toEqual(['cancelled', 'confirmed']);
    const ended = asStaff(rest, {});
    expect(ended.status).toBe('cancelled');
    expect(operations(ended)).toEqual([['void', 1_900 + 100]]);
    expect(settleAll(ended).payment.status).toBe('voided');
  });

  it('is possible while the payment is under way, and is not undone by it', () => {
    const order = authorizeAll(asCustomer(heldOrder(GIVEN), units(['a', 3], ['c', 1])));
    expect(statuses(order)).toEqual(['confirmed', 'cancelled']);
    expect(order.stock.pending.find(({ kind }) => kind === 'commit')?.items).toEqual([{ sku: 'b', quantity: 1 }]);
    expect(operations(ship(order, {}))).toEqual([
      ['capture', 400],
      ['void', 1_600],
    ]);
  });

  it('is possible while the order is held', () => {
    expect(asStaff(holdOrder(confirmed, 'fraud check', after(2)), {}).status).toBe('cancelled');
  });
});

describe('cancelling once something has left', () => {
  const shipped = ship(confirmed, units(['a', 1]));

  it('is open to vendors and staff for what has not', () => {
    const order = asStaff(shipped, { vendorId: 'vendor-1' });
    expect(statuses(order)).toEqual(['shipped', 'confirmed']);
    expect(vendorOrderOf(order, 'vendor-1').lines).toMatchObject([
      { shippedQuantity: 1, cancelledQuantity: 2 },
      { cancelledQuantity: 1 },
    ]);
    expect(asStaff(shipped, {}).status).toBe('shipped');
  });

  it('is closed to customers, for every unit of that vendor order', () => {
    for (const request of [units(['b', 1]), { vendorId: 'vendor-1' }, {}]) {
      const error = refusalOf(() => asCustomer(shipped, request));
      expect(error).toBeInstanceOf(IllegalTransitionError);
      expect(error).toMatchObject({ from: 'partially_shipped', to: 'cancelled' });
    }
  });

  it('stays open to customers for the other vendors', () => {
    expect(statuses(asCustomer(shipped, units(['c', 1])))).toEqual(['partially_shipped', 'cancelled']);
    expect(statuses(asCustomer(shipped, { vendorId: 'vendor-2' }))).toEqual(['partially_shipped', 'cancelled']);
  });

  it('is refused when all has left', () => {
    expect(refusalOf(() => asStaff(move(confirmed, 'shipped'), {}))).toMatchObject({
      from: 'shipped',
      to: 'cancelled',
    });
  });
});

describe('cancelling what is cancelled', () => {
  const one = asCustomer(confirmed, { vendorId: 'vendor-1' });

  it('does not stand in the way of the rest', () => {
    expect(asCustomer(one, {}).status).toBe('cancelled');
    expect(asStaff(one, {}).status).toBe('cancelled');
  });

  it('is refused by itself', () => {
    for (const again of [{ vendorId: 'vendor-1' }, units(['a', 1])]) {
      expect(refusalOf(() => asCustomer(one, again))).toMatchObject({ from: 'cancelled', to: 'cancelled' });
    }
    expect(refusalOf(() => asStaff(asStaff(one, {}), {}))).toBeInstanceOf(IllegalTransitionError);
  });

  it('says how many units are left', () => {
    expect(refusalOf(() => asCustomer(asCustomer(confirmed, units(['a', 2])), units(['a', 2])))).toMatchObject({
      code: 'quantity_unavailable',
      extensions: { items: [{ sku: 'a', available: 1 }] },
    });
  });
});
