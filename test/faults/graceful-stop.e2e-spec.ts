import { once } from 'node:events';
import { connect } from 'node:net';
import { waitUntil } from '@marketplace/local-stack';
import { Marketplace, orderRequest, orderWhen, placeOrder, type Order } from '../support/client.js';
import { startTestStack, type TestStack } from '../support/stack.js';

describe('a replica that is told to stop', () => {
  let stack: TestStack;
  let market: Marketplace;

  beforeAll(async () => {
    // Nobody waits for these leases to end by themselves.
    stack = await startTestStack({ env: { RECOVERY_AFTER_MS: '60000', RECOVERY_INTERVAL_MS: '200' } });
    market = await Marketplace.open(stack);
  });

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  it('is not ready at once, serves on while that gets around and sends its callers away, finishes, and ends with 0', async () => {
    const replica = await stack.startReplica({ SHUTDOWN_DRAIN_MS: '1500' });
    const alice = await market.customer();
    const caller = alice.at(replica.baseUrl);
    const { id } = await placeOrder(caller);
    const stopped = replica.process.stop(15_000);
    await waitUntil('it is not ready', async () => (await caller.get('/health/ready')).status === 503, { pollMs: 20 });
    expect((await caller.get<{ details: object }>('/health/ready')).body.details).toMatchObject({
      draining: { status: 'down' },
    });
    const served = await caller.get(`/orders/${id}`);
    expect([served.status, served.headers.get('connection')]).toEqual([200, 'close']);
    const order = await placeOrder(caller);
    expect(await stopped).toEqual({ code: 0, signal: null });
    await waitUntil('what it has begun is done', async () => {
      const { body } = await alice.get<{ items: { sequence: number }[] }>(`/orders/${order.id}/timeline`);
      const stored = await market.collection('orders').findOne({ _id: order.id });
      return (stored as { publishedSequence?: number } | null)?.publishedSequence === body.items.length;
    });
  });

  it('sends those who watch away to another replica, and is held up by no connection', async () => {
    const replica = await stack.startReplica();
    const alice = await market.customer();
    const order = await placeOrder(alice);
    const staff = (await market.staff()).at(replica.baseUrl);
    const readers = await Promise.all([
      alice.at(replica.baseUrl).watch(`/orders/${order.id}/events`),
      alice.at(replica.baseUrl).watch(`/users/${alice.userId}/events`),
      staff.watch('/orders/events'),
    ]);
    for (const reader of readers) expect(reader.status).toBe(200);
    const idle = connect(Number(new URL(replica.baseUrl).port), '127.0.0.1');
    idle.on('error', () => undefined);
    await once(idle, 'connect');
    await readers[0].first('confirmed');
    const startedAt = Date.now();
    expect(await replica.process.stop(15_000)).toEqual({ code: 0, signal: null });
    // Half of the time that requests under way would be given.
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    for (const reader of readers) {
      await reader.ended();
      expect(reader.events.at(-1)).toMatchObject({ event: 'reconnect', data: { reason: 'draining' } });
    }
    idle.destroy();
    const { body } = await staff.at(stack.baseUrl).put<Order>(`/orders/${order.id}`, { status: 'processing' });
    const again = await alice.watch(`/orders/${order.id}/events`, { 'Last-Event-ID': readers[0].lastEventId ?? '' });
    const { data } = await again.first('processing');
    expect(data).toMatchObject({ status: body.status });
    expect(again.ids[0]).toBe(Number(readers[0].lastEventId) + 1);
    again.close();
  });

  it('hands back what it cannot finish, so that another replica goes on with it at once', async () => {
    const replica = await stack.startReplica({ PAYMENT_TIMEOUT_MS: '20000', SHUTDOWN_TIMEOUT_MS: '4000' });
    const alice = await market.customer();
    await market.setDials({ failPayments: true });
    const placed = await alice
      .at(replica.baseUrl)
      .post<Order>('/orders', orderRequest({ items: [{ sku: 'demo-1', quantity: 1 }], currency: 'USD' }), {
        Prefer: 'respond-async',
      });
    expect([placed.status, placed.body.status]).toEqual([201, 'pending']);
    // What was asked meanwhile is never answered.
    await market.setDials({ failPayments: false });
    expect(await replica.process.stop(15_000)).toEqual({ code: 0, signal: null });
    await orderWhen(alice, placed.body.id, 'confirmed', ({ status }) => status === 'confirmed');
    expect((await market.ledger(placed.body.id)).filter(({ kind }) => kind === 'authorization')).toHaveLength(1);
  });
});
