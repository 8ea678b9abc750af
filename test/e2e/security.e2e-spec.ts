import { randomUUID } from 'node:crypto';
import { badTokens, signed } from '../support/bad-tokens.js';
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

interface Route {
  method: string;
  path: string;
  body?: unknown;
}

describe('security', () => {
  let stack: TestStack;
  let market: Marketplace;
  let alice: Client;
  let cart: Cart;
  let order: Order;
  let guestCart: Cart;
  let guestOrder: Order;

  beforeAll(async () => {
    stack = await joinTestStack();
    market = await Marketplace.open(stack);
    alice = await market.customer();
    order = await placeOrder(alice, { items: [{ sku: 'demo-1', quantity: 1 }] });
    cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
    guestCart = await createCart(market.anonymous, [{ sku: 'demo-1', quantity: 1 }]);
    guestOrder = await placeOrder(market.anonymous, { email: 'guest@example.com' });
  }, 90_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  const cartRoutes = (cartId: string): Route[] => [
    { method: 'GET', path: `/carts/${cartId}` },
    { method: 'POST', path: `/carts/${cartId}/items`, body: { sku: 'demo-1', quantity: 1 } },
    { method: 'PUT', path: `/carts/${cartId}/items/demo-1`, body: { quantity: 2 } },
    { method: 'DELETE', path: `/carts/${cartId}/items/demo-1` },
    { method: 'DELETE', path: `/carts/${cartId}` },
    {
      method: 'POST',
      path: `/carts/${cartId}/merge`,
      body: { fromCartId: guestCart.id, fromToken: guestCart.token },
    },
  ];
  const orderRoutes = (orderId: string): Route[] => [
    { method: 'GET', path: `/orders/${orderId}` },
    { method: 'PUT', path: `/orders/${orderId}`, body: { status: 'cancelled' } },
    { method: 'GET', path: `/orders/${orderId}/timeline` },
  ];
  const guarded = (): Route[] => [
    { method: 'GET', path: '/carts/mine' },
    ...cartRoutes(cart.id),
    ...orderRoutes(order.id),
    { method: 'GET', path: `/orders/user/${alice.userId}` },
    { method: 'GET', path: '/orders' },
  ];
  const open = (): Route[] => [
    { method: 'POST', path: '/carts', body: {} },
    {
      method: 'POST',
      path: '/orders',
      body: orderRequest({ items: [{ sku: 'demo-1', quantity: 1 }], currency: 'USD', email: 'g@example.com' }),
    },
  ];
  const send = async (client: Client, { method, path, body }: Route) =>
    client.request(method, path, body === undefined ? {} : { body });

  it('accepts the token that the bad ones are made from', async () => {
    expect((await market.anonymous.with(await signed({})).get(`/orders/${order.id}`)).status).toBe(200);
  });

  it('refuses every guarded route without a token', async () => {
    for (const route of guarded()) {
      const reply = await send(market.anonymous, route);
      expect({ route: `${route.method} ${route.path}`, status: reply.status }).toMatchObject({ status: 401 });
      expectProblem(reply, 401, 'unauthenticated');
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/u);
    }
  });

  it('refuses bad tokens on every route, the public ones too', async () => {
    const before = await market.stored();
    for (const [what, token] of Object.entries(await badTokens())) {
      const client = market.anonymous.with(token);
      const replies = await Promise.all([...guarded(), ...open()].map(async (route) => send(client, route)));
      expect({ what, statuses: [...new Set(replies.map(({ status }) => status))] }).toEqual({ what, statuses: [401] });
      for (const reply of replies) expectProblem(reply, 401, 'unauthenticated');
    }
    const headers = { authorization: 'Basic YWxpY2U6c2VjcmV0' };
    expectProblem(await market.anonymous.get(`/orders/${order.id}`, headers), 401, 'unauthenticated');
    await expect(market.stored()).resolves.toEqual(before);
  });

  it('serves the public routes to anybody', async () => {
    for (const path of ['/health/live', '/health/ready', '/health/startup', '/metrics', '/docs-json']) {
      expect({ path, status: (await market.anonymous.get(path)).status }).toEqual({ path, status: 200 });
    }
    for (const route of open()) expect((await send(market.anonymous, route)).status).toBe(201);
  });

  it("tells nobody that another customer's cart or order exists", async () => {
    const before = await market.stored();
    const bob = await market.customer();
    const guestOfCart = market.anonymous.with(guestCart.token);
    const guestOfOrder = market.anonymous.with(guestOrder.accessToken);
    const foreignVendor = await market.vendor('vendor-2');
    const same = async (client: Client, routes: (id: string) => Route[], id: string) => {
      const [theirs, none] = [routes(id), routes(randomUUID())];
      for (const [index, route] of theirs.entries()) {
        const real = await send(client, route);
        const missing = await send(client, none[index] as Route);
        expectProblem(real, 404, 'not_found');
        const anonymised = (text: string) => text.replace(/"instance":"[^"]*"/u, '');
        expect(anonymised(real.text)).toBe(anonymised(missing.text));
        const varying = new Set(['date', 'x-request-id', 'content-length', 'etag']);
        const headersOf = ({ headers }: typeof real) => [...headers].filter(([name]) => !varying.has(name));
        expect(headersOf(real)).toEqual(headersOf(missing));
      }
    };
    await same(bob, cartRoutes, cart.id);
    await same(bob, cartRoutes, guestCart.id);
    await same(bob, orderRoutes, order.id);
    await same(bob, orderRoutes, guestOrder.id);
    await same(foreignVendor, orderRoutes, order.id);
    await same(guestOfCart, (id) => cartRoutes(id).slice(0, 5), cart.id);
    await same(guestOfOrder, orderRoutes, order.id);
    await same(guestOfCart, orderRoutes, order.id);
    await same(guestOfOrder, (id) => cartRoutes(id).slice(0, 5), guestCart.id);
    const orderOfCart = (cartId: string): Route[] => [
      { method: 'POST', path: '/orders', body: orderRequest({ cartId, email: 'x@example.com' }) },
    ];
    await same(bob, orderOfCart, cart.id);
    await same(market.anonymous, orderOfCart, cart.id);
    await same(market.anonymous, orderOfCart, guestCart.id);
    await same(guestOfOrder, orderOfCart, guestCart.id);

    const history = await bob.get(`/orders/user/${alice.userId}`);
    const noHistory = await bob.get(`/orders/user/${randomUUID()}`);
    expectProblem(history, 404, 'not_found');
    expect({ ...history.body, instance: '' }).toEqual({ ...noHistory.body, instance: '' });
    await expect(market.stored()).resolves.toEqual(before);
  });

  it('refuses what a role may not do', async () => {
    const vendor = await market.vendor('vendor-1');
    const support = await market.staff();
    const nobody = market.anonymous.with(await stack.token({ sub: 'nobody', roles: [] }));
    const unknownRole = market.anonymous.with(await stack.token({ sub: 'nobody', roles: ['root'] }));
    expectProblem(await alice.put(`/orders/${order.id}`, { status: 'shipped' }), 403, 'forbidden');
    expectProblem(await alice.get('/orders'), 403, 'forbidden');
    expectProblem(await vendor.get('/carts/mine'), 403, 'forbidden');
    expectProblem(await support.get('/carts/mine'), 403, 'forbidden');
    for (const route of guarded()) {
      for (const client of [nobody, unknownRole]) {
        const { status } = await send(client, route);
        expect({ route: `${route.method} ${route.path}`, status }).toMatchObject({ status: 403 });
      }
    }
    expect([403, 404]).toContain((await vendor.get(`/orders/user/${alice.userId}`)).status);
    const vendorWithoutId = market.anonymous.with(await stack.token({ sub: 'v', roles: ['vendor'] }));
    const list = await vendorWithoutId.get<{ items: unknown[] }>('/orders');
    expect(list.status === 200 ? list.body.items : []).toEqual([]);
    expectProblem(await vendorWithoutId.get(`/orders/${order.id}`), 404, 'not_found');
  });

  it("keeps a token of one kind from being one of the other, and roles from a guest's token", async () => {
    const cartToken = market.anonymous.with(guestCart.token);
    expectProblem(await cartToken.get(`/orders/${guestOrder.id}`), 404, 'not_found');
    expectProblem(await cartToken.get('/orders'), 403, 'forbidden');
    expectProblem(await cartToken.get(`/orders/user/${alice.userId}`), 403, 'forbidden');
    const orderToken = market.anonymous.with(guestOrder.accessToken);
    expectProblem(await orderToken.get(`/carts/${guestCart.id}`), 404, 'not_found');
    expectProblem(await orderToken.get('/carts/mine'), 403, 'forbidden');
  });

  it('writes no token and no e-mail to its log', async () => {
    const logs = stack.logs();
    for (const secret of [guestCart.token, guestOrder.accessToken, 'guest@example.com', 'Market Street']) {
      expect(logs).not.toContain(secret);
    }
  });

  it('sends the usual protective headers and does not name its framework', async () => {
    const { headers } = await market.anonymous.get('/health/live');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});
