import type { OrderEventDetails } from '@marketplace/contracts';
import { advance, moveTender, withTender, withVendorOrder, type NewEvent } from './advance.js';
import { isGiveBack, refundInstead, toGiveBackMinor, type FoundPayment } from './give-back.js';
import type { ChangeContext, Order, PaymentOperation, Tender, VendorOrder } from './order.js';
import { settledStatus, tenderMachine } from './status.js';

/** What came of a movement of money. */
export type OperationOutcome =
  | { status: 'done'; /** For a void by key: what the Payment Service had authorized. */ authorizedMinor?: number }
  | {
      status: 'failed';
      reason: string;
      final: boolean;
      /** For a refused void: the payment, asked for. */ found?: FoundPayment;
    };

type Failure = Extract<OperationOutcome, { status: 'failed' }>;

/** Takes over the outcome of a capture, void or refund; a second word on the same operation changes nothing. */
export function settleOperation(
  order: Order,
  operationId: string,
  outcome: OperationOutcome,
  context: ChangeContext,
): Order {
  const operation = order.payment.operations.find((candidate) => candidate.id === operationId);
  if (!operation || operation.status === 'done') return order;
  if (outcome.status === 'failed') return failOperation(order, operation, outcome, context);
  const tender = order.payment.tenders.find((candidate) => candidate.id === operation.tenderId);
  if (!tender) return order;
  const moved = movedTender(order, tender, operation, outcome.authorizedMinor);
  const amountMinor = operation.kind === 'void' ? moved.voidedMinor - tender.voidedMinor : operation.amountMinor;
  const done: PaymentOperation = {
    ...operation,
    amountMinor,
    attempts: operation.attempts + 1,
    status: 'done',
    settledAt: context.now,
  };
  const payment = { ...withOperation(order, done), tenders: withTender(order.payment.tenders, moved) };
  return advance(order, { payment, vendorOrders: creditVendorOrder(order, done) }, eventOf(order, done), context);
}

function failOperation(order: Order, operation: PaymentOperation, failure: Failure, context: ChangeContext): Order {
  // It was given up before; only a success that comes after all is news.
  if (operation.status === 'failed') return order;
  const { reason: lastError, final, found } = failure;
  const instead = operation.kind === 'void' && found && refundInstead(order, operation, found, context);
  if (instead) return advance(order, { payment: instead }, [], context);
  const status = final ? 'failed' : 'pending';
  const tried: PaymentOperation = { ...operation, attempts: operation.attempts + 1, lastError, status };
  return advance(order, { payment: withOperation(order, tried) }, failureOf(order, tried), context);
}

function withOperation(order: Order, changed: PaymentOperation): Order['payment'] {
  const operations = order.payment.operations.map((operation) => (operation.id === changed.id ? changed : operation));
  return { ...order.payment, operations };
}

function movedTender(
  order: Order,
  tender: Tender,
  operation: PaymentOperation,
  authorizedMinor = tender.authorizedMinor,
): Tender {
  // The decline overtook a void that was queued before anything was known: there is nothing to give up.
  if (tender.status === 'declined') return tender;
  const figures = { ...tender, authorizedMinor };
  if (operation.kind === 'capture' || isGiveBack(operation)) figures.capturedMinor += operation.amountMinor;
  if (operation.kind === 'refund') figures.refundedMinor += operation.amountMinor;
  // A void gives up everything that is not captured, whatever was expected when it was queued.
  if (operation.kind === 'void') {
    figures.voidedMinor = figures.authorizedMinor - figures.capturedMinor - toGiveBackMinor(order.payment, tender.id);
  }
  const wasCaptured = isGiveBack(operation) && tenderMachine.allows(tender.status, 'captured');
  const moved = wasCaptured ? moveTender(tender, 'captured') : tender;
  return moveTender(moved, figures.authorizedMinor === 0 ? 'voided' : settledStatus(figures), figures);
}

/** Notes with the shipment or the refund that caused it how much of it has moved. */
function creditVendorOrder(order: Order, operation: PaymentOperation): readonly VendorOrder[] {
  const vendorOrder = order.vendorOrders.find((candidate) => candidate.vendorId === operation.vendorId);
  if (!vendorOrder) return order.vendorOrders;
  if (operation.kind === 'refund') {
    const refunds = vendorOrder.refunds.map((refund) =>
      refund.id === operation.refundId
        ? { ...refund, refundedMinor: refund.refundedMinor + operation.amountMinor }
        : refund,
    );
    return withVendorOrder(order, { ...vendorOrder, refunds });
  }
  const shipments = vendorOrder.shipments.map((shipment) =>
    shipment.id === operation.shipmentId
      ? { ...shipment, capturedMinor: shipment.capturedMinor + operation.amountMinor }
      : shipment,
  );
  return withVendorOrder(order, { ...vendorOrder, shipments });
}

/** A refund that cannot be paid out is told: the buyer still waits for it. */
function failureOf(order: Order, operation: PaymentOperation): NewEvent[] {
  if (operation.kind !== 'refund' || operation.status !== 'failed') return [];
  return [{ type: 'refund-failed', ...subjectOf(operation), data: dataOf(order, operation) }];
}

const EVENT_TYPES = { capture: 'payment-captured', void: 'payment-voided', refund: 'refunded' } as const;

function eventOf(order: Order, operation: PaymentOperation): NewEvent[] {
  // A void that found nothing held has moved no money.
  if (operation.amountMinor === 0) return [];
  return [{ type: EVENT_TYPES[operation.kind], ...subjectOf(operation), data: dataOf(order, operation) }];
}

function subjectOf(operation: PaymentOperation): { vendorId?: string } {
  return operation.vendorId === undefined ? {} : { vendorId: operation.vendorId };
}

function dataOf(order: Order, operation: PaymentOperation): OrderEventDetails['refunded'] {
  return {
    amount: { amount: operation.amountMinor, currency: order.currency },
    tenderId: operation.tenderId,
    ...(operation.shipmentId === undefined ? {} : { shipmentId: operation.shipmentId }),
    ...(operation.refundId === undefined ? {} : { refundId: operation.refundId }),
  };
}
