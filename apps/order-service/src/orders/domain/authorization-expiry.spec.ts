import { authorizationExpiresAt } from './authorization-expiry.js';
import { recordAuthorization } from './authorize-payment.js';
import { cancelUnits } from './cancel-units.js';
import { after, heldOrder, move, quotedLine, settleAll, TIMING } from './order-fixtures.spec-support.js';
import type { Order } from './order.js';
import { nextTimerAt, runTimers } from './timers.js';

const GIVEN = {
  lines: [quotedLine({ sku: 'a', quantity: 2 }), quotedLine({ sku: 'c', vendorId: 'vendor-2' })],
  tenders: [{ methodToken: 'tok_a', amountMinor: 1_000 }, { methodToken: 'tok_b' }],
};
/** Minutes after the order was placed. */
const LAPSE = 40 * 60;
const WARNING = LAPSE - TIMING.expiryWarningMs / 60_000;

function authorized(...lapses: (string | undefined)[]): Order {
  return lapses.reduce(
    (order, expiresAt, index) =>
      recordAuthorization(
        order,
        `t${index + 1}`,
        { status: 'authorized', paymentId: `pay-${index}`, expiresAt },
        after(1),
      ),
    heldOrder(GIVEN),
  );
}

const at = (minutes: number): string => after(minutes).now.toISOString();
const run = (order: Order, minutes: number): Order => runTimers(order, TIMING, after(minutes));
const warnings = (order: Order): unknown[] =>
  order.history.filter(({ type }) => type === 'authorization-expiring').map(({ data }) => data);

describe('an authorization that is about to lapse', () => {
  const order = authorized(at(LAPSE + 600), at(LAPSE));

  it('is told in time, once, with the order flagged; it is the first of several', () => {
    expect(authorizationExpiresAt(order)).toEqual(after(LAPSE).now);
    expect(nextTimerAt(order, TIMING)).toEqual(after(WARNING).now);
    expect(run(order, WARNING - 1)).toBe(order);
    const flagged = run(order, WARNING);
    expect(flagged.payment.expiryFlaggedAt).toEqual(after(WARNING).now);
    expect(flagged).toMatchObject({ status: 'confirmed', payment: { status: 'authorized' } });
    expect(warnings(flagged)).toEqual([{ expiresAt: at(LAPSE) }]);
    expect(run(flagged, WARNING + 1)).toBe(flagged);
    expect(nextTimerAt(flagged, TIMING)).not.toEqual(after(WARNING).now);
  });

  it('is told even when its time is over already', () => {
    expect(warnings(run(order, LAPSE + 1))).toHaveLength(1);
  });

  it('is told together with a vendor that does not begin', () => {
    const late = run(order, 60 * 49);
    expect(warnings(late)).toHaveLength(1);
    expect(late.vendorOrders.every(({ overdueSince }) => overdueSince !== undefined)).toBe(true);
  });

  it.each<[string, Order]>([
    ['everything is shipped', move(order, 'shipped')],
    ['everything is shipped and paid for', settleAll(move(order, 'shipped'))],
    ['everything is cancelled', cancelUnits(order, {}, {}, true, after(3))],
    ['nobody knows when it lapses', authorized(undefined, undefined)],
    ['what the Payment Service says is no instant', authorized('soon', 'later')],
  ])('matters to nobody when %s', (_, settled) => {
    expect(authorizationExpiresAt(settled)).toBeUndefined();
    expect(warnings(run(settled, WARNING))).toEqual([]);
  });

  it('still matters when only one vendor has shipped', () => {
    const partly = settleAll(move(order, { status: 'shipped', vendorId: 'vendor-1' }));
    expect(warnings(run(partly, WARNING))).toHaveLength(1);
  });

  it('does not matter before the order is paid for: such an order expires by itself', () => {
    expect(authorizationExpiresAt(authorized(at(LAPSE)))).toBeUndefined();
  });
});
