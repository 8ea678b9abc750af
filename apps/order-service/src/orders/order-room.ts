import { ProblemError } from '@marketplace/contracts';
import type { Order } from './domain/order.js';
import { storedBytes } from './persistence/order-size.js';

const MEBIBYTE = 1_048_576;

/**
 * How large an order's document may be for whoever asks to change it again. MongoDB takes 16 MB: what is left is for what a last change
 * adds and for the work that follows, which is never refused. Buyers come first to their end, lest they keep vendors from sending, and
 * vendors before staff, who set things right.
 */
export const MOST_BYTES = { buyer: 2 * MEBIBYTE, vendor: 4 * MEBIBYTE, staff: 6 * MEBIBYTE } as const;
export type ChangedBy = keyof typeof MOST_BYTES;

/** Nothing that a caller may ask for makes an order large in fewer changes. Measuring takes longer the larger it is. */
const SMALL_VERSIONS = 50;

export function hasRoom(order: Order, by: ChangedBy): boolean {
  return order.version < SMALL_VERSIONS || storedBytes(order) < MOST_BYTES[by];
}

/** @throws ProblemError `order_full` */
export function requireRoom(order: Order, by: ChangedBy): void {
  if (hasRoom(order, by)) return;
  throw new ProblemError(
    'order_full',
    `the order was changed ${order.version} times, and takes no more changes of a ${by}`,
  );
}
