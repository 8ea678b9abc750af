import { ProblemError } from '@marketplace/contracts';
import { recordChargeback, type Chargeback } from './chargeback.js';
import { ledgerOf } from './ledger.js';
import { after, confirmedOrder, move, refusalOf, settleAll } from './order-fixtures.spec-support.js';
import type { Order } from './order.js';

const DISPUTE: Chargeback = {
  eventId: 'evt-1',
  tenderId: 't1',
  paymentId: 'pay-t1',
  amountMinor: 1_000,
  reason: 'product_not_received',
};
const order = settleAll(move(confirmedOrder(), 'shipped'));
const dispute = (of: Order, given: Partial<Chargeback> = {}): Order =>
  recordChargeback(of, { ...DISPUTE, ...given }, after(9));
const recorded = dispute(order);

describe('a chargeback', () => {
  it('is written into the history, with what people need to look it up', () => {
    expect(recorded.history.at(-1)).toEqual({
      sequence: order.history.length + 1,
      type: 'chargeback',
      at: after(9).now,
      actor: { kind: 'system' },
      status: order.status,
      data: {
        amount: { amount: 1_000, currency: 'USD' },
        tenderId: 't1',
        paymentId: 'pay-t1',
        reason: 'product_not_received',
      },
    });
  });

  it('changes no status and no figure', () => {
    expect(recorded.payment).toBe(order.payment);
    expect(recorded.vendorOrders).toBe(order.vendorOrders);
    expect(recorded.status).toBe(order.status);
    expect(ledgerOf(recorded).totals).toEqual(ledgerOf(order).totals);
  });

  it('is shown in the ledger, as an entry that only informs', () => {
    const entry = ledgerOf(recorded).entries.at(-1);
    expect(entry).toMatchObject({ kind: 'chargeback', amountMinor: 1_000, tenderId: 't1', cause: { type: 'dispute' } });
    expect(entry).not.toHaveProperty('figure');
    expect(ledgerOf(recorded, 'vendor-1').entries.map(({ kind }) => kind)).not.toContain('chargeback');
  });

  it('is recorded once an event, and another one beside it', () => {
    expect(dispute(recorded)).toBe(recorded);
    expect(dispute(recorded, { amountMinor: 2 })).toBe(recorded);
    const second = dispute(recorded, { eventId: 'evt-2', amountMinor: 300 });
    expect(second.history.slice(-2).map(({ type }) => type)).toEqual(['chargeback', 'chargeback']);
    expect(dispute(second)).toBe(second);
  });

  it.each<[string, Partial<Chargeback>]>([
    ['a tender that the order does not have', { tenderId: 't9' }],
    ['a payment that is not the one of its tender', { paymentId: 'pay-9' }],
  ])('of %s is refused', (_, given) => {
    expect(refusalOf(() => dispute(order, given))).toMatchObject({ code: 'not_found' });
    expect(refusalOf(() => dispute(order, given))).toBeInstanceOf(ProblemError);
  });
});
