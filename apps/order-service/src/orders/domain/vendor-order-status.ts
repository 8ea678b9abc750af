import { sumOf } from '@marketplace/domain';
import type { NewEvent } from './advance.js';
import { openQuantity } from './amounts.js';
import type { VendorOrder } from './order.js';
import { vendorOrderMachine, type VendorOrderStatus } from './status.js';

/** Moves a vendor order to the status that its units and parcels make it; what has not begun to ship stays as it is. */
export function withStatus(vendorOrder: VendorOrder, now: Date): VendorOrder {
  const status = statusOf(vendorOrder);
  if (status === vendorOrder.status) return vendorOrder;
  const moved = { ...vendorOrder, status: vendorOrderMachine.move(vendorOrder.status, status) };
  const arrived = status === 'delivered' || status === 'returned';
  return arrived && moved.deliveredAt === undefined ? { ...moved, deliveredAt: now } : moved;
}

/** That the last of a vendor order has arrived, or come back, where a change made it so. */
export function arrivalOf(before: VendorOrder, { status, vendorId, lines }: VendorOrder): NewEvent[] {
  if (status === before.status) return [];
  if (status === 'returned') return [{ type: status, vendorId }];
  if (status !== 'delivered') return [];
  const arrived = lines.filter((line) => line.deliveredQuantity > 0);
  const items = arrived.map(({ sku, deliveredQuantity }) => ({ sku, quantity: deliveredQuantity }));
  return [{ type: status, vendorId, data: { items } }];
}

function statusOf(vendorOrder: VendorOrder): VendorOrderStatus {
  const open = sumOf(vendorOrder.lines, openQuantity);
  const shipped = sumOf(vendorOrder.lines, (line) => line.shippedQuantity);
  if (shipped === 0) return open === 0 ? 'cancelled' : vendorOrder.status;
  if (open > 0) return 'partially_shipped';
  const returned = sumOf(vendorOrder.lines, (line) => line.returnedQuantity);
  const delivered = sumOf(vendorOrder.lines, (line) => line.deliveredQuantity);
  const travelling = vendorOrder.shipments.some((shipment) => shipment.status === 'in_transit');
  if (travelling) return delivered > 0 ? 'partially_delivered' : 'shipped';
  // What a carrier lost will never arrive, and does not keep the rest from having arrived.
  if (delivered === 0) return 'shipped';
  return returned === delivered ? 'returned' : 'delivered';
}
