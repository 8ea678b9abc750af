import type { Facts, StoredCart, StoredOrder } from './facts.js';
import type { Finding } from './harm.js';

const UNDECIDED = new Set(['pending', 'authorizing', 'unknown', 'requires_action']);

/** Nothing is left undone: no undecided payment, no movement of money or stock, no event, no cart that nobody can use. */
export function checkSettled({ orders, carts, buyers }: Facts): Finding[] {
  const byId = new Map(orders.map((order) => [order._id, order]));
  const unsettled = (subject: string, details: readonly string[]): Finding[] =>
    details.map((detail) => ({ harm: 'unsettled', subject, detail }));
  return [
    ...orders.flatMap((order) => unsettled(order._id, openWork(order))),
    ...carts.flatMap((cart) => unsettled(cart._id, openCart(cart, byId.get(cart.orderId ?? '')))),
    ...buyers.complaints
      .filter(({ kind }) => kind === 'unanswered')
      .flatMap(({ subject, detail }) => unsettled(subject, [detail])),
  ];
}

/** What is still to be done for an order. */
export function openWork(order: StoredOrder): string[] {
  const found: string[] = [];
  const { payment, stock, history, publishedSequence, returnsCart } = order;
  if (order.status === 'pending') found.push('the order is pending');
  for (const { id, status } of payment.tenders) if (UNDECIDED.has(status)) found.push(`tender ${id} is ${status}`);
  for (const { id, status } of payment.operations) if (status === 'pending') found.push(`${id} is still to be made`);
  for (const { id } of stock.pending) found.push(`the Inventory Service is still to be told ${id}`);
  if (stock.status === 'reserving') found.push('the reservation is open');
  if (returnsCart) found.push('its cart is still to be given back');
  if (publishedSequence !== history.length) found.push(`events ${publishedSequence + 1} to ${history.length} wait`);
  return found;
}

function openCart(cart: StoredCart, order: StoredOrder | undefined): string[] {
  const found: string[] = [];
  if (cart.status === 'ordered' && !order) found.push(`the cart is held for order ${cart.orderId}, which is not there`);
  if (cart.status === 'ordered' && order?.status === 'payment_failed')
    found.push('the failed order still has the cart');
  if (cart.status === 'ordered' && order?.stock.status === 'rejected')
    found.push('the order without stock has the cart');
  if ((cart.outbox?.length ?? 0) > 0) found.push(`${cart.outbox?.length} events of the cart wait`);
  return found;
}
