import { waitUntil } from '@marketplace/local-stack';
import type { Client } from '../../support/client.js';
import type { EventReader } from '../../support/event-reader.js';
import { added, deliveriesTo, faultsOf, type Delivery, type Faults } from './deliveries.js';

const OPENED_AT_ONCE = 50;
const DELIVERY_DEADLINE_MS = 120_000;

/** An order, and who owns it. */
export interface WatchedOrder {
  readonly id: string;
  readonly owner: Client;
}

/** Everybody who watches, as many for each order. */
export class Crowd {
  readonly #readers = new Map<string, EventReader[]>();

  get readers(): readonly EventReader[] {
    return [...this.#readers.values()].flat();
  }

  /** Opens all streams; those of an order come from its customer, at different moments. */
  async open(orders: readonly WatchedOrder[], viewers: number): Promise<void> {
    let next = 0;
    const openSome = async (): Promise<void> => {
      for (let index = next++; index < viewers; index = next++) {
        const order = orders[index % orders.length];
        if (!order) throw new Error('there is no order to watch');
        const reader = await order.owner.watch(`/orders/${order.id}/events`);
        if (reader.status !== 200) throw new Error(`a stream was answered ${reader.status}`);
        const ofOrder = this.#readers.get(order.id) ?? [];
        this.#readers.set(order.id, [...ofOrder, reader]);
      }
    };
    await Promise.all(Array.from({ length: OPENED_AT_ONCE }, openSome));
  }

  /** Waits until everybody has been given the last event of what they watch, or will not be. */
  async whenAllCame(last: ReadonlyMap<string, number>): Promise<void> {
    const isThere = (): boolean =>
      [...this.#readers].every(([orderId, readers]) => readers.every(({ ids }) => ids.at(-1) === last.get(orderId)));
    // What is missing after that is counted.
    await waitUntil('all events', isThere, { deadlineMs: DELIVERY_DEADLINE_MS, pollMs: 200 }).catch(() => undefined);
  }

  faults(last: ReadonlyMap<string, number>): Faults {
    const all = [...this.#readers].flatMap(([orderId, readers]) =>
      readers.map((reader) => faultsOf(deliveriesTo(reader), last.get(orderId) ?? 0)),
    );
    return added(all);
  }

  /** What was given since then, of all viewers. */
  deliveriesSince(start: number): Delivery[] {
    return this.readers.flatMap((reader) => deliveriesTo(reader).filter(({ madeAt }) => madeAt >= start));
  }

  close(): void {
    for (const reader of this.readers) reader.close();
  }
}
