import { ORDER_EVENT_TYPES } from '@marketplace/contracts';
import { Counter } from 'prom-client';
import { lastSequence, type Order } from './domain/order.js';

/** What has happened to orders, as far as this process wrote it. Every outcome of an order is one of its events. */
export const orderEvents = new Counter({
  name: 'order_events_total',
  help: 'Events of orders that this process has written, by type',
  labelNames: ['type'],
  registers: [],
});

// Prometheus sees a rise only from a figure that it has seen before.
for (const type of ORDER_EVENT_TYPES) orderEvents.inc({ type }, 0);

/** @param before what was stored until now; undefined for a new order */
export function countEvents(before: Order | undefined, after: Order): void {
  const known = before ? lastSequence(before) : 0;
  for (const { sequence, type } of after.history) {
    if (sequence > known) orderEvents.inc({ type });
  }
}
