import { randomUUID } from 'node:crypto';
import { CART_SUBJECTS, ORDER_SUBJECTS, type SetDialsRequest } from '@marketplace/contracts';
import { KEY_LIFETIME_MS, MOST_KEYS } from '@marketplace/domain';
import { waitUntil } from '@marketplace/local-stack';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  createCart,
  expectProblem,
  Marketplace,
  orderRequest,
  placeOrder,
  usd,
  type Cart,
  type Client,
  type Order,
  type Page,
  type Problem,
} from '../support/client.js';
import { bearer, request } from '../support/messages.js';
import { expectSumsToHold, partOf } from '../support/order-checks.js';
import { joinTestStack, type TestStack } from '../support/stack.js';

const PARCEL = { carrier: 'DHL', trackingNumber: 'T-1' };
const ONE = { sku: 'demo-1', quantity: 1 };
const SEVERAL = { items: [{ sku: 'demo-1', quantity: 5 }] };

/** What came of a request, whichever transport it took. */
interface Outcome {
  code: string | undefined;
  isReplay: boolean;
  body: Record<string, unknown>;
}
type Keys = Record<string, string>;
/** A request that is sent with the same key as often as one likes, to any replica; `changes` make another one of it. */
type Send = (headers: Keys, attempt: number, changes?: object) => Promise<Outcome>;
/** A request with what it needs, made anew for every run, and what there must be of its effect. */
type Prepare = () => Promise<{ send: Send; expectOneEffect: () => Promise<void> }>;

let stack: TestStack;
let market: Marketplace;
let nats: NatsConnection;
let replicaUrl: string;
let support: Client;
let vendor1: Client;

beforeAll(async () => {
  stack = await joinTestStack();
  replicaUrl = (await stack.startReplica()).baseUrl;
  market = await Marketplace.open(stack);
  nats = await connect({ servers: stack.natsUrl });
  [support, vendor1] = await Promise.all([market.staff('support'), market.vendor('vendor-1')]);
}, 120_000);

afterAll(async () => {
  await nats?.close();
  await market?.close();
  await stack?.stop();
});

const newKey = (): Keys => ({ 'Idempotency-Key': randomUUID() });

const overHttp =
  (client: Client, method: 'POST' | 'PUT', path: string, body: object): Send =>
  async (headers, attempt, changes = {}) => {
    const caller = attempt % 2 === 0 ? client : client.at(replicaUrl);
    const reply = await caller.request<Record<string, unknown>>(method, path, {
      body: { ...body, ...changes },
      headers,
    });
    const isReplay = reply.headers.get('idempotency-replayed') === 'true';
    return { code: codeOf(reply.status >= 400 ? reply.body : undefined), isReplay, body: reply.body };
  };

/** Both replicas are in one queue group: NATS draws who gets a request. */
const overNats =
  (caller: Keys, subject: string, body: object): Send =>
  async (headers, _attempt, changes = {}) => {
    const sent = { ...body, ...changes };
    const { body: told, isReplay } = await request<Record<string, unknown>>(nats, subject, sent, {
      ...caller,
      ...headers,
    });
    return { code: codeOf(told['error']), isReplay, body: told };
  };

function codeOf(problem: unknown): string | undefined {
  return problem === undefined ? undefined : (problem as Problem).code;
}

const asCustomer = async ({ userId }: Client): Promise<Keys> => bearer(stack, userId, 'customer');
const asVendor1 = async (): Promise<Keys> => bearer(stack, 'user-of-vendor-1', 'vendor', 'vendor-1');
const read = async (id: unknown): Promise<Order> => (await support.get<Order>(`/orders/${String(id)}`)).body;

/** An order that has come so far, and its customer. */
const orderThatIs = async (...statuses: string[]): Promise<{ alice: Client; id: string }> => {
  const alice = await market.customer();
  const { id } = await placeOrder(alice, SEVERAL);
  for (const status of statuses) {
    expect((await support.put(`/orders/${id}`, { status })).status).toBe(200);
  }
  if (statuses.length > 0) await expectSumsToHold(market, support, id);
  return { alice, id };
};

const ordersOf = async (userId: string): Promise<number> =>
  market.collection('orders').countDocuments({ customerId: userId });
const cartsOf = async (userId: string): Promise<Cart[]> =>
  market
    .collection('carts')
    .find({ customerId: userId } as object)
    .toArray() as unknown as Promise<Cart[]>;

const onCart =
  (send: (alice: Client, cartId: string) => Promise<Send>): Prepare =>
  async () => {
    const alice = await market.customer();
    const { id } = await createCart(alice);
    return {
      send: await send(alice, id),
      expectOneEffect: async () => {
        const { body } = await alice.get<Cart>(`/carts/${id}`);
        expect(body.items).toMatchObject([{ ...ONE }]);
      },
    };
  };

const onOrder =
  (
    statuses: string[],
    send: (alice: Client, id: string) => Promise<Send>,
    effects: (part: ReturnType<typeof partOf>) => unknown[],
  ): Prepare =>
  async () => {
    const { alice, id } = await orderThatIs(...statuses);
    return {
      send: await send(alice, id),
      expectOneEffect: async () => {
        const whole = await expectSumsToHold(market, support, id);
        expect(effects(partOf(whole, 'vendor-1'))).toHaveLength(1);
      },
    };
  };

const placing =
  (send: (alice: Client, body: object) => Promise<Send>, source: (alice: Client) => Promise<object>): Prepare =>
  async () => {
    const alice = await market.customer();
    const body = orderRequest({ ...(await source(alice)) });
    return { send: await send(alice, body), expectOneEffect: async () => expect(await ordersOf(alice.userId)).toBe(1) };
  };
const items = async (): Promise<object> => ({ items: [ONE] });
const cart = async (alice: Client): Promise<object> => ({ cartId: (await createCart(alice, [ONE])).id });

/** Everything that takes a key, over both transports. The last column makes another request of it. */
const MUTATIONS: [string, Prepare, object][] = [
  [
    'POST /carts',
    async () => {
      const alice = await market.customer();
      return {
        send: overHttp(alice, 'POST', '/carts', { items: [ONE] }),
        expectOneEffect: async () => expect(await cartsOf(alice.userId)).toMatchObject([{ lines: [{ ...ONE }] }]),
      };
    },
    { items: [] },
  ],
  [
    'POST /carts/{cartId}/items',
    onCart(async (alice, id) => overHttp(alice, 'POST', `/carts/${id}/items`, ONE)),
    { quantity: 2 },
  ],
  [
    'POST /carts/{cartId}/merge',
    onCart(async (alice, id) => {
      const guest = await createCart(market.anonymous, [ONE]);
      const source = { fromCartId: guest.id, fromToken: guest.token };
      return overHttp(alice, 'POST', `/carts/${id}/merge`, source);
    }),
    { fromCartId: randomUUID() },
  ],
  [
    CART_SUBJECTS.addItem,
    onCart(async (alice, cartId) => overNats(await asCustomer(alice), CART_SUBJECTS.addItem, { cartId, ...ONE })),
    { quantity: 2 },
  ],
  [
    'POST /orders of items',
    placing(async (alice, body) => overHttp(alice, 'POST', '/orders', body), items),
    { email: 'a@example.com' },
  ],
  [
    'POST /orders of a cart',
    placing(async (alice, body) => overHttp(alice, 'POST', '/orders', body), cart),
    { email: 'a@example.com' },
  ],
  [
    ORDER_SUBJECTS.create,
    placing(async (alice, body) => overNats(await asCustomer(alice), ORDER_SUBJECTS.create, body), items),
    { email: 'a@example.com' },
  ],
  [
    'POST /orders/{id}/cancellations',
    onOrder(
      [],
      async (alice, id) => overHttp(alice, 'POST', `/orders/${id}/cancellations`, { items: [ONE], reason: 'x' }),
      ({ cancellations }) => cancellations,
    ),
    { reason: 'y' },
  ],
  [
    ORDER_SUBJECTS.cancel,
    onOrder(
      [],
      async (alice, orderId) =>
        overNats(await asCustomer(alice), ORDER_SUBJECTS.cancel, { orderId, items: [ONE], reason: 'x' }),
      ({ cancellations }) => cancellations,
    ),
    { reason: 'y' },
  ],
  [
    'POST /orders/{id}/shipments',
    onOrder(
      [],
      async (_, id) => overHttp(vendor1, 'POST', `/orders/${id}/shipments`, { ...PARCEL, items: [ONE] }),
      ({ shipments }) => shipments,
    ),
    { trackingNumber: 'T-2' },
  ],
  [
    ORDER_SUBJECTS.ship,
    onOrder(
      [],
      async (_, orderId) => overNats(await asVendor1(), ORDER_SUBJECTS.ship, { orderId, ...PARCEL, items: [ONE] }),
      ({ shipments }) => shipments,
    ),
    { trackingNumber: 'T-2' },
  ],
  [
    'PUT /orders/{id}',
    onOrder(
      [],
      async (_, id) => overHttp(vendor1, 'PUT', `/orders/${id}`, { status: 'shipped' }),
      ({ shipments }) => shipments,
    ),
    { status: 'delivered' },
  ],
  [
    ORDER_SUBJECTS.updateStatus,
    onOrder(
      [],
      async (_, orderId) => overNats(await asVendor1(), ORDER_SUBJECTS.updateStatus, { orderId, status: 'shipped' }),
      ({ shipments }) => shipments,
    ),
    { status: 'delivered' },
  ],
  [
    'POST /orders/{id}/refunds',
    onOrder(
      ['shipped'],
      async (_, id) => overHttp(vendor1, 'POST', `/orders/${id}/refunds`, { amount: usd(10), reason: 'x' }),
      ({ refunds }) => refunds,
    ),
    { amount: usd(11) },
  ],
  [
    ORDER_SUBJECTS.refund,
    onOrder(
      ['shipped'],
      async (_, orderId) =>
        overNats(await asVendor1(), ORDER_SUBJECTS.refund, { orderId, amount: usd(10), reason: 'x' }),
      ({ refunds }) => refunds,
    ),
    { amount: usd(11) },
  ],
  [
    'POST /orders/{id}/returns',
    onOrder(
      ['shipped', 'delivered'],
      async (alice, id) => overHttp(alice, 'POST', `/orders/${id}/returns`, { items: [ONE], reason: 'x' }),
      ({ returns }) => returns,
    ),
    { reason: 'y' },
  ],
  [
    'POST /orders/{id}/hold',
    async () => {
      const { id } = await orderThatIs();
      return {
        send: overHttp(support, 'POST', `/orders/${id}/hold`, { reason: 'x' }),
        expectOneEffect: async () => expect(await read(id)).toMatchObject({ hold: { reason: 'x' }, version: 3 }),
      };
    },
    { reason: 'y' },
  ],
  [
    'POST /orders/{id}/tracking-links',
    async () => {
      const { alice, id } = await orderThatIs();
      const path = `/orders/${id}/tracking-links`;
      return {
        send: overHttp(alice, 'POST', path, { expiresInDays: 1 }),
        expectOneEffect: async () => expect((await alice.get<Page<unknown>>(path)).body.items).toHaveLength(1),
      };
    },
    { expiresInDays: 2 },
  ],
];

describe('at two replicas at once, twice and ten times', () => {
  it.each(MUTATIONS)('%s has one effect, and one answer for all', async (_, prepare, changes) => {
    await Promise.all([2, 10].map(async (times) => expectOneOf(times, prepare, changes)));
  });

  const expectOneOf = async (times: number, prepare: Prepare, changes: object): Promise<void> => {
    const { send, expectOneEffect } = await prepare();
    const key = newKey();
    const outcomes = await Promise.all(Array.from({ length: times }, async (__, attempt) => send(key, attempt)));
    // Only what places an order may say that the first is still at it; it is asked again until it is not.
    const refused = outcomes.filter(({ code }) => code !== undefined);
    expect(refused.map(({ code }) => code)).toEqual(refused.map(() => 'idempotency_in_progress'));
    const answered = outcomes.filter(({ code }) => code === undefined);
    expect(answered.filter(({ isReplay }) => !isReplay)).toHaveLength(1);
    const again = await waitUntil('the first answer is given again', async () => {
      const outcome = await send(key, 1);
      return outcome.code === 'idempotency_in_progress' ? undefined : outcome;
    });
    expect(again).toMatchObject({ code: undefined, isReplay: true });
    for (const { body } of answered) expect(body).toEqual(again.body);
    await expectOneEffect();

    const other = await send(key, 0, changes);
    expect(other).toMatchObject({ code: 'idempotency_key_reused', isReplay: false });
    await expectOneEffect();
  };
});

describe('a key', () => {
  it('is its caller’s own: others who send the same have their own effect', async () => {
    const key = newKey();
    const [alice, bob] = await Promise.all([market.customer(), market.customer()]);
    const body = orderRequest({ items: [ONE] });
    const [ofAlice, ofBob] = await Promise.all(
      [alice, bob].map(async (each) => each.post<Order>('/orders', body, key)),
    );
    expect([ofAlice?.status, ofBob?.status]).toEqual([201, 201]);
    expect(ofAlice?.body.id).not.toBe(ofBob?.body.id);

    // Also where both may change one and the same cart or order, by one and the same request.
    const { id } = await createCart(alice);
    for (const caller of [alice, await market.staff('service')]) {
      const added = await caller.post<Cart>(`/carts/${id}/items`, ONE, key);
      expect({ status: added.status, replayed: added.headers.has('idempotency-replayed') }).toEqual({
        status: 200,
        replayed: false,
      });
    }
    expect((await alice.get<Cart>(`/carts/${id}`)).body.items).toMatchObject([{ quantity: 2 }]);
    const orderId = ofAlice?.body.id ?? '';
    const hold = { reason: 'x' };
    expect((await support.post(`/orders/${orderId}/hold`, hold, key)).status).toBe(200);
    expect((await support.delete(`/orders/${orderId}/hold`)).status).toBe(200);
    const admin = await market.staff('admin');
    expect((await admin.post<Order>(`/orders/${orderId}/hold`, hold, key)).body).toMatchObject({ hold });
  });

  it('must be a UUID where no token is sent, over either transport', async () => {
    const guest = orderRequest({ items: [ONE], email: 'guest@example.com' });
    const weak = { 'Idempotency-Key': 'order-1' };
    expectProblem(await market.anonymous.post('/orders', guest, weak), 400, 'validation_failed');
    const { body } = await request(nats, ORDER_SUBJECTS.create, guest, weak);
    expect(body).toMatchObject({ error: { code: 'validation_failed', errors: [{ pointer: 'Idempotency-Key' }] } });
    const send = overNats({}, ORDER_SUBJECTS.create, guest);
    const key = newKey();
    const [first, again] = [await send(key, 0), await send(key, 0)];
    expect([first.isReplay, again.isReplay]).toEqual([false, true]);
    expect(again.body['id']).toBe(first.body['id']);
    // Tokens are signed anew, and never stored.
    const token = market.anonymous.with(String(again.body['accessToken']));
    expect((await token.get(`/orders/${String(first.body['id'])}`)).status).toBe(200);
  });

  it('of a declined payment gives the same failure again, and says so', async () => {
    const alice = await market.customer();
    const body = orderRequest({ items: [ONE], payments: [{ methodToken: 'tok_declined' }] });
    const send = overNats(await asCustomer(alice), ORDER_SUBJECTS.create, body);
    const key = newKey();
    const [first, again] = [await send(key, 0), await send(key, 0)];
    expect(first).toMatchObject({ code: 'payment_declined', isReplay: false });
    expect(again).toEqual({ ...first, isReplay: true });
    expect(await ordersOf(alice.userId)).toBe(1);
  });

  it('is kept also where there was nothing to change: a repetition never has a late effect', async () => {
    const { id } = await orderThatIs();
    const hold = async (key: Keys, reason = 'x') => support.post<Order>(`/orders/${id}/hold`, { reason }, key);
    expect((await hold(newKey())).status).toBe(200);
    const key = newKey();
    expect((await hold(key)).status).toBe(200);
    expect((await support.delete(`/orders/${id}/hold`)).status).toBe(200);
    const again = await hold(key);
    expect({ status: again.status, replayed: again.headers.get('idempotency-replayed') }).toEqual({
      status: 200,
      replayed: 'true',
    });
    expect(await read(id)).not.toHaveProperty('hold');
    expectProblem(await hold(key, 'y'), 422, 'idempotency_key_reused');
  });

  it('of a request that was refused is free: what the state forbade may be asked again', async () => {
    const { id } = await orderThatIs();
    expect((await support.post(`/orders/${id}/hold`, { reason: 'x' })).status).toBe(200);
    const key = newKey();
    const ship = async () => vendor1.post<Order>(`/orders/${id}/shipments`, PARCEL, key);
    expectProblem(await ship(), 409, 'order_held');
    expect((await support.delete(`/orders/${id}/hold`)).status).toBe(200);
    const shipped = await ship();
    expect({ status: shipped.status, replayed: shipped.headers.has('idempotency-replayed') }).toEqual({
      status: 201,
      replayed: false,
    });
  });
});

describe('a failure on the side of the service is not kept', () => {
  const whileAway = async (dial: keyof SetDialsRequest, task: () => Promise<void>): Promise<void> => {
    await market.setDials({ [dial]: true });
    try {
      await task();
    } finally {
      await market.setDials({ [dial]: false });
    }
  };

  it.each<[keyof SetDialsRequest, string, string[]]>([
    [
      'failCatalog',
      'catalog_unavailable',
      ['POST /carts/{cartId}/items', CART_SUBJECTS.addItem, 'POST /orders of a cart', ORDER_SUBJECTS.create],
    ],
    ['failInventory', 'inventory_unavailable', ['POST /orders of a cart', ORDER_SUBJECTS.create]],
  ])('with %s it is %s, and the same key may be sent again', async (dial, code, names) => {
    const mutations = MUTATIONS.filter(([name]) => names.includes(name));
    const sent = await Promise.all(
      mutations.map(async ([name, prepare]) => ({ name, key: newKey(), ...(await prepare()) })),
    );
    expect(sent).toHaveLength(names.length);
    await whileAway(dial, async () => {
      const outcomes = await Promise.all(sent.map(async ({ send, key }) => send(key, 0)));
      expect(outcomes.map((outcome) => [outcome.code, outcome.isReplay])).toEqual(sent.map(() => [code, false]));
    });
    for (const { name, send, key, expectOneEffect } of sent) {
      expect({ name, ...(await send(key, 1)) }).toMatchObject({ name, code: undefined, isReplay: false });
      expect({ name, ...(await send(key, 0)) }).toMatchObject({ name, code: undefined, isReplay: true });
      await expectOneEffect();
    }
  });
});

describe('keys are kept for a day', () => {
  const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
  const DAY_MINUTES = KEY_LIFETIME_MS / 60_000;
  /** As if so many keyed requests had come before, the first of them so long ago. */
  const fill = async (name: 'carts' | 'orders', id: string, count: number, oldestMinutes: number) => {
    const requests = Array.from({ length: count }, (_, index) => ({
      key: randomUUID(),
      fingerprint: 'f',
      at: minutesAgo(index === 0 ? oldestMinutes : 1),
    }));
    await market
      .collection(name)
      .updateOne({ _id: id }, { $push: { appliedRequests: { $each: requests, $position: 0 } } });
  };
  const keysOf = async (name: 'carts' | 'orders', id: string): Promise<unknown[]> => {
    const stored = await market.collection(name).findOne({ _id: id });
    return (stored as unknown as { appliedRequests: unknown[] }).appliedRequests;
  };

  it.each<['carts' | 'orders']>([['carts'], ['orders']])(
    'of %s: hundreds of others do not displace one, and one too many is refused',
    async (name) => {
      const { alice, id } = await orderThatIs();
      const { id: cartId } = await createCart(alice);
      const resource = name === 'carts' ? cartId : id;
      const send =
        name === 'carts'
          ? overHttp(alice, 'POST', `/carts/${cartId}/items`, ONE)
          : overHttp(alice, 'POST', `/orders/${id}/cancellations`, { items: [ONE], reason: 'x' });
      const first = newKey();
      expect(await send(first, 0)).toMatchObject({ code: undefined });
      await fill(name, resource, MOST_KEYS - 2, DAY_MINUTES - 60);
      const last = newKey();
      expect(await send(last, 0)).toMatchObject({ code: undefined, isReplay: false });
      const before = await market.stored();
      const beyond = await send(newKey(), 1);
      expect(beyond.code).toBe('rate_limited');
      expect(Number(beyond.body['retryAfterSeconds'])).toBeGreaterThan(3_500);
      expect(Number(beyond.body['retryAfterSeconds'])).toBeLessThanOrEqual(3_600);
      for (const key of [first, last]) expect(await send(key, 1)).toMatchObject({ code: undefined, isReplay: true });
      expect(await market.stored()).toEqual(before);
      // Without a key there is nothing to remember.
      expect(await send({}, 0)).toMatchObject({ code: undefined, isReplay: false });
      expect(await keysOf(name, resource)).toHaveLength(MOST_KEYS);
    },
  );

  it('and forgotten then, when another comes', async () => {
    const { alice, id } = await orderThatIs();
    await fill('orders', id, MOST_KEYS, DAY_MINUTES + 1);
    const send = overHttp(alice, 'POST', `/orders/${id}/cancellations`, { items: [ONE], reason: 'x' });
    expect(await send(newKey(), 0)).toMatchObject({ code: undefined, isReplay: false });
    expect(await keysOf('orders', id)).toHaveLength(MOST_KEYS);
    expect(await send(newKey(), 0)).toMatchObject({ code: 'rate_limited' });
  });
});

it('leaves no failure behind that nobody expected', () => {
  expect(stack.logs()).not.toMatch(/unexpected failure/u);
});
