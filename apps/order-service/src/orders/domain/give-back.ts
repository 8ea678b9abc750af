import { sumOf } from '@marketplace/domain';
import { isUndecided, moveTender, newOperation, withTender } from './advance.js';
import type { ChangeContext, Order, Payment, PaymentOperation, Tender } from './order.js';

/** What the Payment Service says of a payment when it is asked, in minor units. */
export interface FoundPayment {
  readonly paymentId: string;
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
  readonly voidedMinor: number;
}

/**
 * Whether an operation pays back money for which nothing was shipped: it should have been voided, and was captured by the
 * Payment Service before. It is booked as captured and refunded in one, when it is done; until then it counts as held.
 */
export function isGiveBack({ kind, refundId }: PaymentOperation): boolean {
  return kind === 'refund' && refundId === undefined;
}

/** How much has been given back for which nothing was shipped, of one tender or of all. */
export function givenBackMinor({ operations }: Payment, tenderId?: string): number {
  return sumOf(operations, (operation) =>
    isGiveBack(operation) && operation.status === 'done' && (tenderId === undefined || operation.tenderId === tenderId)
      ? operation.amountMinor
      : 0,
  );
}

/** How much of a tender's money is still to be given back for which nothing was shipped. */
export function toGiveBackMinor({ operations }: Payment, tenderId: string): number {
  return sumOf(operations, (operation) =>
    isGiveBack(operation) && operation.status !== 'done' && operation.tenderId === tenderId ? operation.amountMinor : 0,
  );
}

/**
 * A void was refused, and the payment turns out to be captured: what nothing was shipped for is refunded instead, and what is
 * still held beyond it is voided anew. Undefined when no more was captured than the order knows of.
 */
export function refundInstead(
  order: Order,
  operation: PaymentOperation,
  found: FoundPayment,
  context: ChangeContext,
): Payment | undefined {
  const { tenders, operations } = order.payment;
  const tender = tenders.find(({ id }) => id === operation.tenderId);
  if (!tender) return undefined;
  const capturing = sumOf(operations, ({ kind, status, tenderId, amountMinor }) =>
    kind === 'capture' && status !== 'done' && tenderId === tender.id ? amountMinor : 0,
  );
  const accountedFor = tender.capturedMinor + capturing + toGiveBackMinor(order.payment, tender.id);
  const capturedMinor = found.capturedMinor - accountedFor;
  if (capturedMinor <= 0) return undefined;
  const heldMinor = found.authorizedMinor - found.capturedMinor - found.voidedMinor;
  // The void has moved nothing, and nobody has to look at it.
  const closed: PaymentOperation = {
    ...operation,
    amountMinor: 0,
    attempts: operation.attempts + 1,
    status: 'done',
    settledAt: context.now,
  };
  const next = operations.map((each) => (each.id === operation.id ? closed : each));
  next.push(newOperation(order, next, 'refund', tender.id, capturedMinor, context));
  if (heldMinor > 0) next.push(newOperation(order, next, 'void', tender.id, heldMinor, context));
  return { ...order.payment, operations: next, tenders: withTender(tenders, answered(tender, found)) };
}

function answered(tender: Tender, { paymentId, authorizedMinor }: FoundPayment): Tender {
  return isUndecided(tender.status) ? moveTender(tender, 'authorized', { paymentId, authorizedMinor }) : tender;
}
