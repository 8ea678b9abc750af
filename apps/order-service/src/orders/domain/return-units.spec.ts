import { IllegalTransitionError } from '@marketplace/domain';
import { vendorOrderTotals } from './amounts.js';
import { cancelUnits } from './cancel-units.js';
import { updateShipment } from './fulfil.js';
import {
  after,
  confirmedOrder,
  move,
  quotedLine,
  refusalOf,
  settleAll,
  vendorOrderOf,
} from './order-fixtures.spec-support.js';
import type { Order, Return } from './order.js';
import { refund } from './refund.js';
import { findReturn, requestReturn, returnableQuantity, updateReturn } from './return-units.js';
import { shipUnits } from './ship-units.js';
import { RETURN_STATUSES, returnMachine, type ReturnStatus } from './status.js';
import type { UnitRequest } from './unit-selection.js';

type Step = Exclude<ReturnStatus, 'requested'>;

const GIVEN = {
  lines: [quotedLine({ sku: 'a', quantity: 3 }), quotedLine({ sku: 'c', vendorId: 'vendor-2', unitPriceMinor: 2_000 })],
};
const shipped = settleAll(move(confirmedOrder(GIVEN), 'shipped'));
/** Arrived two minutes after it was placed. */
const delivered = move(shipped, 'delivered');
const ask = (order: Order, request: UnitRequest, deliveredAfter?: Date): Order =>
  requestReturn(order, { ...request, reason: 'too small' }, deliveredAfter, after(10));
const units = (sku: string, quantity: number): UnitRequest => ({ items: [{ sku, quantity }] });
const step = (order: Order, id: string, ...steps: Step[]): Order =>
  steps.reduce((next, status) => {
    const moved = updateReturn(next, id, { status, reason: 'seen' }, after(20));
    if (!moved) throw new Error(`there is no return ${id}`);
    return moved;
  }, order);
const returnOf = (order: Order, id: string): Return => {
  const place = findReturn(order, id);
  if (!place) throw new Error(`there is no return ${id}`);
  return place.found;
};
const statuses = (order: Order): string[] => order.vendorOrders.map(({ status }) => status);
const newEvents = (order: Order, since: Order): string[] =>
  order.history.slice(since.history.length).map(({ type }) => type);
const left = (order: Order): number[] =>
  order.vendorOrders.flatMap((of) => of.lines.map((line) => returnableQuantity(line, of)));

/** An order whose return `r1` has the given status. */
function returning(status: ReturnStatus): Order {
  const asked = ask(delivered, units('a', 2));
  const ways: Record<ReturnStatus, Step[]> = {
    requested: [],
    approved: ['approved'],
    received: ['approved', 'received'],
    refunded: ['approved', 'received', 'refunded'],
    rejected: ['rejected'],
  };
  return step(asked, 'r1', ...ways[status]);
}

describe('asking to send something back', () => {
  it('makes one return for each vendor order concerned', () => {
    const order = ask(delivered, {});
    expect(order.vendorOrders.map(({ returns }) => returns)).toMatchObject([
      [
        {
          id: 'r1',
          status: 'requested',
          items: [{ sku: 'a', quantity: 3 }],
          reason: 'too small',
          requestedAt: after(10).now,
        },
      ],
      [{ id: 'r2', status: 'requested', items: [{ sku: 'c', quantity: 1 }] }],
    ]);
    expect(order.history.slice(-2)).toMatchObject([
      { type: 'return-requested', vendorId: 'vendor-1', data: { returnId: 'r1', reason: 'too small' } },
      { type: 'return-requested', vendorId: 'vendor-2', data: { returnId: 'r2' } },
    ]);
    expect(order.status).toBe('delivered');
  });

  it('is possible for what has arrived, and for no unit twice', () => {
    expect(refusalOf(() => ask(shipped, units('a', 1)))).toMatchObject({ code: 'quantity_unavailable' });
    expect(refusalOf(() => ask(ask(delivered, units('a', 2)), units('a', 2)))).toMatchObject({
      code: 'quantity_unavailable',
      extensions: { items: [{ sku: 'a', available: 1 }] },
    });
  });

  it('is possible for a parcel that has arrived while others travel or are open', () => {
    const part = shipUnits(confirmedOrder(GIVEN), units('a', 1), {}, after(2));
    const arrived = updateShipment(part, 's1', 'delivered', after(3)) as Order;
    expect(left(ask(arrived, units('a', 1)))).toEqual([0, 0]);
  });

  it('counts a unit that was rejected as one that can be asked for again', () => {
    expect(left(returning('rejected'))).toEqual([3, 1]);
    expect(left(returning('approved'))).toEqual([1, 1]);
    expect(left(returning('refunded'))).toEqual([1, 1]);
  });
});

describe('the time to return', () => {
  it('lasts to the last instant', () => {
    expect(left(ask(delivered, {}, after(2).now))).toEqual([0, 0]);
  });

  it('is over after it', () => {
    expect(refusalOf(() => ask(delivered, units('a', 1), after(3).now))).toMatchObject({
      code: 'quantity_unavailable',
      extensions: { items: [{ sku: 'a', available: 0 }] },
    });
    expect(refusalOf(() => ask(delivered, {}, after(3).now))).toMatchObject({ code: 'quantity_unavailable' });
  });

  it('runs for each vendor order by itself', () => {
    const first = move(shipped, { status: 'delivered', vendorId: 'vendor-1' });
    const both = updateShipment(first, 's2', 'delivered', after(9)) as Order;
    const order = ask(both, {}, after(5).now);
    expect(order.vendorOrders.map(({ returns }) => returns.length)).toEqual([0, 1]);
  });

  it('begins when the last parcel has arrived', () => {
    const part = shipUnits(confirmedOrder(GIVEN), units('a', 1), {}, after(2));
    const arrived = updateShipment(part, 's1', 'delivered', after(3)) as Order;
    expect(left(ask(arrived, {}, after(60).now))).toEqual([0, 0]);
  });
});

describe('the moves of a return', () => {
  const pairs = RETURN_STATUSES.flatMap((from) =>
    RETURN_STATUSES.filter((to): to is Step => to !== 'requested').map((to): [ReturnStatus, Step] => [from, to]),
  );

  it.each(pairs)('from %s to %s', (from, to) => {
    const order = returning(from);
    expect(returnOf(order, 'r1').status).toBe(from);
    if (from === to) return expect(step(order, 'r1', to)).toBe(order);
    if (returnMachine.allows(from, to)) return expect(returnOf(step(order, 'r1', to), 'r1').status).toBe(to);
    const error = refusalOf(() => step(order, 'r1', to));
    expect(error).toBeInstanceOf(IllegalTransitionError);
    expect(error).toMatchObject({ machine: 'return', from, to, allowed: returnMachine.allowedFrom(from) });
  });

  it('of one that does not exist are not known', () => {
    expect(updateReturn(delivered, 'r1', { status: 'approved' }, after(20))).toBeUndefined();
    expect(findReturn(delivered, 'r1')).toBeUndefined();
  });

  it('are told with their reason', () => {
    const rejected = returning('rejected');
    expect(returnOf(rejected, 'r1')).toMatchObject({ rejectionReason: 'seen', updatedAt: after(20).now });
    expect(rejected.history.at(-1)).toMatchObject({
      type: 'return-rejected',
      data: { returnId: 'r1', reason: 'seen' },
    });
    expect(newEvents(returning('refunded'), delivered)).toEqual([
      'return-requested',
      'return-approved',
      'return-received',
    ]);
  });
});

describe('units that came back', () => {
  it('leave a vendor order delivered until all are back', () => {
    const some = returning('received');
    expect(statuses(some)).toEqual(['delivered', 'delivered']);
    expect(vendorOrderOf(some, 'vendor-1').lines).toMatchObject([{ deliveredQuantity: 3, returnedQuantity: 2 }]);
    const all = step(ask(some, units('a', 1)), 'r2', 'approved', 'received');
    expect(statuses(all)).toEqual(['returned', 'delivered']);
    expect(all.history.slice(-2)).toMatchObject([
      { type: 'return-received', data: { returnId: 'r2' } },
      { type: 'returned', vendorId: 'vendor-1', data: { returnId: 'r2' } },
    ]);
  });

  it('make an order returned with the last of them', () => {
    const order = step(step(ask(delivered, {}), 'r1', 'approved', 'received'), 'r2', 'approved', 'received');
    expect(order.status).toBe('returned');
  });

  it('make a vendor order returned when the last of its open units is cancelled', () => {
    const part = settleAll(shipUnits(confirmedOrder(GIVEN), units('a', 1), {}, after(2)));
    const arrived = updateShipment(part, 's1', 'delivered', after(3)) as Order;
    const back = step(ask(arrived, units('a', 1)), 'r1', 'approved', 'received');
    expect(statuses(back)).toEqual(['partially_shipped', 'confirmed']);
    const rest = cancelUnits(back, { vendorId: 'vendor-1' }, {}, false, after(30));
    expect(statuses(rest)).toEqual(['returned', 'confirmed']);
    expect(newEvents(rest, back)).toEqual(['cancelled', 'returned']);
  });

  it('make a vendor order returned when the last of its parcels is lost', () => {
    const parcels = shipUnits(
      shipUnits(confirmedOrder(GIVEN), units('a', 1), {}, after(2)),
      units('a', 2),
      {},
      after(2),
    );
    const arrived = updateShipment(settleAll(parcels), 's1', 'delivered', after(3)) as Order;
    const back = step(ask(arrived, units('a', 1)), 'r1', 'approved', 'received');
    expect(statuses(back)).toEqual(['partially_delivered', 'confirmed']);
    const lost = updateShipment(back, 's2', 'lost', after(30)) as Order;
    expect(statuses(lost)).toEqual(['returned', 'confirmed']);
    expect(newEvents(lost, back)).toEqual(['shipment-lost', 'returned']);
  });
});

describe('the price of units that came back', () => {
  it('is given back by a refund that names the return', () => {
    const order = returning('refunded');
    expect(returnOf(order, 'r1').refundId).toBe('f1');
    expect(vendorOrderOf(order, 'vendor-1').refunds).toMatchObject([
      { id: 'f1', kind: 'items', amountMinor: 2_000, commissionMinor: 200, returnId: 'r1', reason: 'too small' },
    ]);
    expect(vendorOrderTotals(vendorOrderOf(settleAll(order), 'vendor-1'))).toMatchObject({
      refunded: 2_000,
      payout: 900,
    });
  });

  it('waits until it was captured', () => {
    const early = move(confirmedOrder(GIVEN), 'shipped', 'delivered');
    const back = step(ask(early, units('a', 2)), 'r1', 'approved', 'received');
    expect(refusalOf(() => step(back, 'r1', 'refunded'))).toMatchObject({ code: 'refund_exceeds_captured' });
    expect(returnOf(step(settleAll(back), 'r1', 'refunded'), 'r1').status).toBe('refunded');
  });

  it('is not paid twice when it was given back before: the return ends all the same', () => {
    const paid = refund(returning('received'), { ...units('a', 2), reason: 'at once' }, after(15));
    const one = step(paid, 'r1', 'refunded');
    expect(vendorOrderOf(one, 'vendor-1').refunds.map(({ amountMinor }) => amountMinor)).toEqual([2_000, 1_000]);
    const all = refund(returning('received'), { ...units('a', 3), reason: 'at once' }, after(15));
    const ended = step(all, 'r1', 'refunded');
    expect(vendorOrderOf(ended, 'vendor-1').refunds).toBe(vendorOrderOf(all, 'vendor-1').refunds);
    expect(returnOf(ended, 'r1')).not.toHaveProperty('refundId');
    expect(settleAll(ended).payment.status).toBe('partially_refunded');
  });
});
