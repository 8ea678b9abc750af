import { ProblemError, type PaymentEvent } from '@marketplace/contracts';
import { recordAuthorization, type AuthorizationOutcome } from './authorize-payment.js';
import { recordChargeback } from './chargeback.js';
import type { ChangeContext, Order, PaymentOperation, Tender } from './order.js';
import { settleOperation } from './settle-operation.js';

const KINDS = { captured: 'capture', voided: 'void', refunded: 'refund' } as const;

/**
 * Takes over what an event of the Payment Service tells, by the rules that its replies go through. What is known already
 * changes nothing, so events may come twice, late and in any order.
 *
 * What was asked of the Payment Service was written down before, so an event that fits nothing in the order tells of money
 * that somebody else has moved.
 *
 * @throws ProblemError `not_found`, `currency_mismatch`, `payments_do_not_add_up` for an event that does not fit the order
 */
export function applyPaymentEvent(order: Order, event: PaymentEvent, context: ChangeContext): Order {
  const { type, amount } = event;
  if (amount.currency !== order.currency) {
    throw new ProblemError('currency_mismatch', `the event is in ${amount.currency}, the order in ${order.currency}`);
  }
  if (type === 'chargeback') {
    const { id: eventId, tenderId, paymentId, reason } = event;
    return recordChargeback(order, { eventId, tenderId, paymentId, amountMinor: amount.amount, reason }, context);
  }
  const tender = order.payment.tenders.find(({ authorizeKey }) => authorizeKey === event.idempotencyKey);
  const outcome = tender && authorizationOf(tender, event);
  if (outcome) return recordAuthorization(order, tender.id, outcome, context);
  const operation = order.payment.operations.find(({ key }) => key === event.idempotencyKey);
  if (!operation || type === 'authorized' || type === 'declined' || operation.kind !== KINDS[type]) {
    throw new ProblemError('not_found', `nothing was asked of the Payment Service that it could have ${type} for`);
  }
  return settleOperation(order, operation.id, { status: 'done', ...movedBy(order, operation, event) }, context);
}

/** What the event says of an authorization; undefined when it says something else. */
function authorizationOf(tender: Tender, event: PaymentEvent): AuthorizationOutcome | undefined {
  const { type, paymentId, reason } = event;
  switch (type) {
    case 'authorized':
    // Under the key of the authorization: the Payment Service has captured without being asked to.
    case 'captured':
      requireAmount(event, tender.amountMinor);
      return { status: 'authorized', paymentId };
    case 'declined':
      return { status: type, paymentId, reason };
    default:
      return undefined;
  }
}

function movedBy(order: Order, operation: PaymentOperation, event: PaymentEvent): { authorizedMinor?: number } {
  if (operation.kind !== 'void') {
    requireAmount(event, operation.amountMinor);
    return {};
  }
  const tender = order.payment.tenders.find(({ id }) => id === operation.tenderId);
  // What was voided before any answer came was all that had been authorized.
  return tender?.authorizedMinor === 0 ? { authorizedMinor: event.amount.amount } : {};
}

function requireAmount({ type, amount }: PaymentEvent, expectedMinor: number): void {
  if (amount.amount === expectedMinor) return;
  throw new ProblemError(
    'payments_do_not_add_up',
    `${amount.amount} were ${type}, and ${expectedMinor} were asked for`,
  );
}
