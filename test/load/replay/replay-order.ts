import { setTimeout as delay } from 'node:timers/promises';
import { sumOf } from '@marketplace/domain';
import { ProblemError } from './http-client.js';
import type { Cart, Order, OrderServiceApi, StatusChange } from './order-service-api.js';
import type { OrderPlan } from './plan.js';
import { missingMoves, type TargetStatus } from './status-mapping.js';

/** What is known of an order that an earlier run has placed. */
export interface KnownOrder {
  id: string;
  status: string;
  vendorOrders: { vendorId: string; status: string }[];
}

/** An unsettled payment is settled by the service itself within a minute of the end of a fault. */
const PAYMENT_TIMEOUT_MS = 90_000;
const POLL_INTERVAL_MS = 250;

/** What a cart that is not as it should be leads to. */
const CART_PROBLEMS = new Set(['cart_differs', 'cart_not_active', 'currency_mismatch', 'price_changed']);
const MOST_CARTS = 3;

const CARRIER = 'Correios';

/** The data names no tracking numbers. The same order and vendor always get the same one. */
const trackingNumber = (plan: OrderPlan, vendorId: string): string =>
  `${plan.reference.slice(0, 16)}-${vendorId.slice(0, 8)}`;

/** Whether nothing is left to do for an order: it and each of its vendor orders stand where the data says. */
export function isComplete(order: KnownOrder, plan: OrderPlan): boolean {
  return (
    order.status === plan.target &&
    order.vendorOrders.every((vendorOrder) => missingMoves(vendorOrder.status, plan.target)?.length === 0)
  );
}

/**
 * Places an order as its customer, unless it is known, and moves it as its vendors to where the data says.
 *
 * @throws ProblemError when the service refuses a step, ServiceUnavailableError when it does not answer.
 */
export async function replayOrder(api: OrderServiceApi, plan: OrderPlan, known?: KnownOrder): Promise<void> {
  const placed = known ?? (await placeOrder(api, plan));
  const paid = placed.status === 'pending' ? await awaitPayment(api, plan, placed.id) : placed;
  if (paid.status === 'payment_failed') {
    throw new ProblemError(402, 'payment_failed', `order ${paid.id} was not paid for`);
  }
  for (const vendorOrder of paid.vendorOrders) {
    const moves = missingMoves(vendorOrder.status, plan.target);
    if (!moves) {
      const message = `vendor order of ${vendorOrder.vendorId} is ${vendorOrder.status}, the data says ${plan.target}`;
      throw new ProblemError(409, 'unexpected_status', message);
    }
    if (moves.includes('shipped')) await shipFirstUnit(api, plan, paid.id, vendorOrder);
    for (const status of moves) await move(api, plan, paid.id, vendorOrder.vendorId, status);
    // The customer cancels the whole order at once.
    if (moves.includes('cancelled') && plan.cancelledBy === 'customer') return;
  }
}

/**
 * Fills the cart and checks it out. Whatever an interrupted run left in the customer's cart, or comes back to it when the
 * service gives up a checkout that was interrupted: the order is placed from a cart that holds its lines and nothing else.
 */
async function placeOrder(api: OrderServiceApi, plan: OrderPlan): Promise<Order> {
  const items = plan.lines.map(({ sku, quantity }) => ({ sku, quantity }));
  for (let cartsLeft = MOST_CARTS - 1; ; cartsLeft--) {
    try {
      const cart = await api.fillCart(plan.customerId, items);
      if (!holdsExactly(cart, items)) throw new ProblemError(409, 'cart_differs', 'the cart holds something else');
      const { order, existed } = await api.checkOut(plan, cart.id);
      // The order came of another cart, in a run that did not hear of it; this cart is one too many.
      if (existed) await api.abandonCart(plan.customerId);
      return order;
    } catch (error) {
      const freshCartMayHelp = error instanceof ProblemError && CART_PROBLEMS.has(error.code);
      if (!freshCartMayHelp || cartsLeft === 0) throw error;
      await api.abandonCart(plan.customerId);
    }
  }
}

/** Whether a cart holds these items and nothing else, in any order. */
export function holdsExactly(cart: Cart, items: Cart['items']): boolean {
  const wanted = new Map(items.map((item) => [item.sku, item.quantity]));
  return cart.items.length === wanted.size && cart.items.every((item) => wanted.get(item.sku) === item.quantity);
}

async function awaitPayment(api: OrderServiceApi, plan: OrderPlan, orderId: string): Promise<Order> {
  const giveUpAt = Date.now() + PAYMENT_TIMEOUT_MS;
  for (;;) {
    const order = await api.orderOfCustomer(plan.customerId, orderId);
    if (order.status !== 'pending') return order;
    if (Date.now() > giveUpAt) {
      throw new ProblemError(409, 'payment_pending', `the payment is not settled after ${PAYMENT_TIMEOUT_MS} ms`);
    }
    await delay(POLL_INTERVAL_MS);
  }
}

/** Of several units the first goes ahead in a parcel of its own, so that the sums are made of partial captures. */
async function shipFirstUnit(
  api: OrderServiceApi,
  plan: OrderPlan,
  orderId: string,
  { vendorId, status }: KnownOrder['vendorOrders'][number],
): Promise<void> {
  const items = plan.lines.filter((line) => line.vendorId === vendorId);
  const [first] = items;
  const units = sumOf(items, ({ quantity }) => quantity);
  if (!first || units < 2 || status === 'partially_shipped') return;
  await api.shipAsVendor(vendorId, orderId, {
    items: [{ sku: first.sku, quantity: 1 }],
    carrier: CARRIER,
    trackingNumber: `${trackingNumber(plan, vendorId)}-1`,
  });
}

async function move(
  api: OrderServiceApi,
  plan: OrderPlan,
  orderId: string,
  vendorId: string,
  status: TargetStatus,
): Promise<void> {
  const change: StatusChange = { status };
  if (status === 'shipped') change.shipment = { carrier: CARRIER, trackingNumber: trackingNumber(plan, vendorId) };
  if (status === 'cancelled') change.reason = plan.cancelledBy === 'vendors' ? 'unavailable' : 'canceled';
  if (status === 'cancelled' && plan.cancelledBy === 'customer') {
    await api.changeAsCustomer(plan.customerId, orderId, change);
  } else {
    await api.changeAsVendor(vendorId, orderId, change);
  }
}
