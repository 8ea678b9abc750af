import { randomUUID } from 'node:crypto';
import { CART_SUBJECTS, MOST_REPLY_BYTES, ORDER_SUBJECTS } from '@marketplace/contracts';
import { ClientProxyFactory, NatsRecordBuilder, Transport } from '@nestjs/microservices';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { firstValueFrom } from 'rxjs';
import {
  createCart,
  Marketplace,
  orderWhen,
  placeOrder,
  product,
  usd,
  type Cart,
  type Money,
  type Order,
  type Page,
  type Problem,
  type TimelineEntry,
} from '../support/client.js';
import { bearer, messageHeaders, request, type MessageReply } from '../support/messages.js';
import { expectSumsToHold, partOf, timelineOf } from '../support/order-checks.js';
import { joinTestStack, type TestStack } from '../support/stack.js';

type Sent = Record<string, string>;
interface OrderSummary {
  id: string;
  number: string;
  status: string;
  currency: string;
  customerId?: string;
  vendorOrders: { vendorId: string; status: string }[];
  totals: { grandTotal: Money };
  payment?: { status: string };
  version: number;
  placedAt: string;
  updatedAt: string;
}

const PARCEL = { carrier: 'DHL', trackingNumber: 'T-1' };
const ITEMS = [
  { sku: 'demo-1', quantity: 3 },
  { sku: 'demo-2', quantity: 1 },
];

let stack: TestStack;
let market: Marketplace;
let nats: NatsConnection;
let support: Sent;
let vendor1: Sent;
let vendor3: Sent;

beforeAll(async () => {
  stack = await joinTestStack();
  market = await Marketplace.open(stack);
  nats = await connect({ servers: stack.natsUrl });
  support = await bearer(stack, 'sue', 'support');
  vendor1 = await bearer(stack, 'vera', 'vendor', 'vendor-1');
  vendor3 = await bearer(stack, 'victor', 'vendor', 'vendor-3');
});

afterAll(async () => {
  await nats?.close();
  await market?.close();
  await stack?.stop();
});

const reply = async <Body>(subject: string, body: unknown, sent: Sent = {}): Promise<MessageReply<Body>> =>
  request<Body>(nats, subject, body, sent);
const ask = async <Body>(subject: string, body: unknown, sent: Sent): Promise<Body> =>
  (await reply<Body>(subject, body, sent)).body;
const refusal = async (subject: string, body: unknown, sent: Sent = {}): Promise<Problem> => {
  const { error } = await ask<{ error: Problem }>(subject, body, sent);
  expect(error).toMatchObject({ type: expect.any(String) as string, instance: subject });
  return error;
};

/** An order of two vendors, and its customer. */
const newOrder = async (): Promise<{ order: Order; alice: Sent; userId: string }> => {
  const customer = await market.customer();
  const order = await placeOrder(customer, { items: ITEMS });
  return { order, alice: await bearer(stack, customer.userId, 'customer'), userId: customer.userId };
};

describe('what may be asked of orders', () => {
  it('ship, cancel, refund and the timeline are those of HTTP', async () => {
    const { order, alice, userId } = await newOrder();
    const orderId = order.id;
    const one = [{ sku: 'demo-1', quantity: 1 }];
    const cancelled = await ask<Order>(
      ORDER_SUBJECTS.cancel,
      { orderId, items: one, reason: 'Too many', reasonCode: 'customer_request' },
      alice,
    );
    expect(partOf(cancelled, 'vendor-1').items[0]).toMatchObject({ cancelledQuantity: 1 });
    expect(partOf(cancelled, 'vendor-1').cancellations).toMatchObject([
      { reason: 'Too many', reasonCode: 'customer_request', by: 'customer' },
    ]);
    const shipped = await ask<Order>(ORDER_SUBJECTS.ship, { orderId, ...PARCEL, items: one }, vendor1);
    expect(shipped.vendorOrders).toMatchObject([{ vendorId: 'vendor-1', shipments: [{ ...PARCEL, items: one }] }]);
    expect(shipped).not.toHaveProperty('payment');
    const refunded = await ask<Order>(ORDER_SUBJECTS.refund, { orderId, amount: usd(50), reason: 'Late' }, vendor1);
    expect(partOf(refunded, 'vendor-1').refunds).toMatchObject([{ amount: usd(50), reason: 'Late' }]);

    const whole = await expectSumsToHold(market, await market.staff(), orderId);
    expect(await ask<Order>(ORDER_SUBJECTS.get, { orderId }, support)).toEqual(whole);
    const read: TimelineEntry[] = [];
    for (let after: string | null = '0'; after !== null;) {
      const page: Page<TimelineEntry> = await ask(
        ORDER_SUBJECTS.timeline,
        { orderId, after: Number(after), limit: 2 },
        alice,
      );
      expect(page.items.length).toBeLessThanOrEqual(2);
      read.push(...page.items);
      after = page.nextCursor;
    }
    expect(read).toEqual(await timelineOf(await market.customer(userId), orderId));
    expect(read.map(({ type }) => type)).toEqual(expect.arrayContaining(['cancelled', 'shipped', 'refunded']));
    const ofVendor = await ask<Page<TimelineEntry>>(ORDER_SUBJECTS.timeline, { orderId }, vendor1);
    expect(ofVendor.items.map(({ sequence }) => sequence)).toEqual(read.map(({ sequence }) => sequence));
    expect(ofVendor.items.some(({ hidden }) => hidden)).toBe(true);
  });

  it("lists are pages of orders in short, and a vendor's are about its own parts", async () => {
    const { order, userId } = await newOrder();
    const older = await placeOrder(await market.customer(userId), { items: [{ sku: 'demo-3', quantity: 1 }] });
    await market.collection('orders').updateOne({ _id: older.id }, { $set: { listedAt: new Date('2026-01-01') } });
    const page = await ask<Page<OrderSummary>>(ORDER_SUBJECTS.list, { customerId: userId, limit: 1 }, support);
    expect(page.items).toEqual([
      {
        id: order.id,
        number: order.number,
        status: 'confirmed',
        currency: 'USD',
        customerId: userId,
        vendorOrders: [
          { vendorId: 'vendor-1', status: 'confirmed' },
          { vendorId: 'vendor-2', status: 'confirmed' },
        ],
        totals: { grandTotal: order.totals.grandTotal },
        payment: { status: 'authorized' },
        version: order.version,
        placedAt: order.placedAt,
        updatedAt: order.updatedAt,
      },
    ]);
    const rest = { customerId: userId, limit: 1, cursor: page.nextCursor };
    expect(await ask<Page<OrderSummary>>(ORDER_SUBJECTS.list, rest, support)).toMatchObject({
      items: [{ id: older.id }],
      nextCursor: null,
    });

    expect(await ask<Order>(ORDER_SUBJECTS.updateStatus, { orderId: order.id, status: 'processing' }, vendor1)).toEqual(
      expect.objectContaining({ status: 'processing' }),
    );
    const own = await ask<Page<OrderSummary>>(
      ORDER_SUBJECTS.list,
      { number: order.number, status: ['processing'] },
      vendor1,
    );
    expect(own.items).toEqual([
      {
        id: order.id,
        number: order.number,
        status: 'processing',
        currency: 'USD',
        vendorOrders: [{ vendorId: 'vendor-1', status: 'processing' }],
        totals: { grandTotal: partOf(order, 'vendor-1').totals.grandTotal },
        version: order.version + 1,
        placedAt: order.placedAt,
        updatedAt: expect.any(String) as string,
      },
    ]);
    const foreign = await ask<Page<OrderSummary>>(ORDER_SUBJECTS.list, { number: order.number }, vendor3);
    expect(foreign).toEqual({ items: [], nextCursor: null });
  });

  it('If-Match is honoured, whatever its case', async () => {
    const { order, alice } = await newOrder();
    const cancellation = { orderId: order.id, vendorId: 'vendor-1', reason: 'x' };
    const stale = await refusal(ORDER_SUBJECTS.cancel, cancellation, {
      ...alice,
      'if-match': `"${order.version + 1}"`,
    });
    expect(stale).toMatchObject({ code: 'version_conflict', version: order.version });
    const fresh = { ...alice, 'If-Match': `"${order.version}"` };
    expect(await ask(ORDER_SUBJECTS.cancel, cancellation, fresh)).toHaveProperty('id', order.id);
  });

  it('Prefer: respond-async does not wait for the payment', async () => {
    const alice = await bearer(stack, `customer-${randomUUID()}`, 'customer');
    const { order } = await newOrder();
    const body = {
      items: [{ sku: 'demo-1', quantity: 1 }],
      shippingAddress: order.shippingAddress,
      payments: [{ methodToken: 'tok_slow' }],
    };
    const placed = await ask<Order>(ORDER_SUBJECTS.create, body, { ...alice, Prefer: 'respond-async' });
    expect(placed).toMatchObject({ status: 'pending', payment: { status: 'authorizing' } });
    // It is confirmed all the same, and would be in the midst of what follows.
    await orderWhen(await market.staff(), placed.id, 'confirmed', ({ status }) => status === 'confirmed');
  });
});

describe('what may be asked of carts', () => {
  it('a cart is read, and units are added: the customer, a guest, and a service', async () => {
    const customer = await market.customer();
    const guestCart = await createCart(market.anonymous);
    const own = await createCart(customer, [{ sku: 'demo-1', quantity: 1 }]);
    const alice = await bearer(stack, customer.userId, 'customer');
    const service = await bearer(stack, 'recommender', 'service');
    const cartId = own.id;
    expect(await ask<Cart>(CART_SUBJECTS.get, { cartId }, alice)).toEqual(own);
    const added = await ask<Cart>(CART_SUBJECTS.addItem, { cartId, sku: 'demo-1', quantity: 2 }, alice);
    expect(added.items).toMatchObject([{ sku: 'demo-1', quantity: 3 }]);
    const more = await ask<Cart>(CART_SUBJECTS.addItem, { cartId, sku: 'demo-2', quantity: 1 }, service);
    expect(more.items).toHaveLength(2);
    const guest = { Authorization: `Bearer ${guestCart.token}` };
    const ofGuest = { cartId: guestCart.id, sku: 'demo-5', quantity: 1 };
    expect(await ask<Cart>(CART_SUBJECTS.addItem, ofGuest, guest)).toMatchObject({ items: [{ sku: 'demo-5' }] });
    expect(await refusal(CART_SUBJECTS.get, { cartId }, guest)).toMatchObject({ code: 'not_found' });
  });

  it('every add counts, however many come at once', async () => {
    const customer = await market.customer();
    const { id: cartId } = await createCart(customer);
    const alice = await bearer(stack, customer.userId, 'customer');
    const add = async () => ask<Cart>(CART_SUBJECTS.addItem, { cartId, sku: 'demo-1', quantity: 1 }, alice);
    await Promise.all(Array.from({ length: 10 }, add));
    expect(await ask<Cart>(CART_SUBJECTS.get, { cartId }, alice)).toMatchObject({ items: [{ quantity: 10 }] });
  });
});

describe('what is refused', () => {
  const somebody = '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77';
  const BODIES: Record<string, object> = {
    [ORDER_SUBJECTS.get]: { orderId: somebody },
    [ORDER_SUBJECTS.list]: {},
    [ORDER_SUBJECTS.updateStatus]: { orderId: somebody, status: 'shipped' },
    [ORDER_SUBJECTS.cancel]: { orderId: somebody, reason: 'x' },
    [ORDER_SUBJECTS.ship]: { orderId: somebody, ...PARCEL },
    [ORDER_SUBJECTS.refund]: { orderId: somebody, reason: 'x' },
    [ORDER_SUBJECTS.timeline]: { orderId: somebody },
    [CART_SUBJECTS.get]: { cartId: somebody },
    [CART_SUBJECTS.addItem]: { cartId: somebody, sku: 'demo-1', quantity: 1 },
  };

  it.each(Object.entries(BODIES))('%s: no token, a field too many, and what is not there', async (subject, body) => {
    expect(await refusal(subject, body)).toMatchObject({ status: 401, code: 'unauthenticated' });
    const unknown = await refusal(subject, { ...body, everything: true }, support);
    expect(unknown.code).toMatch(subject === CART_SUBJECTS.addItem ? /forbidden/u : /validation_failed/u);
    if (subject === ORDER_SUBJECTS.list) return;
    const admin = await bearer(stack, 'service-1', 'service');
    expect(await refusal(subject, body, admin)).toMatchObject({ status: 404, code: 'not_found' });
    expect(await refusal(subject, {}, admin)).toMatchObject({ status: 400, code: 'validation_failed' });
  });

  it.each<[string, object]>([
    ['a structured filter', { status: { $ne: 'confirmed' } }],
    ['a status that nobody has', { status: ['confirmed', 'lost'] }],
    ['a page without items', { limit: 0 }],
    ['a page without end', { limit: 101 }],
    ['a structured customer', { customerId: { $gt: '' } }],
    ['an instant of nobody', { from: 'yesterday' }],
  ])('a list with %s', async (_, body) => {
    expect(await refusal(ORDER_SUBJECTS.list, body, support)).toMatchObject({ code: 'validation_failed' });
  });

  it('a cursor of no list', async () => {
    expect(await refusal(ORDER_SUBJECTS.list, { cursor: 'x' }, support)).toMatchObject({ code: 'invalid_cursor' });
  });

  it('what is not the role of the caller, or not its own', async () => {
    const { order, alice } = await newOrder();
    const orderId = order.id;
    const bob = await bearer(stack, 'bob', 'customer');
    const before = await market.stored();
    const attempts: [string, object, Sent, string][] = [
      [ORDER_SUBJECTS.list, {}, alice, 'forbidden'],
      [ORDER_SUBJECTS.list, { customerId: 'alice' }, vendor1, 'forbidden'],
      [ORDER_SUBJECTS.ship, { orderId, ...PARCEL }, alice, 'forbidden'],
      [ORDER_SUBJECTS.refund, { orderId, reason: 'x' }, alice, 'forbidden'],
      [ORDER_SUBJECTS.ship, { orderId, vendorId: 'vendor-2', ...PARCEL }, vendor1, 'forbidden'],
      [ORDER_SUBJECTS.ship, { orderId, ...PARCEL }, vendor3, 'not_found'],
      [ORDER_SUBJECTS.cancel, { orderId, reason: 'x' }, bob, 'not_found'],
      [ORDER_SUBJECTS.timeline, { orderId }, bob, 'not_found'],
      [ORDER_SUBJECTS.refund, { orderId, reason: 'x' }, vendor1, 'quantity_unavailable'],
    ];
    for (const [subject, body, caller, code] of attempts) {
      expect({ subject, code: (await refusal(subject, body, caller)).code }).toEqual({ subject, code });
    }
    expect(await market.stored()).toEqual(before);
  });
});

describe('the client of NestJS', () => {
  it('is answered in its own envelope', async () => {
    const client = ClientProxyFactory.create({ transport: Transport.NATS, options: { servers: [stack.natsUrl] } });
    const send = async <Body>(subject: string, data: object, sent: Sent): Promise<Body> => {
      const record = new NatsRecordBuilder(data).setHeaders(messageHeaders(sent)).build();
      return firstValueFrom(client.send<Body>(subject, record));
    };
    try {
      const { order } = await newOrder();
      const list = await send<Page<OrderSummary>>(ORDER_SUBJECTS.list, { number: order.number }, support);
      expect(list.items).toMatchObject([{ id: order.id }]);
      const ship = { orderId: order.id, ...PARCEL };
      expect(await send(ORDER_SUBJECTS.ship, ship, vendor1)).toMatchObject({ status: 'shipped' });
      await expect(send(ORDER_SUBJECTS.ship, ship, vendor1)).rejects.toMatchObject({ code: 'illegal_transition' });
    } finally {
      await client.close();
    }
  });
});

describe('replies stay within a message', () => {
  const orders = 90;
  let customerId: string;

  /** Orders as large as they may be: of twenty vendors with the longest names. */
  beforeAll(async () => {
    const products = Array.from({ length: 20 }, (_, index) =>
      product(`large-${index}`, `vendor-${'x'.repeat(118)}-${index}`, 1_000),
    );
    await market.loadProducts(...products);
    const customer = await market.customer();
    customerId = customer.userId;
    const { id } = await placeOrder(customer, { items: products.map(({ sku }) => ({ sku, quantity: 1 })) });
    const collection = market.collection('orders');
    const stored = await collection.findOne({ _id: id });
    if (!stored) throw new Error('the order is not stored');
    const { workDueAt: _none, ...copy } = stored as typeof stored & { workDueAt?: Date };
    const copies = Array.from({ length: orders - 1 }, () => ({ ...copy, _id: randomUUID(), number: randomUUID() }));
    await collection.insertMany(copies);
  });

  it('a list ends its page early, and nothing is left out', async () => {
    const ids: string[] = [];
    let pages = 0;
    for (let cursor: string | null | undefined; cursor !== null; pages += 1) {
      const query = { customerId, limit: 100, ...(cursor === undefined ? {} : { cursor }) };
      const { body, bytes } = await reply<Page<OrderSummary>>(ORDER_SUBJECTS.list, query, support);
      expect(bytes).toBeLessThanOrEqual(MOST_REPLY_BYTES);
      ids.push(...body.items.map((order) => order.id));
      cursor = body.nextCursor;
    }
    expect(new Set(ids).size).toBe(orders);
    expect(ids).toHaveLength(orders);
    expect(pages).toBeGreaterThan(1);
  });

  it('a timeline ends its page early, and nothing is left out', async () => {
    const { order } = await newOrder();
    const data = { note: 'x'.repeat(8_000) };
    const entry = { type: 'held', at: new Date(), actor: { kind: 'support' }, status: 'confirmed', data };
    const entries = Array.from({ length: 90 }, (_, index) => ({ ...entry, sequence: index + 1 }));
    const changes = { history: entries, publishedSequence: entries.length };
    await market.collection('orders').updateOne({ _id: order.id }, { $set: changes });
    const sequences: number[] = [];
    for (let after: string | null = '0'; after !== null;) {
      const query: object = { orderId: order.id, after: Number(after) };
      const { body, bytes }: MessageReply<Page<TimelineEntry>> = await reply(ORDER_SUBJECTS.timeline, query, support);
      expect(bytes).toBeLessThanOrEqual(MOST_REPLY_BYTES);
      sequences.push(...body.items.map(({ sequence }) => sequence));
      after = body.nextCursor;
    }
    expect(sequences).toEqual(entries.map(({ sequence }) => sequence));
  });

  it('an order that is larger all the same is a problem, and not a reply that never comes', async () => {
    const { order } = await newOrder();
    const cancellation = {
      id: 'c1',
      items: [],
      amountMinor: 0,
      reason: 'x'.repeat(500),
      by: 'support',
      at: new Date(),
    };
    const cancellations = Array.from({ length: 2_000 }, () => cancellation);
    await market
      .collection('orders')
      .updateOne({ _id: order.id }, { $set: { 'vendorOrders.0.cancellations': cancellations } });
    const { error } = await ask<{ error: Problem }>(ORDER_SUBJECTS.get, { orderId: order.id }, support);
    expect(error).toMatchObject({ status: 406, code: 'reply_too_large' });
    const read = await (await market.staff()).get<Order>(`/orders/${order.id}`);
    expect(read.body.vendorOrders[0]?.cancellations).toHaveLength(2_000);
  });
});
