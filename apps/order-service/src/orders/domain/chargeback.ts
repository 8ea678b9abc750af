import { ProblemError } from '@marketplace/contracts';
import { knownAs, rememberedForEver } from '@marketplace/domain';
import { advance } from './advance.js';
import type { ChangeContext, Order } from './order.js';

/** The buyer disputes a payment with the bank, as the Payment Service tells it. */
export interface Chargeback {
  /** Names the event: it is recorded once, however often it comes. */
  readonly eventId: string;
  readonly tenderId: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly reason?: string | undefined;
}

/**
 * Records a chargeback in the history. It changes no status and no figure: disputes are settled by people, and most of them
 * are not lost.
 *
 * @throws ProblemError `not_found` when the order has no such payment
 */
export function recordChargeback(order: Order, chargeback: Chargeback, context: ChangeContext): Order {
  const { eventId, tenderId, paymentId, amountMinor, reason } = chargeback;
  const tender = order.payment.tenders.find(({ id }) => id === tenderId);
  if (!tender || (tender.paymentId ?? paymentId) !== paymentId) {
    throw new ProblemError('not_found', 'the order has no such payment that could be charged back');
  }
  const step = { key: `chargeback:${eventId}`, fingerprint: paymentId };
  if (knownAs(order.appliedRequests, step) !== 'new') return order;
  const data = {
    amount: { amount: amountMinor, currency: order.currency },
    tenderId,
    paymentId,
    ...(reason === undefined ? {} : { reason }),
  };
  const appliedRequests = rememberedForEver(order.appliedRequests, step, context.now);
  return advance(order, { appliedRequests }, [{ type: 'chargeback', data }], context);
}
