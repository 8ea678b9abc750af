import { createHash } from 'node:crypto';
import type { Money } from '@marketplace/domain';
import type { AuthorizationStatus, AuthorizeReply, GetPaymentReply } from '@marketplace/contracts';
import type { AuthorizationOpened, AuthorizationSettled, PaymentMoved } from '../ledger/journal-record.js';

/** A payment as the Payment Service knows it. `authorizedMinor` = held + captured + voided; refunds come out of captures. */
export interface Payment {
  readonly paymentId: string;
  /** Idempotency key of the authorization. */
  readonly key: string;
  readonly orderId: string;
  readonly tenderId: string;
  /** What was asked for. */
  readonly amount: Money;
  /** `voided` only when it was voided before any money was authorized. */
  status: AuthorizationStatus | 'voided';
  authorizedMinor: number;
  capturedMinor: number;
  voidedMinor: number;
  refundedMinor: number;
  captureFailsOnce: boolean;
  expiresAt?: string;
  reason?: string;
  redirectUrl?: string;
  /** For a pending payment: when it is settled and how. */
  readonly settles?: AuthorizationOpened['settles'];
  /** What the key of the authorization is answered; none while its caller has to wait. */
  answer?: AuthorizeReply;
}

/** The id follows from the key, so that a payment can be named before its authorization has arrived. */
export function paymentIdOf(authorizeKey: string): string {
  return `pay_${createHash('sha256').update(authorizeKey).digest('hex').slice(0, 24)}`;
}

export const heldMinor = (payment: Payment): number =>
  payment.authorizedMinor - payment.capturedMinor - payment.voidedMinor;

export function openPayment(record: AuthorizationOpened): Payment {
  const { paymentId, key, orderId, tenderId, amount, status, expiresAt, reason, redirectUrl, settles } = record;
  const payment: Payment = {
    paymentId,
    key,
    orderId,
    tenderId,
    amount,
    status,
    authorizedMinor: status === 'authorized' ? amount.amount : 0,
    capturedMinor: 0,
    voidedMinor: 0,
    refundedMinor: 0,
    captureFailsOnce: record.captureFailsOnce === true,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(reason !== undefined && { reason }),
    ...(redirectUrl !== undefined && { redirectUrl }),
    ...(settles && { settles }),
  };
  if (!record.answeredWhenSettled) payment.answer = answerOf(payment);
  return payment;
}

export function settlePayment(payment: Payment, record: AuthorizationSettled): void {
  payment.status = record.status;
  if (record.status === 'authorized') payment.authorizedMinor = record.amount.amount;
  if (record.expiresAt !== undefined) payment.expiresAt = record.expiresAt;
  if (record.reason !== undefined) payment.reason = record.reason;
  delete payment.redirectUrl;
  payment.answer ??= answerOf(payment);
}

export function movePayment(payment: Payment, { operation, amount }: PaymentMoved): void {
  if (operation === 'capture') payment.capturedMinor += amount.amount;
  else if (operation === 'refund') payment.refundedMinor += amount.amount;
  else voidPayment(payment, amount.amount);
}

function voidPayment(payment: Payment, amountMinor: number): void {
  payment.voidedMinor += amountMinor;
  if (payment.status !== 'pending' && payment.status !== 'requires_action') return;
  payment.status = 'voided';
  payment.answer ??= { status: 'declined', paymentId: payment.paymentId, reason: 'voided' };
}

/** The reply to `payments.get`. */
export function describePayment(payment: Payment): GetPaymentReply {
  const { paymentId, expiresAt, reason, redirectUrl } = payment;
  const inCurrency = (amount: number): Money => ({ amount, currency: payment.amount.currency });
  return {
    status: overallStatus(payment),
    paymentId,
    authorized: inCurrency(payment.authorizedMinor),
    captured: inCurrency(payment.capturedMinor),
    voided: inCurrency(payment.voidedMinor),
    refunded: inCurrency(payment.refundedMinor),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(reason !== undefined && { reason }),
    ...(redirectUrl !== undefined && { redirectUrl }),
  };
}

function overallStatus(payment: Payment): Payment['status'] | 'captured' | 'refunded' {
  if (payment.status !== 'authorized') return payment.status;
  if (payment.refundedMinor > 0 && payment.refundedMinor === payment.capturedMinor) return 'refunded';
  if (payment.capturedMinor > 0) return 'captured';
  return payment.voidedMinor > 0 && heldMinor(payment) === 0 ? 'voided' : 'authorized';
}

function answerOf({ status, paymentId, expiresAt, reason, redirectUrl }: Payment): AuthorizeReply {
  return {
    status: status as AuthorizationStatus,
    paymentId,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(reason !== undefined && { reason }),
    ...(redirectUrl !== undefined && { redirectUrl }),
  };
}
