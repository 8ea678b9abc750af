import { IllegalTransitionError, sumOf } from '@marketplace/domain';
import { advance, withVendorOrder, type NewEvent } from './advance.js';
import { openQuantity } from './amounts.js';
import { cancelSelections, type CancellationReason } from './cancel-units.js';
import type { ChangeContext, Order, VendorOrder } from './order.js';
import { requireNotHeld, shipUnits, type Parcel } from './ship-units.js';
import { shipmentMachine, vendorOrderMachine, type ShipmentStatus } from './status.js';
import { arrivalOf, withStatus } from './vendor-order-status.js';

/** The statuses that a caller may ask for; the others follow from the payment. */
export const REQUESTABLE_STATUSES = ['processing', 'shipped', 'delivered', 'cancelled'] as const;
export type RequestableStatus = (typeof REQUESTABLE_STATUSES)[number];

export interface StatusRequest extends CancellationReason {
  readonly status: RequestableStatus;
  /** Narrows the move to one vendor order. */
  readonly vendorId?: string | undefined;
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
  const movable = waiting.filter((vendorOrder) => canMove(vendorOrder, request.status));
  const blocked = waiting.find((vendorOrder) => !movable.includes(vendorOrder));
  if (blocked && (movable.length === 0 || request.status === 'cancelled')) {
    const allowed = vendorOrderMachine.allowedFrom(blocked.status).filter((status) => status !== request.status);
    throw new IllegalTransitionError('vendor order', blocked.status, request.status, allowed);
  }
  if (movable.length === 0) return order;
  switch (request.status) {
    case 'processing':
      return startProcessing(order, movable, context);
    case 'shipped':
      return movable.reduce(
        (next, { vendorId }) => shipUnits(next, { vendorId }, request.parcel ?? {}, context),
        order,
      );
    case 'delivered':
      return movable.reduce((next, vendorOrder) => deliverAll(next, vendorOrder, context), order);
    case 'cancelled':
      return cancelSelections(order, movable.map(openSelection), request, context);
  }
}

/** The table, and one rule beyond it: what has not all left, or was lost on its way, cannot arrive. */
function canMove(vendorOrder: VendorOrder, status: RequestableStatus): boolean {
  if (!vendorOrderMachine.allows(vendorOrder.status, status)) return false;
  if (status !== 'delivered') return true;
  const travels = vendorOrder.shipments.some((shipment) => shipment.status === 'in_transit');
  return travels && sumOf(vendorOrder.lines, openQuantity) === 0;
}

/** Cancelled vendor orders do not stand in the way of the others, unless they are all there is. */
function concerned(order: Order, request: StatusRequest): readonly VendorOrder[] {
  if (request.vendorId !== undefined) {
    return order.vendorOrders.filter((vendorOrder) => vendorOrder.vendorId === request.vendorId);
  }
  const live = order.vendorOrders.filter((vendorOrder) => vendorOrder.status !== 'cancelled');
  return live.length > 0 ? live : order.vendorOrders;
}

function openSelection({ vendorId, lines }: VendorOrder): { vendorId: string; units: Map<string, number> } {
  const open = lines.map((line): [string, number] => [line.sku, openQuantity(line)]);
  return { vendorId, units: new Map(open.filter(([, quantity]) => quantity > 0)) };
}

function startProcessing(order: Order, vendorOrders: readonly VendorOrder[], context: ChangeContext): Order {
  requireNotHeld(order);
  return vendorOrders.reduce((next, { overdueSince: _acted, ...vendorOrder }) => {
    const changed = { ...vendorOrder, status: vendorOrderMachine.move(vendorOrder.status, 'processing') };
    const event: NewEvent = { type: 'processing', vendorId: vendorOrder.vendorId };
    return advance(next, { vendorOrders: withVendorOrder(next, changed) }, [event], context);
  }, order);
}

function deliverAll(order: Order, vendorOrder: VendorOrder, context: ChangeContext): Order {
  const travelling = vendorOrder.shipments.filter((shipment) => shipment.status === 'in_transit');
  const arrived = travelling.reduce((next, { id }) => withArrival(next, id, 'delivered', context.now), vendorOrder);
  const changed = withStatus(arrived, context.now);
  const events = arrivalOf(vendorOrder, changed);
  return advance(order, { vendorOrders: withVendorOrder(order, changed) }, events, context);
}

/**
 * What a carrier says of one parcel. The last one that arrives delivers the vendor order.
 *
 * @returns the same state when the parcel is there already, undefined when there is no such parcel
 * @throws IllegalTransitionError
 */
export function updateShipment(
  order: Order,
  shipmentId: string,
  status: Exclude<ShipmentStatus, 'in_transit'>,
  context: ChangeContext,
): Order | undefined {
  const vendorOrder = order.vendorOrders.find(({ shipments }) => shipments.some(({ id }) => id === shipmentId));
  const shipment = vendorOrder?.shipments.find(({ id }) => id === shipmentId);
  if (!vendorOrder || !shipment) return undefined;
  if (shipment.status === status) return order;
  const changed = withStatus(withArrival(vendorOrder, shipmentId, status, context.now), context.now);
  const { vendorId } = vendorOrder;
  const events: NewEvent[] = [{ type: `shipment-${status}`, vendorId, data: { shipmentId } }];
  events.push(...arrivalOf(vendorOrder, changed));
  return advance(order, { vendorOrders: withVendorOrder(order, changed) }, events, context);
}

function withArrival(
  vendorOrder: VendorOrder,
  shipmentId: string,
  status: Exclude<ShipmentStatus, 'in_transit'>,
  now: Date,
): VendorOrder {
  const shipment = vendorOrder.shipments.find(({ id }) => id === shipmentId);
  if (!shipment) return vendorOrder;
  const moved = { ...shipment, status: shipmentMachine.move(shipment.status, status) };
  const arrived = status === 'delivered' ? { ...moved, deliveredAt: now } : moved;
  const units = new Map(status === 'delivered' ? shipment.items.map(({ sku, quantity }) => [sku, quantity]) : []);
  return {
    ...vendorOrder,
    shipments: vendorOrder.shipments.map((each) => (each.id === shipmentId ? arrived : each)),
    lines: vendorOrder.lines.map((line) => {
      const count = units.get(line.sku) ?? 0;
      return count === 0 ? line : { ...line, deliveredQuantity: line.deliveredQuantity + count };
    }),
  };
}
