import { orderEventId, orderEventType, type OrderEvent, type OrderEventType } from '@marketplace/contracts';
import type { HistoryEntry, Order } from './domain/order.js';

const SOURCE = '/marketplace/order-service';

/** Their reasons are the words of people, which may name people: whoever may read the order reads them in its timeline. */
const SAID_BY_PEOPLE: ReadonlySet<OrderEventType> = new Set([
  'cancelled',
  'return-requested',
  'return-approved',
  'return-received',
  'return-rejected',
]);

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
      ...publishedData(entry),
      orderId: order.id,
      number: order.number,
      status: entry.status,
      ...(order.customerId === undefined ? {} : { customerId: order.customerId }),
      vendorIds: order.vendorOrders.map((vendorOrder) => vendorOrder.vendorId),
      ...(entry.vendorId === undefined ? {} : { vendorId: entry.vendorId }),
    },
  };
}

function publishedData({ type, data }: HistoryEntry): HistoryEntry['data'] {
  if (!data || !SAID_BY_PEOPLE.has(type)) return data;
  const { reason: _reason, ...facts } = data;
  return facts;
}
