import type { AuthorizeReply, GetPaymentReply } from '@marketplace/contracts';
import type { AuthorizationOutcome } from './domain/authorize-payment.js';

/** What a reply says of an authorization. */
export function outcomeOf(reply: AuthorizeReply): AuthorizationOutcome {
  const { status, paymentId, expiresAt, reason, redirectUrl } = reply;
  switch (status) {
    case 'authorized':
      return { status, paymentId, expiresAt };
    case 'declined':
      return { status, paymentId, reason };
    case 'requires_action':
      return { status, paymentId, redirectUrl };
    case 'pending':
      return { status, paymentId };
  }
}

/** What the payment says of its authorization when it is asked for; `unknown` when the authorization never arrived. */
export function foundOutcome(payment: GetPaymentReply): AuthorizationOutcome {
  switch (payment.status) {
    case 'not_found':
      return { status: 'unknown' };
    case 'voided':
    case 'refunded':
      // Given up before the order heard of it: there is nothing to confirm the order with.
      return { status: 'declined', paymentId: payment.paymentId, reason: payment.status };
    case 'captured':
      return { status: 'authorized', paymentId: payment.paymentId, expiresAt: payment.expiresAt };
    default:
      return outcomeOf({ ...payment, status: payment.status });
  }
}
