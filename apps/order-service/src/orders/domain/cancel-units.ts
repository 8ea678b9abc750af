import { addAmounts } from '@marketplace/domain';
import { nextUnitsShare, openQuantity } from './amounts.js';
import {
  lastSequence,
  type Order,
  type OrderLine,
  type StockOperation,
  type Units,
  type VendorOrder,
} from './order.js';
import { vendorOrderMachine } from './status.js';

/** The units of some vendor orders that have neither been shipped nor cancelled. */
export function openItems(vendorOrders: readonly VendorOrder[]): Units[] {
  return vendorOrders.flatMap((vendorOrder) =>
    vendorOrder.lines
      .map((line) => ({ sku: line.sku, quantity: openQuantity(line) }))
      .filter((units) => units.quantity > 0),
  );
}

/** All units that have not left fall away, and whatever stock they held goes back. */
export function cancelEverything(order: Order): Pick<Order, 'vendorOrders' | 'stock'> {
  const vendorOrders = order.vendorOrders.map((vendorOrder) =>
    vendorOrder.status === 'cancelled' ? vendorOrder : cancelVendorUnits(vendorOrder),
  );
  return { vendorOrders, stock: releaseStock(order, order.vendorOrders) };
}

/** One vendor order with all its open units cancelled. */
export function cancelVendorUnits(vendorOrder: VendorOrder): VendorOrder {
  return {
    ...vendorOrder,
    status: vendorOrderMachine.move(vendorOrder.status, 'cancelled'),
    lines: vendorOrder.lines.map(cancelLine),
  };
}

function cancelLine(line: OrderLine): OrderLine {
  const count = openQuantity(line);
  return {
    ...line,
    cancelledQuantity: line.cancelledQuantity + count,
    cancelledAmounts: addAmounts(line.cancelledAmounts, nextUnitsShare(line, count)),
  };
}

/** Queues the release of the open units of the given vendor orders. */
export function releaseStock(order: Order, vendorOrders: readonly VendorOrder[]): Order['stock'] {
  const items = openItems(vendorOrders);
  if (items.length === 0 || order.stock.status === 'rejected') return order.stock;
  const { reservationId } = order.stock;
  // The next sequence names the release: it is made with the event that causes it.
  const release: StockOperation = { id: `release-${lastSequence(order) + 1}`, kind: 'release', reservationId, items };
  return { ...order.stock, pending: [...order.stock.pending, release] };
}
