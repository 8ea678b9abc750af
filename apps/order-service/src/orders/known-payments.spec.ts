import type { PaymentEvent } from '@marketplace/contracts';
import { confirmedOrder, heldOrder } from './domain/order-fixtures.spec-support.js';
import type { Order } from './domain/order.js';
import { KnownPayments } from './known-payments.js';

const confirmed = confirmedOrder();

function eventOf(order: Order, given: Partial<PaymentEvent> = {}): PaymentEvent {
  const [tender] = order.payment.tenders;
  if (!tender) throw new Error('the order has no tender');
  return {
    id: 'event-1',
    type: 'authorized',
    orderId: order.id,
    tenderId: tender.id,
    idempotencyKey: tender.authorizeKey,
    paymentId: tender.paymentId ?? 'payment-1',
    amount: { amount: tender.amountMinor, currency: order.currency },
    time: '2026-03-01T12:00:00.000Z',
    ...given,
  };
}

describe('an event of a payment', () => {
  it('says nothing new when this process has written what it tells', () => {
    const known = new KnownPayments();
    expect(known.saysNothingNew(eventOf(confirmed))).toBe(false);
    known.note(confirmed);
    expect(known.saysNothingNew(eventOf(confirmed))).toBe(true);
  });

  it.each<[string, Partial<PaymentEvent>]>([
    ['of another kind', { type: 'captured' }],
    ['a chargeback', { type: 'chargeback' }],
    ['of another request', { idempotencyKey: 'another' }],
    ['of another payment', { paymentId: 'another' }],
    ['of another order', { orderId: 'another' }],
    ['of another amount', { amount: { amount: 1, currency: confirmed.currency } }],
    ['in another currency', { amount: { ...eventOf(confirmed).amount, currency: 'XTS' } }],
  ])('is looked into when it is %s', (_, given) => {
    const known = new KnownPayments();
    known.note(confirmed);
    expect(known.saysNothingNew(eventOf(confirmed, given))).toBe(false);
  });

  it('is looked into while nobody has authorized anything', () => {
    const known = new KnownPayments();
    const held = heldOrder();
    known.note(held);
    expect(known.saysNothingNew(eventOf(held))).toBe(false);
  });

  it('says nothing to an order that asks for the outcome itself, unless it tells of a chargeback', async () => {
    const known = new KnownPayments();
    const event = eventOf(heldOrder());
    await known.whileUnannounced(event.orderId, async () => {
      expect(known.saysNothingNew(event)).toBe(true);
      expect(known.saysNothingNew({ ...event, type: 'declined' })).toBe(true);
      expect(known.saysNothingNew({ ...event, type: 'chargeback' })).toBe(false);
      expect(known.saysNothingNew({ ...event, orderId: 'another' })).toBe(false);
    });
    expect(known.saysNothingNew(event)).toBe(false);
  });

  it('is looked into again when the checkout has failed', async () => {
    const known = new KnownPayments();
    const event = eventOf(heldOrder());
    const failing = known.whileUnannounced(event.orderId, async () => Promise.reject(new Error('no database')));
    await expect(failing).rejects.toThrow('no database');
    expect(known.saysNothingNew(event)).toBe(false);
  });
});
