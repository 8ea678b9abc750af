import type { OrderEventDetails, OrderEventType } from '@marketplace/contracts';
import {
  lastSequence,
  type ChangeContext,
  type HistoryEntry,
  type Order,
  type PaymentOperation,
  type Tender,
  type VendorOrder,
} from './order.js';
import { orderStatus, paymentStatus, tenderMachine, type PaymentStatus } from './status.js';

/** An event as a rule of the domain tells it; sequence, time and actor are added by {@link advance}. */
export type NewEvent = { [Type in OrderEventType]: EventOf<Type, OrderEventDetails[Type]> }[OrderEventType];
type EventOf<Type, Data> = { readonly type: Type; readonly vendorId?: string | undefined } & (undefined extends Data
  ? { readonly data?: Data }
  : { readonly data: Data });

type Patch = {
  [Field in keyof Omit<Order, 'id' | 'number' | 'status' | 'history' | 'changedBy' | 'auditHead' | 'version'>]?:
    Order[Field] | undefined;
};

/**
 * The only way in which an order changes: takes over the patch, computes the statuses that follow from it, and appends
 * the events to the history.
 */
export function advance(order: Order, patch: Patch, events: readonly NewEvent[], context: ChangeContext): Order {
  const next = { ...order, ...patch } as Order;
  const payment = { ...next.payment, status: paymentStatus(next.payment.tenders) };
  const computed = orderStatus(next.vendorOrders.map((vendorOrder) => vendorOrder.status));
  const failed = order.status === 'payment_failed' || (order.status === 'pending' && payment.status === 'declined');
  const status = failed && computed === 'cancelled' ? 'payment_failed' : computed;
  const entries = events.map((event, index): HistoryEntry => ({
    sequence: lastSequence(order) + 1 + index,
    type: event.type,
    at: context.now,
    actor: context.actor,
    status,
    ...(event.vendorId === undefined ? {} : { vendorId: event.vendorId }),
    ...(event.data === undefined ? {} : { data: event.data }),
  }));
  return {
    ...next,
    payment: payment.status === next.payment.status ? next.payment : payment,
    status,
    history: entries.length === 0 ? order.history : [...order.history, ...entries],
    changedBy: context.actor,
    updatedAt: context.now,
  };
}

export function withVendorOrder(order: Order, changed: VendorOrder): readonly VendorOrder[] {
  return order.vendorOrders.map((vendorOrder) => (vendorOrder.vendorId === changed.vendorId ? changed : vendorOrder));
}

export function withTender(tenders: readonly Tender[], changed: Tender): readonly Tender[] {
  return tenders.map((tender) => (tender.id === changed.id ? changed : tender));
}

/** Moves a tender along its machine; staying where it is is no move. */
export function moveTender(tender: Tender, to: PaymentStatus, figures: Partial<Tender> = {}): Tender {
  return { ...tender, ...figures, status: tender.status === to ? to : tenderMachine.move(tender.status, to) };
}

/**
 * A new movement of money. Its number makes its key unique within the order, for ever. Its amount is there for an order that a restored
 * backup has set back: what is asked for then must not be taken for a lost movement of the same number.
 */
export function newOperation(
  order: Order,
  already: readonly PaymentOperation[],
  kind: PaymentOperation['kind'],
  tenderId: string,
  amountMinor: number,
  context: ChangeContext,
  cause: { vendorId?: string; shipmentId?: string; refundId?: string } = {},
): PaymentOperation {
  const number = already.length + 1;
  return {
    id: `${kind}-${number}`,
    key: `${order.id}:${tenderId}:${kind}:${number}:${amountMinor}`,
    kind,
    tenderId,
    amountMinor,
    ...cause,
    status: 'pending',
    attempts: 0,
    createdAt: context.now,
  };
}

/** Whether anything is left to do for the order in the background: unsettled payments, stock calls, unpublished events. */
export function hasPendingWork(order: Order): boolean {
  return (
    isUnsettled(order) ||
    isMoneyDue(order) ||
    order.stock.pending.length > 0 ||
    order.returnsCart === true ||
    order.trackingMail?.isDue === true ||
    order.publishedSequence < lastSequence(order)
  );
}

/** Whether stock or a payment still waits for its first definite answer. */
export function isUnsettled(order: Order): boolean {
  return (
    order.status === 'pending' ||
    order.payment.tenders.some((tender) => isUndecided(tender.status) && !hasFailed(order, 'void', tender.id))
  );
}

/** Whether money is to be moved that can be. */
export function isMoneyDue({ payment }: Order): boolean {
  return payment.operations.some((operation) => isDue(operation, payment.operations));
}

/**
 * Whether a movement of money can be made. A void gives up all that is not captured: it must not pass a capture of its
 * tender that failed, or the goods would never be paid for; people must look at that one first.
 */
export function isDue(operation: PaymentOperation, operations: readonly PaymentOperation[]): boolean {
  if (operation.status !== 'pending') return false;
  return !operations.some(
    ({ kind, status, tenderId }) => kind === 'capture' && status === 'failed' && tenderId === operation.tenderId,
  );
}

function hasFailed(order: Order, kind: PaymentOperation['kind'], tenderId: string): boolean {
  return order.payment.operations.some(
    (operation) => operation.kind === kind && operation.status === 'failed' && operation.tenderId === tenderId,
  );
}

export function isUndecided(status: PaymentStatus): boolean {
  return status === 'pending' || status === 'authorizing' || status === 'unknown' || status === 'requires_action';
}

/** The payment was declined: the order exists, but its vendors will never see it to ship. */
export function isFailed(order: Order): boolean {
  return order.status === 'payment_failed';
}

/** No stock could be held: the order was never announced. */
export function isAbandoned(order: Order): boolean {
  return order.stock.status === 'rejected';
}

/**
 * Whether a repetition under the same key may try again in the order's place: the outcome of the reservation could not
 * be learnt, and such a failure is not kept.
 */
export function isReplaceable(order: Order, id: string | undefined): boolean {
  return order.id === id && isAbandoned(order) && order.stock.short === undefined;
}
