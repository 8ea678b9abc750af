import type { CartClaim } from '../cart/domain/cart.js';
import type { Order } from './domain/order.js';

/** The order's claim of the cart that it came of, if it came of one. */
export function cartClaim({ id, cartId, cartVersion }: Order): CartClaim | undefined {
  return cartId === undefined ? undefined : { cartId, orderId: id, version: cartVersion };
}

/**
 * Whether this attempt at the order holds the cart. When it does not, the claim was made for the next one. Orders that do not
 * remember their claim are taken to hold it.
 */
export function holdsCart(order: Order, claim: CartClaim): boolean {
  return order.cartVersion === undefined || order.cartVersion === claim.version;
}
