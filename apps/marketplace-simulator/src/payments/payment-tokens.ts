/** How an authorization with a payment method goes. Times in milliseconds. */
export interface AuthorizationPlan {
  status: 'authorized' | 'declined' | 'pending' | 'requires_action';
  reason?: string;
  /** For `pending`: when and how it is settled. */
  settles?: { afterMs: number; status: 'authorized' | 'declined' };
  /** The caller waits until it is settled. */
  answeredWhenSettled?: true;
  /** It is done, but this one request is never answered. */
  replyLost?: true;
  captureFailsOnce?: true;
  /** The money is captured together with the authorization, under its key, without being asked for. */
  capturedAtOnce?: true;
}

const PLANS: Readonly<Record<string, AuthorizationPlan>> = {
  tok_visa: { status: 'authorized' },
  tok_declined: { status: 'declined', reason: 'card_declined' },
  tok_slow: { status: 'pending', settles: { afterMs: 5_000, status: 'authorized' }, answeredWhenSettled: true },
  tok_lost_reply: { status: 'authorized', replyLost: true },
  tok_async: { status: 'pending', settles: { afterMs: 1_000, status: 'authorized' } },
  tok_async_declined: { status: 'pending', settles: { afterMs: 1_000, status: 'declined' } },
  tok_action: { status: 'requires_action' },
  tok_capture_fails_once: { status: 'authorized', captureFailsOnce: true },
  tok_captured_at_once: { status: 'authorized', capturedAtOnce: true },
};

/** Tokens that nobody named behave like `tok_visa`; whatever is no token of this Payment Service is declined. */
export function planFor(methodToken: string): AuthorizationPlan {
  const plan = Object.hasOwn(PLANS, methodToken) ? PLANS[methodToken] : undefined;
  if (plan) return plan;
  return methodToken.startsWith('tok_') ? { status: 'authorized' } : { status: 'declined', reason: 'unknown_method' };
}
