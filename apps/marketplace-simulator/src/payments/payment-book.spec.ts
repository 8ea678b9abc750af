import * as fc from 'fast-check';
import type { MovePaymentReply, VoidRequest } from '@marketplace/contracts';
import type { AuthorizationOpened } from '../ledger/journal-record.js';
import { PaymentBook, replyTo, type PaymentRecord } from './payment-book.js';
import { eventOf } from './payment-event.js';
import { heldMinor, paymentIdOf, type Payment } from './payment.js';
import { planFor } from './payment-tokens.js';

const now = new Date('2026-01-01T00:00:00.000Z');
const afterEightDays = new Date('2026-01-09T00:00:00.000Z');
const usd = (amount: number) => ({ amount, currency: 'USD' });

/** A book with the log of what was applied to it, asked as the service asks it. */
class Bank {
  readonly book = new PaymentBook();
  readonly log: PaymentRecord[] = [];

  authorize(key: string, amountMinor: number, methodToken = 'tok_visa'): Payment {
    if (!this.book.findByKey(key)) {
      const request = {
        idempotencyKey: key,
        orderId: 'order-1',
        tenderId: 't1',
        amount: usd(amountMinor),
        methodToken,
      };
      this.apply(this.book.decideAuthorize(request, planFor(methodToken), now));
    }
    return this.book.findByKey(key) as Payment;
  }

  settle(payment: Payment, status: 'authorized' | 'declined'): void {
    this.apply(this.book.decideSettlement(payment, status, now));
  }

  move(operation: 'capture' | 'refund', key: string, paymentId: string, amountMinor: number, at = now) {
    const decide = () =>
      this.book.decideMove(operation, { idempotencyKey: key, paymentId, amount: usd(amountMinor) }, at);
    return this.once(operation, key, decide);
  }

  void(request: VoidRequest) {
    return this.once('void', request.idempotencyKey, () => this.book.decideVoid(request, now));
  }

  private once(
    operation: 'capture' | 'void' | 'refund',
    key: string,
    decide: () => Parameters<typeof replyTo>[0],
  ): MovePaymentReply {
    const known = this.book.answerTo(operation, key);
    if (known) return known;
    const record = decide();
    this.apply(record);
    return replyTo(record);
  }

  private apply(record: PaymentRecord): void {
    this.log.push(record);
    this.book.apply(record);
  }
}

describe('authorizations', () => {
  it('are authorized for seven days, or declined with a reason', () => {
    const bank = new Bank();
    expect(bank.authorize('a', 100).answer).toEqual({
      status: 'authorized',
      paymentId: paymentIdOf('a'),
      expiresAt: '2026-01-08T00:00:00.000Z',
    });
    expect(bank.authorize('b', 100, 'tok_declined').answer).toMatchObject({
      status: 'declined',
      reason: 'card_declined',
    });
    expect(bank.authorize('c', 100, 'tok_whatever').answer?.status).toBe('authorized');
    expect(bank.authorize('d', 100, '4111').answer).toMatchObject({ status: 'declined', reason: 'unknown_method' });
    expect(bank.authorize('e', 100, 'toString').answer).toMatchObject({ reason: 'unknown_method' });
  });

  it('that are pending keep their first answer when they are settled', () => {
    const bank = new Bank();
    const payment = bank.authorize('a', 100, 'tok_async');
    bank.settle(payment, 'authorized');
    expect(bank.authorize('a', 100).answer).toEqual({ status: 'pending', paymentId: paymentIdOf('a') });
    expect(bank.book.describe({ idempotencyKey: 'a' })).toMatchObject({ status: 'authorized', authorized: usd(100) });
  });

  it('that are slow have no answer until they are settled or voided', () => {
    const bank = new Bank();
    const slow = bank.authorize('a', 100, 'tok_slow');
    expect(slow.answer).toBeUndefined();
    bank.settle(slow, 'authorized');
    expect(slow.answer).toMatchObject({ status: 'authorized', expiresAt: '2026-01-08T00:00:00.000Z' });
    const voided = bank.authorize('b', 100, 'tok_slow');
    expect(bank.void({ idempotencyKey: 'v', authorizeKey: 'b' }).status).toBe('voided');
    expect(voided.answer).toMatchObject({ status: 'declined', reason: 'voided' });
  });

  it('that wait for the buyer are found by their order until they are confirmed or voided', () => {
    const bank = new Bank();
    const payment = bank.authorize('a', 100, 'tok_action');
    expect(payment.answer).toMatchObject({ status: 'requires_action', redirectUrl: expect.any(String) as string });
    bank.authorize('b', 50, 'tok_action');
    expect(bank.book.waitingForBuyer('order-1')).toHaveLength(2);
    bank.settle(payment, 'authorized');
    bank.void({ idempotencyKey: 'v', authorizeKey: 'b' });
    expect(bank.book.waitingForBuyer('order-1')).toEqual([]);
    expect(bank.book.describe({ idempotencyKey: 'b' })).toMatchObject({ status: 'voided', authorized: usd(0) });
  });

  it('that arrive after their void hold no money', () => {
    const bank = new Bank();
    expect(bank.void({ idempotencyKey: 'v', authorizeKey: 'a' })).toEqual({
      status: 'voided',
      paymentId: paymentIdOf('a'),
    });
    expect(bank.book.describe({ idempotencyKey: 'a' })).toEqual({ status: 'not_found' });
    const payment = bank.authorize('a', 100);
    expect(payment.answer).toEqual({ status: 'declined', paymentId: paymentIdOf('a'), reason: 'voided' });
    expect(heldMinor(payment)).toBe(0);
  });
});

describe('captures, voids and refunds', () => {
  it('never take more than there is', () => {
    const bank = new Bank();
    const { paymentId } = bank.authorize('a', 100);
    expect(bank.move('capture', 'c1', paymentId, 60).status).toBe('captured');
    expect(bank.move('capture', 'c2', paymentId, 41)).toMatchObject({ status: 'failed', reason: 'exceeds_authorized' });
    expect(bank.void({ idempotencyKey: 'v1', paymentId, amount: usd(41) })).toMatchObject({ status: 'failed' });
    expect(bank.void({ idempotencyKey: 'v2', paymentId, amount: usd(30) }).status).toBe('voided');
    expect(bank.move('capture', 'c3', paymentId, 11)).toMatchObject({ status: 'failed' });
    expect(bank.void({ idempotencyKey: 'v3', paymentId }).status).toBe('voided');
    expect(bank.move('refund', 'r1', paymentId, 61)).toMatchObject({ status: 'failed', reason: 'exceeds_captured' });
    expect(bank.move('refund', 'r2', paymentId, 60).status).toBe('refunded');
    expect(bank.book.describe({ paymentId })).toEqual({
      status: 'refunded',
      paymentId,
      authorized: usd(100),
      captured: usd(60),
      voided: usd(40),
      refunded: usd(60),
      expiresAt: '2026-01-08T00:00:00.000Z',
    });
  });

  it('are answered as the first time, refused ones too', () => {
    const bank = new Bank();
    const { paymentId } = bank.authorize('a', 100);
    expect(bank.move('capture', 'c', paymentId, 70)).toEqual(bank.move('capture', 'c', paymentId, 20));
    expect(bank.move('refund', 'r', paymentId, 90).status).toBe('failed');
    bank.move('capture', 'c2', paymentId, 30);
    expect(bank.move('refund', 'r', paymentId, 90).status).toBe('failed');
    expect(bank.book.find(paymentId)?.capturedMinor).toBe(100);
  });

  it('fail for payments that are unknown, expired, declined or of another currency', () => {
    const bank = new Bank();
    expect(bank.move('capture', 'c1', 'pay_x', 1)).toMatchObject({ reason: 'unknown_payment', transient: false });
    const { paymentId } = bank.authorize('a', 100);
    expect(bank.move('capture', 'c2', paymentId, 1, afterEightDays)).toMatchObject({ reason: 'authorization_expired' });
    const declined = bank.authorize('b', 100, 'tok_declined');
    expect(bank.move('capture', 'c3', declined.paymentId, 1)).toMatchObject({ reason: 'not_authorized' });
    expect(bank.void({ idempotencyKey: 'v', paymentId: declined.paymentId }).status).toBe('voided');
    const euros = { idempotencyKey: 'c4', paymentId, amount: { amount: 1, currency: 'EUR' } };
    expect(replyTo(bank.book.decideMove('capture', euros, now))).toMatchObject({ reason: 'currency_mismatch' });
  });

  it('cannot void what was captured whole, but void what is voided again by nothing', () => {
    const bank = new Bank();
    const captured = bank.authorize('a', 100);
    bank.move('capture', 'c', captured.paymentId, 100);
    expect(bank.void({ idempotencyKey: 'v1', authorizeKey: 'a' })).toMatchObject({ reason: 'already_captured' });
    bank.authorize('b', 100);
    bank.void({ idempotencyKey: 'v2', authorizeKey: 'b' });
    expect(bank.void({ idempotencyKey: 'v3', authorizeKey: 'b' }).status).toBe('voided');
    expect(bank.book.findByKey('b')?.voidedMinor).toBe(100);
  });

  it('fail once with a transient error for tok_capture_fails_once, then succeed with the same key', () => {
    const bank = new Bank();
    const { paymentId } = bank.authorize('a', 100, 'tok_capture_fails_once');
    expect(bank.move('capture', 'c', paymentId, 100)).toMatchObject({ status: 'failed', transient: true });
    expect(bank.move('capture', 'c', paymentId, 100).status).toBe('captured');
    expect(bank.book.find(paymentId)?.capturedMinor).toBe(100);
  });
});

describe('events', () => {
  it('tell outcomes, with one id each, and nothing else', () => {
    const bank = new Bank();
    const { paymentId } = bank.authorize('a', 100, 'tok_action');
    bank.settle(bank.authorize('a', 100), 'authorized');
    bank.move('capture', 'c', paymentId, 40);
    bank.move('capture', 'c', paymentId, 40);
    bank.move('capture', 'c2', paymentId, 400);
    bank.void({ idempotencyKey: 'v0', authorizeKey: 'unknown' });
    bank.void({ idempotencyKey: 'v', paymentId });
    bank.move('refund', 'r', paymentId, 5);
    const events = bank.log.map(eventOf).filter((event) => event !== undefined);
    expect(events.map(({ type, amount, idempotencyKey }) => [type, amount.amount, idempotencyKey])).toEqual([
      ['authorized', 100, 'a'],
      ['captured', 40, 'c'],
      ['voided', 60, 'v'],
      ['refunded', 5, 'r'],
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(4);
  });
});

describe('money', () => {
  const step = fc.record({
    kind: fc.constantFrom('authorize', 'capture', 'void', 'voidByKey', 'refund', 'settle'),
    payment: fc.integer({ min: 1, max: 3 }),
    key: fc.integer({ min: 1, max: 15 }),
    amount: fc.integer({ min: 0, max: 120 }),
    token: fc.constantFrom('tok_visa', 'tok_async', 'tok_slow', 'tok_declined', 'tok_action', 'tok_capture_fails_once'),
  });
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  function take(bank: Bank, { kind, payment, key, amount, token }: Step): MovePaymentReply | undefined {
    const authorizeKey = `a${payment}`;
    const paymentId = paymentIdOf(authorizeKey);
    const idempotencyKey = `${kind === 'voidByKey' ? 'void' : kind}${key}`;
    if (kind === 'authorize') bank.authorize(authorizeKey, 100, token);
    if (kind === 'capture' || kind === 'refund') return bank.move(kind, idempotencyKey, paymentId, amount);
    if (kind === 'void') return bank.void({ idempotencyKey, paymentId, amount: usd(amount) });
    if (kind === 'voidByKey') return bank.void({ idempotencyKey, authorizeKey });
    const found = bank.book.find(paymentId);
    if (kind === 'settle' && found && ['pending', 'requires_action'].includes(found.status)) {
      bank.settle(found, amount > 60 ? 'declined' : 'authorized');
    }
    return undefined;
  }

  it('held + captured + voided is what was authorized, refunds stay within captures, keys keep their answers', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const bank = new Bank();
        const answers = new Map<string, MovePaymentReply>();
        for (const each of steps) {
          const reply = take(bank, each);
          const name = `${each.kind === 'voidByKey' ? 'void' : each.kind}${each.key}`;
          if (reply && answers.has(name)) expect(reply).toEqual(answers.get(name));
          else if (reply && reply.transient !== true) answers.set(name, reply);
          for (const payment of bank.book.all()) {
            const { authorizedMinor, capturedMinor, voidedMinor, refundedMinor } = payment;
            expect(heldMinor(payment)).toBeGreaterThanOrEqual(0);
            expect(heldMinor(payment) + capturedMinor + voidedMinor).toBe(authorizedMinor);
            expect(refundedMinor).toBeGreaterThanOrEqual(0);
            expect(refundedMinor).toBeLessThanOrEqual(capturedMinor);
          }
        }
        const rebuilt = new PaymentBook();
        for (const record of bank.log) rebuilt.apply(JSON.parse(JSON.stringify(record)) as PaymentRecord);
        expect(rebuilt).toEqual(bank.book);
      }),
    );
  });

  it('in the records adds up to the money in the payments', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const bank = new Bank();
        for (const each of steps) take(bank, each);
        for (const payment of bank.book.all()) {
          const moved = (operation: string) =>
            bank.log
              .filter((record) => record.type === 'payment.moved' && record.paymentId === payment.paymentId)
              .filter((record) => 'operation' in record && record.operation === operation)
              .reduce((sum, record) => sum + (record as AuthorizationOpened).amount.amount, 0);
          expect([moved('capture'), moved('void'), moved('refund')]).toEqual([
            payment.capturedMinor,
            payment.voidedMinor,
            payment.refundedMinor,
          ]);
        }
      }),
    );
  });
});
