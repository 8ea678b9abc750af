import { vendorOrderTotals } from './amounts.js';
import { updateShipment } from './fulfil.js';
import {
  after,
  confirmedOrder,
  move,
  quotedLine,
  refusalOf,
  settleAll,
  tenderOf,
  vendorOrderOf,
} from './order-fixtures.spec-support.js';
import type { Order } from './order.js';
import { refund, refundableMinor, refundableQuantity, type RefundRequest } from './refund.js';
import { settleOperation } from './settle-operation.js';
import { shipUnits } from './ship-units.js';

/** vendor-1: 4 at 10.00; vendor-2: 1 at 20.00; commission 10 %. Paid 25.00 and 35.00. */
const GIVEN = {
  lines: [quotedLine({ sku: 'a', quantity: 4 }), quotedLine({ sku: 'c', vendorId: 'vendor-2', unitPriceMinor: 2_000 })],
  tenders: [{ methodToken: 'tok_a', amountMinor: 2_500 }, { methodToken: 'tok_b' }],
};
const shipped = move(confirmedOrder(GIVEN), 'shipped');
const captured = settleAll(shipped);
const give = (order: Order, request: Omit<RefundRequest, 'reason'>): Order =>
  refund(order, { ...request, reason: 'broken' }, after(5));
const given = (order: Order, request: Omit<RefundRequest, 'reason'>): Order => settleAll(give(order, request));
const units = (sku: string, quantity: number): { items: { sku: string; quantity: number }[] } => ({
  items: [{ sku, quantity }],
});
const SECOND = { vendorId: 'vendor-2' };
const refunds = (order: Order): [tenderId: string, refundId: string | undefined, amountMinor: number][] =>
  order.payment.operations.flatMap(({ kind, tenderId, refundId, amountMinor }) =>
    kind === 'refund' ? [[tenderId, refundId, amountMinor]] : [],
  );
const totals = (order: Order, vendorId: string): number[] => {
  const { captured: got, refunded, commission, payout } = vendorOrderTotals(vendorOrderOf(order, vendorId));
  return [got, refunded, commission, payout];
};

describe('giving back units', () => {
  const one = give(captured, units('a', 1));

  it('gives back what they cost, with the commission on them', () => {
    expect(vendorOrderOf(one, 'vendor-1')).toMatchObject({
      lines: [{ refundedQuantity: 1, refundedAmounts: { items: 1_000 } }],
      refunds: [
        {
          id: 'f1',
          kind: 'items',
          fundedBy: 'vendor',
          lines: [{ sku: 'a', quantity: 1, amountMinor: 1_000, commissionMinor: 100 }],
          amountMinor: 1_000,
          commissionMinor: 100,
          refundedMinor: 0,
          reason: 'broken',
        },
      ],
    });
  });

  it('counts once the money has moved, and is told then', () => {
    expect(totals(one, 'vendor-1')).toEqual([4_000, 0, 400, 3_600]);
    expect(one.history).toBe(captured.history);
    const paid = settleAll(one);
    expect(totals(paid, 'vendor-1')).toEqual([4_000, 1_000, 300, 2_700]);
    expect(paid.payment.status).toBe('partially_refunded');
    expect(paid.history.at(-1)).toMatchObject({
      type: 'refunded',
      vendorId: 'vendor-1',
      data: { refundId: 'f1', tenderId: 't2', amount: { amount: 1_000, currency: 'USD' } },
    });
  });

  it('goes to the tenders in reverse order, and counts on nothing that is on its way back', () => {
    const rest = give(one, units('a', 3));
    expect(refunds(rest)).toEqual([
      ['t2', 'f1', 1_000],
      ['t2', 'f2', 2_500],
      ['t1', 'f2', 500],
    ]);
    const paid = settleAll(rest);
    expect([tenderOf(paid, 't1'), tenderOf(paid, 't2')]).toMatchObject([
      { status: 'partially_refunded', refundedMinor: 500 },
      { status: 'refunded', refundedMinor: 3_500 },
    ]);
    expect(vendorOrderOf(paid, 'vendor-1').refunds.map(({ refundedMinor }) => refundedMinor)).toEqual([1_000, 3_000]);
  });

  it('leaves out nothing of a line, however it is divided', () => {
    const line = quotedLine({ sku: 'a', quantity: 3, amounts: { items: 1_000, shipping: 100, discount: 50, tax: 77 } });
    const order = settleAll(move(confirmedOrder({ lines: [line] }), 'shipped'));
    const back = given(given(order, units('a', 1)), units('a', 2));
    expect(vendorOrderOf(back, 'vendor-1').refunds.map(({ amountMinor }) => amountMinor)).toEqual([377, 750]);
    expect(totals(back, 'vendor-1')).toEqual([1_127, 1_127, 0, 0]);
  });

  it('gives back everything when nothing is named, of every vendor', () => {
    const all = given(one, {});
    expect(all.payment.status).toBe('refunded');
    expect(totals(all, 'vendor-1')).toEqual([4_000, 4_000, 0, 0]);
    expect(totals(all, 'vendor-2')).toEqual([2_000, 2_000, 0, 0]);
    expect(all.vendorOrders.flatMap(({ lines }) => lines.map(refundableQuantity))).toEqual([0, 0]);
  });

  it('gives back everything that was captured, and leaves out the parts for which nothing was', () => {
    const first = ['capture-1', 'capture-2'].reduce(
      (order, id) => settleOperation(order, id, { status: 'done' }, after(3)),
      shipped,
    );
    const part = given(first, {});
    expect(part.vendorOrders.map(({ refunds: made }) => made.map(({ amountMinor }) => amountMinor))).toEqual([
      [4_000],
      [],
    ]);
    expect(settleAll(given(part, {})).payment.status).toBe('refunded');
  });

  it('gives back a part whose price was given back as goodwill along with everything else', () => {
    const all = given(given(captured, { ...SECOND, amountMinor: 2_000 }), {});
    expect(totals(all, 'vendor-1')).toEqual([4_000, 4_000, 0, 0]);
    expect(totals(all, 'vendor-2')).toEqual([2_000, 2_000, 0, 0]);
  });

  it('gives back what a carrier has lost', () => {
    const lost = updateShipment(captured, 's2', 'lost', after(4)) as Order;
    expect(totals(given(lost, units('c', 1)), 'vendor-2')).toEqual([2_000, 2_000, 0, 0]);
  });

  it('leaves alone what is still to be shipped', () => {
    const part = settleAll(shipUnits(confirmedOrder(GIVEN), units('a', 2), {}, after(2)));
    const back = given(part, { vendorId: 'vendor-1' });
    expect(vendorOrderOf(back, 'vendor-1').lines).toMatchObject([{ shippedQuantity: 2, refundedQuantity: 2 }]);
    expect(back.payment.status).toBe('partially_refunded');
    const rest = settleAll(move(back, 'shipped'));
    expect(totals(rest, 'vendor-1')).toEqual([4_000, 2_000, 200, 1_800]);
    expect(given(rest, {}).payment.status).toBe('refunded');
  });
});

describe('goodwill', () => {
  it('of the vendor leaves the commission as it is', () => {
    const order = given(captured, { ...SECOND, amountMinor: 500 });
    expect(vendorOrderOf(order, 'vendor-2')).toMatchObject({
      lines: [{ vendorGoodwillMinor: 500, marketplaceGoodwillMinor: 0, refundedQuantity: 0 }],
      refunds: [{ kind: 'amount', fundedBy: 'vendor', commissionMinor: 0 }],
    });
    expect(totals(order, 'vendor-2')).toEqual([2_000, 500, 200, 1_300]);
  });

  it('of the marketplace leaves the payout as it is', () => {
    const order = given(captured, { ...SECOND, amountMinor: 500, fundedBy: 'marketplace' });
    expect(vendorOrderOf(order, 'vendor-2').refunds).toMatchObject([{ fundedBy: 'marketplace', commissionMinor: 500 }]);
    expect(totals(order, 'vendor-2')).toEqual([2_000, 500, -300, 1_800]);
  });

  it.each(['vendor', 'marketplace'] as const)('of the %s counts towards the price of the units that follow', (by) => {
    const order = given(given(captured, { ...SECOND, amountMinor: 500, fundedBy: by }), units('c', 1));
    expect(vendorOrderOf(order, 'vendor-2')).toMatchObject({
      lines: [{ refundedQuantity: 1, vendorGoodwillMinor: 0, marketplaceGoodwillMinor: 0 }],
      refunds: [{ amountMinor: 500 }, { amountMinor: 1_500 }],
    });
    expect(totals(order, 'vendor-2')).toEqual([2_000, 2_000, 0, 0]);
  });

  it('counts only when the price of other units does not cover it any more', () => {
    const order = given(given(captured, { vendorId: 'vendor-1', amountMinor: 500 }), units('a', 1));
    expect(vendorOrderOf(order, 'vendor-1').refunds.map(({ amountMinor }) => amountMinor)).toEqual([500, 1_000]);
    expect(totals(order, 'vendor-1')).toEqual([4_000, 1_500, 300, 2_200]);
    const rest = given(order, units('a', 3));
    expect(vendorOrderOf(rest, 'vendor-1').refunds.at(-1)).toMatchObject({ amountMinor: 2_500, commissionMinor: 300 });
    expect(totals(rest, 'vendor-1')).toEqual([4_000, 4_000, 0, 0]);
  });

  it('of the marketplace is what it gets back first', () => {
    const both = given(given(captured, { vendorId: 'vendor-1', amountMinor: 600, fundedBy: 'marketplace' }), {
      vendorId: 'vendor-1',
      amountMinor: 2_900,
    });
    expect(totals(both, 'vendor-1')).toEqual([4_000, 3_500, -200, 700]);
    const one = given(both, units('a', 1));
    expect(vendorOrderOf(one, 'vendor-1').lines).toMatchObject([
      { marketplaceGoodwillMinor: 100, vendorGoodwillMinor: 2_900 },
    ]);
    expect(totals(one, 'vendor-1')).toEqual([4_000, 4_000, 200, -200]);
    expect(totals(given(one, {}), 'vendor-1')).toEqual([4_000, 4_000, 0, 0]);
  });

  it('of the whole price leaves the units to be given back for nothing, and the commission on them to the vendor', () => {
    const order = given(captured, { ...SECOND, amountMinor: 2_000 });
    expect(totals(order, 'vendor-2')).toEqual([2_000, 2_000, 200, -200]);
    const back = give(order, units('c', 1));
    expect(back.payment.operations).toBe(order.payment.operations);
    expect(vendorOrderOf(back, 'vendor-2').refunds.at(-1)).toMatchObject({ amountMinor: 0, commissionMinor: 200 });
    expect(totals(back, 'vendor-2')).toEqual([2_000, 2_000, 0, 0]);
  });

  it('is spread over vendors and lines by what can still be given back', () => {
    const order = given(captured, { amountMinor: 601 });
    expect(order.vendorOrders.map(({ refunds: made }) => made.map(({ amountMinor }) => amountMinor))).toEqual([
      [401],
      [200],
    ]);
    expect(order.vendorOrders.flatMap(({ lines }) => lines.map(refundableMinor))).toEqual([3_599, 1_800]);
  });
});

describe('a refund that is refused', () => {
  it.each<[string, Order, Omit<RefundRequest, 'reason'>, number]>([
    ['units before their money is there', shipped, units('a', 1), 0],
    ['an amount before the money is there', shipped, { amountMinor: 1 }, 0],
    ['more than was captured', captured, { amountMinor: 6_001 }, 6_000],
    ['more than was captured for the vendor', captured, { ...SECOND, amountMinor: 2_001 }, 2_000],
    ['more than is left', give(captured, { ...SECOND, amountMinor: 1_500 }), { ...SECOND, amountMinor: 501 }, 500],
    [
      'everything while one capture is missing',
      settleOperation(shipped, 'capture-1', { status: 'done' }, after(3)),
      {},
      2_500,
    ],
  ])('%s', (_, order, request, amount) => {
    expect(refusalOf(() => give(order, request))).toMatchObject({
      code: 'refund_exceeds_captured',
      extensions: { refundable: { amount, currency: 'USD' } },
    });
  });

  it.each<[string, Order, Omit<RefundRequest, 'reason'>]>([
    ['units that have not left', confirmedOrder(GIVEN), units('a', 1)],
    ['more units than have left', captured, units('a', 5)],
    ['units twice', give(captured, units('a', 4)), units('a', 1)],
    ['everything twice', give(captured, {}), {}],
  ])('%s', (_, order, request) => {
    expect(refusalOf(() => give(order, request))).toMatchObject({ code: 'quantity_unavailable' });
  });
});

describe('a refund that cannot be paid out', () => {
  const failed = settleOperation(
    give(captured, units('c', 1)),
    'refund-4',
    { status: 'failed', reason: 'account closed', final: true },
    after(6),
  );

  it('is told, and gives nothing back yet', () => {
    expect(failed.history.at(-1)).toMatchObject({
      type: 'refund-failed',
      vendorId: 'vendor-2',
      data: { refundId: 'f1', tenderId: 't2', amount: { amount: 2_000 } },
    });
    expect(totals(failed, 'vendor-2')).toEqual([2_000, 0, 200, 1_800]);
  });

  it('keeps its money for itself, and may still be paid by people', () => {
    expect(refusalOf(() => give(failed, { ...SECOND, amountMinor: 1 }))).toMatchObject({
      code: 'refund_exceeds_captured',
    });
    expect(totals(settleAll(failed), 'vendor-2')).toEqual([2_000, 2_000, 0, 0]);
  });
});
