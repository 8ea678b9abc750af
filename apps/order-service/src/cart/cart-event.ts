import { cartEventId, cartEventType, type CartEvent } from '@marketplace/contracts';
import { money } from '@marketplace/domain';
import type { WaitingEvent } from './domain/cart-outbox.js';

const SOURCE = '/marketplace/order-service';

/** A waiting event as a CloudEvent. It always comes out the same, so publishing it again is a duplicate by its id. */
export function cartEvent(
  cart: { readonly id: string; readonly customerId?: string; readonly currency: string },
  event: WaitingEvent,
): CartEvent {
  const { type, version, at, vendorIds, totalMinor, orderId, mergedInto, reason } = event;
  return {
    specversion: '1.0',
    id: cartEventId(cart.id, version),
    source: SOURCE,
    type: cartEventType(type),
    subject: cart.id,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    sequence: version,
    data: {
      cartId: cart.id,
      ...(cart.customerId === undefined ? {} : { customerId: cart.customerId }),
      vendorIds: [...vendorIds],
      total: money(totalMinor, cart.currency),
      ...(orderId === undefined ? {} : { orderId }),
      ...(mergedInto === undefined ? {} : { mergedInto }),
      ...(reason === undefined ? {} : { reason }),
    },
  };
}
