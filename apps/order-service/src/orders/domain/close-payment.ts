import { sumOf } from '@marketplace/domain';
import { newOperation } from './advance.js';
import { openUnits } from './amounts.js';
import type { ChangeContext, Order, Payment } from './order.js';

/** Once nothing is left to ship, what the tenders hold beyond the captures is voided. */
export function closePayment(order: Order, payment: Payment, context: ChangeContext): Payment {
  if (openUnits(order) > 0) return payment;
  let operations = payment.operations;
  for (const tender of payment.tenders) {
    const spokenFor = sumOf(operations, (operation) =>
      operation.tenderId === tender.id && operation.kind !== 'refund' && operation.status !== 'done'
        ? operation.amountMinor
        : 0,
    );
    const left = tender.authorizedMinor - tender.voidedMinor - tender.capturedMinor - spokenFor;
    if (left > 0) operations = [...operations, newOperation(order, operations, 'void', tender.id, left, context)];
  }
  return { ...payment, operations };
}
