import { isGiveBack } from './give-back.js';
import type { LedgerCause, LedgerEntry } from './ledger-entry.js';
import type { Order, PaymentOperation, Tender } from './order.js';

/** An entry before it has its place in the ledger. */
export type Draft = Omit<LedgerEntry, 'sequence' | 'figure'>;

/** Tenders keep no time of their own: dated by the event that all were authorized, or else by when it was asked for. */
export function authorized({ history, placedAt }: Order, { id, authorizedMinor, authorizeKey }: Tender): Draft {
  const told = history.find(({ type }) => type === 'payment-authorized');
  return {
    kind: 'authorized',
    at: told?.at ?? placedAt,
    amountMinor: authorizedMinor,
    tenderId: id,
    cause: { type: 'placement' },
    idempotencyKey: authorizeKey,
  };
}

/** What was authorized and not needed: voided, or given back where it had been captured all the same. */
export function givenUp(order: Order, tender: Tender): Draft[] {
  const isOfTender = ({ tenderId }: PaymentOperation): boolean => tenderId === tender.id;
  return [
    ...doneOperations(order, 'void')
      .filter(isOfTender)
      .map((operation) => moved(order, operation, 'voided')),
    ...doneOperations(order, 'refund')
      .filter((operation) => isOfTender(operation) && isGiveBack(operation))
      .flatMap((operation) => [moved(order, operation, 'captured'), moved(order, operation, 'refunded')]),
  ];
}

/** Disputed money is added to no figure: what becomes of it is decided elsewhere. */
export function chargebacks({ history }: Order, { id: tenderId, authorizeKey: idempotencyKey }: Tender): Draft[] {
  return history
    .filter(({ type, data }) => type === 'chargeback' && data?.['tenderId'] === tenderId)
    .map(({ at, data }) => ({
      kind: 'chargeback',
      at,
      amountMinor: amountIn(data),
      tenderId,
      cause: { type: 'dispute' },
      idempotencyKey,
    }));
}

export function amountIn(data: Readonly<Record<string, unknown>> | undefined): number {
  const amount = data?.['amount'] as { readonly amount: number } | undefined;
  return amount?.amount ?? 0;
}

/** In the order in which they were done. */
export function doneOperations({ payment }: Order, kind: PaymentOperation['kind']): PaymentOperation[] {
  return payment.operations
    .filter((operation) => operation.kind === kind && operation.status === 'done')
    .toSorted((a, b) => settledAt(a).getTime() - settledAt(b).getTime());
}

export function settledAt(operation: PaymentOperation): Date {
  return operation.settledAt ?? operation.createdAt;
}

export function paymentOf({ tenderId, key }: PaymentOperation): Pick<Draft, 'tenderId' | 'idempotencyKey'> {
  return { tenderId, idempotencyKey: key };
}

export function causeOf(order: Order, { shipmentId, refundId }: PaymentOperation): LedgerCause {
  if (shipmentId !== undefined) return { type: 'shipment', id: shipmentId };
  if (refundId === undefined) return { type: 'closing' };
  const refund = order.vendorOrders.flatMap(({ refunds }) => refunds).find(({ id }) => id === refundId);
  return { type: 'refund', id: refundId, ...(refund?.returnId === undefined ? {} : { returnId: refund.returnId }) };
}

function moved(order: Order, operation: PaymentOperation, kind: Draft['kind']): Draft {
  return {
    kind,
    at: settledAt(operation),
    amountMinor: operation.amountMinor,
    cause: causeOf(order, operation),
    ...paymentOf(operation),
  };
}
