import { randomUUID } from 'node:crypto';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { CartEvent } from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import {
  Client,
  createCart,
  expectProblem,
  Marketplace,
  orderRequest,
  orderWhen,
  placeOrder,
  product,
  usd,
  type Cart as PlainCart,
  type Money,
} from '../support/client.js';
import { startTestStack, type Replica, type TestStack } from '../support/stack.js';

type Line = PlainCart['items'][number] & {
  shipping: Money;
  discount: Money;
  tax: Money;
  discountFundedBy?: string;
  isAvailable: boolean;
};

interface Change {
  sku: string;
  kind: string;
  before: Money | number;
  after: Money | number;
}

type Cart = Omit<PlainCart, 'items'> & {
  items: Line[];
  changes?: Change[];
  vendors: (PlainCart['vendors'][number] & { discountFunding?: { vendor: Money; marketplace: Money } })[];
};

let stack: TestStack;
let market: Marketplace;
let nats: NatsConnection;

beforeAll(async () => {
  // Every read is priced anew, and what waits is looked for often.
  stack = await startTestStack({ env: { QUOTE_MAX_AGE_MS: '0', CART_SWEEP_INTERVAL_MS: '100' } });
  market = await Marketplace.open(stack);
  nats = await connect({ servers: stack.natsUrl, maxReconnectAttempts: -1, reconnectTimeWait: 250 });
}, 90_000);

afterAll(async () => {
  await nats?.close();
  await market?.close();
  await stack?.stop();
});

const make = async (client: Client, items: { sku: string; quantity: number }[], couponCodes: string[] = []) => {
  const reply = await client.post<Cart>('/carts', { items, couponCodes });
  expect({ status: reply.status, body: reply.body }).toMatchObject({ status: 201 });
  return reply.body;
};
const read = async (client: Client, id: string) => (await client.get<Cart>(`/carts/${id}`)).body;
const quantities = (cart: Cart | PlainCart) =>
  Object.fromEntries(cart.items.map(({ sku, quantity }) => [sku, quantity]));
const lineOf = (cart: Cart, sku: string) => cart.items.find((line) => line.sku === sku);

/** A sku that no other test knows. */
let skus = 0;
const newSku = (): string => `depth-${(skus += 1)}`;

const stream: { subject: string; messageId: string; event: CartEvent }[] = [];

/** Every event of a cart that the stream holds, in the stream's order. */
async function eventsOf(cartId: string): Promise<CartEvent[]> {
  const { streams } = await jetstreamManager(nats);
  const { state } = await streams.info('CARTS');
  while (stream.length < state.last_seq) {
    const message = await streams.getMessage('CARTS', { seq: stream.length + 1 });
    if (!message) throw new Error('the stream has lost a message');
    const messageId = message.header.get('Nats-Msg-Id');
    stream.push({ subject: message.subject, messageId, event: message.json<CartEvent>() });
  }
  const own = stream.filter(({ event }) => event.subject === cartId);
  for (const { subject, messageId, event } of own) {
    expect({ subject, messageId }).toEqual({
      subject: `evt.carts.${cartId}.${event.type.split('.')[2]}`,
      messageId: event.id,
    });
  }
  return own.map(({ event }) => event);
}

async function eventsWhen(cartId: string, count: number): Promise<CartEvent[]> {
  return waitUntil(
    `${count} events of the cart are published`,
    async () => {
      const events = await eventsOf(cartId);
      return events.length >= count && events;
    },
    { deadlineMs: 15_000 },
  );
}

describe('what has changed since', () => {
  it('is shown to readers until the owner changes the cart', async () => {
    const [sku, other] = [newSku(), newSku()];
    await market.loadProducts(product(sku, 'vendor-1', 1_000), product(other, 'vendor-2', 100));
    const alice = await market.customer();
    const cart = await make(alice, [
      { sku, quantity: 2 },
      { sku: other, quantity: 1 },
    ]);
    expect(cart).not.toHaveProperty('changes');
    expect(await read(alice, cart.id)).not.toHaveProperty('changes');

    await market.loadProducts({ ...product(sku, 'vendor-1', 1_200), shipping: { flatMinor: 599 } });
    const expected = [
      { sku, kind: 'price', before: usd(1_000), after: usd(1_200) },
      { sku, kind: 'shipping', before: usd(499), after: usd(599) },
    ];
    const repriced = await read(alice, cart.id);
    expect(repriced.changes).toEqual(expected);
    expect(repriced.version).toBeGreaterThan(cart.version);
    expect(repriced.totals.grandTotal).toEqual(usd(2_400 + 599 + 100 + 499));
    const again = await read(alice, cart.id);
    expect(again).toMatchObject({ changes: expected, version: repriced.version });
    expect((await read(await market.staff(), cart.id)).changes).toEqual(expected);

    await market.loadProducts({ ...product(sku, 'vendor-1', 1_300), shipping: { flatMinor: 499 } });
    const third = await read(alice, cart.id);
    expect(third.changes).toEqual([{ sku, kind: 'price', before: usd(1_000), after: usd(1_300) }]);

    const changed = await alice.put<Cart>(`/carts/${cart.id}/items/${sku}`, { quantity: 3 });
    expect(changed.status).toBe(200);
    expect(changed.body).not.toHaveProperty('changes');
    expect(await read(alice, cart.id)).not.toHaveProperty('changes');
  });

  it("comes with the answer to the owner's change, but not what follows from that change", async () => {
    const [sku, second] = [newSku(), newSku()];
    await market.loadProducts(product(sku, 'vendor-3', 1_000), product(second, 'vendor-3', 500));
    const alice = await market.customer();
    const cart = await make(alice, [{ sku, quantity: 1 }]);
    const calm = await alice.post<Cart>(`/carts/${cart.id}/items`, { sku: second, quantity: 1 });
    expect(lineOf(calm.body, sku)?.shipping).not.toEqual(usd(499));
    expect(calm.body).not.toHaveProperty('changes');
    await market.loadProducts(product(sku, 'vendor-3', 900));
    const changed = await alice.post<Cart>(`/carts/${cart.id}/items`, { sku: second, quantity: 1 });
    expect(changed.body.changes).toEqual([{ sku, kind: 'price', before: usd(1_000), after: usd(900) }]);
    const removed = await alice.delete<Cart>(`/carts/${cart.id}/items/${sku}`);
    expect(removed.body).not.toHaveProperty('changes');
  });

  it('is not lost on the owner when it came up while the staff were reading', async () => {
    const sku = newSku();
    await market.loadProducts(product(sku, 'vendor-4', 1_000));
    const alice = await market.customer();
    const cart = await make(alice, [{ sku, quantity: 1 }]);
    await market.loadProducts(product(sku, 'vendor-4', 1_100));
    const expected = [{ sku, kind: 'price', before: usd(1_000), after: usd(1_100) }];
    expect((await read(await market.staff(), cart.id)).changes).toEqual(expected);
    const first = await alice.post<Cart>(`/carts/${cart.id}/items`, { sku: 'demo-1', quantity: 1 });
    expect(first.body.changes).toEqual(expected);
    const second = await alice.post<Cart>(`/carts/${cart.id}/items`, { sku: 'demo-1', quantity: 1 });
    expect(second.body).not.toHaveProperty('changes');
  });

  it('tells of units that can no longer be had', async () => {
    const sku = newSku();
    await market.loadProducts(product(sku, 'vendor-5', 700, 3));
    const alice = await market.customer();
    const cart = await make(alice, [{ sku, quantity: 2 }]);
    expect(lineOf(cart, sku)).toMatchObject({ available: 3, isAvailable: true });
    await placeOrder(await market.customer(), { items: [{ sku, quantity: 2 }] });
    const short = await read(alice, cart.id);
    expect(lineOf(short, sku)).toMatchObject({ quantity: 2, available: 1, isAvailable: false });
    expect(short.changes).toEqual([{ sku, kind: 'availability', before: 3, after: 1 }]);
    const fewer = await alice.put<Cart>(`/carts/${cart.id}/items/${sku}`, { quantity: 1 });
    expect(lineOf(fewer.body, sku)).toMatchObject({ available: 1, isAvailable: true });
    expect(fewer.body).not.toHaveProperty('changes');
  });

  it('keeps a line whose product is sold no longer, with nothing available, and the rest of the cart usable', async () => {
    const alice = await market.customer();
    const cart = await make(alice, [
      { sku: 'demo-1', quantity: 1 },
      { sku: 'demo-2', quantity: 1 },
    ]);
    // The simulator's catalog withdraws nothing: here the cart comes to hold what it has never sold.
    await market.collection('carts').updateOne({ _id: cart.id }, { $set: { 'lines.0.sku': 'withdrawn-1' } });
    const seen = await read(alice, cart.id);
    expect(seen.items).toMatchObject([
      { sku: 'withdrawn-1', unitPrice: usd(199), available: 0, isAvailable: false },
      { sku: 'demo-2', isAvailable: true },
    ]);
    expect(seen.changes).toEqual(
      expect.arrayContaining([
        { sku: 'withdrawn-1', kind: 'availability', before: expect.any(Number) as number, after: 0 },
      ]),
    );
    const changed = await alice.put<Cart>(`/carts/${cart.id}/items/demo-2`, { quantity: 5 });
    expect(quantities(changed.body)).toEqual({ 'withdrawn-1': 1, 'demo-2': 5 });
    const more = await alice.post(`/carts/${cart.id}/items`, { sku: 'withdrawn-1', quantity: 1 });
    expectProblem(more, 422, 'unknown_sku');
    expectProblem(await alice.post('/orders', orderRequest({ cartId: cart.id })), 422, 'unknown_sku');
    const without = await alice.delete<Cart>(`/carts/${cart.id}/items/withdrawn-1`);
    expect(quantities(without.body)).toEqual({ 'demo-2': 5 });
  });
});

describe('PUT /carts/{cartId}/coupons', () => {
  it('replaces the codes; lines and vendors show the discount and who bears it', async () => {
    const alice = await market.customer();
    const cart = await make(alice, [
      { sku: 'demo-1', quantity: 1 },
      { sku: 'demo-7', quantity: 2 },
      { sku: 'demo-2', quantity: 1 },
    ]);
    for (const line of cart.items) {
      expect(line).toMatchObject({ discount: usd(0), tax: usd(0) });
      expect(line).not.toHaveProperty('discountFundedBy');
    }
    const shipping = cart.items.filter(({ vendorId }) => vendorId === 'vendor-1').map((line) => line.shipping.amount);
    expect(shipping.reduce((total, amount) => total + amount, 0)).toBe(499);

    const path = `/carts/${cart.id}/coupons`;
    const first = await alice.put<Cart>(path, { couponCodes: ['WELCOME10', 'WELCOME10', 'NOTHING'] });
    expect(first).toMatchObject({ status: 200, body: { couponCodes: ['WELCOME10', 'NOTHING'] } });
    expect(first.body.items.every((line) => line.discountFundedBy === 'marketplace')).toBe(true);
    expect(first.body.totals.discount).toEqual(usd(210));
    expect(first.body.items.reduce((total, line) => total + line.discount.amount, 0)).toBe(210);
    expect(first.body).not.toHaveProperty('changes');

    const both = await alice.put<Cart>(path, { couponCodes: ['VENDOR1-5OFF', 'WELCOME10'] });
    const [one, two] = both.body.vendors;
    expect(one).toMatchObject({ discount: usd(500), discountFunding: { vendor: usd(500), marketplace: usd(0) } });
    expect(two).toMatchObject({ discount: usd(30), discountFunding: { vendor: usd(0), marketplace: usd(30) } });
    expect(lineOf(both.body, 'demo-7')).toMatchObject({ discountFundedBy: 'vendor' });

    const none = await alice.put<Cart>(path, { couponCodes: [] });
    expect(none.body).toMatchObject({ couponCodes: [], totals: { discount: usd(0) } });
    for (const vendor of none.body.vendors) expect(vendor).not.toHaveProperty('discountFunding');
    const unknown = await alice.put<Cart>(path, { couponCodes: ['NOTHING'] });
    expect(unknown).toMatchObject({ status: 200, body: { couponCodes: ['NOTHING'], totals: { discount: usd(0) } } });
  });

  it('keeps to its limits, its version and its owner', async () => {
    const alice = await market.customer();
    const cart = await make(alice, [{ sku: 'demo-1', quantity: 1 }]);
    const path = `/carts/${cart.id}/coupons`;
    const codes = Array.from({ length: 11 }, (_, index) => `CODE-${index}`);
    for (const body of [
      { couponCodes: codes },
      {},
      { couponCodes: 'A' },
      { couponCodes: [''] },
      { couponCodes: [1] },
    ]) {
      expectProblem(await alice.put(path, body), 400, 'validation_failed');
    }
    const stale = await alice.put(path, { couponCodes: [] }, { 'if-match': `"${cart.version + 3}"` });
    expectProblem(stale, 412, 'version_conflict');
    const bob = await market.customer();
    expectProblem(await bob.put(path, { couponCodes: [] }), 404, 'not_found');
    expect((await alice.put(path, { couponCodes: codes.slice(0, 10) })).status).toBe(200);
    expectProblem(await alice.post('/carts', { couponCodes: ['CODE-10'] }), 400, 'validation_failed');
    expect((await alice.post('/carts', { couponCodes: ['CODE-9'] })).status).toBe(200);
    const guestCart = await make(market.anonymous, [{ sku: 'demo-1', quantity: 1 }]);
    const guest = market.anonymous.with(guestCart.token);
    const discounted = await guest.put<Cart>(`/carts/${guestCart.id}/coupons`, { couponCodes: ['WELCOME10'] });
    expect(discounted.body.totals.discount).toEqual(usd(20));
  });
});

describe('the events of carts', () => {
  it('tell of an order, and of the next one after a declined payment, in their order', async () => {
    const alice = await market.customer();
    const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 2 }]);
    const declined = await alice.post(
      '/orders',
      orderRequest({ cartId: cart.id, payments: [{ methodToken: 'tok_declined' }] }),
    );
    expect(expectProblem(declined, 402, 'payment_declined')['orderId']).toEqual(expect.any(String));
    const order = await placeOrder(alice, { items: undefined, currency: undefined, cartId: cart.id });
    const events = await eventsWhen(cart.id, 2);
    expect(events.map(({ data }) => data.orderId)).toEqual([declined.body['orderId'], order.id]);
    const [first, second] = events as [CartEvent, CartEvent];
    expect(second).toEqual({
      specversion: '1.0',
      id: `${cart.id}:${second.sequence}`,
      source: expect.any(String) as string,
      type: 'marketplace.cart.ordered.v1',
      subject: cart.id,
      time: expect.any(String) as string,
      datacontenttype: 'application/json',
      sequence: second.sequence,
      data: {
        cartId: cart.id,
        customerId: alice.userId,
        vendorIds: ['vendor-1'],
        total: usd(2 * 199 + 499),
        orderId: order.id,
      },
    });
    expect(second.sequence).toBeGreaterThan(first.sequence);
    // Once they are out nothing waits with the cart, and its version has not moved.
    const stored = await waitUntil('the outbox is empty', async () => {
      const found = await market.collection('carts').findOne({ _id: cart.id });
      return found && !('outbox' in found) && !('outboxAt' in found) ? found : undefined;
    });
    expect(stored.version).toBe(second.sequence);
    await expect(eventsOf(cart.id)).resolves.toHaveLength(2);
  });

  it('tell of a cart that was removed, and of a guest without a name', async () => {
    const guestCart = await make(market.anonymous, [{ sku: 'demo-2', quantity: 1 }]);
    const guest = market.anonymous.with(guestCart.token);
    expect((await guest.delete(`/carts/${guestCart.id}`)).status).toBe(204);
    const [event] = await eventsWhen(guestCart.id, 1);
    expect(event).toMatchObject({
      type: 'marketplace.cart.abandoned.v1',
      data: { reason: 'removed', vendorIds: ['vendor-2'], total: usd(299 + 499) },
    });
    expect(event?.data).not.toHaveProperty('customerId');
  });

  it('are published by another replica when the one that wrote them dies', async () => {
    const replica = await stack.startReplica({ CART_SWEEP_INTERVAL_MS: '600000' });
    const alice = await market.customer();
    const there = new Client(replica.baseUrl, await stack.token({ sub: alice.userId, roles: ['customer'] }));
    const carts = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const cart = await make(new Client(replica.baseUrl), [{ sku: 'demo-1', quantity: 1 }]);
        await there.with(cart.token).delete(`/carts/${cart.id}`);
        return cart;
      }),
    );
    await replica.process.kill();
    for (const { id } of carts) expect(await eventsWhen(id, 1)).toHaveLength(1);
  });
});

describe('the background jobs', () => {
  it.each<[string, object, Record<string, 1 | -1>]>([
    ['active_expiry', { status: 'active', expiresAt: { $lte: new Date() } }, { expiresAt: 1 }],
    ['waiting_events', { outboxAt: { $exists: true } }, { outboxAt: 1 }],
  ])('look for their work in the index %s alone', async (index, filter, order) => {
    const plan = await market.collection('carts').find(filter).sort(order).limit(200).explain('queryPlanner');
    const { winningPlan } = (plan as { queryPlanner: { winningPlan: object } }).queryPlanner;
    expect(JSON.stringify(winningPlan)).toContain(`"indexName":"${index}"`);
    expect(JSON.stringify(winningPlan)).not.toMatch(/COLLSCAN|"stage":"SORT"/u);
  });

  it('publish what has happened while NATS was away, once it is back', async () => {
    const guestCart = await make(market.anonymous, [{ sku: 'demo-1', quantity: 1 }]);
    await expect(eventsOf(guestCart.id)).resolves.toEqual([]);
    await stack.nats?.kill();
    try {
      expect((await market.anonymous.with(guestCart.token).delete(`/carts/${guestCart.id}`)).status).toBe(204);
    } finally {
      await stack.nats?.restart();
    }
    const events = await eventsWhen(guestCart.id, 1);
    expect(events).toMatchObject([{ type: 'marketplace.cart.abandoned.v1', data: { reason: 'removed' } }]);
    await waitUntil('the catalog answers again', async () => {
      const { status } = await market.anonymous.post('/carts', { items: [{ sku: 'demo-1', quantity: 1 }] });
      return status === 201;
    });
  });
});

describe('expiry', () => {
  let shortLived: Replica;

  beforeAll(async () => {
    shortLived = await stack.startReplica({ CART_LIFETIME_DAYS: '0.00002', CART_SWEEP_INTERVAL_MS: '100' });
  });

  afterAll(async () => {
    await shortLived?.process.stop();
  });

  it('ends a cart exactly once, however many replicas look for it', async () => {
    const carts = await Promise.all(
      Array.from({ length: 12 }, async () => make(new Client(shortLived.baseUrl), [{ sku: 'demo-1', quantity: 1 }])),
    );
    for (const cart of carts) {
      const [event] = await eventsWhen(cart.id, 1);
      expect(event).toMatchObject({ type: 'marketplace.cart.abandoned.v1', data: { reason: 'expired' } });
      const guest = market.anonymous.with(cart.token);
      await expect(read(guest, cart.id)).resolves.toMatchObject({
        status: 'abandoned',
        version: cart.version + 1,
        items: [{ sku: 'demo-1' }],
      });
      expectProblem(
        await guest.post(`/carts/${cart.id}/items`, { sku: 'demo-1', quantity: 1 }),
        409,
        'cart_not_active',
      );
      await expect(eventsOf(cart.id)).resolves.toHaveLength(1);
    }
  });

  it('makes room for the next cart at once', async () => {
    const alice = await market.customer();
    const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
    await market.collection('carts').updateOne({ _id: cart.id }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    expectProblem(await alice.get('/carts/mine'), 404, 'not_found');
    const next = await createCart(alice, [{ sku: 'demo-2', quantity: 1 }]);
    expect(next.id).not.toBe(cart.id);
    expect(await eventsWhen(cart.id, 1)).toHaveLength(1);
  });

  it('starts anew with every change', async () => {
    const alice = await market.customer();
    const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
    const soon = new Date(Date.now() + 60_000);
    await market.collection('carts').updateOne({ _id: cart.id }, { $set: { expiresAt: soon } });
    const changed = await alice.post<Cart>(`/carts/${cart.id}/items`, { sku: 'demo-1', quantity: 1 });
    expect(Date.parse(changed.body.expiresAt)).toBeGreaterThan(soon.getTime());
  });
});

describe('merging', () => {
  beforeAll(async () => {
    const lines = Array.from({ length: 101 }, (_, index) => product(`line-${index + 1}`, 'vendor-1', 100));
    const vendors = Array.from({ length: 21 }, (_, index) => product(`by-${index + 1}`, `maker-${index + 1}`, 100));
    await market.loadProducts(...lines, ...vendors);
  });

  const numbered = (prefix: string, from: number, to: number, quantity = 1) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({ sku: `${prefix}-${from + index}`, quantity }));
  const codes = (from: number, to: number) => numbered('CODE', from, to).map(({ sku }) => sku);

  it('unites the coupons and the vendors, and is told of', async () => {
    const alice = await market.customer();
    const own = await make(alice, [{ sku: 'demo-1', quantity: 5 }], ['VENDOR1-5OFF']);
    const guestCart = await make(market.anonymous, [{ sku: 'demo-2', quantity: 2 }], ['WELCOME10', 'VENDOR1-5OFF']);
    const source = { fromCartId: guestCart.id, fromToken: guestCart.token };
    const { body: merged } = await alice.post<Cart>(`/carts/${own.id}/merge`, source);
    expect(merged.couponCodes).toEqual(['VENDOR1-5OFF', 'WELCOME10']);
    expect(merged.vendors).toMatchObject([
      { vendorId: 'vendor-1', items: usd(995), discount: usd(500), total: usd(995 + 499 - 500) },
      { vendorId: 'vendor-2', items: usd(598), discount: usd(60), total: usd(598 + 499 - 60) },
    ]);
    const [event] = await eventsWhen(guestCart.id, 1);
    expect(event).toMatchObject({ type: 'marketplace.cart.merged.v1', data: { mergedInto: own.id } });
    await expect(eventsOf(own.id)).resolves.toEqual([]);
  });

  it.each([
    ['lines', numbered('line', 1, 60), numbered('line', 61, 101), [], []],
    ['units', numbered('line', 1, 1, 998), numbered('line', 1, 1, 2), [], []],
    ['vendors', numbered('by', 1, 12), numbered('by', 13, 21), [], []],
    ['coupon codes', numbered('line', 1, 1), numbered('line', 2, 2), codes(1, 6), codes(7, 11)],
  ])('beyond the limit of %s is refused, and changes neither cart', async (_, mine, theirs, myCodes, theirCodes) => {
    const alice = await market.customer();
    const own = await make(alice, mine, myCodes);
    const guestCart = await make(market.anonymous, theirs, theirCodes);
    const source = { fromCartId: guestCart.id, fromToken: guestCart.token };
    expectProblem(await alice.post(`/carts/${own.id}/merge`, source), 400, 'validation_failed');
    const guest = market.anonymous.with(guestCart.token);
    await expect(read(guest, guestCart.id)).resolves.toMatchObject({ status: 'active', version: guestCart.version });
    await expect(read(alice, own.id)).resolves.toMatchObject({ status: 'active', version: own.version });
    expect((await alice.delete(`/carts/${own.id}`)).status).toBe(204);
    const next = await make(alice, []);
    const merged = await alice.post<Cart>(`/carts/${next.id}/merge`, source);
    expect(quantities(merged.body)).toEqual(quantities(guestCart));
  });

  it('brings the cart of a failed order into the one that was started meanwhile', async () => {
    const alice = await market.customer();
    const first = await make(alice, [{ sku: 'demo-1', quantity: 2 }], ['WELCOME10']);
    const body = orderRequest({ cartId: first.id, payments: [{ methodToken: 'tok_async_declined' }] });
    const pending = await alice.post<{ id: string }>('/orders', body, { prefer: 'respond-async' });
    expect(pending.status).toBe(201);
    const second = await make(alice, [
      { sku: 'demo-1', quantity: 1 },
      { sku: 'demo-2', quantity: 1 },
    ]);
    await orderWhen(alice, pending.body.id, 'failed', ({ status }) => status === 'payment_failed');
    const joined = await waitUntil('the carts are joined', async () => {
      const cart = await read(alice, second.id);
      return quantities(cart)['demo-1'] === 3 && cart;
    });
    expect(joined).toMatchObject({ couponCodes: ['WELCOME10'] });
    expect(quantities(joined)).toEqual({ 'demo-1': 3, 'demo-2': 1 });
    const events = await eventsWhen(first.id, 2);
    expect(events.map(({ type }) => type)).toEqual(['marketplace.cart.ordered.v1', 'marketplace.cart.merged.v1']);
    await expect(read(alice, first.id)).resolves.toMatchObject({ status: 'abandoned' });
  });
});

it('a cart whose order was never inserted is healed by the next checkout, under the id of the claim', async () => {
  const alice = await market.customer();
  const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
  // What a crash between the claim and the insert leaves.
  const orderId = randomUUID();
  await market
    .collection('carts')
    .updateOne({ _id: cart.id }, { $set: { status: 'ordered', orderId }, $inc: { version: 1 } });
  const order = await placeOrder(alice, { items: undefined, currency: undefined, cartId: cart.id });
  expect(order.id).toBe(orderId);
  const repeated = await alice.post<{ id: string }>('/orders', orderRequest({ cartId: cart.id }));
  expect(repeated).toMatchObject({ status: 200, body: { id: orderId } });
});
