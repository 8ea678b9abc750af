import { confirmOrder, recordAuthorization, type AuthorizationOutcome } from './authorize-payment.js';
import {
  after,
  authorize,
  authorizeAll,
  heldOrder,
  move,
  newOrder,
  quotedLine,
  settle,
  settleAll,
  tenderOf,
} from './order-fixtures.spec-support.js';
import type { Order, PaymentOperation } from './order.js';
import { placeOrder } from './place-order.js';
import { settleOperation } from './settle-operation.js';

const TWO_CARDS = { tenders: [{ methodToken: 'tok_a', amountMinor: 400 }, { methodToken: 'tok_b' }] };
const TWO_VENDORS = {
  lines: [quotedLine({ sku: 'a', quantity: 2 }), quotedLine({ sku: 'b', vendorId: 'vendor-2' })],
};

const tell = (order: Order, outcome: AuthorizationOutcome, tenderId = 't1'): Order =>
  recordAuthorization(order, tenderId, outcome, after(1));
const decline = (order: Order, tenderId = 't1'): Order =>
  tell(order, { status: 'declined', paymentId: `pay-${tenderId}`, reason: 'card_declined' }, tenderId);
const voids = (order: Order): PaymentOperation[] =>
  order.payment.operations.filter((operation) => operation.kind === 'void');
const events = (order: Order): string[] => order.history.map((entry) => entry.type);

describe('an authorization that succeeds', () => {
  it('confirms the order and commits its stock', () => {
    const order = authorize(heldOrder(TWO_VENDORS), 't1');
    expect(order).toMatchObject({ status: 'confirmed', payment: { status: 'authorized' } });
    expect(order.vendorOrders.map(({ status }) => status)).toEqual(['confirmed', 'confirmed']);
    expect(tenderOf(order, 't1')).toMatchObject({ authorizedMinor: 3_000, paymentId: 'pay-t1' });
    expect(order.stock.pending).toEqual([
      {
        id: 'commit-1',
        kind: 'commit',
        reservationId: 'order-1',
        items: [
          { sku: 'a', quantity: 2 },
          { sku: 'b', quantity: 1 },
        ],
      },
    ]);
    expect(events(order)).toEqual(['placed', 'payment-authorized', 'confirmed']);
  });

  it('keeps until when the money is held', () => {
    const expiresAt = '2026-03-08T12:00:00.000Z';
    expect(tenderOf(tell(heldOrder(), { status: 'authorized', paymentId: 'p', expiresAt }), 't1')).toMatchObject({
      expiresAt,
    });
  });

  it('confirms nothing while another tender is missing', () => {
    const order = authorize(heldOrder(TWO_CARDS), 't2');
    expect(order).toMatchObject({ status: 'pending', payment: { status: 'authorizing' } });
    expect(events(order)).toEqual(['placed']);
    expect(authorize(order, 't1').status).toBe('confirmed');
  });

  it('changes nothing when it is told again, whatever is told', () => {
    const order = authorize(heldOrder(), 't1');
    expect(authorize(order, 't1')).toBe(order);
    expect(decline(order)).toBe(order);
    expect(tell(order, { status: 'unknown' })).toBe(order);
    expect(tell(order, { status: 'pending', paymentId: 'other' })).toBe(order);
  });

  it('of a tender that the order does not have changes nothing', () => {
    const order = heldOrder();
    expect(authorize(order, 't9')).toBe(order);
  });

  it('confirms what is left when a vendor has meanwhile cancelled its part', () => {
    const part = move(heldOrder(TWO_VENDORS), { status: 'cancelled', vendorId: 'vendor-2' });
    const order = authorize(part, 't1');
    expect(order.status).toBe('confirmed');
    expect(order.vendorOrders.map(({ status }) => status)).toEqual(['confirmed', 'cancelled']);
    expect(order.stock.pending.map(({ kind, items }) => [kind, items])).toEqual([
      ['release', [{ sku: 'b', quantity: 1 }]],
      ['commit', [{ sku: 'a', quantity: 2 }]],
    ]);
  });
});

describe('an order that costs nothing', () => {
  it('is confirmed without a payment', () => {
    const order = confirmOrder(heldOrder({ lines: [quotedLine({ unitPriceMinor: 0 })] }), after(1));
    expect(order).toMatchObject({ status: 'confirmed', payment: { status: 'captured', tenders: [] } });
    expect(confirmOrder(order, after(2))).toBe(order);
  });

  it('is not confirmed before its stock is held', () => {
    const order = placeOrder(newOrder({ lines: [quotedLine({ unitPriceMinor: 0 })] }), after(0));
    expect(confirmOrder(order, after(1))).toBe(order);
  });
});

describe('an authorization whose outcome is open', () => {
  it.each<[AuthorizationOutcome, string]>([
    [{ status: 'unknown' }, 'unknown'],
    [{ status: 'pending', paymentId: 'p' }, 'authorizing'],
    [{ status: 'requires_action', paymentId: 'p', redirectUrl: 'https://bank.example' }, 'requires_action'],
  ])('%p keeps the order waiting', (outcome, status) => {
    const order = tell(heldOrder(), outcome);
    expect(order).toMatchObject({ status: 'pending', payment: { status } });
    expect(events(order)).toEqual(['placed']);
    expect(tell(order, outcome)).toBe(order);
    expect(authorize(order, 't1').status).toBe('confirmed');
    expect(decline(order).status).toBe('payment_failed');
  });

  it('tells the buyer where to confirm', () => {
    const order = tell(heldOrder(), {
      status: 'requires_action',
      paymentId: 'p',
      redirectUrl: 'https://bank.example/1',
    });
    expect(tenderOf(order, 't1')).toMatchObject({ paymentId: 'p', redirectUrl: 'https://bank.example/1' });
  });

  it('is not forgotten when a later question goes unanswered', () => {
    const order = tell(heldOrder(), { status: 'requires_action', paymentId: 'p' });
    expect(tell(order, { status: 'unknown' })).toBe(order);
  });
});

describe('a payment that is declined', () => {
  it('ends the order: stock released, cart given back, vendors never asked to ship', () => {
    const order = decline(heldOrder({ ...TWO_VENDORS, cartId: 'cart-1' }));
    expect(order).toMatchObject({ status: 'payment_failed', payment: { status: 'declined' }, returnsCart: true });
    expect(order.vendorOrders.every(({ status }) => status === 'cancelled')).toBe(true);
    expect(order.stock.pending).toMatchObject([
      {
        id: 'release-2',
        kind: 'release',
        items: [
          { sku: 'a', quantity: 2 },
          { sku: 'b', quantity: 1 },
        ],
      },
    ]);
    expect(order.history.at(-1)).toMatchObject({
      type: 'payment-declined',
      status: 'payment_failed',
      data: { reason: 'card_declined' },
    });
    expect(voids(order)).toEqual([]);
  });

  it('changes nothing when it is told again, or taken back', () => {
    const order = decline(heldOrder());
    expect(decline(order)).toBe(order);
    expect(authorize(order, 't1')).toBe(order);
  });

  it('voids the other tenders: the one that holds money, and the one that may come to hold some', () => {
    const tenders = [
      { methodToken: 'a', amountMinor: 300 },
      { methodToken: 'b', amountMinor: 300 },
      { methodToken: 'c' },
    ];
    const order = decline(authorize(heldOrder({ tenders }), 't1'), 't2');
    expect(voids(order).map(({ tenderId, amountMinor, key }) => [tenderId, amountMinor, key])).toEqual([
      ['t1', 300, 'order-1:t1:void:1:300'],
      ['t3', 0, 'order-1:t3:void:2:0'],
    ]);
    const settled = settleAll(order);
    expect(settled.payment).toMatchObject({ status: 'declined' });
    expect(settled.payment.tenders.map(({ status }) => status)).toEqual(['voided', 'declined', 'voided']);
    // A void that found nothing held is no event.
    expect(events(settled)).toEqual(['placed', 'payment-declined', 'payment-voided']);
  });

  it('releases only the units that were not given back before', () => {
    const order = decline(move(heldOrder(TWO_VENDORS), { status: 'cancelled', vendorId: 'vendor-1' }));
    expect(order.status).toBe('payment_failed');
    expect(order.stock.pending.map(({ items }) => items)).toEqual([
      [{ sku: 'a', quantity: 2 }],
      [{ sku: 'b', quantity: 1 }],
    ]);
  });
});

describe('an authorization that comes after the end of its order', () => {
  it('is voided after a cancellation, with all that it holds', () => {
    const cancelled = move(heldOrder(), 'cancelled');
    expect(voids(cancelled)).toMatchObject([{ tenderId: 't1', amountMinor: 0 }]);
    const late = authorize(cancelled, 't1');
    expect(late).toMatchObject({ status: 'cancelled', payment: { status: 'authorized' } });
    expect(voids(late)).toMatchObject([{ tenderId: 't1', amountMinor: 1_000, status: 'pending' }]);
    const settled = settleAll(late);
    expect(settled).toMatchObject({ status: 'cancelled', payment: { status: 'voided' } });
    expect(settled.history.at(-1)).toMatchObject({ type: 'payment-voided', data: { amount: { amount: 1_000 } } });
  });

  it('is voided after the decline of another tender', () => {
    const late = authorize(decline(heldOrder(TWO_CARDS)), 't2');
    expect(late.status).toBe('payment_failed');
    expect(tenderOf(settleAll(late), 't2')).toMatchObject({ status: 'voided', authorizedMinor: 600, voidedMinor: 600 });
  });

  it('changes nothing once the void is done', () => {
    const cancelled = settleAll(move(heldOrder(), 'cancelled'));
    expect(tenderOf(cancelled, 't1').status).toBe('voided');
    expect(authorize(cancelled, 't1')).toBe(cancelled);
    expect(decline(cancelled)).toBe(cancelled);
  });

  it('takes the amount of a void by key from the Payment Service', () => {
    const cancelled = move(heldOrder(), 'cancelled');
    const settled = settleOperation(cancelled, 'void-1', { status: 'done', authorizedMinor: 1_000 }, after(3));
    expect(tenderOf(settled, 't1')).toMatchObject({ status: 'voided', authorizedMinor: 1_000, voidedMinor: 1_000 });
    expect(settled.history.at(-1)).toMatchObject({ type: 'payment-voided', data: { amount: { amount: 1_000 } } });
  });

  it('stays declined when a decline overtakes the void', () => {
    const cancelled = move(heldOrder(), 'cancelled');
    const declined = decline(cancelled);
    expect(declined).toMatchObject({ status: 'cancelled', payment: { status: 'declined' } });
    const settled = settle(declined, voids(declined)[0] as PaymentOperation);
    expect(tenderOf(settled, 't1').status).toBe('declined');
    expect(events(settled)).toEqual(events(declined));
    expect(voids(settled)).toMatchObject([{ status: 'done', amountMinor: 0 }]);
  });

  it('is voided once, however many ways the order ends', () => {
    const order = authorizeAll(decline(heldOrder(TWO_CARDS)));
    expect(voids(move(order, 'cancelled')).map(({ tenderId }) => tenderId)).toEqual(['t2']);
  });
});
