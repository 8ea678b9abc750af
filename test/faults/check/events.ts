import { groupBy, type Facts, type PublishedEvent } from './facts.js';
import type { Finding } from './harm.js';

/**
 * Invariant 5: of every order the stream holds all events of its history, first heard in their order, and nothing else. Repeats
 * are no harm: delivery is at least once.
 */
export function checkEvents({ orders, carts, orderEvents, cartEvents }: Facts): Finding[] {
  const found: Finding[] = [];
  const add = (subject: string, detail: string): number => found.push({ harm: 'eventGaps', subject, detail });
  const ofOrders = groupBy(orderEvents, ({ subject }) => subject);
  const byId = new Map(orders.map((order) => [order._id, order]));
  for (const id of new Set([...ofOrders.keys(), ...byId.keys()])) {
    const published = firstHeard(ofOrders.get(id) ?? []);
    const history = byId.get(id)?.history ?? [];
    const [heard, happened] = [published.map(textOf).join(' '), history.map(textOf).join(' ')];
    if (heard !== happened) add(id, `the stream tells [${heard}], the history is [${happened}]`);
    if (history.some(({ sequence }, index) => sequence !== index + 1)) add(id, 'its history has a gap');
  }
  const ofCarts = groupBy(cartEvents, ({ subject }) => subject);
  for (const { _id, status } of carts) {
    const published = firstHeard(ofCarts.get(_id) ?? []);
    if (published.some(({ sequence }, index) => sequence < (published[index - 1]?.sequence ?? 0))) {
      add(_id, 'the events of the cart are out of their order');
    }
    if (status === 'ordered' && published.at(-1)?.type !== 'ordered') add(_id, 'its order was not told');
  }
  return found;
}

function firstHeard(events: readonly PublishedEvent[]): PublishedEvent[] {
  const known = new Set<number>();
  return events.filter(({ sequence }) => !known.has(sequence) && known.add(sequence));
}

function textOf({ sequence, type }: { sequence: number; type: string }): string {
  return `${sequence}:${type}`;
}
