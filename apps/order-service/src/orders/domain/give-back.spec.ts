import { hasPendingWork } from './advance.js';
import type { FoundPayment } from './give-back.js';
import { ledgerOf } from './ledger.js';
import {
  after,
  authorize,
  confirmedOrder,
  heldOrder,
  move,
  quotedLine,
  settleAll,
  tenderOf,
} from './order-fixtures.spec-support.js';
import type { Order, PaymentOperation } from './order.js';
import { refund } from './refund.js';
import { settleOperation } from './settle-operation.js';

const LINES = { lines: [quotedLine({ sku: 'a', quantity: 3 }), quotedLine({ sku: 'b', vendorId: 'vendor-2' })] };

const payment = (capturedMinor: number, given: Partial<FoundPayment> = {}): FoundPayment => ({
  paymentId: 'pay-t1',
  authorizedMinor: 4_000,
  capturedMinor,
  voidedMinor: 0,
  ...given,
});
const refuse = (order: Order, id: string, found?: FoundPayment): Order => {
  const why = { status: 'failed' as const, reason: 'already_captured', final: true };
  return settleOperation(order, id, found ? { ...why, found } : why, after(3));
};
const open = (order: Order): (string | number)[][] =>
  order.payment.operations
    .filter(({ status }) => status !== 'done')
    .map(({ id, kind, amountMinor }: PaymentOperation) => [id, kind, amountMinor]);
const lastEvent = (order: Order): unknown => order.history.at(-1);

describe('a void that is refused because the payment has been captured', () => {
  const cancelled = move(confirmedOrder(LINES), 'cancelled');
  const late = refuse(cancelled, 'void-1', payment(4_000));

  it('is over without having moved anything, and the money is refunded instead', () => {
    expect(open(late)).toEqual([['refund-2', 'refund', 4_000]]);
    expect(late.payment.operations[0]).toMatchObject({ id: 'void-1', status: 'done', amountMinor: 0 });
    expect(late.payment.operations[1]?.key).toBe('order-1:t1:refund:2:4000');
    expect(late.history).toBe(cancelled.history);
    expect(hasPendingWork(late)).toBe(true);
  });

  it('counts as held until it is back, and is then booked as captured and refunded in one', () => {
    expect(tenderOf(late, 't1')).toMatchObject({ status: 'authorized', capturedMinor: 0, refundedMinor: 0 });
    const back = settleAll(late);
    expect(back).toMatchObject({ status: 'cancelled', payment: { status: 'refunded' } });
    expect(tenderOf(back, 't1')).toMatchObject({ capturedMinor: 4_000, refundedMinor: 4_000, voidedMinor: 0 });
    expect(lastEvent(back)).toMatchObject({
      type: 'refunded',
      data: { amount: { amount: 4_000, currency: 'USD' }, tenderId: 't1' },
    });
    const { entries, totals } = ledgerOf(back);
    expect(totals).toMatchObject({ captured: 4_000, refunded: 4_000, voided: 0, commission: 0, payout: 0 });
    expect(entries.slice(-2).map(({ kind, cause }) => [kind, cause.type])).toEqual([
      ['captured', 'closing'],
      ['refunded', 'closing'],
    ]);
  });

  it('told twice changes nothing', () => {
    expect(refuse(late, 'void-1', payment(4_000))).toBe(late);
    const back = settleAll(late);
    expect(settleOperation(back, 'refund-2', { status: 'done' }, after(4))).toBe(back);
  });

  it('is told when the refund fails for good, for people to look at', () => {
    const failed = settleOperation(late, 'refund-2', { status: 'failed', reason: 'closed', final: true }, after(4));
    expect(lastEvent(failed)).toMatchObject({ type: 'refund-failed', data: { amount: { amount: 4_000 } } });
    expect(settleAll(failed).payment.status).toBe('refunded');
  });

  it('voids anew what is held beyond the capture', () => {
    const partly = refuse(cancelled, 'void-1', payment(1_500));
    expect(open(partly)).toEqual([
      ['refund-2', 'refund', 1_500],
      ['void-3', 'void', 2_500],
    ]);
    // Whichever is told first, each is booked with its own amount.
    const voidFirst = settleOperation(partly, 'void-3', { status: 'done' }, after(4));
    expect(tenderOf(voidFirst, 't1')).toMatchObject({ status: 'authorized', voidedMinor: 2_500, capturedMinor: 0 });
    for (const settled of [settleAll(partly), settleAll(voidFirst)]) {
      expect(tenderOf(settled, 't1')).toMatchObject({
        status: 'refunded',
        capturedMinor: 1_500,
        refundedMinor: 1_500,
        voidedMinor: 2_500,
      });
    }
  });

  it('is refused for good when nothing was captured that is not accounted for', () => {
    for (const order of [refuse(cancelled, 'void-1', payment(0)), refuse(cancelled, 'void-1')]) {
      expect(open(order)).toEqual([['void-1', 'void', 4_000]]);
      expect(order.payment.operations[0]).toMatchObject({ status: 'failed', lastError: 'already_captured' });
    }
  });

  it('learns of the payment by it when no answer to its authorization ever came', () => {
    const unanswered = move(heldOrder(LINES), 'cancelled');
    const found = refuse(unanswered, 'void-1', payment(4_000, { paymentId: 'pay-9' }));
    expect(tenderOf(found, 't1')).toMatchObject({ status: 'authorized', paymentId: 'pay-9', authorizedMinor: 4_000 });
    expect(authorize(found, 't1')).toBe(found);
    expect(tenderOf(settleAll(found), 't1').status).toBe('refunded');
  });

  it('gives back only what nothing was shipped for, and leaves the rest to be refunded as ever', () => {
    const shipped = settleAll(move(confirmedOrder(LINES), { status: 'shipped', vendorId: 'vendor-1' }));
    const rest = refuse(move(shipped, { status: 'cancelled', vendorId: 'vendor-2' }), 'void-2', payment(4_000));
    expect(open(rest)).toEqual([['refund-3', 'refund', 1_000]]);
    const asked = refund(rest, { reason: 'broken' }, after(4));
    expect(open(asked)).toEqual([
      ['refund-3', 'refund', 1_000],
      ['refund-4', 'refund', 3_000],
    ]);
    const [first, second] = ['refund-3', 'refund-4'];
    for (const sequence of [
      [first, second],
      [second, first],
    ] as const) {
      const back = sequence.reduce<Order>(
        (order, id) => settleOperation(order, id ?? '', { status: 'done' }, after(5)),
        asked,
      );
      expect(tenderOf(back, 't1')).toMatchObject({ status: 'refunded', capturedMinor: 4_000, refundedMinor: 4_000 });
    }
  });
});
