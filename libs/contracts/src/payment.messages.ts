import type { Money } from './money.js';

/** `payments.authorize`. Idempotent on `idempotencyKey`: the same key is answered as it was the first time. */
export interface AuthorizeRequest {
  idempotencyKey: string;
  orderId: string;
  tenderId: string;
  amount: Money;
  /** A reference to a payment method kept by the Payment Service; never card data. */
  methodToken: string;
}

export type AuthorizationStatus = 'authorized' | 'declined' | 'pending' | 'requires_action';

export interface AuthorizeReply {
  status: AuthorizationStatus;
  paymentId: string;
  /** When an authorization lapses, RFC 3339. */
  expiresAt?: string;
  /** Why it was declined. */
  reason?: string;
  /** Where the buyer confirms with the bank, for `requires_action`. */
  redirectUrl?: string;
}

/** `payments.capture` and `payments.refund`. */
export interface MovePaymentRequest {
  idempotencyKey: string;
  paymentId: string;
  amount: Money;
}

/** `payments.void`: by payment, or by the key of an authorization whose answer never came. */
export type VoidRequest =
  { idempotencyKey: string; paymentId: string; amount?: Money } | { idempotencyKey: string; authorizeKey: string };

export interface MovePaymentReply {
  status: 'captured' | 'voided' | 'refunded' | 'failed';
  paymentId: string;
  reason?: string;
  /** For `failed`: whether asking again may help. */
  transient?: boolean;
}

/** `payments.get`: by the key of the authorization, or by the payment. */
export type GetPaymentRequest = { idempotencyKey: string } | { paymentId: string };

export type GetPaymentReply =
  | { status: 'not_found' }
  | {
      status: AuthorizationStatus | 'voided' | 'captured' | 'refunded';
      paymentId: string;
      authorized: Money;
      captured: Money;
      voided: Money;
      refunded: Money;
      expiresAt?: string;
      reason?: string;
      redirectUrl?: string;
    };

export const PAYMENT_EVENT_TYPES = ['authorized', 'declined', 'captured', 'voided', 'refunded', 'chargeback'] as const;
export type PaymentEventType = (typeof PAYMENT_EVENT_TYPES)[number];

/** Body of an event on stream `PAYMENTS`, subject `evt.payments.<paymentId>.<type>`. */
export interface PaymentEvent {
  id: string;
  type: PaymentEventType;
  orderId: string;
  tenderId: string;
  idempotencyKey: string;
  paymentId: string;
  amount: Money;
  time: string;
  reason?: string;
}
