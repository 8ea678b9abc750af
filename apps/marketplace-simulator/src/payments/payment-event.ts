import type { PaymentEvent, PaymentEventType } from '@marketplace/contracts';
import type { PaymentRecord } from './payment-book.js';

const MOVED = { capture: 'captured', void: 'voided', refund: 'refunded' } as const;

/**
 * The event that tells what a record says, if it is an outcome. Its id follows from the record, so that a restart
 * publishes the same event again and not another. A void that came before its authorization has no event: nobody
 * knows the order yet, and the authorization is going to be declined with one.
 */
export function eventOf(record: PaymentRecord): PaymentEvent | undefined {
  switch (record.type) {
    case 'authorization.opened':
    case 'authorization.settled':
      if (record.status !== 'authorized' && record.status !== 'declined') return undefined;
      return event(record, record.status, `${record.paymentId}:${record.status}`, record.reason);
    case 'payment.moved':
      return event(record, MOVED[record.operation], `${record.paymentId}:${MOVED[record.operation]}:${record.key}`);
    case 'authorization.barred':
    case 'payment.refused':
    default:
      return undefined;
  }
}

function event(
  record: Extract<PaymentRecord, { tenderId: string }>,
  type: PaymentEventType,
  id: string,
  reason?: string,
): PaymentEvent {
  const { orderId, tenderId, key, paymentId, amount, at } = record;
  const told = reason === undefined ? {} : { reason };
  return { id, type, orderId, tenderId, idempotencyKey: key, paymentId, amount, time: at, ...told };
}
