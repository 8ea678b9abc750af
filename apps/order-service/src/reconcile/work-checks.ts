import { hasPendingWork, isUnsettled } from '../orders/domain/advance.js';
import { lastSequence, type Order } from '../orders/domain/order.js';
import type { Finding } from './finding.js';

/** Until when an order may still be worked on without anything being wrong. */
export interface Patience {
  /** What began after this instant is in flight. */
  readonly since: Date;
  /** Orders placed before this instant, and not paid for, should have expired. */
  readonly unpaidSince: Date;
}

/** What was decided for the order and is still to be done. */
export function checkWork(order: Order, { since, unpaidSince }: Patience): Finding[] {
  const findings: Finding[] = [];
  const add = (detail: string, passes: boolean): number => findings.push({ check: 'work', detail, passes });
  for (const { id, status, createdAt } of order.payment.operations) {
    if (status === 'pending') add(`${id} is to be made since ${createdAt.toISOString()}`, createdAt > since);
  }
  if (isUnsettled(order)) add(`the payment is ${order.payment.status}`, order.placedAt > unpaidSince);
  if (order.stock.pending.length > 0) add('the Inventory Service is still to be told', true);
  if (order.returnsCart === true) add('the cart is still to be given back', true);
  const unpublished = lastSequence(order) - order.publishedSequence;
  if (unpublished > 0) add(`${unpublished} events are not published`, true);
  return findings;
}

/** Whether what does not agree may be because somebody is at it right now. */
export function isInFlight(order: Order, { since, unpaidSince }: Patience): boolean {
  if (order.updatedAt > since) return true;
  return hasPendingWork(order) && isUnsettled(order) && order.placedAt > unpaidSince;
}
