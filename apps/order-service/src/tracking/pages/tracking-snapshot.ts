import type { Order, OrderLine, Return, Shipment, Units, VendorOrder } from '../../orders/domain/order.js';
import type {
  TrackedItem,
  TrackedParcel,
  TrackedReturn,
  TrackedUnits,
  TrackedVendorOrder,
  TrackingSnapshot,
} from './browser/snapshot.js';
import { latest, stepsOf } from './steps.js';
import { nextStepOf, nextStepOfOrder, PARCEL_TEXTS, RETURN_TEXTS, STATUS_TEXTS } from './words.js';

/**
 * An order as whoever holds a link to it may see it, field by field: what was ordered and where it is. No name, address, e-mail,
 * money or payment, and no free text of anybody, which might tell of them.
 */
export function trackingSnapshot(order: Order): TrackingSnapshot {
  return {
    number: order.number,
    status: order.status,
    statusText: STATUS_TEXTS[order.status],
    nextStep: nextStepOfOrder(order.status, order.vendorOrders),
    placedAt: order.placedAt.toISOString(),
    updatedAt: lastVisibleChange(order).toISOString(),
    vendorOrders: order.vendorOrders.map((vendorOrder) => trackedVendorOrder(order, vendorOrder)),
  };
}

function trackedVendorOrder(order: Order, vendorOrder: VendorOrder): TrackedVendorOrder {
  const { vendorId, status, lines, shipments, cancellations, returns } = vendorOrder;
  const hasFailed = order.status === 'payment_failed';
  return {
    vendorId,
    status,
    statusText: hasFailed ? STATUS_TEXTS.payment_failed : STATUS_TEXTS[status],
    nextStep: nextStepOf(order.status, vendorOrder),
    steps: stepsOf(order, vendorOrder),
    items: lines.map(trackedItem),
    parcels: shipments.map((shipment) => trackedParcel(shipment, lines)),
    cancellations: cancellations.map(({ at, items }) => ({ at: at.toISOString(), items: named(items, lines) })),
    returns: returns.map((each) => trackedReturn(each, lines)),
  };
}

function trackedItem(line: OrderLine): TrackedItem {
  const { name, quantity, cancelledQuantity, shippedQuantity, deliveredQuantity, returnedQuantity } = line;
  return { name, quantity, cancelledQuantity, shippedQuantity, deliveredQuantity, returnedQuantity };
}

function trackedParcel(shipment: Shipment, lines: readonly OrderLine[]): TrackedParcel {
  const { status, carrier, trackingNumber, trackingUrl, items, shippedAt, deliveredAt } = shipment;
  return {
    status,
    statusText: PARCEL_TEXTS[status],
    ...(carrier === undefined ? {} : { carrier }),
    ...(trackingNumber === undefined ? {} : { trackingNumber }),
    ...(trackingUrl === undefined || !isWebAddress(trackingUrl) ? {} : { trackingUrl }),
    items: named(items, lines),
    shippedAt: shippedAt.toISOString(),
    ...(deliveredAt === undefined ? {} : { deliveredAt: deliveredAt.toISOString() }),
  };
}

function trackedReturn({ status, items, requestedAt, updatedAt }: Return, lines: readonly OrderLine[]): TrackedReturn {
  return {
    status,
    statusText: RETURN_TEXTS[status],
    items: named(items, lines),
    requestedAt: requestedAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function named(units: readonly Units[], lines: readonly OrderLine[]): TrackedUnits[] {
  return units.map(({ sku, quantity }) => ({ name: lines.find((line) => line.sku === sku)?.name ?? sku, quantity }));
}

/** Sellers give it: a browser must not be made to run it. */
function isWebAddress(address: string): boolean {
  const protocol = URL.canParse(address) ? new URL(address).protocol : '';
  return protocol === 'https:' || protocol === 'http:';
}

function lastVisibleChange(order: Order): Date {
  const instants = order.vendorOrders.flatMap((vendorOrder) => [
    ...stepsOf(order, vendorOrder).map(({ at }) => (at === undefined ? undefined : new Date(at))),
    ...vendorOrder.shipments.flatMap(({ shippedAt, deliveredAt }) => [shippedAt, deliveredAt]),
    ...vendorOrder.cancellations.map(({ at }) => at),
    ...vendorOrder.returns.map(({ updatedAt }) => updatedAt),
  ]);
  return latest([order.placedAt, ...instants]) ?? order.placedAt;
}
