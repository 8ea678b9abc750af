import type { OrderEventDetails } from '@marketplace/contracts';
import { addAmounts, amountsDue, money, sumOf } from '@marketplace/domain';
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

/** The same by vendor order, with what they come to, as events tell of them. */
export function openByVendor({ vendorOrders, currency }: Order): OrderEventDetails['confirmed'] {
  const parts = vendorOrders.map((vendorOrder) => ({
    vendorId: vendorOrder.vendorId,
    items: openItems([vendorOrder]),
    totalMinor: sumOf(vendorOrder.lines, (line) => amountsDue(nextUnitsShare(line, openQuantity(line)))),
  }));
  const open = parts.filter(({ items }) => items.length > 0);
  return {
    vendorOrders: open.map(({ vendorId, items, totalMinor }) => ({
      vendorId,
      items,
      total: money(totalMinor, currency),
    })),
    total: money(
      sumOf(open, ({ totalMinor }) => totalMinor),
      currency,
    ),
  };
}

/** All units that have not left fall away, and whatever stock they held goes back: the order has failed or expired. */
export function cancelEverything(order: Order): Pick<Order, 'vendorOrders' | 'stock'> {
  const vendorOrders = order.vendorOrders.map((vendorOrder) =>
    vendorOrder.status === 'cancelled' ? vendorOrder : cancelVendorUnits(vendorOrder),
  );
  return { vendorOrders, stock: releaseStock(order, openItems(order.vendorOrders)) };
}

/** One vendor order with all its open units cancelled. */
export function cancelVendorUnits(vendorOrder: VendorOrder): VendorOrder {
  const units = new Map(vendorOrder.lines.map((line) => [line.sku, openQuantity(line)]));
  return { ...cancelUnitsOf(vendorOrder, units), status: vendorOrderMachine.move(vendorOrder.status, 'cancelled') };
}

/** One vendor order with some of its open units cancelled, whatever that makes of its status. */
export function cancelUnitsOf(vendorOrder: VendorOrder, units: ReadonlyMap<string, number>): VendorOrder {
  return { ...vendorOrder, lines: vendorOrder.lines.map((line) => cancelLine(line, units.get(line.sku) ?? 0)) };
}

function cancelLine(line: OrderLine, count: number): OrderLine {
  if (count === 0) return line;
  return {
    ...line,
    cancelledQuantity: line.cancelledQuantity + count,
    cancelledAmounts: addAmounts(line.cancelledAmounts, nextUnitsShare(line, count)),
  };
}

/** Queues the release of units that will not be shipped. */
export function releaseStock(order: Order, items: readonly Units[]): Order['stock'] {
  if (items.length === 0 || order.stock.status === 'rejected') return order.stock;
  const { reservationId } = order.stock;
  // The next sequence names the release: it is made with the event that causes it.
  const release: StockOperation = { id: `release-${lastSequence(order) + 1}`, kind: 'release', reservationId, items };
  return { ...order.stock, pending: [...order.stock.pending, release] };
}
