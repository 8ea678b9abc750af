import { ClientProxyFactory, NatsRecordBuilder, Transport, type ClientProxy } from '@nestjs/microservices';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { OrderEvent } from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import { firstValueFrom } from 'rxjs';
import { ADDRESS, Marketplace, orderRequest, placeOrder, type Order, type Problem } from '../support/client.js';
import { bearer as bearerOf, messageHeaders, request as requestOver, streamed } from '../support/messages.js';
import { joinTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;
let market: Marketplace;
let nats: NatsConnection;

beforeAll(async () => {
  stack = await joinTestStack();
  market = await Marketplace.open(stack);
  nats = await connect({ servers: stack.natsUrl });
});

afterAll(async () => {
  await nats?.close();
  await market?.close();
  await stack?.stop();
});

const ask = async <Body>(subject: string, body: unknown, sent?: Record<string, string>): Promise<Body> =>
  (await requestOver<Body>(nats, subject, body, sent)).body;

const bearer = async (sub: string, role: string, vendorId?: string): Promise<Record<string, string>> =>
  bearerOf(stack, sub, role, vendorId);

const request = orderRequest({ items: [{ sku: 'demo-1', quantity: 1 }], currency: 'USD' });

describe('plain JSON requests', () => {
  it('orders.create, orders.get and orders.update-status answer with the plain resource', async () => {
    const alice = await bearer('nats-alice', 'customer');
    const created = await ask<Order>('orders.create', request, alice);
    expect(created).toMatchObject({ status: 'confirmed', customerId: 'nats-alice' });
    expect(await ask<Order>('orders.get', { orderId: created.id }, alice)).toMatchObject({ id: created.id });
    const vendor = await bearer('vera', 'vendor', 'vendor-1');
    const moved = await ask<Order>('orders.update-status', { orderId: created.id, status: 'processing' }, vendor);
    expect(moved).toMatchObject({ status: 'processing' });
  });

  it('a repetition with the same Idempotency-Key gives the same order', async () => {
    const alice = { ...(await bearer('nats-idem', 'customer')), 'Idempotency-Key': 'nats-key-1' };
    const first = await ask<Order>('orders.create', request, alice);
    const second = await ask<Order>('orders.create', request, alice);
    expect(second.id).toBe(first.id);
    const other = { ...request, items: [{ sku: 'demo-2', quantity: 1 }] };
    expect(await ask('orders.create', other, alice)).toMatchObject({ error: { code: 'idempotency_key_reused' } });
  });

  it.each<[string, string, unknown, Record<string, string> | undefined, Partial<Problem>]>([
    ['no JSON', 'orders.get', '{"orderId":', undefined, { status: 400, code: 'validation_failed' }],
    ['a JSON primitive', 'orders.get', '7', undefined, { status: 400, code: 'validation_failed' }],
    ['a list', 'orders.get', '[]', undefined, { status: 400, code: 'validation_failed' }],
    ['nothing', 'orders.get', '', undefined, { status: 400, code: 'validation_failed' }],
    [
      'an unknown field',
      'orders.get',
      { orderId: '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77', x: 1 },
      undefined,
      { status: 400 },
    ],
    [
      'an unknown order',
      'orders.get',
      { orderId: '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77' },
      undefined,
      { status: 404, code: 'not_found' },
    ],
    [
      'a forged token',
      'orders.get',
      { orderId: '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77' },
      { Authorization: 'Bearer x.y.z' },
      { status: 401, code: 'unauthenticated' },
    ],
  ])('%s is answered with a problem', async (_, subject, body, sent, problem) => {
    const reply = await ask<{ error: Problem }>(subject, body, sent ?? (await bearer('nats-alice', 'customer')));
    expect(reply.error).toMatchObject(problem);
    expect(JSON.stringify(reply)).not.toMatch(/node_modules|"stack"/u);
  });

  it('without a token orders.get is refused, and a guest may order with an e-mail', async () => {
    expect(await ask('orders.get', { orderId: '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77' })).toMatchObject({
      error: { status: 401, code: 'unauthenticated' },
    });
    const order = await ask<Order>('orders.create', { ...request, email: 'guest@example.com' });
    expect(order.accessToken).toEqual(expect.any(String));
    const seen = await ask<Order>(
      'orders.get',
      { orderId: order.id },
      { Authorization: `Bearer ${order.accessToken}` },
    );
    expect(seen.id).toBe(order.id);
  });
});

describe('the client of NestJS', () => {
  let client: ClientProxy;

  beforeAll(async () => {
    client = ClientProxyFactory.create({ transport: Transport.NATS, options: { servers: [stack.natsUrl] } });
    await client.connect();
  });

  afterAll(() => client.close());

  const send = async <Body>(subject: string, data: unknown, sent: Record<string, string>): Promise<Body> => {
    const record = new NatsRecordBuilder(data).setHeaders(messageHeaders(sent)).build();
    return firstValueFrom(client.send<Body>(subject, record));
  };

  it('is answered in its own envelope', async () => {
    const alice = await bearer('nest-alice', 'customer');
    const created = await send<Order>('orders.create', { ...request, shippingAddress: ADDRESS }, alice);
    expect(created).toMatchObject({ status: 'confirmed', customerId: 'nest-alice' });
    expect(await send<Order>('orders.get', { orderId: created.id }, alice)).toMatchObject({ id: created.id });
    const cancelled = await send<Order>('orders.update-status', { orderId: created.id, status: 'cancelled' }, alice);
    expect(cancelled).toMatchObject({ status: 'cancelled' });
  });

  it('gets failures as problems', async () => {
    const alice = await bearer('nest-alice', 'customer');
    await expect(send('orders.get', { orderId: 'nonsense' }, alice)).rejects.toMatchObject({
      code: 'validation_failed',
    });
  });
});

const streamOf = async (orderId: string) => streamed<OrderEvent>(nats, 'ORDERS', `evt.orders.${orderId}.>`);

describe('events', () => {
  it('tell everything that happened to an order, in sequence and without gaps', async () => {
    const customer = await market.customer();
    const order = await placeOrder(customer, {
      items: [
        { sku: 'demo-1', quantity: 2 },
        { sku: 'demo-2', quantity: 1 },
      ],
      email: 'alice@example.com',
    });
    const [one, two] = [await market.vendor('vendor-1'), await market.vendor('vendor-2')];
    await one.put(`/orders/${order.id}`, { status: 'processing' });
    await one.put(`/orders/${order.id}`, { status: 'shipped', shipment: { carrier: 'DHL', trackingNumber: 'T1' } });
    await two.put(`/orders/${order.id}`, { status: 'cancelled', reason: 'sold out' });
    await one.put(`/orders/${order.id}`, { status: 'delivered' });
    const timeline = await customer.get<{ items: { sequence: number; type: string }[] }>(
      `/orders/${order.id}/timeline`,
    );

    const messages = await waitUntil('all events are in the stream', async () => {
      const found = await streamOf(order.id);
      return found.length >= timeline.body.items.length ? found : undefined;
    });
    expect(messages.map(({ body }) => body.sequence)).toEqual(messages.map((_, index) => index + 1));
    expect(messages.map(({ body }) => body.type)).toEqual(
      timeline.body.items.map(({ type }) => `marketplace.order.${type}.v1`),
    );
    for (const { body: event, messageId, subject } of messages) {
      expect(messageId).toBe(`${order.id}:${event.sequence}`);
      expect(subject).toBe(`evt.orders.${order.id}.${event.type.split('.')[2]}`);
      expect(event).toMatchObject({
        specversion: '1.0',
        id: messageId,
        subject: order.id,
        datacontenttype: 'application/json',
        data: { orderId: order.id, customerId: customer.userId, vendorIds: ['vendor-1', 'vendor-2'] },
      });
      expect(JSON.stringify(event)).not.toMatch(/alice@|Market Street|tok_visa/u);
    }
    expect(messages.find(({ body }) => body.type.includes('.cancelled.'))?.body.data.vendorId).toBe('vendor-2');
  });

  it('are not published for an order that found no stock', async () => {
    const customer = await market.customer();
    const reply = await customer.post('/orders', orderRequest({ items: [{ sku: 'demo-scarce', quantity: 4 }] }));
    expect(reply.body.code).toBe('out_of_stock');
    const [abandoned] = await market.collection('orders').find({ customerId: customer.userId }).toArray();
    expect(abandoned).toBeDefined();
    expect(await streamOf(abandoned?._id ?? '')).toEqual([]);
  });
});
