import {
  addAmounts,
  amountsDue,
  checkedAmount,
  IllegalTransitionError,
  subtractAmounts,
  sumOf,
} from '@marketplace/domain';
import { ProblemError } from '@marketplace/contracts';
import { advance, newOperation, withVendorOrder, type NewEvent } from './advance.js';
import { lineCommission, nextUnitsShare, openQuantity } from './amounts.js';
import { closePayment } from './close-payment.js';
import type { ChangeContext, Order, OrderLine, Payment, Shipment, VendorOrder } from './order.js';
import { vendorOrderMachine } from './status.js';
import { selectUnits, unitsOf, type Selection, type UnitRequest } from './unit-selection.js';
import { withStatus } from './vendor-order-status.js';

export interface Parcel {
  readonly carrier?: string;
  readonly trackingNumber?: string;
  readonly trackingUrl?: string;
}

/**
 * Ships some units or all that are left: one parcel for each vendor order concerned, whose value is to be captured.
 *
 * @throws IllegalTransitionError when a vendor order is not paid for or has nothing left; ProblemError `order_held`,
 * `quantity_unavailable`
 */
export function shipUnits(order: Order, request: UnitRequest, parcel: Parcel, context: ChangeContext): Order {
  requireNotHeld(order);
  const movable = order.vendorOrders.filter(
    ({ vendorId, status }) =>
      (request.vendorId === undefined || vendorId === request.vendorId) && vendorOrderMachine.allows(status, 'shipped'),
  );
  const blocked = order.vendorOrders.find(({ vendorId }) => vendorId === request.vendorId) ?? order.vendorOrders[0];
  if (movable.length === 0 && blocked) {
    throw new IllegalTransitionError(
      'vendor order',
      blocked.status,
      'shipped',
      vendorOrderMachine.allowedFrom(blocked.status),
    );
  }
  const selections = selectUnits(order, request, (line, of) => (movable.includes(of) ? openQuantity(line) : 0));
  return selections.reduce((next, selection) => shipSelection(next, selection, parcel, context), order);
}

/** @throws ProblemError `order_held` */
export function requireNotHeld(order: Order): void {
  if (order.hold) throw new ProblemError('order_held', `the order is on hold: ${order.hold.reason}`);
}

function shipSelection(order: Order, selection: Selection, parcel: Parcel, context: ChangeContext): Order {
  const vendorOrder = order.vendorOrders.find(({ vendorId }) => vendorId === selection.vendorId);
  if (!vendorOrder) return order;
  const shipped = vendorOrder.lines.map((line) => shipLine(line, selection.units.get(line.sku) ?? 0));
  const shipment: Shipment = {
    id: `s${sumOf(order.vendorOrders, ({ shipments }) => shipments.length) + 1}`,
    status: 'in_transit',
    ...parcel,
    items: unitsOf(selection),
    amountMinor: sumOf(shipped, ({ amountMinor }) => amountMinor),
    capturedMinor: 0,
    commissionMinor: sumOf(shipped, ({ commissionMinor }) => commissionMinor),
    shippedAt: context.now,
  };
  const { overdueSince: _acted, ...acting } = vendorOrder;
  const changed = withStatus(
    { ...acting, lines: shipped.map(({ line }) => line), shipments: [...vendorOrder.shipments, shipment] },
    context.now,
  );
  const next = { ...order, vendorOrders: withVendorOrder(order, changed) };
  const event: NewEvent = {
    type: 'shipped',
    vendorId: vendorOrder.vendorId,
    data: { shipmentId: shipment.id, items: shipment.items, ...parcel },
  };
  const payment = closePayment(next, captureShipment(next, changed, shipment, context), context);
  return advance(order, { vendorOrders: next.vendorOrders, payment }, [event], context);
}

function shipLine(line: OrderLine, count: number): { line: OrderLine; amountMinor: number; commissionMinor: number } {
  if (count === 0) return { line, amountMinor: 0, commissionMinor: 0 };
  const share = nextUnitsShare(line, count);
  const shippedAmounts = addAmounts(line.shippedAmounts, share);
  // Reckoned on what is kept, as refunds are: else their roundings would not cancel out when all is given back.
  const retained = subtractAmounts(line.shippedAmounts, line.refundedAmounts);
  return {
    line: { ...line, shippedQuantity: line.shippedQuantity + count, shippedAmounts },
    amountMinor: amountsDue(share),
    commissionMinor: lineCommission(line, addAmounts(retained, share)) - lineCommission(line, retained),
  };
}

/** Takes the value of a shipment from the tenders in their order, each up to what it still holds. */
function captureShipment(order: Order, { vendorId }: VendorOrder, shipment: Shipment, context: ChangeContext): Payment {
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
    operations = [...operations, newOperation(order, operations, 'capture', tender.id, amount, context, cause)];
    left = checkedAmount(left - amount);
  }
  if (left > 0) throw new Error(`order ${order.id}: a shipment is worth more than the payment holds`);
  return { ...order.payment, operations };
}
