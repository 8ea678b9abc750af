import { readFileSync } from 'node:fs';
import {
  MemorySequenceStore,
  OrderEvents,
  OrdersClient,
  type OrderEventsOptions,
  type TypedOrderEvent,
} from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { CapturedMoney } from '../../docs/examples/follow-order-events.js';
import { isThere, placeOrder as placeOverHttp } from '../../docs/examples/place-order-over-http.js';
import { shipConfirmedOrders } from '../../docs/examples/ship-orders-over-nats.js';
import { Marketplace, placeOrder, product, orderRequest, type Order } from '../support/client.js';
import { bearer, messageHeaders } from '../support/messages.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;
let market: Marketplace;
let nats: NatsConnection;
const started: OrderEvents[] = [];

beforeAll(async () => {
  stack = await startTestStack();
  market = await Marketplace.open(stack);
  nats = await connect({ servers: stack.natsUrl });
  await market.loadProducts(product('contract-1', 'contract-vendor', 1_000));
});

afterAll(async () => {
  await Promise.all(started.map(async (events) => events.stop()));
  await nats?.close();
  await market?.close();
  await stack?.stop();
});

const tokenOf = async (sub: string, role: string, vendorId?: string): Promise<string> =>
  stack.token({ sub, roles: [role], ...(vendorId === undefined ? {} : { vendorId }) });

const orderOf = async (sub: string): Promise<Order> =>
  placeOrder(await market.customer(sub), { items: [{ sku: 'contract-1', quantity: 1 }] });

async function follow(options: Omit<OrderEventsOptions, 'durable'> & { durable?: string }): Promise<OrderEvents> {
  const events = await OrderEvents.start(nats, { durable: `reader-${started.length}`, ...options });
  started.push(events);
  return events;
}

describe('the documents', () => {
  it('are served as they are committed', async () => {
    for (const [path, file] of [
      ['/docs-json', 'docs/openapi.json'],
      ['/docs/asyncapi.json', 'docs/asyncapi.json'],
    ] as const) {
      const served = await market.anonymous.get<object>(path);
      expect(served.status).toBe(200);
      expect(served.body).toEqual(JSON.parse(readFileSync(file, 'utf8')));
    }
  });
});

describe('the examples', () => {
  it('place an order over HTTP, ship it over NATS, and see its money in the events', async () => {
    const alice = await tokenOf('example-alice', 'customer');
    const captured = await CapturedMoney.follow(stack.natsUrl, 'example-analytics');
    try {
      await expect(placeOverHttp(stack.baseUrl, alice, 'contract-1')).resolves.toMatch(/^[0-9A-Z-]{10,}$/u);
      await expect(isThere(stack.baseUrl, alice, '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77')).resolves.toBe(false);
      const vendor = await tokenOf('example-vendor', 'vendor', 'contract-vendor');
      const shipped = await shipConfirmedOrders(stack.natsUrl, vendor, 'contract-vendor');
      expect(shipped).toHaveLength(1);
      // Two units at 10.00, and 4.99 to ship them.
      await waitUntil('the money was seen', () => captured.in('USD') === 2_499, { deadlineMs: 15_000, pollMs: 50 });
      await expect(shipConfirmedOrders(stack.natsUrl, vendor, 'contract-vendor')).resolves.toEqual([]);
    } finally {
      await captured.stop();
    }
  });
});

describe('the client over NATS', () => {
  it('asks for everything that the service answers', async () => {
    const customer = new OrdersClient(nats, { token: async () => tokenOf('nats-alice', 'customer') });
    const support = new OrdersClient(nats, { token: async () => tokenOf('nats-support', 'support') });
    const body = orderRequest({ items: [{ sku: 'contract-1', quantity: 3 }], currency: 'USD' });
    const created = await customer.orders.create(body as unknown as Parameters<typeof customer.orders.create>[0], {
      idempotencyKey: 'contracts-create',
    });
    const again = await customer.orders.create(body as unknown as Parameters<typeof customer.orders.create>[0], {
      idempotencyKey: 'contracts-create',
    });
    const orderId = created.body.id;
    expect([created.isReplay, again.isReplay, again.body.id]).toEqual([false, true, orderId]);
    const one = { orderId, items: [{ sku: 'contract-1', quantity: 1 }] };
    await support.orders.cancel({ ...one, reason: 'one too many' });
    await support.orders.ship({ ...one, carrier: 'DHL', trackingNumber: '1' });
    await support.orders.updateStatus({
      orderId,
      status: 'shipped',
      shipment: { carrier: 'DHL', trackingNumber: '2' },
    });
    await support.orders.refund({ orderId, amount: { amount: 100, currency: 'USD' }, reason: 'late' });
    await expect(customer.orders.get(orderId)).resolves.toMatchObject({ status: 'shipped' });
    const { items } = await support.orders.list({ customerId: 'nats-alice' });
    expect(items.map(({ id }) => id)).toEqual([orderId]);
    const timeline = await customer.orders.timeline({ orderId, after: 1 });
    expect(timeline.items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['confirmed', 'shipped', 'cancelled']),
    );
    const cart = await (await market.customer('nats-alice')).post<{ id: string }>('/carts', {});
    await customer.carts.addItem({ cartId: cart.body.id, sku: 'contract-1', quantity: 2 });
    await expect(customer.carts.get(cart.body.id)).resolves.toMatchObject({ items: [{ quantity: 2 }] });
    await expect(customer.orders.ship({ ...one, carrier: 'DHL', trackingNumber: '3' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('is not needed: a plain request with JSON is answered with JSON', async () => {
    const { id } = await orderOf('plain-alice');
    const headers = messageHeaders(await bearer(stack, 'plain-alice', 'customer'));
    const reply = await nats.request('orders.get', JSON.stringify({ orderId: id }), { timeout: 5_000, headers });
    expect(reply.json()).toMatchObject({ id, status: 'confirmed' });
  });
});

describe('the reader of events', () => {
  it('gives the events of each order in their sequence, and none twice to those who remember', async () => {
    const store = new MemorySequenceStore();
    const seen: TypedOrderEvent[] = [];
    const handle = async (event: TypedOrderEvent): Promise<void> => void seen.push(event);
    const reader = await follow({ durable: 'remembering', store, handle });
    const orders = await Promise.all(['a', 'b', 'c'].map(async (name) => orderOf(`order-of-${name}`)));
    const sequences = (id: string): number[] =>
      seen.filter(({ subject }) => subject === id).map((event) => event.sequence);
    await waitUntil('all are seen', () => orders.every(({ id }) => sequences(id).length >= 3), {
      deadlineMs: 15_000,
      pollMs: 50,
    });
    for (const { id } of orders) expect(sequences(id)).toEqual(sequences(id).map((_, index) => index + 1));
    await reader.stop();
    const before = seen.length;
    // A consumer of another name gets everything once more; what the store knows is passed over.
    await follow({ durable: 'remembering-too', store, handle });
    const { id } = await orderOf('order-of-d');
    await waitUntil('the new one is seen', () => sequences(id).length >= 3, { deadlineMs: 15_000, pollMs: 50 });
    expect(seen.slice(before).every(({ subject }) => subject === id)).toBe(true);
  });

  it('tries an event again that could not be handled, and holds up nothing but its order', async () => {
    const failed: unknown[] = [];
    const handled: string[] = [];
    let isBroken = true;
    const stuck = await orderOf('stuck');
    const events = await follow({
      types: ['placed', 'confirmed'],
      handle: async (event) => {
        if (isBroken && event.subject === stuck.id) throw new Error('the database is away');
        handled.push(`${event.subject} ${event.type}`);
      },
      onError: (error) => failed.push(error),
    });
    const other = await orderOf('other');
    await waitUntil('the other is handled', () => handled.filter((each) => each.startsWith(other.id)).length === 2, {
      deadlineMs: 15_000,
      pollMs: 50,
    });
    expect(handled.filter((each) => each.startsWith(stuck.id))).toEqual([]);
    expect(failed.length).toBeGreaterThan(0);
    isBroken = false;
    await waitUntil(
      'the stuck one is handled',
      () => handled.filter((each) => each.startsWith(stuck.id)).length === 2,
      {
        deadlineMs: 15_000,
        pollMs: 50,
      },
    );
    expect(handled.filter((each) => each.startsWith(stuck.id))).toEqual(
      ['placed', 'confirmed'].map((type) => `${stuck.id} marketplace.order.${type}.v1`),
    );
    await events.stop();
  });

  it('gives back what it has not handled when it stops', async () => {
    const { id } = await orderOf('stopping');
    let failures = 0;
    const broken = await follow({
      durable: 'stopping',
      types: ['placed'],
      handle: async () => {
        failures += 1;
        throw new Error('never');
      },
    });
    await waitUntil('it has failed', () => failures > 0, { deadlineMs: 15_000, pollMs: 20 });
    await broken.stop();
    const seen: string[] = [];
    await follow({ durable: 'stopping', types: ['placed'], handle: async ({ subject }) => void seen.push(subject) });
    await waitUntil('it comes again', () => seen.includes(id), { deadlineMs: 15_000, pollMs: 50 });
  });
});
