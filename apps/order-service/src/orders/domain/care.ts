import { IllegalTransitionError, sumOf } from '@marketplace/domain';
import { advance } from './advance.js';
import type { Address, ChangeContext, Order } from './order.js';
import { vendorOrderMachine } from './status.js';

/** Keeps an order from being processed and shipped. Holding it again changes the reason. */
export function holdOrder(order: Order, reason: string, context: ChangeContext): Order {
  if (order.hold?.reason === reason) return order;
  const hold = { reason, by: context.actor.kind, at: context.now };
  return advance(order, { hold }, [{ type: 'held' }], context);
}

/** Lets an order that was held go on. */
export function releaseHold(order: Order, context: ChangeContext): Order {
  return order.hold ? advance(order, { hold: undefined }, [{ type: 'released' }], context) : order;
}

const ADDRESS_FIELDS = [
  'name',
  'line1',
  'line2',
  'city',
  'region',
  'postalCode',
  'country',
] as const satisfies readonly (keyof Address)[];

/**
 * Sends the order somewhere else. The address that it has already changes nothing.
 *
 * @throws IllegalTransitionError when anything has left already, or nothing will
 */
export function changeAddress(order: Order, shippingAddress: Address, context: ChangeContext): Order {
  if (ADDRESS_FIELDS.every((field) => order.shippingAddress[field] === shippingAddress[field])) return order;
  const left = sumOf(order.vendorOrders, ({ shipments }) => shipments.length) > 0;
  const blocked = order.vendorOrders.find(({ status }) => status !== 'cancelled') ?? order.vendorOrders[0];
  const ended = order.status === 'cancelled' || order.status === 'payment_failed';
  if (blocked && (left || ended)) {
    const allowed = vendorOrderMachine.allowedFrom(blocked.status);
    throw new IllegalTransitionError('vendor order', blocked.status, 'address-changed', allowed);
  }
  // The event names no address: events carry no personal data.
  return advance(order, { shippingAddress }, [{ type: 'address-changed' }], context);
}
