import { setTimeout as delay } from 'node:timers/promises';
import type { Order } from './domain/order.js';
import type { OrderRepository } from './persistence/order.repository.js';

const POLL_MS = 40;

/** The order as soon as it fits, whichever replica is at work on it; or as it is at the given time, in milliseconds. */
export async function awaitState(
  orders: OrderRepository,
  order: Order,
  fits: (order: Order) => boolean,
  until: number,
): Promise<Order> {
  let current = order;
  while (!fits(current) && Date.now() < until) {
    await delay(POLL_MS);
    current = (await orders.findForSystem(order.id)) ?? current;
  }
  return current;
}
