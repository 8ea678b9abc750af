import type { OrderEvent } from '@marketplace/contracts';
import { ownOnly, type ShownEntry } from '../../orders/order-reader.js';
import type { HistoryEntry } from '../../orders/domain/order.js';
import type { FeedEvent } from './feed-event.js';
import { presentEntry } from '../timeline.presenter.js';
import { eventText } from './sse.js';

/** Whose orders a list stream shows. */
export type Audience = { readonly kind: 'everything' } | { readonly kind: 'customer' | 'vendor'; readonly id: string };

/** Whether the audience may know that the event has happened. */
export function concerns({ event: { data } }: FeedEvent, audience: Audience): boolean {
  if (audience.kind === 'everything') return true;
  return audience.kind === 'customer' ? data.customerId === audience.id : data.vendorIds.includes(audience.id);
}

/** The event as one of its order's timeline, with the order it belongs to; its id is its place in the stream of all orders. */
export function listEventText({ streamSequence, type, event }: FeedEvent, audience: Audience): string {
  const entry = entryOf(type, event);
  const visible = audience.kind === 'vendor' ? ownOnly(entry, audience.id) : entry;
  const { orderId, number, customerId } = event.data;
  const isHidden = 'hidden' in visible;
  return eventText({
    id: streamSequence,
    event: isHidden ? 'hidden' : type,
    data: Object.assign(presentEntry(visible), {
      orderId,
      ...(isHidden ? {} : { number }),
      ...(audience.kind === 'everything' && customerId !== undefined ? { customerId } : {}),
    }),
  });
}

/** The entry of the history that the event was made of, but for who caused it, which events do not tell. */
function entryOf(type: HistoryEntry['type'], event: OrderEvent): ShownEntry {
  const { orderId: _id, number: _number, customerId: _customer, vendorIds: _vendors, ...rest } = event.data;
  const { status, vendorId, ...data } = rest;
  return {
    sequence: event.sequence,
    type,
    at: new Date(event.time),
    status: status as HistoryEntry['status'],
    ...(vendorId === undefined ? {} : { vendorId }),
    ...(Object.keys(data).length === 0 ? {} : { data }),
  };
}
