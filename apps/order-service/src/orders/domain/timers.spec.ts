import {
  after,
  authorize,
  authorizeAll,
  confirmedOrder,
  heldOrder,
  move,
  newOrder,
  quotedLine,
  settleAll,
  TIMING,
  vendorOrderOf,
} from './order-fixtures.spec-support.js';
import { vendorOrderTotals } from './amounts.js';
import { cancelUnits } from './cancel-units.js';
import { holdOrder, releaseHold } from './care.js';
import { updateShipment } from './fulfil.js';
import type { Order } from './order.js';
import { placeOrder } from './place-order.js';
import { requestReturn, updateReturn } from './return-units.js';
import { nextTimerAt, runTimers } from './timers.js';

const GIVEN = {
  lines: [quotedLine({ sku: 'a', quantity: 2 }), quotedLine({ sku: 'c', vendorId: 'vendor-2' })],
  tenders: [{ methodToken: 'tok_a', amountMinor: 1_000 }, { methodToken: 'tok_b' }],
  cartId: 'cart-1',
};
const EXPIRY = TIMING.unpaidExpiryMs / 60_000;
const ACT = TIMING.vendorActWithinMs / 60_000;
const RETURN = TIMING.returnWindowMs / 60_000;
const run = (order: Order, minutes: number): Order => runTimers(order, TIMING, after(minutes));
const next = (order: Order): Date | undefined => nextTimerAt(order, TIMING);

describe('an order that is not paid for', () => {
  const waiting = authorize(heldOrder(GIVEN), 't1');

  it('waits to the last instant', () => {
    expect(next(waiting)).toEqual(after(EXPIRY).now);
    expect(run(waiting, EXPIRY - 1)).toBe(waiting);
  });

  it('expires with everything it holds: units, stock, money and cart', () => {
    const expired = run(waiting, EXPIRY);
    expect(expired).toMatchObject({ status: 'cancelled', returnsCart: true });
    expect(expired.vendorOrders.map(({ status, lines }) => [status, lines[0]?.cancelledQuantity])).toEqual([
      ['cancelled', 2],
      ['cancelled', 1],
    ]);
    expect(expired.stock.pending).toMatchObject([
      {
        kind: 'release',
        items: [
          { sku: 'a', quantity: 2 },
          { sku: 'c', quantity: 1 },
        ],
      },
    ]);
    expect(expired.payment.operations.map(({ kind, tenderId, amountMinor }) => [kind, tenderId, amountMinor])).toEqual([
      ['void', 't1', 1_000],
      ['void', 't2', 0],
    ]);
    expect(expired.history.at(-1)).toMatchObject({ type: 'expired', status: 'cancelled', actor: { kind: 'system' } });
    expect(settleAll(expired).payment.status).toBe('voided');
  });

  it('expires once, and gives back what is authorized after it', () => {
    const expired = run(waiting, EXPIRY);
    expect(run(expired, EXPIRY + 1)).toBe(expired);
    expect(next(expired)).toBeUndefined();
    const late = settleAll(authorizeAll(expired));
    expect(late).toMatchObject({ status: 'cancelled', payment: { status: 'voided' } });
  });

  it('releases only what was not given back before', () => {
    const part = cancelUnits(waiting, { items: [{ sku: 'a', quantity: 1 }] }, {}, true, after(5));
    expect(run(part, EXPIRY).stock.pending.at(-1)?.items).toEqual([
      { sku: 'a', quantity: 1 },
      { sku: 'c', quantity: 1 },
    ]);
  });

  it('gives back no cart when it came from none', () => {
    expect(run(heldOrder(), EXPIRY)).not.toHaveProperty('returnsCart');
  });

  it('is left to its checkout before its stock is held', () => {
    const placed = placeOrder(newOrder(GIVEN), after(0));
    expect(run(placed, EXPIRY)).toBe(placed);
  });

  it('does not expire once it is paid for', () => {
    const paid = authorizeAll(waiting);
    expect(run(paid, EXPIRY)).toBe(paid);
  });
});

describe('a vendor that does not begin', () => {
  const confirmed = confirmedOrder(GIVEN);
  const late = run(confirmed, ACT + 1);

  it('is flagged when its time is over, once', () => {
    expect(next(confirmed)).toEqual(after(ACT + 1).now);
    expect(run(confirmed, ACT)).toBe(confirmed);
    expect(late.vendorOrders.map(({ overdueSince }) => overdueSince)).toEqual([after(ACT + 1).now, after(ACT + 1).now]);
    expect(late.status).toBe('confirmed');
    expect(run(late, ACT + 99)).toBe(late);
    expect(next(late)).toBeUndefined();
  });

  it('is not flagged when it has begun', () => {
    const begun = run(move(confirmed, { status: 'processing', vendorId: 'vendor-1' }), ACT + 1);
    expect(begun.vendorOrders.map(({ overdueSince }) => overdueSince !== undefined)).toEqual([false, true]);
  });

  it.each(['processing', 'shipped'] as const)('is not flagged any more once it is %s', (status) => {
    const order = move(late, { status, vendorId: 'vendor-1' });
    expect(vendorOrderOf(order, 'vendor-1')).not.toHaveProperty('overdueSince');
    expect(vendorOrderOf(order, 'vendor-2').overdueSince).toEqual(after(ACT + 1).now);
  });
});

describe("the vendor's money", () => {
  const delivered = settleAll(move(confirmedOrder(GIVEN), 'shipped', 'delivered'));
  const due = RETURN + 2;
  const isDue = (order: Order): boolean[] =>
    order.vendorOrders.map(({ payoutEligibleAt }) => payoutEligibleAt !== undefined);

  it('is due when the time to return is over', () => {
    expect(next(delivered)).toEqual(after(due).now);
    expect(run(delivered, due - 1)).toBe(delivered);
    const eligible = run(delivered, due);
    expect(vendorOrderOf(eligible, 'vendor-1').payoutEligibleAt).toEqual(after(due).now);
    expect(eligible.history.slice(-2)).toMatchObject([
      { type: 'payout-eligible', vendorId: 'vendor-1', data: { amount: { amount: 1_800, currency: 'USD' } } },
      { type: 'payout-eligible', vendorId: 'vendor-2', data: { amount: { amount: 900, currency: 'USD' } } },
    ]);
    expect(run(eligible, due + 99)).toBe(eligible);
    expect(next(eligible)).toBeUndefined();
  });

  it('is not due before everything has arrived', () => {
    const shipped = settleAll(move(confirmedOrder(GIVEN), 'shipped'));
    const one = updateShipment(shipped, 's1', 'delivered', after(2)) as Order;
    expect(isDue(run(one, due))).toEqual([true, false]);
  });

  it('is not due while a return is under way, and is due at once when it has ended', () => {
    const asked = requestReturn(
      delivered,
      { items: [{ sku: 'a', quantity: 1 }], reason: 'too small' },
      undefined,
      after(9),
    );
    const moved = (order: Order, status: 'approved' | 'received' | 'refunded' | 'rejected'): Order =>
      updateReturn(order, 'r1', { status }, after(10)) as Order;
    const approved = moved(asked, 'approved');
    const received = moved(approved, 'received');
    for (const order of [asked, approved, received]) {
      expect(isDue(run(order, due))).toEqual([false, true]);
      expect(next(run(order, due))).toBeUndefined();
    }
    expect(isDue(run(moved(asked, 'rejected'), due))).toEqual([true, true]);
    const refunded = settleAll(moved(received, 'refunded'));
    expect(next(refunded)).toEqual(after(due).now);
    expect(run(refunded, due).history.at(-2)).toMatchObject({
      type: 'payout-eligible',
      vendorId: 'vendor-1',
      data: { amount: { amount: 900, currency: 'USD' } },
    });
  });

  it('is never due for what was cancelled or lost', () => {
    const cancelled = settleAll(move(confirmedOrder(GIVEN), 'cancelled'));
    expect(next(cancelled)).toBeUndefined();
    const shipped = move(confirmedOrder(GIVEN), 'shipped');
    const lost = ['s1', 's2'].reduce((order, id) => updateShipment(order, id, 'lost', after(3)) as Order, shipped);
    expect(run(lost, due)).toBe(lost);
  });
});

describe('what would be told too early', () => {
  it('a held order flags no vendor: none may begin', () => {
    const held = holdOrder(confirmedOrder(GIVEN), 'fraud check', after(1));
    expect(next(held)).toBeUndefined();
    expect(run(held, ACT)).toBe(held);
    expect(vendorOrderOf(run(releaseHold(held, after(2)), ACT + 1), 'vendor-1').overdueSince).toBeDefined();
  });

  it('no payout is due before all of it is captured', () => {
    const delivered = move(move(confirmedOrder(GIVEN), { status: 'shipped' }), { status: 'delivered' });
    expect(next(delivered)).toBeUndefined();
    const captured = settleAll(delivered);
    expect(next(captured)).toBeDefined();
    const due = run(captured, RETURN + 60);
    expect(due.history.filter(({ type }) => type === 'payout-eligible').map(({ data }) => data)).toEqual(
      due.vendorOrders.map((vendorOrder) => ({
        amount: { amount: vendorOrderTotals(vendorOrder).payout, currency: due.currency },
      })),
    );
  });
});
