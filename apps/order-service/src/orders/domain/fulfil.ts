import { addAmounts, amountsDue, checkedAmount, IllegalTransitionError, sumOf } from '@marketplace/domain';
import { advance, newOperation, withVendorOrder, type NewEvent } from './advance.js';
import { lineCommission, nextUnitsShare, openQuantity, openUnits } from './amounts.js';
import { unwoundBy } from './authorize-payment.js';
import { cancelVendorUnits, releaseStock } from './cancel-units.js';
import type { ChangeContext, Order, OrderLine, Payment, Shipment, Units, VendorOrder } from './order.js';
import { shipmentMachine, vendorOrderMachine } from './status.js';

export interface Parcel {
  readonly carrier?: string;
  readonly trackingNumber?: string;
  readonly trackingUrl?: string;
}

/** The statuses that a caller may ask for; the others follow from the payment. */
export const REQUESTABLE_STATUSES = ['processing', 'shipped', 'delivered', 'cancelled'] as const;
export type RequestableStatus = (typeof REQUESTABLE_STATUSES)[number];

export interface StatusRequest {
  readonly status: RequestableStatus;
  /** Narrows the move to one vendor order. */
  readonly vendorId?: string | undefined;
  readonly reason?: string | undefined;
  readonly parcel?: Parcel | undefined;
}

/**
 * Moves the vendor orders it can to the wanted status: all that the request names, or every one of the order. Those
 * that are there already stay as they are; when none can move the request is refused.
 *
 * @throws IllegalTransitionError when nothing can move, or, for a cancellation, when anything has left already
 */
export function requestStatus(order: Order, request: StatusRequest, context: ChangeContext): Order {
  const waiting = concerned(order, request).filter((vendorOrder) => vendorOrder.status !== request.status);
  const movable = waiting.filter((vendorOrder) => vendorOrderMachine.allows(vendorOrder.status, request.status));
  const blocked = waiting.find((vendorOrder) => !movable.includes(vendorOrder));
  if (blocked && (movable.length === 0 || request.status === 'cancelled')) {
    const allowed = vendorOrderMachine.allowedFrom(blocked.status);
    throw new IllegalTransitionError('vendor order', blocked.status, request.status, allowed);
  }
  if (movable.length === 0) return order;
  switch (request.status) {
    case 'processing':
      return startProcessing(order, movable, context);
    case 'shipped':
      return movable.reduce((next, vendorOrder) => shipAll(next, vendorOrder, request.parcel ?? {}, context), order);
    case 'delivered':
      return movable.reduce((next, vendorOrder) => deliverAll(next, vendorOrder, context), order);
    case 'cancelled':
      return cancelVendorOrders(order, movable, request.reason, context);
  }
}

/** Cancelled vendor orders do not stand in the way of the others, unless they are all there is. */
function concerned(order: Order, request: StatusRequest): readonly VendorOrder[] {
  if (request.vendorId !== undefined) {
    return order.vendorOrders.filter((vendorOrder) => vendorOrder.vendorId === request.vendorId);
  }
  const live = order.vendorOrders.filter((vendorOrder) => vendorOrder.status !== 'cancelled');
  return live.length > 0 ? live : order.vendorOrders;
}

function startProcessing(order: Order, vendorOrders: readonly VendorOrder[], context: ChangeContext): Order {
  return vendorOrders.reduce((next, vendorOrder) => {
    const changed = { ...vendorOrder, status: vendorOrderMachine.move(vendorOrder.status, 'processing') };
    const event: NewEvent = { type: 'processing', vendorId: vendorOrder.vendorId };
    return advance(next, { vendorOrders: withVendorOrder(next, changed) }, [event], context);
  }, order);
}

/** One parcel of everything that is left; its value is to be captured. */
function shipAll(order: Order, vendorOrder: VendorOrder, parcel: Parcel, context: ChangeContext): Order {
  const shippedLines = vendorOrder.lines.map(shipLine);
  const items = shippedLines.flatMap(({ units }) => (units.quantity > 0 ? [units] : []));
  const amountMinor = sumOf(shippedLines, ({ amountMinor: due }) => due);
  const shipment: Shipment = {
    id: `s${vendorOrder.shipments.length + 1}`,
    status: 'in_transit',
    ...parcel,
    items,
    amountMinor,
    capturedMinor: 0,
    commissionMinor: sumOf(shippedLines, ({ commissionMinor }) => commissionMinor),
    shippedAt: context.now,
  };
  const changed: VendorOrder = {
    ...vendorOrder,
    status: vendorOrderMachine.move(vendorOrder.status, 'shipped'),
    lines: shippedLines.map(({ line }) => line),
    shipments: [...vendorOrder.shipments, shipment],
  };
  const next = { ...order, vendorOrders: withVendorOrder(order, changed) };
  const event: NewEvent = {
    type: 'shipped',
    vendorId: vendorOrder.vendorId,
    data: { shipmentId: shipment.id, items, ...parcel },
  };
  const payment = closePayment(next, captureShipment(next, vendorOrder.vendorId, shipment));
  return advance(order, { vendorOrders: next.vendorOrders, payment }, [event], context);
}

function shipLine(line: OrderLine): { line: OrderLine; units: Units; amountMinor: number; commissionMinor: number } {
  const count = openQuantity(line);
  const share = nextUnitsShare(line, count);
  const shippedAmounts = addAmounts(line.shippedAmounts, share);
  return {
    line: { ...line, shippedQuantity: line.shippedQuantity + count, shippedAmounts },
    units: { sku: line.sku, quantity: count },
    amountMinor: amountsDue(share),
    commissionMinor: lineCommission(line, shippedAmounts) - lineCommission(line, line.shippedAmounts),
  };
}

/** Takes the value of a shipment from the tenders in their order, each up to what it still holds. */
function captureShipment(order: Order, vendorId: string, shipment: Shipment): Payment {
  let operations = order.payment.operations;
  let left = shipment.amountMinor;
  for (const tender of order.payment.tenders) {
    const queued = sumOf(operations, (operation) =>
      operation.tenderId === tender.id && operation.kind === 'capture' && operation.status !== 'done'
        ? operation.amountMinor
        : 0,
    );
    const capturable = tender.authorizedMinor - tender.voidedMinor - tender.capturedMinor - queued;
    const amount = Math.min(left, capturable);
    if (amount <= 0) continue;
    const cause = { vendorId, shipmentId: shipment.id };
    operations = [...operations, newOperation(order, operations, 'capture', tender.id, amount, cause)];
    left = checkedAmount(left - amount);
  }
  if (left > 0) throw new Error(`order ${order.id}: a shipment is worth more than the payment holds`);
  return { ...order.payment, operations };
}

/** Once nothing is left to ship, what the tenders hold beyond the captures is voided. */
function closePayment(order: Order, payment: Payment): Payment {
  if (openUnits(order) > 0) return payment;
  let operations = payment.operations;
  for (const tender of payment.tenders) {
    const spoken = sumOf(operations, (operation) =>
      operation.tenderId === tender.id && operation.kind !== 'refund' && operation.status !== 'done'
        ? operation.amountMinor
        : 0,
    );
    const left = tender.authorizedMinor - tender.voidedMinor - tender.capturedMinor - spoken;
    if (left > 0) operations = [...operations, newOperation(order, operations, 'void', tender.id, left)];
  }
  return { ...payment, operations };
}

function deliverAll(order: Order, vendorOrder: VendorOrder, context: ChangeContext): Order {
  const changed: VendorOrder = {
    ...vendorOrder,
    status: vendorOrderMachine.move(vendorOrder.status, 'delivered'),
    lines: vendorOrder.lines.map((line) => ({ ...line, deliveredQuantity: line.shippedQuantity })),
    shipments: vendorOrder.shipments.map((shipment) =>
      shipment.status === 'in_transit'
        ? { ...shipment, status: shipmentMachine.move('in_transit', 'delivered'), deliveredAt: context.now }
        : shipment,
    ),
  };
  const event: NewEvent = { type: 'delivered', vendorId: vendorOrder.vendorId };
  return advance(order, { vendorOrders: withVendorOrder(order, changed) }, [event], context);
}

function cancelVendorOrders(
  order: Order,
  vendorOrders: readonly VendorOrder[],
  reason: string | undefined,
  context: ChangeContext,
): Order {
  const stock = releaseStock(order, vendorOrders);
  const changed = vendorOrders.reduce<Order>(
    (next, vendorOrder) => ({ ...next, vendorOrders: withVendorOrder(next, cancelVendorUnits(vendorOrder)) }),
    order,
  );
  const events = vendorOrders.map((vendorOrder): NewEvent => ({
    type: 'cancelled',
    vendorId: vendorOrder.vendorId,
    data: reason === undefined ? {} : { reason },
  }));
  const ended = changed.vendorOrders.every((vendorOrder) => vendorOrder.status === 'cancelled');
  const payment = ended
    ? { ...order.payment, operations: unwoundBy(changed, order.payment.tenders) }
    : closePayment(changed, order.payment);
  return advance(order, { vendorOrders: changed.vendorOrders, stock, payment }, events, context);
}
