import { ProblemError } from '@marketplace/contracts';
import { sumOf } from '@marketplace/domain';
import { advance, withVendorOrder, type NewEvent } from './advance.js';
import type { ChangeContext, Order, OrderLine, Return, Units, VendorOrder } from './order.js';
import { refund, refundableQuantity } from './refund.js';
import { returnMachine, type ReturnStatus } from './status.js';
import { selectUnits, unitsOf, type UnitRequest } from './unit-selection.js';
import { withStatus } from './vendor-order-status.js';

/**
 * Asks to send delivered units back: one return for each vendor order concerned.
 *
 * @param deliveredAfter vendor orders that arrived before are past the time to return; undefined when that does not count
 * @throws ProblemError `quantity_unavailable`
 */
export function requestReturn(
  order: Order,
  request: UnitRequest & { reason: string },
  deliveredAfter: Date | undefined,
  context: ChangeContext,
): Order {
  const selections = selectUnits(order, request, (line, of) =>
    isLate(of, deliveredAfter) ? 0 : returnableQuantity(line, of),
  );
  return selections.reduce((next, selection) => {
    const vendorOrder = next.vendorOrders.find(({ vendorId }) => vendorId === selection.vendorId);
    if (!vendorOrder) return next;
    const made: Return = {
      id: `r${sumOf(next.vendorOrders, ({ returns }) => returns.length) + 1}`,
      status: returnMachine.initial,
      items: unitsOf(selection),
      reason: request.reason,
      requestedAt: context.now,
      updatedAt: context.now,
    };
    const changed = { ...vendorOrder, returns: [...vendorOrder.returns, made] };
    const event: NewEvent = {
      type: 'return-requested',
      vendorId: vendorOrder.vendorId,
      data: { returnId: made.id, items: made.items, reason: made.reason },
    };
    return advance(next, { vendorOrders: withVendorOrder(next, changed) }, [event], context);
  }, order);
}

function isLate({ deliveredAt }: VendorOrder, deliveredAfter: Date | undefined): boolean {
  return deliveredAfter !== undefined && deliveredAt !== undefined && deliveredAt < deliveredAfter;
}

/** Delivered units that are neither back nor on their way back. */
export function returnableQuantity(line: OrderLine, { returns }: VendorOrder): number {
  const underWay = sumOf(returns, ({ status, items }) =>
    status === 'requested' || status === 'approved' ? unitsIn(items, line.sku) : 0,
  );
  return line.deliveredQuantity - line.returnedQuantity - underWay;
}

function unitsIn(items: readonly Units[], sku: string): number {
  return sumOf(items, (units) => (units.sku === sku ? units.quantity : 0));
}

/** The return with this id, and the vendor order that it belongs to. */
export function findReturn(order: Order, returnId: string): { vendorOrder: VendorOrder; found: Return } | undefined {
  for (const vendorOrder of order.vendorOrders) {
    const found = vendorOrder.returns.find(({ id }) => id === returnId);
    if (found) return { vendorOrder, found };
  }
  return undefined;
}

/**
 * Moves a return along. `received` takes the units back; `refunded` gives their price back.
 *
 * @returns the same state when it is there already, undefined when there is no such return
 * @throws IllegalTransitionError, ProblemError `refund_exceeds_captured`
 */
export function updateReturn(
  order: Order,
  returnId: string,
  request: { status: Exclude<ReturnStatus, 'requested'>; reason?: string | undefined },
  context: ChangeContext,
): Order | undefined {
  const place = findReturn(order, returnId);
  if (!place) return undefined;
  const { vendorOrder, found } = place;
  if (found.status === request.status) return order;
  const moved: Return = {
    ...found,
    status: returnMachine.move(found.status, request.status),
    updatedAt: context.now,
    ...(request.status === 'rejected' && request.reason !== undefined ? { rejectionReason: request.reason } : {}),
  };
  return request.status === 'refunded'
    ? refundReturn(order, vendorOrder, moved, context)
    : advanceReturn(order, vendorOrder, moved, request.status, request.reason, context);
}

function advanceReturn(
  order: Order,
  vendorOrder: VendorOrder,
  moved: Return,
  status: 'approved' | 'received' | 'rejected',
  reason: string | undefined,
  context: ChangeContext,
): Order {
  const { vendorId } = vendorOrder;
  const changed = withReturn(vendorOrder, moved);
  const received = status === 'received' ? withStatus(takeBack(changed, moved.items), context.now) : changed;
  const data = { returnId: moved.id, ...(reason === undefined ? {} : { reason }) };
  const events: NewEvent[] = [{ type: `return-${status}`, vendorId, data }];
  if (received.status === 'returned') events.push({ type: 'returned', vendorId, data: { returnId: moved.id } });
  return advance(order, { vendorOrders: withVendorOrder(order, received) }, events, context);
}

function takeBack(vendorOrder: VendorOrder, items: readonly Units[]): VendorOrder {
  const lines = vendorOrder.lines.map((line) => {
    const count = unitsIn(items, line.sku);
    return count === 0 ? line : { ...line, returnedQuantity: line.returnedQuantity + count };
  });
  return { ...vendorOrder, lines };
}

/** Gives back the price of what came back. Units whose price was given back before the return ended are not paid twice. */
function refundReturn(order: Order, vendorOrder: VendorOrder, moved: Return, context: ChangeContext): Order {
  const { vendorId } = vendorOrder;
  const items = moved.items.flatMap(({ sku, quantity }) => {
    const left = sumOf(vendorOrder.lines, (line) => (line.sku === sku ? refundableQuantity(line) : 0));
    return left > 0 ? [{ sku, quantity: Math.min(quantity, left) }] : [];
  });
  if (items.length === 0) {
    return advance(order, { vendorOrders: withVendorOrder(order, withReturn(vendorOrder, moved)) }, [], context);
  }
  const refunded = refund(order, { vendorId, items, reason: moved.reason, returnId: moved.id }, context);
  const after = refunded.vendorOrders.find((candidate) => candidate.vendorId === vendorId);
  const refundId = after?.refunds.at(-1)?.id;
  if (!after || refundId === undefined) throw new ProblemError('refund_exceeds_captured', 'nothing can be given back');
  const vendorOrders = withVendorOrder(refunded, withReturn(after, { ...moved, refundId }));
  return advance(refunded, { vendorOrders }, [], context);
}

function withReturn(vendorOrder: VendorOrder, changed: Return): VendorOrder {
  return { ...vendorOrder, returns: vendorOrder.returns.map((each) => (each.id === changed.id ? changed : each)) };
}
