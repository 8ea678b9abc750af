import { randomUUID } from 'node:crypto';
import {
  ADDRESS,
  createCart,
  expectProblem,
  Marketplace,
  orderRequest,
  placeOrder,
  sendRaw,
  usd,
  type Cart,
  type Client,
  type Order,
  type Problem,
} from '../support/client.js';
import { joinTestStack, type TestStack } from '../support/stack.js';

interface BodyRoute {
  name: string;
  method: 'POST' | 'PUT';
  path: string;
  /** A body that the route would take. */
  good: Record<string, unknown>;
}

describe('bad input', () => {
  let stack: TestStack;
  let market: Marketplace;
  let alice: Client;
  let support: Client;
  let cart: Cart;
  let order: Order;
  let routes: BodyRoute[];
  let before: Record<string, number>;

  beforeAll(async () => {
    stack = await joinTestStack();
    market = await Marketplace.open(stack);
    alice = await market.customer();
    support = await market.staff();
    order = await placeOrder(alice);
    cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
    const guestCart = await createCart(market.anonymous);
    const items = [{ sku: 'demo-1', quantity: 1 }];
    routes = [
      { name: 'create cart', method: 'POST', path: '/carts', good: { items } },
      { name: 'add item', method: 'POST', path: `/carts/${cart.id}/items`, good: { sku: 'demo-1', quantity: 1 } },
      { name: 'set quantity', method: 'PUT', path: `/carts/${cart.id}/items/demo-1`, good: { quantity: 2 } },
      {
        name: 'merge',
        method: 'POST',
        path: `/carts/${cart.id}/merge`,
        good: { fromCartId: guestCart.id, fromToken: guestCart.token },
      },
      { name: 'create order', method: 'POST', path: '/orders', good: orderRequest({ items, currency: 'USD' }) },
      { name: 'update order', method: 'PUT', path: `/orders/${order.id}`, good: { status: 'cancelled' } },
    ];
  }, 90_000);

  beforeEach(async () => {
    before = await market.stored();
  });

  // Whatever a test has sent: nothing may have been written.
  afterEach(async () => {
    await expect(market.stored()).resolves.toEqual(before);
  });

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  /** Sends a body and demands that it is refused with that status and code. */
  const refuse = async (
    route: BodyRoute,
    payload: { body?: unknown; rawBody?: string; headers?: Record<string, string> },
    status = 400,
    code: string | readonly string[] = 'validation_failed',
  ): Promise<Problem> => {
    const reply = await alice.request(route.method, route.path, payload);
    const sent = (payload.rawBody ?? JSON.stringify(payload.body) ?? '').slice(0, 200);
    const codes = typeof code === 'string' ? [code] : code;
    expect({ route: route.name, sent, status: reply.status, code: reply.body?.code }).toEqual({
      route: route.name,
      sent,
      status,
      code: codes.includes(reply.body?.code) ? reply.body.code : codes[0],
    });
    return expectProblem(reply, status, reply.body.code);
  };
  const route = (name: string) => routes.find((candidate) => candidate.name === name) as BodyRoute;

  describe('bodies', () => {
    it('that are not JSON', async () => {
      for (const each of routes) {
        for (const rawBody of ['{', '{"a":}', '{"items":[}', 'sku=demo-1', '{"a":1}}', "{'a':1}", '{"a":1,}']) {
          await refuse(each, { rawBody }, 400, 'malformed_json');
        }
      }
    });

    it('that are JSON but no object', async () => {
      for (const each of routes) {
        for (const rawBody of ['null', 'true', '1', '"text"', '[]', '[{}]']) {
          await refuse(each, { rawBody }, 400, ['malformed_json', 'validation_failed']);
        }
      }
    });

    it('that are missing or empty where something is required', async () => {
      for (const each of routes.filter(({ name }) => name !== 'create cart')) {
        await refuse(each, { body: {} });
        await refuse(each, {}, 400, ['validation_failed', 'malformed_json']);
      }
    });

    it('of another content type', async () => {
      for (const each of routes) {
        const rawBody = JSON.stringify(each.good);
        for (const type of [
          'text/plain',
          'application/x-www-form-urlencoded',
          'application/xml',
          'multipart/form-data',
        ]) {
          await refuse(each, { rawBody, headers: { 'content-type': type } }, 415, 'unsupported_media_type');
        }
        const latin = { 'content-type': 'application/json; charset=latin1' };
        await refuse(each, { rawBody, headers: latin }, 415, 'unsupported_media_type');
        const packed = { 'content-encoding': 'x-unknown' };
        await refuse(each, { rawBody, headers: packed }, 415, 'unsupported_media_type');
      }
    });

    it('of a megabyte', async () => {
      const rawBody = JSON.stringify({ padding: 'x'.repeat(1024 * 1024) });
      for (const each of routes) await refuse(each, { rawBody }, 413, 'body_too_large');
    });

    it('nested beyond reason', async () => {
      const rawBody = `${'{"items":['.repeat(10_000)}${']}'.repeat(10_000)}`;
      for (const each of routes) await refuse(each, { rawBody }, 400, ['validation_failed', 'malformed_json']);
    });

    it('with unknown fields, prototype keys among them', async () => {
      for (const each of routes) {
        await refuse(each, { body: { ...each.good, surprise: 1 } });
        await refuse(each, { body: { ...each.good, $where: 'sleep(1000)' } });
        for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
          const rawBody = `{"${key}":{"isAdmin":true},${JSON.stringify(each.good).slice(1)}`;
          await refuse(each, { rawBody }, 400, ['validation_failed', 'malformed_json']);
        }
      }
      const nested = [
        { items: [{ sku: 'demo-1', quantity: 1, price: 1 }] },
        { items: [{ sku: 'demo-1', quantity: 1 }], customerId: 'mallory' },
      ];
      for (const body of nested) await refuse(route('create cart'), { body });
      const inItem = '{"items":[{"sku":"demo-1","quantity":1,"__proto__":{"quantity":5}}]}';
      await refuse(route('create cart'), { rawBody: inItem }, 400, ['validation_failed', 'malformed_json']);
      const address = { ...ADDRESS, vip: true };
      await refuse(route('create order'), { body: { ...route('create order').good, shippingAddress: address } });
      const payments = [{ methodToken: 'tok_visa', cardNumber: '4111111111111111' }];
      await refuse(route('create order'), { body: { ...route('create order').good, payments } });
      const status = { ...route('update order').good, paymentStatus: 'captured' };
      await refuse(route('update order'), { body: status });
    });
  });

  describe('fields', () => {
    it('of quantities', async () => {
      const wrong = [-1, 1.5, '1', ' 1', '', null, true, [], [1], {}, { $gt: 0 }, 1_000, 1e9, 1e308, 2 ** 53];
      for (const quantity of [0, ...wrong]) {
        await refuse(route('add item'), { body: { sku: 'demo-1', quantity } });
        const items = [{ sku: 'demo-1', quantity }];
        await refuse(route('create cart'), { body: { items } });
        await refuse(route('create order'), { body: { ...route('create order').good, items } });
      }
      for (const quantity of wrong) await refuse(route('set quantity'), { body: { quantity } });
      for (const number of ['1e999', '-1e999']) {
        await refuse(route('set quantity'), { rawBody: `{"quantity":${number}}` });
      }
      await refuse(route('set quantity'), { rawBody: '{"quantity":NaN}' }, 400, 'malformed_json');
    });

    it('of products', async () => {
      const skus = [
        '',
        ' ',
        null,
        1,
        {},
        [],
        { $ne: '' },
        'a b',
        'x'.repeat(200),
        'a\u0000b',
        'a\nb',
        '../x',
        '<script>',
      ];
      for (const sku of skus) {
        await refuse(route('add item'), { body: { sku, quantity: 1 } });
        await refuse(route('create cart'), { body: { items: [{ sku, quantity: 1 }] } });
      }
      await refuse(route('add item'), { body: { quantity: 1 } });
      await refuse(route('add item'), { body: { sku: 'demo-1' } });
    });

    it('of lists', async () => {
      for (const items of [
        null,
        {},
        'demo-1',
        1,
        [null],
        [[]],
        ['demo-1'],
        [1],
        { 0: { sku: 'demo-1', quantity: 1 } },
      ]) {
        await refuse(route('create cart'), { body: { items } });
        await refuse(route('create order'), { body: { ...route('create order').good, items } });
      }
      const tooMany = Array.from({ length: 101 }, (_, index) => ({ sku: `demo-${(index % 60) + 1}`, quantity: 1 }));
      await refuse(route('create cart'), { body: { items: tooMany } });
      await refuse(route('create order'), { body: { ...route('create order').good, items: tooMany } });
      await refuse(route('create order'), { body: { ...route('create order').good, items: [] } });
      for (const payments of [null, [], {}, 'tok_visa', [null], ['tok_visa'], [{}], [[]]]) {
        await refuse(route('create order'), { body: { ...route('create order').good, payments } });
      }
    });

    it('of money', async () => {
      const good = route('create order').good;
      const amounts = [-1, 1.5, '698', null, 2 ** 60, true, [], {}];
      for (const amount of amounts) {
        await refuse(route('create order'), {
          body: { ...good, payments: [{ methodToken: 'tok_visa', amount: { amount, currency: 'USD' } }] },
        });
        await refuse(route('create order'), { body: { ...good, expectedTotal: { amount, currency: 'USD' } } });
      }
      for (const money of [null, 698, '698', [], { amount: 698 }, { currency: 'USD' }, { ...usd(698), minor: true }]) {
        await refuse(route('create order'), {
          body: { ...good, payments: [{ methodToken: 'tok_visa', amount: money }] },
        });
        await refuse(route('create order'), { body: { ...good, expectedTotal: money } });
      }
      for (const currency of ['usd', 'US', 'DOLLAR', '', null, 840, {}, { $ne: 'x' }]) {
        await refuse(route('create cart'), { body: { currency } });
        await refuse(route('create order'), { body: { ...good, currency } });
      }
    });

    it('of orders', async () => {
      const good = route('create order').good;
      const wrong: Record<string, unknown>[] = [
        { shippingAddress: undefined },
        { shippingAddress: null },
        { shippingAddress: 'here' },
        { shippingAddress: [ADDRESS] },
        { shippingAddress: { ...ADDRESS, name: '' } },
        { shippingAddress: { ...ADDRESS, name: 'a\u0000b' } },
        { shippingAddress: { ...ADDRESS, line1: { $gt: '' } } },
        { shippingAddress: { ...ADDRESS, city: undefined } },
        { shippingAddress: { ...ADDRESS, country: 'USA' } },
        { shippingAddress: { ...ADDRESS, line2: null } },
        { shippingAddress: { ...ADDRESS, name: 'x'.repeat(10_000) } },
        { billingAddress: null },
        { billingAddress: {} },
        { email: 'nobody' },
        { email: { $ne: '' } },
        { email: null },
        { email: 'a@example.com\u0000' },
        { payments: undefined },
        { payments: [{ methodToken: { $ne: '' } }] },
        { payments: [{ methodToken: 'tok_\u0007visa' }] },
        { clientReference: { $exists: true } },
        { clientReference: '' },
        { clientReference: null },
        { couponCodes: 'WELCOME10' },
        { couponCodes: [{ $ne: '' }] },
        { couponCodes: null },
        { items: undefined },
        { items: undefined, currency: undefined, cartId: null },
        { items: undefined, currency: undefined, cartId: 'not-an-id' },
        { items: undefined, currency: undefined, cartId: { $ne: '' } },
        { items: undefined, currency: undefined, cartId: [cart.id] },
        { cartId: cart.id },
      ];
      for (const fields of wrong) await refuse(route('create order'), { body: { ...good, ...fields } });
      const guest = { ...good, email: null };
      expectProblem(await market.anonymous.post('/orders', guest), 400, 'validation_failed');
    });

    it('of moves', async () => {
      const wrong: Record<string, unknown>[] = [
        { status: undefined },
        { status: null },
        { status: '' },
        { status: 'SHIPPED' },
        { status: 'pending' },
        { status: 'confirmed' },
        { status: 'constructor' },
        { status: ['cancelled'] },
        { status: { $ne: 'cancelled' } },
        { vendorId: null },
        { vendorId: { $ne: '' } },
        { vendorId: 'vendor-6' },
        { reason: 1 },
        { reason: null },
        { reason: 'a\u0001b' },
        { reason: 'x'.repeat(5_000) },
        { shipment: null },
        { shipment: 'DHL' },
        { shipment: [] },
        { shipment: { carrier: 'DHL' } },
        { shipment: { carrier: 'DHL', trackingNumber: '1', trackingUrl: 'javascript:alert(1)' } },
        { shipment: { carrier: 'DHL', trackingNumber: { $gt: '' } } },
      ];
      for (const fields of wrong) await refuse(route('update order'), { body: { status: 'cancelled', ...fields } });
      for (const shipment of [null, {}, { carrier: 'DHL' }, { carrier: 'DHL', trackingNumber: '1', weight: 3 }]) {
        const reply = await support.put(`/orders/${order.id}`, { status: 'shipped', shipment });
        expectProblem(reply, 400, 'validation_failed');
      }
    });

    it('of merges', async () => {
      const { good } = route('merge');
      const wrong: Record<string, unknown>[] = [
        { fromCartId: undefined },
        { fromCartId: 'x' },
        { fromCartId: { $ne: '' } },
        { fromToken: undefined },
        { fromToken: 'x' },
        { fromToken: null },
        { fromToken: { $ne: '' } },
      ];
      for (const fields of wrong) await refuse(route('merge'), { body: { ...good, ...fields } });
    });

    it('and name each fault with a pointer', async () => {
      const body = { ...route('create order').good, items: [{ sku: 'demo-1', quantity: 0 }], email: 'nobody' };
      const problem = await refuse(route('create order'), { body });
      const pointers = problem.errors?.map(({ pointer }) => pointer);
      expect(pointers).toEqual(expect.arrayContaining(['/items/0/quantity', '/email']));
      for (const fault of problem.errors ?? []) expect(fault.detail).toEqual(expect.any(String));
    });
  });

  describe('headers', () => {
    it('If-Match that is no version, and Idempotency-Key beyond its bounds', async () => {
      const body = { sku: 'demo-1', quantity: 1 };
      for (const tag of ['three', '"three"', '3x']) {
        await refuse(route('add item'), { body, headers: { 'if-match': tag } });
      }
      await refuse(route('add item'), { body, headers: { 'idempotency-key': 'x'.repeat(300) } });
      await refuse(route('add item'), { body, headers: { 'idempotency-key': 'a b' } });
    });

    it('larger than any server takes', async () => {
      const headers = { 'x-padding': 'x'.repeat(20_000) };
      const reply = await sendRaw(stack.baseUrl, { method: 'GET', path: '/carts/mine', headers });
      expect(reply.status).toBe(431);
      expect((await market.anonymous.get('/health/live')).status).toBe(200);
    });
  });

  describe('paths and queries', () => {
    it('ids of no known form', async () => {
      for (const id of [
        '1',
        'not-an-id',
        `${randomUUID()}x`,
        '%7B%22$ne%22:1%7D',
        '__proto__',
        'constructor',
        '%00',
        '..%2f..',
      ]) {
        expectProblem(await alice.get(`/carts/${id}`), 400, 'validation_failed');
        expectProblem(await alice.get(`/orders/${id}`), 400, 'validation_failed');
        expectProblem(await alice.get(`/orders/${id}/timeline`), 400, 'validation_failed');
        expectProblem(await alice.put(`/orders/${id}`, { status: 'cancelled' }), 400, 'validation_failed');
        expectProblem(await alice.delete(`/carts/${id}`), 400, 'validation_failed');
      }
      expectProblem(await alice.put(`/carts/${cart.id}/items/a%20b`, { quantity: 1 }), 400, 'validation_failed');
      expectProblem(await alice.get('/orders/user/%7B%7D'), 400, 'validation_failed');
    });

    it('structured and unknown query parameters, on every route', async () => {
      const history = `/orders/user/${alice.userId}`;
      const queries = [
        'status[$ne]=',
        'status[]=x',
        'limit[$gt]=1',
        'from[$gt]=2026-01-01',
        '$where=1',
        'surprise=1',
        '__proto__=1',
        'constructor=1',
        '__proto__[x]=1',
        'status=confirmed&status[$ne]=x',
      ];
      for (const query of queries) {
        expectProblem(await alice.get(`${history}?${query}`), 400, 'validation_failed');
        expectProblem(await support.get(`/orders?${query}`), 400, 'validation_failed');
      }
      for (const query of [
        'customerId[$ne]=x',
        'email[$regex]=.*',
        'number[$gt]=',
        'vendorId[]=a',
        'email=x',
        'paymentStatus=paid',
      ]) {
        expectProblem(await support.get(`/orders?${query}`), 400, 'validation_failed');
      }
      for (const path of [`/carts/${cart.id}`, '/carts/mine', `/orders/${order.id}`, `/orders/${order.id}/timeline`]) {
        expectProblem(await alice.get(`${path}?fields[$ne]=x`), 400, 'validation_failed');
        expectProblem(await alice.get(`${path}?surprise=1`), 400, 'validation_failed');
      }
      for (const each of routes) {
        await refuse({ ...each, path: `${each.path}?surprise=1` }, { body: each.good });
      }
    });

    it('routes and methods that are not there', async () => {
      for (const path of [
        '/',
        '/nothing',
        '/orders/user',
        '/carts/mine/items',
        '/admin',
        '/.env',
        '/%2e%2e/etc/passwd',
      ]) {
        const reply = await alice.request('PATCH', path, { body: {} });
        expect([404, 405]).toContain(reply.status);
        expectProblem(reply, reply.status, reply.status === 404 ? 'not_found' : 'method_not_allowed');
      }
      expectProblem(await alice.get('/nothing'), 404, 'not_found');
      expectProblem(await market.anonymous.get('/nothing/at/all'), 404, 'not_found');
    });

    it('addresses that cannot be decoded', async () => {
      const authorization = `Bearer ${await stack.token({ sub: alice.userId, roles: ['customer'] })}`;
      for (const path of ['/orders/%E0%A4%A', '/carts/%', '/carts/%ff%fe', `/carts/${cart.id}/items/%E0%A4%A`]) {
        const reply = await sendRaw(stack.baseUrl, { method: 'GET', path, headers: { authorization } });
        expect([400, 404]).toContain(reply.status);
        expectProblem(reply, reply.status, reply.status === 404 ? 'not_found' : 'validation_failed');
      }
      const query = await sendRaw(stack.baseUrl, {
        method: 'GET',
        path: '/orders?status=%E0%A4%A',
        headers: { authorization },
      });
      expect([400, 403]).toContain(query.status);
    });
  });
});
