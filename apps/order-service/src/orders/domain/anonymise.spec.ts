import fc from 'fast-check';
import { cancelUnits } from './cancel-units.js';
import { holdOrder } from './care.js';
import { anonymiseOrder, isUnderWay, requireAnonymisable } from './anonymise.js';
import {
  after,
  authorizeAll,
  confirmedOrder,
  heldOrder,
  move,
  newOrder,
  quotedLine,
  refusalOf,
  settleAll,
} from './order-fixtures.spec-support.js';
import { lives } from './order-happenings.spec-support.js';
import { brokenRules, deepFreeze } from './order-invariants.spec-support.js';
import { live } from './order-life.spec-support.js';
import type { ChangeContext, Order } from './order.js';
import { holdStock, placeOrder } from './place-order.js';
import { refund } from './refund.js';
import { requestReturn, updateReturn } from './return-units.js';

const PSEUDONYM = 'anonymised-1';
const by = (minutes: number, kind: 'customer' | 'support', id: string): ChangeContext => ({
  ...after(minutes),
  actor: { kind, id },
});

/** Everything that a person may have said of itself or of another holds the word CANARY. */
function telling(): Order {
  const address = {
    name: 'CANARY',
    line1: 'CANARY 1',
    line2: 'CANARY',
    city: 'CANARY',
    region: 'CANARY',
    postalCode: 'CANARY',
    country: 'CH',
  };
  const placed = placeOrder(
    newOrder({
      lines: [quotedLine({ quantity: 4 })],
      customerId: 'CANARY-alice',
      createdBy: 'user:CANARY-alice',
      clientReference: 'CANARY-ref',
      requestFingerprint: 'CANARY-fingerprint',
      email: 'CANARY@example.com',
      locale: 'gsw-u-CANARY',
      tenders: [{ methodToken: 'CANARY-token' }],
      shippingAddress: address,
      billingAddress: address,
    }),
    by(0, 'customer', 'CANARY-alice'),
  );
  const confirmed = authorizeAll(holdStock(placed, by(0, 'customer', 'CANARY-alice')));
  const one = { items: [{ sku: 'sku-1', quantity: 1 }] };
  const cancelled = cancelUnits(confirmed, one, { reason: 'CANARY' }, true, by(2, 'customer', 'CANARY-alice'));
  const delivered = settleAll(move(cancelled, 'shipped', 'delivered'));
  const asked = requestReturn(delivered, { ...one, reason: 'CANARY' }, undefined, by(5, 'customer', 'CANARY-alice'));
  const rejected =
    updateReturn(asked, 'r1', { status: 'rejected', reason: 'CANARY' }, by(6, 'support', 'sue')) ?? asked;
  const refunded = settleAll(refund(rejected, { amountMinor: 5, reason: 'CANARY' }, by(7, 'support', 'sue')));
  const held = holdOrder(refunded, 'CANARY', by(8, 'support', 'sue'));
  return { ...held, appliedRequests: [{ key: 'CANARY', fingerprint: 'CANARY', at: after(8).now }] };
}

describe('anonymising an order', () => {
  const before = deepFreeze(telling());
  const gone = anonymiseOrder(before, PSEUDONYM, by(9, 'support', 'adam'));

  it('leaves nothing of the buyer', () => {
    expect(JSON.stringify(before)).toContain('CANARY');
    expect(JSON.stringify(gone)).not.toContain('CANARY');
    expect(gone).toMatchObject({ customerId: PSEUDONYM, createdBy: PSEUDONYM, anonymisedAt: after(9).now });
    expect(gone.shippingAddress.country).toBe('CH');
  });

  it('leaves the money, the units and what has happened', () => {
    const amounts = (order: Order): unknown => ({
      lines: order.vendorOrders.map(({ lines, shipments, status }) => ({ lines, shipments, status })),
      refunds: order.vendorOrders.flatMap(({ refunds }) => refunds.map(({ reason: _reason, ...rest }) => rest)),
      tenders: order.payment.tenders.map(({ methodToken: _token, ...rest }) => rest),
      operations: order.payment.operations,
      status: order.status,
    });
    expect(amounts(gone)).toEqual(amounts(before));
    expect(gone.history.map(({ type }) => type)).toEqual([...before.history.map(({ type }) => type), 'anonymised']);
    expect(gone.history.filter(({ actor }) => actor.id !== undefined).map(({ actor }) => actor.id)).toEqual(
      expect.arrayContaining(['sue', 'adam']),
    );
  });

  it('happens once', () => {
    expect(anonymiseOrder(gone, 'anonymised-2', after(10))).toBe(gone);
  });

  it('gives a guest no id', () => {
    const { customerId: _customer, ...guest } = settleAll(move(confirmedOrder({ email: 'g@example.com' }), 'shipped'));
    expect(anonymiseOrder(guest, PSEUDONYM, after(9))).not.toHaveProperty('customerId');
  });

  it('waits for what is to be sent, unless told, and for an open payment whatever is said', () => {
    const confirmed = confirmedOrder();
    expect(isUnderWay(confirmed)).toBe(true);
    expect(refusalOf(() => requireAnonymisable(confirmed, false))).toMatchObject({
      from: 'confirmed',
      to: 'anonymised',
    });
    requireAnonymisable(confirmed, true);
    expect(refusalOf(() => requireAnonymisable(heldOrder(), true))).toMatchObject({ from: 'pending' });
    expect(isUnderWay(move(confirmed, 'shipped'))).toBe(false);
    expect(isUnderWay(move(confirmed, 'cancelled'))).toBe(false);
  });

  it('keeps every rule of orders, whatever has happened to it', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const lived = live(life, () => undefined);
        expect(brokenRules(anonymiseOrder(lived, PSEUDONYM, after(60 * 24 * 400)))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
