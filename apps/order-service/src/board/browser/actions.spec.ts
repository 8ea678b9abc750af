import { actionsOfOrder, actionsOfPart, actionsOfReturn, actionsOfShipment, type Action } from './actions.js';
import { lineOf, orderOf, partOf, usd } from './orders.spec-support.js';

const labels = (actions: readonly Action[]): string[] => actions.map(({ label }) => label);
const hold = { reason: 'check', by: 'support', at: '2026-03-01T12:00:00Z' };

describe('what the state of an order allows', () => {
  const shipped = lineOf({ shippedQuantity: 2 });
  const captured = { ...partOf({}).totals, commission: usd(40), payout: usd(857) };

  it.each([
    ['pending', [lineOf({})], ['Cancel']],
    ['confirmed', [lineOf({})], ['Start processing', 'Ship', 'Cancel']],
    ['processing', [lineOf({})], ['Ship', 'Cancel']],
    ['partially_shipped', [lineOf({ shippedQuantity: 1 })], ['Ship', 'Cancel']],
    ['shipped', [shipped], []],
    ['cancelled', [lineOf({ cancelledQuantity: 2 })], []],
  ])('a part that is %s', (status, items, expected) => {
    expect(labels(actionsOfPart(orderOf({}), partOf({ status, items })))).toEqual(expected);
  });

  it('money that was captured can be refunded', () => {
    const part = partOf({ status: 'shipped', items: [shipped], totals: captured });
    expect(labels(actionsOfPart(orderOf({}), part))).toEqual(['Refund']);
  });

  it('what is on hold can be cancelled or released, and not shipped', () => {
    const order = orderOf({ hold });
    expect(labels(actionsOfPart(order, partOf({})))).toEqual(['Cancel']);
    expect(labels(actionsOfOrder(order, true))).toEqual(['Release']);
  });

  it('the order as a whole is for staff', () => {
    const order = orderOf({ vendorOrders: [partOf({}), partOf({ vendorId: 'vendor-2' })] });
    expect(labels(actionsOfOrder(order, true))).toEqual(['Hold', 'Cancel order']);
    expect(labels(actionsOfOrder(order, false))).toEqual([]);
    expect(labels(actionsOfOrder({ ...order, status: 'cancelled' }, true))).toEqual([]);
  });

  it('parcels on their way arrive or are lost; returns go on step by step', () => {
    expect(labels(actionsOfShipment(orderOf({}), 's1', 'in_transit'))).toEqual(['Mark as delivered', 'Mark as lost']);
    expect(labels(actionsOfShipment(orderOf({}), 's1', 'delivered'))).toEqual([]);
    const returned = { id: 'r1', items: [], reason: 'too big' };
    expect(labels(actionsOfReturn(orderOf({}), { ...returned, status: 'requested' }))).toEqual([
      'Approve return',
      'Reject return',
    ]);
    expect(labels(actionsOfReturn(orderOf({}), { ...returned, status: 'refunded' }))).toEqual([]);
  });
});
