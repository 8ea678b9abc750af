import { cartClaim, holdsCart } from './cart-claim.js';
import { after, newOrder } from './domain/order-fixtures.spec-support.js';
import { placeOrder } from './domain/place-order.js';

const orderOf = (given: { cartId?: string; cartVersion?: number }) => placeOrder(newOrder(given), after(0));

describe("an order's claim of its cart", () => {
  it('names the version that the cart got by it', () => {
    const order = orderOf({ cartId: 'cart-1', cartVersion: 3 });
    expect(cartClaim(order)).toEqual({ cartId: 'cart-1', orderId: 'order-1', version: 3 });
    expect(cartClaim(orderOf({}))).toBeUndefined();
  });

  it.each([
    ['its own', 3, true],
    ['that for the next attempt', 5, false],
  ])('holds the cart by %s', (_whose, version, holds) => {
    const claim = { cartId: 'cart-1', orderId: 'order-1', version };
    expect(holdsCart(orderOf({ cartId: 'cart-1', cartVersion: 3 }), claim)).toBe(holds);
  });

  it('is taken to hold when it is not remembered', () => {
    const order = orderOf({ cartId: 'cart-1' });
    expect(cartClaim(order)).toEqual({ cartId: 'cart-1', orderId: 'order-1', version: undefined });
    expect(holdsCart(order, { cartId: 'cart-1', orderId: 'order-1', version: 5 })).toBe(true);
  });
});
