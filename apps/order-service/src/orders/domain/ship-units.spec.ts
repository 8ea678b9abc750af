import { IllegalTransitionError } from '@marketplace/domain';
import { vendorOrderTotals } from './amounts.js';
import { cancelUnits } from './cancel-units.js';
import { holdOrder } from './care.js';
import { updateShipment } from './fulfil.js';
import {
  after,
  confirmedOrder,
  heldOrder,
  move,
  quotedLine,
  refusalOf,
  settleAll,
  tenderOf,
  vendorOrderOf,
} from './order-fixtures.spec-support.js';
import type { Order } from './order.js';
import { refund } from './refund.js';
import { shipUnits } from './ship-units.js';
import type { UnitRequest } from './unit-selection.js';

/** vendor-1: a, 3 for 10.00 and shipping 1.00, and b, 2 for 8.00; vendor-2: c for 5.00. Paid 12.00, 6.00 and 6.00. */
const GIVEN = {
  lines: [
    quotedLine({ sku: 'a', quantity: 3, amounts: { items: 1_000, shipping: 100, discount: 0, tax: 0 } }),
    quotedLine({ sku: 'b', quantity: 2, amounts: { items: 800, shipping: 0, discount: 0, tax: 0 } }),
    quotedLine({ sku: 'c', vendorId: 'vendor-2', unitPriceMinor: 500 }),
  ],
  tenders: [
    { methodToken: 'tok_a', amountMinor: 1_200 },
    { methodToken: 'tok_b', amountMinor: 600 },
    { methodToken: 'tok_c' },
  ],
};
const confirmed = confirmedOrder(GIVEN);
const ship = (order: Order, request: UnitRequest): Order => shipUnits(order, request, {}, after(2));
const units = (...items: [sku: string, quantity: number][]): UnitRequest => ({
  items: items.map(([sku, quantity]) => ({ sku, quantity })),
});
const statuses = (order: Order): string[] => order.vendorOrders.map(({ status }) => status);
const captures = (order: Order): [string, string | undefined, number][] =>
  order.payment.operations.map(({ tenderId, shipmentId, amountMinor }) => [tenderId, shipmentId, amountMinor]);
const told = (order: Order, shipmentId: string, status: 'delivered' | 'lost'): Order => {
  const next = updateShipment(order, shipmentId, status, after(5));
  if (!next) throw new Error(`there is no parcel ${shipmentId}`);
  return next;
};
const newEvents = (order: Order, since: Order): string[] =>
  order.history.slice(since.history.length).map(({ type }) => type);

describe('shipping a part', () => {
  const first = ship(confirmed, units(['a', 1]));

  it('leaves the rest open, and says so', () => {
    expect(statuses(first)).toEqual(['partially_shipped', 'confirmed']);
    expect(first.status).toBe('partially_shipped');
    expect(vendorOrderOf(first, 'vendor-1')).toMatchObject({
      lines: [{ shippedQuantity: 1 }, { shippedQuantity: 0 }],
      shipments: [{ id: 's1', items: [{ sku: 'a', quantity: 1 }], amountMinor: 368, commissionMinor: 33 }],
    });
  });

  it('gives every parcel of the order a number of its own, and ends when nothing is left', () => {
    const second = ship(first, units(['a', 2], ['b', 1]));
    const third = ship(second, units(['c', 1]));
    const last = ship(third, {});
    expect(last.vendorOrders.map(({ shipments }) => shipments.map(({ id }) => id))).toEqual([
      ['s1', 's2', 's4'],
      ['s3'],
    ]);
    expect(statuses(second)).toEqual(['partially_shipped', 'confirmed']);
    expect(last.status).toBe('shipped');
    expect(vendorOrderOf(last, 'vendor-1').shipments.map(({ amountMinor }) => amountMinor)).toEqual([368, 1_132, 400]);
  });

  it('captures each parcel for itself, from the tenders in their order, and voids nothing before the end', () => {
    const second = ship(first, units(['a', 2], ['b', 1]));
    const last = ship(second, {});
    expect(captures(last)).toEqual([
      ['t1', 's1', 368],
      ['t1', 's2', 832],
      ['t2', 's2', 300],
      ['t2', 's3', 300],
      ['t3', 's3', 100],
      ['t3', 's4', 500],
    ]);
    expect(settleAll(last).payment.status).toBe('captured');
    expect(settleAll(first).payment.status).toBe('partially_captured');
  });

  it('shares the commission of a line out to its parcels without a cent too many', () => {
    const parcels = ship(ship(ship(confirmed, units(['a', 1])), units(['a', 1])), units(['a', 1]));
    expect(vendorOrderOf(parcels, 'vendor-1').shipments.map(({ commissionMinor }) => commissionMinor)).toEqual([
      33, 34, 33,
    ]);
  });

  it('earns no more after a refund in between than the line is worth', () => {
    const line = quotedLine({ sku: 'a', quantity: 2, amounts: { items: 10, shipping: 0, discount: 0, tax: 0 } });
    const one = settleAll(ship(confirmedOrder({ lines: [line] }), units(['a', 1])));
    const given = refund(one, { ...units(['a', 1]), reason: 'broken' }, after(3));
    const both = settleAll(refund(settleAll(ship(given, {})), { reason: 'broken' }, after(4)));
    expect(vendorOrderTotals(vendorOrderOf(both, 'vendor-1'))).toMatchObject({
      refunded: 10,
      commission: 0,
      payout: 0,
    });
  });

  it('makes one parcel for each vendor order concerned', () => {
    const order = ship(confirmed, units(['a', 1], ['c', 1]));
    expect(statuses(order)).toEqual(['partially_shipped', 'shipped']);
    expect(order.history.slice(-2)).toMatchObject([
      { type: 'shipped', vendorId: 'vendor-1', data: { shipmentId: 's1', items: [{ sku: 'a', quantity: 1 }] } },
      { type: 'shipped', vendorId: 'vendor-2', data: { shipmentId: 's2' } },
    ]);
  });

  it('gives up what a cancelled rest would have cost', () => {
    const rest = cancelUnits(ship(first, units(['c', 1])), {}, {}, false, after(3));
    expect(rest.status).toBe('shipped');
    const settled = settleAll(rest);
    expect(settled.payment.status).toBe('captured');
    expect(['t1', 't2', 't3'].map((id) => tenderOf(settled, id).voidedMinor)).toEqual([332, 600, 600]);
  });
});

describe('shipping that is refused', () => {
  it.each<[string, Order, UnitRequest, string]>([
    ['before the payment', heldOrder(GIVEN), {}, 'pending'],
    [
      'of a vendor order that was cancelled',
      move(confirmed, { status: 'cancelled', vendorId: 'vendor-2' }),
      { vendorId: 'vendor-2' },
      'cancelled',
    ],
    [
      'of a vendor order that has left',
      move(confirmed, { status: 'shipped', vendorId: 'vendor-2' }),
      { vendorId: 'vendor-2' },
      'shipped',
    ],
    ['of an order that has left', move(confirmed, 'shipped'), {}, 'shipped'],
  ])('%s', (_, order, request, from) => {
    const error = refusalOf(() => ship(order, request));
    expect(error).toBeInstanceOf(IllegalTransitionError);
    expect(error).toMatchObject({ from, to: 'shipped' });
  });

  it('says how many units are left', () => {
    expect(refusalOf(() => ship(ship(confirmed, units(['a', 2])), units(['a', 2])))).toMatchObject({
      code: 'quantity_unavailable',
      extensions: { items: [{ sku: 'a', available: 1 }] },
    });
  });

  it('finds nothing of a part that has left, though others have not', () => {
    const order = ship(confirmed, units(['c', 1]));
    expect(refusalOf(() => ship(order, units(['c', 1])))).toMatchObject({
      code: 'quantity_unavailable',
      extensions: { items: [{ sku: 'c', available: 0 }] },
    });
  });

  it('says that the order is held', () => {
    const held = holdOrder(confirmed, 'fraud check', after(2));
    expect(refusalOf(() => ship(held, {}))).toMatchObject({ code: 'order_held' });
  });
});

describe('the progress of parcels', () => {
  const parted = ship(ship(confirmed, { vendorId: 'vendor-2' }), units(['a', 3]));
  const shipped = ship(parted, {});

  it('delivers a vendor order with the last of its parcels', () => {
    const one = told(shipped, 's2', 'delivered');
    expect(statuses(one)).toEqual(['partially_delivered', 'shipped']);
    expect(vendorOrderOf(one, 'vendor-1')).toMatchObject({
      lines: [{ deliveredQuantity: 3 }, { deliveredQuantity: 0 }],
    });
    expect(newEvents(one, shipped)).toEqual(['shipment-delivered']);
    const both = told(one, 's3', 'delivered');
    expect(statuses(both)).toEqual(['delivered', 'shipped']);
    expect(vendorOrderOf(both, 'vendor-1').deliveredAt).toEqual(after(5).now);
    expect(newEvents(both, one)).toEqual(['shipment-delivered', 'delivered']);
    expect(told(both, 's1', 'delivered').status).toBe('delivered');
  });

  it('keeps a vendor order partially shipped while units are open, wherever its parcels are', () => {
    const early = told(parted, 's2', 'delivered');
    expect(statuses(early)).toEqual(['partially_shipped', 'shipped']);
    expect(statuses(ship(early, {}))).toEqual(['partially_delivered', 'shipped']);
    expect(refusalOf(() => move(early, { status: 'delivered', vendorId: 'vendor-1' }))).toBeInstanceOf(
      IllegalTransitionError,
    );
  });

  it('delivers what has arrived when the rest is cancelled', () => {
    const early = told(parted, 's2', 'delivered');
    const rest = cancelUnits(early, { vendorId: 'vendor-1' }, {}, false, after(6));
    expect(statuses(rest)).toEqual(['delivered', 'shipped']);
    expect(newEvents(rest, early)).toEqual(['cancelled', 'delivered']);
    expect(vendorOrderOf(rest, 'vendor-1').deliveredAt).toEqual(after(6).now);
  });

  it('does not wait for a parcel that was lost, once another has arrived', () => {
    const lost = told(shipped, 's3', 'lost');
    expect(statuses(lost)).toEqual(['shipped', 'shipped']);
    const arrived = told(lost, 's2', 'delivered');
    expect(statuses(arrived)).toEqual(['delivered', 'shipped']);
    expect(vendorOrderOf(arrived, 'vendor-1').lines).toMatchObject([
      { deliveredQuantity: 3 },
      { deliveredQuantity: 0 },
    ]);
    expect(statuses(told(told(shipped, 's2', 'delivered'), 's3', 'lost'))).toEqual(['delivered', 'shipped']);
  });

  it('never delivers what was lost altogether', () => {
    const lost = told(shipped, 's1', 'lost');
    expect(statuses(lost)).toEqual(['shipped', 'shipped']);
    expect(refusalOf(() => move(lost, { status: 'delivered', vendorId: 'vendor-2' }))).toMatchObject({
      from: 'shipped',
      to: 'delivered',
    });
  });

  it('told twice changes nothing, and is never taken back', () => {
    const arrived = told(shipped, 's1', 'delivered');
    expect(told(arrived, 's1', 'delivered')).toBe(arrived);
    expect(refusalOf(() => told(arrived, 's1', 'lost'))).toMatchObject({ from: 'delivered', to: 'lost', allowed: [] });
    expect(refusalOf(() => told(told(shipped, 's1', 'lost'), 's1', 'delivered'))).toBeInstanceOf(
      IllegalTransitionError,
    );
  });

  it('of a parcel that does not exist is not known', () => {
    expect(updateShipment(shipped, 's9', 'delivered', after(5))).toBeUndefined();
  });

  it('goes on while the order is held: what has left has left', () => {
    expect(statuses(told(holdOrder(shipped, 'fraud check', after(4)), 's1', 'delivered'))).toEqual([
      'shipped',
      'delivered',
    ]);
  });
});
