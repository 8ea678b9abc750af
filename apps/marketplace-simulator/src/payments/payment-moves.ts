import type { Money } from '@marketplace/domain';
import type { MoveRefused, PaymentMoved } from '../ledger/journal-record.js';
import { heldMinor, type Payment } from './payment.js';

interface MoveRequest {
  idempotencyKey: string;
  paymentId: string;
  amount: Money;
}

type Decision = PaymentMoved | MoveRefused;

/** Captures what is still held, never more, and not after the authorization has expired. */
export function decideCapture(payment: Payment | undefined, request: MoveRequest, now: Date): Decision {
  const refused = (reason: string, transient = false) => refusal('capture', request, reason, transient, now);
  if (!payment) return refused('unknown_payment');
  const { status, expiresAt } = payment;
  if (status === 'pending' || status === 'requires_action') return refused('not_authorized_yet', true);
  if (status !== 'authorized') return refused('not_authorized');
  if (request.amount.currency !== payment.amount.currency) return refused('currency_mismatch');
  if (expiresAt !== undefined && now.toISOString() >= expiresAt) return refused('authorization_expired');
  if (request.amount.amount > heldMinor(payment)) return refused('exceeds_authorized');
  if (payment.captureFailsOnce) return refused('temporarily_unavailable', true);
  return moved('capture', payment, request.idempotencyKey, request.amount, now);
}

/** Refunds what was captured and not refunded yet, never more. */
export function decideRefund(payment: Payment | undefined, request: MoveRequest, now: Date): Decision {
  const refused = (reason: string) => refusal('refund', request, reason, false, now);
  if (!payment) return refused('unknown_payment');
  if (request.amount.currency !== payment.amount.currency) return refused('currency_mismatch');
  if (request.amount.amount > payment.capturedMinor - payment.refundedMinor) return refused('exceeds_captured');
  return moved('refund', payment, request.idempotencyKey, request.amount, now);
}

/**
 * Voids the amount, or without one all that is held. A payment that holds nothing because it was declined, voided before or
 * never finished is voided again by 0: the caller has what it wants. One that was captured whole has to be refunded.
 */
export function decideVoid(
  payment: Payment | undefined,
  request: { idempotencyKey: string; paymentId: string; amount: Money | undefined },
  now: Date,
): Decision {
  const refused = (reason: string) => refusal('void', request, reason, false, now);
  if (!payment) return refused('unknown_payment');
  const { currency } = payment.amount;
  const held = heldMinor(payment);
  if (payment.status !== 'authorized')
    return moved('void', payment, request.idempotencyKey, { amount: 0, currency }, now);
  if (request.amount && request.amount.currency !== currency) return refused('currency_mismatch');
  if (held === 0 && payment.voidedMinor === 0 && payment.capturedMinor > 0) return refused('already_captured');
  if (request.amount && request.amount.amount > held) return refused('exceeds_authorized');
  return moved('void', payment, request.idempotencyKey, request.amount ?? { amount: held, currency }, now);
}

function moved(
  operation: PaymentMoved['operation'],
  payment: Payment,
  key: string,
  amount: Money,
  now: Date,
): PaymentMoved {
  const { paymentId, orderId, tenderId } = payment;
  return { type: 'payment.moved', at: now.toISOString(), operation, key, paymentId, orderId, tenderId, amount };
}

function refusal(
  operation: MoveRefused['operation'],
  { idempotencyKey: key, paymentId }: { idempotencyKey: string; paymentId: string },
  reason: string,
  transient: boolean,
  now: Date,
): MoveRefused {
  return { type: 'payment.refused', at: now.toISOString(), operation, key, paymentId, reason, transient };
}
