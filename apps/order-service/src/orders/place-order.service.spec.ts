import { jest } from '@jest/globals';
import type { Principal } from '../auth/principal.js';
import type { CheckoutCarts } from '../cart/checkout-carts.service.js';
import type { Cart } from '../cart/domain/cart.js';
import type { Background } from '../common/background.js';
import { parseConfig } from '../config/parse-config.js';
import type { Checkout } from './checkout.service.js';
import { after, newOrder, quotedLine } from './domain/order-fixtures.spec-support.js';
import { placeOrder } from './domain/place-order.js';
import type { OrderWork } from './order-work.service.js';
import type { OrderRepository } from './persistence/order.repository.js';
import { PlaceOrder } from './place-order.service.js';
import type { OrderRequest, PrepareOrder } from './prepare-order.service.js';
import type { RepeatedOrders } from './repeated-orders.service.js';

const ALICE: Principal = { kind: 'user', id: 'alice', roles: ['customer'] };
const REQUEST = { cartId: 'cart-1', payments: [{ methodToken: 'tok_visa' }] } as unknown as OrderRequest;

/** Places an order whose id is taken already, by an order that can be read only the second time. */
async function placeOverUnseenOrder() {
  const cart = { id: 'cart-1', status: 'active', version: 1, lines: [] } as unknown as Cart;
  const existing = placeOrder(newOrder({ id: 'order-1', cartId: 'cart-1' }), after(0));
  let claimed = cart;
  const release = jest.fn();
  const placing = new PlaceOrder(
    {
      cart: async () => claimed,
      prepare: async () => ({
        cart,
        customerId: 'alice',
        currency: 'USD',
        lines: [quotedLine()],
        tenders: [{ methodToken: 'tok_visa' }],
      }),
    } as unknown as PrepareOrder,
    {
      find: async () => undefined,
      awaitOrder: async () => existing,
      answer: async (order: object) => ({ order, status: 201, replayed: true }),
    } as unknown as RepeatedOrders,
    {
      claim: async (_cart: Cart, { orderId }: { orderId: string }) => {
        claimed = { ...cart, orderId };
        return true;
      },
      release,
    } as unknown as CheckoutCarts,
    { insert: async () => 'id_taken', findForSystem: async () => undefined } as unknown as OrderRepository,
    {} as Checkout,
    {} as OrderWork,
    {} as Background,
    parseConfig({}),
  );
  const placed = await placing.place(ALICE, REQUEST, { respondAsync: false });
  return { placed, release };
}

describe('placing an order', () => {
  it('does not give the cart back while the order that has its id cannot be read yet, and answers with that order', async () => {
    const { placed, release } = await placeOverUnseenOrder();
    expect(release).not.toHaveBeenCalled();
    expect(placed).toMatchObject({ order: { id: 'order-1' }, replayed: true });
  });
});
