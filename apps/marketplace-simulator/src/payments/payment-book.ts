import type {
  AuthorizeRequest,
  GetPaymentReply,
  GetPaymentRequest,
  MovePaymentReply,
  MovePaymentRequest,
  VoidRequest,
} from '@marketplace/contracts';
import type {
  AuthorizationBarred,
  AuthorizationOpened,
  AuthorizationSettled,
  MoveRefused,
  PaymentMoved,
} from '../ledger/journal-record.js';
import { decideCapture, decideRefund, decideVoid } from './payment-moves.js';
import { describePayment, movePayment, openPayment, paymentIdOf, settlePayment, type Payment } from './payment.js';
import type { AuthorizationPlan } from './payment-tokens.js';

export type PaymentRecord =
  AuthorizationOpened | AuthorizationSettled | AuthorizationBarred | PaymentMoved | MoveRefused;

const AUTHORIZATION_LASTS_MS = 7 * 24 * 3_600_000;

/**
 * Every payment. Decisions are made from the state and given as records; applying the records, now or after a restart,
 * makes the state.
 */
export class PaymentBook {
  private readonly payments = new Map<string, Payment>();
  private readonly byOrder = new Map<string, Payment[]>();
  /** Payments that were voided before their authorization came. */
  private readonly barred = new Set<string>();
  /** First answers to captures, voids and refunds. A transient refusal is none: asking again is a new attempt. */
  private readonly answers = new Map<string, MovePaymentReply>();

  find(paymentId: string): Payment | undefined {
    return this.payments.get(paymentId);
  }

  findByKey(authorizeKey: string): Payment | undefined {
    return this.payments.get(paymentIdOf(authorizeKey));
  }

  all(): IterableIterator<Payment> {
    return this.payments.values();
  }

  waitingForBuyer(orderId: string): Payment[] {
    return (this.byOrder.get(orderId) ?? []).filter((payment) => payment.status === 'requires_action');
  }

  describe(request: GetPaymentRequest): GetPaymentReply {
    const payment = 'paymentId' in request ? this.find(request.paymentId) : this.findByKey(request.idempotencyKey);
    return payment ? describePayment(payment) : { status: 'not_found' };
  }

  answerTo(operation: 'capture' | 'void' | 'refund', key: string): MovePaymentReply | undefined {
    return this.answers.get(`${operation}:${key}`);
  }

  /** The first request with its key: goes as the plan says, unless the payment has been voided in advance. */
  decideAuthorize(request: AuthorizeRequest, plan: AuthorizationPlan, now: Date): AuthorizationOpened {
    const { idempotencyKey: key, orderId, tenderId, amount } = request;
    const paymentId = paymentIdOf(key);
    const common = {
      type: 'authorization.opened',
      at: now.toISOString(),
      key,
      paymentId,
      orderId,
      tenderId,
      amount,
    } as const;
    if (this.barred.has(paymentId)) return { ...common, status: 'declined', reason: 'voided' };
    const { status, reason, settles } = plan;
    return {
      ...common,
      status,
      ...(reason !== undefined && { reason }),
      ...(status === 'authorized' && { expiresAt: expiryOf(now) }),
      ...(status === 'requires_action' && { redirectUrl: `https://bank.example/confirm/${paymentId}` }),
      ...(settles && {
        settles: { at: new Date(now.getTime() + settles.afterMs).toISOString(), status: settles.status },
      }),
      ...(plan.answeredWhenSettled && { answeredWhenSettled: true }),
      ...(plan.captureFailsOnce && { captureFailsOnce: true }),
    };
  }

  decideSettlement(payment: Payment, status: 'authorized' | 'declined', now: Date): AuthorizationSettled {
    const { key, paymentId, orderId, tenderId, amount } = payment;
    const outcome = status === 'authorized' ? { expiresAt: expiryOf(now) } : { reason: 'card_declined' };
    return {
      type: 'authorization.settled',
      at: now.toISOString(),
      key,
      paymentId,
      orderId,
      tenderId,
      amount,
      status,
      ...outcome,
    };
  }

  decideMove(operation: 'capture' | 'refund', request: MovePaymentRequest, now: Date): PaymentMoved | MoveRefused {
    const decide = operation === 'capture' ? decideCapture : decideRefund;
    return decide(this.find(request.paymentId), request, now);
  }

  decideVoid(request: VoidRequest, now: Date): PaymentMoved | MoveRefused | AuthorizationBarred {
    const paymentId = 'authorizeKey' in request ? paymentIdOf(request.authorizeKey) : request.paymentId;
    const payment = this.find(paymentId);
    if (!payment && 'authorizeKey' in request) {
      return { type: 'authorization.barred', at: now.toISOString(), key: request.idempotencyKey, paymentId };
    }
    const amount = 'authorizeKey' in request ? undefined : request.amount;
    return decideVoid(payment, { idempotencyKey: request.idempotencyKey, paymentId, amount }, now);
  }

  apply(record: PaymentRecord): void {
    switch (record.type) {
      case 'authorization.opened': {
        const payment = openPayment(record);
        this.payments.set(payment.paymentId, payment);
        this.byOrder.set(payment.orderId, [...(this.byOrder.get(payment.orderId) ?? []), payment]);
        return;
      }
      case 'authorization.settled':
        settlePayment(this.known(record.paymentId), record);
        return;
      case 'authorization.barred':
        this.barred.add(record.paymentId);
        break;
      case 'payment.moved':
        movePayment(this.known(record.paymentId), record);
        break;
      case 'payment.refused':
        if (record.transient) this.noteTransientRefusal(record.paymentId);
        break;
    }
    if (record.type === 'payment.refused' && record.transient) return;
    const operation = record.type === 'authorization.barred' ? 'void' : record.operation;
    this.answers.set(`${operation}:${record.key}`, replyTo(record));
  }

  private noteTransientRefusal(paymentId: string): void {
    const payment = this.find(paymentId);
    if (payment?.status === 'authorized') payment.captureFailsOnce = false;
  }

  private known(paymentId: string): Payment {
    const payment = this.payments.get(paymentId);
    if (!payment) throw new Error(`the ledger names payment ${paymentId} before its authorization`);
    return payment;
  }
}

/** What the caller of a capture, void or refund is told. */
export function replyTo(record: PaymentMoved | MoveRefused | AuthorizationBarred): MovePaymentReply {
  const { paymentId } = record;
  if (record.type === 'authorization.barred') return { status: 'voided', paymentId };
  if (record.type === 'payment.moved') return { status: MOVED_STATUS[record.operation], paymentId };
  return { status: 'failed', paymentId, reason: record.reason, transient: record.transient };
}

const MOVED_STATUS = { capture: 'captured', void: 'voided', refund: 'refunded' } as const;

const expiryOf = (now: Date): string => new Date(now.getTime() + AUTHORIZATION_LASTS_MS).toISOString();
