import { orderEventId, orderEventType, type OrderEvent } from '@marketplace/contracts';
import type { HistoryEntry, Order } from './domain/order.js';

const SOURCE = '/marketplace/order-service';

/** The entries of the history that are still to be published, in sequence: the outbox. */
export function unpublished(order: Order): readonly HistoryEntry[] {
  return order.history.filter((entry) => entry.sequence > order.publishedSequence);
}

/** A history entry as a CloudEvent. It always comes out the same, so publishing it again is a duplicate by its id. */
export function orderEvent(order: Order, entry: HistoryEntry): OrderEvent {
  return {
    specversion: '1.0',
    id: orderEventId(order.id, entry.sequence),
    source: SOURCE,
    type: orderEventType(entry.type),
    subject: order.id,
    time: entry.at.toISOString(),
    datacontenttype: 'application/json',
    sequence: entry.sequence,
    data: {
      ...entry.data,
      orderId: order.id,
      number: order.number,
      status: entry.status,
      ...(order.customerId === undefined ? {} : { customerId: order.customerId }),
      vendorIds: order.vendorOrders.map((vendorOrder) => vendorOrder.vendorId),
      ...(entry.vendorId === undefined ? {} : { vendorId: entry.vendorId }),
    },
  };
}
