import { advance, isUndecided, moveTender, newOperation, withTender, type NewEvent } from './advance.js';
import { cancelEverything, openItems, openByVendor } from './open-units.js';
import type { ChangeContext, Order, Payment, PaymentOperation, StockOperation, Tender } from './order.js';
import { vendorOrderMachine } from './status.js';

/** What the Payment Service said of an authorization, in its reply, in an event or when asked. */
export type AuthorizationOutcome =
  | { status: 'authorized'; paymentId: string; expiresAt?: string | undefined }
  | { status: 'declined'; paymentId?: string | undefined; reason?: string | undefined }
  | { status: 'requires_action'; paymentId: string; redirectUrl?: string | undefined }
  | { status: 'pending'; paymentId: string }
  | { status: 'unknown' };

/**
 * Takes over the outcome of one authorization. The last one that was missing confirms the order; a decline ends it. An
 * authorization that arrives when the order has ended is voided.
 */
export function recordAuthorization(
  order: Order,
  tenderId: string,
  outcome: AuthorizationOutcome,
  context: ChangeContext,
): Order {
  const tender = order.payment.tenders.find((candidate) => candidate.id === tenderId);
  if (!tender || !isUndecided(tender.status)) return order;
  if (saysNothingNew(tender, outcome)) return order;
  const changed = answered(tender, outcome);
  const tenders = withTender(order.payment.tenders, changed);
  if (changed.status === 'declined') return declinePayment(order, changed, tenders, context);

  const payment = { ...order.payment, tenders };
  if (order.status !== 'pending') {
    return advance(order, { payment: voidLate(order, payment, changed, context) }, [], context);
  }
  if (tenders.every((candidate) => candidate.status === 'authorized')) {
    return confirmOrder(advance(order, { payment }, [authorizedEvent(order)], context), context);
  }
  return advance(order, { payment }, [], context);
}

function saysNothingNew(tender: Tender, outcome: AuthorizationOutcome): boolean {
  switch (outcome.status) {
    case 'pending':
      return tender.paymentId === outcome.paymentId;
    case 'requires_action':
      return tender.status === outcome.status;
    case 'unknown':
      return tender.status !== 'authorizing';
    default:
      return false;
  }
}

function answered(tender: Tender, outcome: AuthorizationOutcome): Tender {
  switch (outcome.status) {
    case 'authorized':
      return moveTender(tender, 'authorized', {
        paymentId: outcome.paymentId,
        authorizedMinor: tender.amountMinor,
        ...(outcome.expiresAt === undefined ? {} : { expiresAt: outcome.expiresAt }),
      });
    case 'declined':
      return moveTender(tender, 'declined', {
        ...(outcome.paymentId === undefined ? {} : { paymentId: outcome.paymentId }),
        ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
      });
    case 'requires_action':
      return moveTender(tender, 'requires_action', {
        paymentId: outcome.paymentId,
        ...(outcome.redirectUrl === undefined ? {} : { redirectUrl: outcome.redirectUrl }),
      });
    case 'pending':
      return { ...tender, paymentId: outcome.paymentId };
    case 'unknown':
      return moveTender(tender, 'unknown');
  }
}

function authorizedEvent(order: Order): NewEvent {
  const amount = order.payment.tenders.reduce((total, tender) => total + tender.amountMinor, 0);
  return { type: 'payment-authorized', data: { amount: { amount, currency: order.currency } } };
}

/** The buyer's money is held: the vendors may begin. An order that costs nothing is confirmed without a payment. */
export function confirmOrder(order: Order, context: ChangeContext): Order {
  if (order.status !== 'pending' || order.stock.status !== 'reserved') return order;
  // A part that was cancelled while the payment was under way stays cancelled.
  const vendorOrders = order.vendorOrders.map((vendorOrder) =>
    vendorOrder.status === 'cancelled'
      ? vendorOrder
      : {
          ...vendorOrder,
          status: vendorOrderMachine.move(vendorOrder.status, 'confirmed'),
          confirmedAt: context.now,
        },
  );
  const commit: StockOperation = {
    id: 'commit-1',
    kind: 'commit',
    reservationId: order.stock.reservationId,
    items: openItems(order.vendorOrders),
  };
  const stock = { ...order.stock, pending: [...order.stock.pending, commit] };
  return advance(order, { vendorOrders, stock }, [{ type: 'confirmed', data: openByVendor(order) }], context);
}

function declinePayment(order: Order, declined: Tender, tenders: readonly Tender[], context: ChangeContext): Order {
  const operations = unwoundBy(order, tenders, context);
  const payment = { ...order.payment, tenders, operations };
  if (order.status !== 'pending') return advance(order, { payment }, [], context);
  const returnsCart = order.cartId === undefined ? {} : { returnsCart: true };
  const data = { ...openByVendor(order), ...(declined.reason === undefined ? {} : { reason: declined.reason }) };
  const ended = { ...cancelEverything(order), payment, ...returnsCart };
  return advance(order, ended, [{ type: 'payment-declined', data }], context);
}

/** Every tender that holds money, or may come to hold some, is voided: nothing stays authorized for an ended order. */
export function unwoundBy(order: Order, tenders: readonly Tender[], context: ChangeContext): Payment['operations'] {
  let operations = order.payment.operations;
  for (const tender of tenders) {
    const left = tender.authorizedMinor - tender.voidedMinor - tender.capturedMinor;
    if (!isUndecided(tender.status) && left === 0) continue;
    if (operations.some((operation) => isOpenVoid(operation, tender))) continue;
    operations = [...operations, newOperation(order, operations, 'void', tender.id, left, context)];
  }
  return operations;
}

/** A void that failed for good gives up nothing: what is held must be voided again. */
function isOpenVoid(operation: PaymentOperation, tender: Tender): boolean {
  return operation.kind === 'void' && operation.tenderId === tender.id && operation.status !== 'failed';
}

function voidLate(order: Order, payment: Payment, tender: Tender, context: ChangeContext): Payment {
  if (tender.status !== 'authorized') return payment;
  // A void queued by key before the answer came is answered by the Payment Service with the whole amount.
  const operations = unwoundBy(order, [tender], context).map((operation) =>
    operation.kind === 'void' && operation.tenderId === tender.id && operation.status === 'pending'
      ? { ...operation, amountMinor: tender.authorizedMinor }
      : operation,
  );
  return { ...payment, operations };
}
