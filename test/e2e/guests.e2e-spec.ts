import { randomUUID } from 'node:crypto';
import { DEVELOPMENT_GUEST_TOKEN_SECRET } from '@marketplace/local-stack';
import { SignJWT } from 'jose';
import {
  createCart,
  expectProblem,
  Marketplace,
  orderRequest,
  placeOrder,
  type Cart,
  type Client,
  type Order,
} from '../support/client.js';
import { joinTestStack, type TestStack } from '../support/stack.js';

const ITEMS = [{ sku: 'demo-1', quantity: 1 }];
const NEXT_SECRET = 'the secret after that one, of more than 32 characters';

describe("guests' tokens", () => {
  let stack: TestStack;
  let market: Marketplace;

  beforeAll(async () => {
    stack = await joinTestStack();
    market = await Marketplace.open(stack);
  }, 90_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  const guestWithCart = async (): Promise<{ cart: Cart; guest: Client }> => {
    const cart = await createCart(market.anonymous, ITEMS);
    return { cart, guest: market.anonymous.with(cart.token) };
  };
  const guestWithOrder = async (): Promise<{ order: Order; guest: Client }> => {
    const order = await placeOrder(market.anonymous, { items: ITEMS, email: 'guest@example.com' });
    return { order, guest: market.anonymous.with(order.accessToken) };
  };
  const signed = async (resource: string, id: string, expiresAt: string, secret = DEVELOPMENT_GUEST_TOKEN_SECRET) =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('order-service/guests')
      .setAudience(resource)
      .setSubject(id)
      .setExpirationTime(expiresAt)
      .sign(new TextEncoder().encode(secret));
  const withoutInstance = (text: string): string => text.replace(/"instance":"[^"]*"/u, '');

  it('of a cart ends when a customer takes it over: it shows what no cart shows, and buys nothing', async () => {
    const { cart, guest } = await guestWithCart();
    const alice = await market.customer();
    const own = await createCart(alice);
    const merge = { fromCartId: cart.id, fromToken: cart.token };
    expect((await alice.post(`/carts/${own.id}/merge`, merge)).status).toBe(200);

    const gone = await guest.get(`/carts/${cart.id}`);
    expectProblem(gone, 404, 'not_found');
    const none = await guest.get(`/carts/${randomUUID()}`);
    expect(withoutInstance(gone.text)).toBe(withoutInstance(none.text));
    expectProblem(await guest.post(`/carts/${cart.id}/items`, ITEMS[0]), 404, 'not_found');
    expectProblem(await guest.delete(`/carts/${cart.id}`), 404, 'not_found');
    const order = orderRequest({ cartId: cart.id, email: 'guest@example.com' });
    expectProblem(await guest.post('/orders', order), 404, 'not_found');
    const bob = await market.customer();
    const other = await createCart(bob);
    expectProblem(await bob.post(`/carts/${other.id}/merge`, merge), 404, 'not_found');
    // The customer who has it may send the request again.
    expect((await alice.post(`/carts/${own.id}/merge`, merge)).status).toBe(200);
    expect((await alice.get<Cart>(`/carts/${own.id}`)).body.items).toMatchObject([{ sku: 'demo-1', quantity: 1 }]);
  });

  it('of a cart that the guest has given up still shows it, and changes nothing', async () => {
    const { cart, guest } = await guestWithCart();
    expect((await guest.delete(`/carts/${cart.id}`)).status).toBe(204);
    expect((await guest.get<Cart>(`/carts/${cart.id}`)).body).toMatchObject({ status: 'abandoned', items: [] });
    expectProblem(await guest.post(`/carts/${cart.id}/items`, ITEMS[0]), 409, 'cart_not_active');
  });

  it('of an order ends when the order is a customer’s', async () => {
    const { order, guest } = await guestWithOrder();
    expect((await guest.get(`/orders/${order.id}`)).status).toBe(200);
    await market.collection('orders').updateOne({ _id: order.id }, { $set: { customerId: 'alice' } });
    for (const path of ['', '/timeline', '/events']) {
      expectProblem(await guest.get(`/orders/${order.id}${path}`), 404, 'not_found');
    }
    expectProblem(await guest.put(`/orders/${order.id}`, { status: 'cancelled' }), 404, 'not_found');
  });

  it('are good for one thing each, and not for ever', async () => {
    const [{ cart, guest: ofCart }, { order, guest: ofOrder }] = [await guestWithCart(), await guestWithOrder()];
    const [{ cart: otherCart }, { order: otherOrder }] = [await guestWithCart(), await guestWithOrder()];
    expectProblem(await ofCart.get(`/carts/${otherCart.id}`), 404, 'not_found');
    expectProblem(await ofOrder.get(`/orders/${otherOrder.id}`), 404, 'not_found');
    expectProblem(await ofCart.get(`/orders/${order.id}`), 404, 'not_found');
    expectProblem(await ofOrder.get(`/carts/${cart.id}`), 404, 'not_found');
    for (const [resource, id, path] of [
      ['cart', cart.id, `/carts/${cart.id}`],
      ['order', order.id, `/orders/${order.id}`],
    ] as const) {
      const read = async (token: string) => market.anonymous.with(token).get(path);
      expect((await read(await signed(resource, id, '1 minute'))).status).toBe(200);
      expectProblem(await read(await signed(resource, id, '1 minute ago')), 401, 'unauthenticated');
      expectProblem(await read(await signed(resource, id, '1 minute', NEXT_SECRET)), 401, 'unauthenticated');
      expectProblem(await read(await signed('tracking', id, '1 minute')), 401, 'unauthenticated');
    }
  });

  it('are what they were signed as: none is believed unsigned, or changed', async () => {
    const [{ order, guest }, { order: other }] = [await guestWithOrder(), await guestWithOrder()];
    const [header, claims, signature] = String(order.accessToken).split('.');
    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const own = JSON.parse(Buffer.from(String(claims), 'base64url').toString()) as object;
    const forged = {
      'for another order': `${header}.${encoded({ ...own, sub: other.id })}.${signature}`,
      'for a longer time': `${header}.${encoded({ ...own, exp: 9_999_999_999 })}.${signature}`,
      'for orders and carts': `${header}.${encoded({ ...own, aud: ['order', 'cart'] })}.${signature}`,
      'without a signature': `${encoded({ alg: 'none' })}.${claims}.`,
      'without an end': await new SignJWT({})
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('order-service/guests')
        .setAudience('order')
        .setSubject(order.id)
        .sign(new TextEncoder().encode(DEVELOPMENT_GUEST_TOKEN_SECRET)),
    };
    for (const [what, token] of Object.entries(forged)) {
      for (const { id } of [order, other]) {
        const { status } = await market.anonymous.with(token).get(`/orders/${id}`);
        expect({ what, status }).toEqual({ what, status: 401 });
      }
    }
    expect((await guest.get(`/orders/${order.id}`)).status).toBe(200);
  });

  it('go on while their secret changes, and end with it afterwards', async () => {
    const { order, guest } = await guestWithOrder();
    const env = { GUEST_TOKEN_SECRET: NEXT_SECRET };
    const during = await stack.startReplica({ ...env, GUEST_TOKEN_PREVIOUS_SECRET: DEVELOPMENT_GUEST_TOKEN_SECRET });
    const after = await stack.startReplica(env);
    expect((await guest.at(during.baseUrl).get(`/orders/${order.id}`)).status).toBe(200);
    expectProblem(await guest.at(after.baseUrl).get(`/orders/${order.id}`), 401, 'unauthenticated');
    const cart = await createCart(market.anonymous.at(during.baseUrl), ITEMS);
    const newcomer = market.anonymous.with(cart.token);
    expect((await newcomer.at(after.baseUrl).get(`/carts/${cart.id}`)).status).toBe(200);
  });
});
