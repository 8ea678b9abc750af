import { orderEventId, orderEventSubject, orderEventType, STREAMS } from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { expectProblem, Marketplace, placeOrder, type Client, type Order } from '../support/client.js';
import type { EventReader, ReceivedEvent } from '../support/event-reader.js';
import { startTestStack, type Replica, type TestStack } from '../support/stack.js';

const ORDERS = STREAMS.orders.name;
const TWO_VENDORS = {
  items: [
    { sku: 'demo-1', quantity: 1 },
    { sku: 'demo-2', quantity: 1 },
  ],
};

describe('live streams of many orders', () => {
  let stack: TestStack;
  let market: Marketplace;
  let other: Replica;
  let staff: Client;
  let nats: NatsConnection;
  let manager: JetStreamManager;
  const open: EventReader[] = [];

  beforeAll(async () => {
    stack = await startTestStack({
      ownNats: true,
      env: { LIVE_POLL_MS: '200', LIVE_HEARTBEAT_MS: '1000', RECOVERY_AFTER_MS: '1000', RECOVERY_INTERVAL_MS: '200' },
    });
    market = await Marketplace.open(stack);
    other = await stack.startReplica();
    staff = await market.staff();
    nats = await connect({ servers: stack.natsUrl });
    manager = await jetstreamManager(nats);
  }, 180_000);

  afterEach(() => {
    for (const reader of open.splice(0)) reader.close();
  });

  afterAll(async () => {
    await nats?.close();
    await market?.close();
    await stack?.stop();
  });

  const watch = async (client: Client, path: string, lastEventId?: string): Promise<EventReader> => {
    const reader = await client.watch(path, lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId });
    expect({ status: reader.status, type: reader.response.headers['content-type'] }).toEqual({
      status: 200,
      type: 'text/event-stream',
    });
    open.push(reader);
    return reader;
  };
  const watchLive = async (client: Client, path: string): Promise<EventReader> => {
    const reader = await watch(client, path);
    await reader.first('ready');
    return reader;
  };
  const move = async (order: Order, status: string, vendorId?: string): Promise<void> => {
    const body = { status, ...(vendorId === undefined ? {} : { vendorId }) };
    const reply = await staff.at(other.baseUrl).put(`/orders/${order.id}`, body);
    expect({ status: reply.status, body: reply.body }).toMatchObject({ status: 200 });
  };
  const ofOrder = (readers: EventReader[], { id }: Order): ReceivedEvent[] =>
    readers.flatMap((reader) => reader.numbered).filter(({ data }) => data['orderId'] === id);
  /** Each event of the order has come once, in sequence. */
  const expectAll = async (readers: EventReader[], order: Order, last: number): Promise<void> => {
    await waitUntil(
      `event ${last} of the order has come`,
      () => ofOrder(readers, order).some(({ data }) => data['sequence'] === last),
      { deadlineMs: 20_000, pollMs: 20 },
    );
    expect(ofOrder(readers, order).map(({ data }) => data['sequence'])).toEqual(
      Array.from({ length: last }, (_, index) => index + 1),
    );
  };
  const lengthOf = async (order: Order): Promise<number> =>
    waitUntil('everything is published', async () => {
      const { body } = await staff.get<{ items: unknown[] }>(`/orders/${order.id}/timeline`);
      const published = await market.publishedEvents(order.id);
      return published.length === body.items.length && published.length;
    });

  it('shows a customer its own orders, staff all of them, and each event where it stands among all', async () => {
    const [alice, bob] = [await market.customer(), await market.customer()];
    const own = await watchLive(alice, `/users/${alice.userId}/events`);
    const forStaff = await watchLive(staff, `/users/${alice.userId}/events`);
    const all = await watchLive(staff, '/orders/events');
    const [hers, his] = [await placeOrder(alice), await placeOrder(bob.at(other.baseUrl))];
    await move(hers, 'processing');
    await move(his, 'processing');
    await expectAll([all], his, await lengthOf(his));
    const length = await lengthOf(hers);
    for (const reader of [own, forStaff, all]) await expectAll([reader], hers, length);
    expect(ofOrder([own, forStaff], his)).toEqual([]);
    expect(all.ids).toEqual(all.ids.toSorted((a, b) => a - b));
    const placed = ofOrder([own], hers).find(({ event }) => event === 'placed');
    expect(placed?.data).toMatchObject({ orderId: hers.id, number: hers.number, sequence: 1, type: 'placed' });
    expect(placed?.data).not.toHaveProperty('customerId');
    expect(ofOrder([all], hers)[0]?.data).toMatchObject({ customerId: alice.userId });
  });

  it('shows a vendor what is its own of the orders that it has a part in', async () => {
    const alice = await market.customer();
    const vendor = await market.vendor('vendor-2');
    const reader = await watchLive(vendor, '/vendors/vendor-2/events');
    const [both, foreign] = [await placeOrder(alice, TWO_VENDORS), await placeOrder(alice)];
    await move(both, 'processing', 'vendor-1');
    await move(both, 'processing', 'vendor-2');
    await expectAll([reader], both, await lengthOf(both));
    expect(ofOrder([reader], foreign)).toEqual([]);
    const processing = reader.of('processing');
    expect(processing.map(({ data }) => data['vendorId'])).toEqual(['vendor-2']);
    expect(reader.of('hidden')).not.toHaveLength(0);
    const shown = JSON.stringify(reader.events);
    expect(shown).not.toMatch(/vendor-1|demo-1|tender|"status"/u);
    expect(shown).not.toContain(alice.userId);
  });

  it('is not found by others, and not for guests', async () => {
    const alice = await market.customer();
    const vendor = await market.vendor('vendor-2');
    expectProblem(await alice.get('/users/somebody-else/events'), 404, 'not_found');
    expectProblem(await vendor.get('/vendors/vendor-1/events'), 404, 'not_found');
    expectProblem(await vendor.get(`/users/${alice.userId}/events`), 403, 'forbidden');
    expectProblem(await alice.get('/vendors/vendor-1/events'), 403, 'forbidden');
    expectProblem(await alice.get('/orders/events'), 403, 'forbidden');
    expectProblem(await vendor.get('/orders/events'), 403, 'forbidden');
    const { accessToken } = await placeOrder(market.anonymous, { email: 'guest@example.com' });
    for (const path of ['/orders/events', '/users/guest/events', '/vendors/vendor-1/events']) {
      expectProblem(await market.anonymous.get(path), 401, 'unauthenticated');
      expectProblem(await market.anonymous.with(accessToken).get(path), 403, 'forbidden');
    }
    expectProblem(await staff.get('/orders/events', { 'Last-Event-ID': 'x' }), 400, 'validation_failed');
    expectProblem(await staff.get('/orders/events?status=shipped'), 400, 'validation_failed');
  });

  it('goes on where its reader left it, at another replica and after a crash', async () => {
    const alice = await market.customer();
    const path = `/users/${alice.userId}/events`;
    const before = await watchLive(alice, path);
    const order = await placeOrder(alice);
    await waitUntil('the first event has come', () => before.ids.length > 0);
    const restarted = stack.restartService({ ending: 'crash' });
    await before.ended();
    await move(order, 'processing');
    const meanwhile = await watch(alice.at(other.baseUrl), path, before.lastEventId);
    await meanwhile.first('processing');
    meanwhile.close();
    await move(order, 'shipped');
    await restarted;
    const after = await watch(alice, path, meanwhile.lastEventId);
    await after.first('ready');
    await move(order, 'delivered');
    await after.first('delivered');
    await expectAll([before, meanwhile, after], order, await lengthOf(order));
  });

  it('says how far it has got while it shows nothing, so that who comes back misses nothing and reads little', async () => {
    const alice = await market.customer();
    const reader = await watchLive(alice, `/users/${alice.userId}/events`);
    const started = Number(reader.lastEventId);
    await placeOrder(await market.customer());
    await waitUntil('a heartbeat tells of it', () => Number(reader.lastEventId) > started);
    expect(reader.ids).toEqual([]);
  });

  it('begins anew where the events are no longer there, or never were', async () => {
    const order = await placeOrder(await market.customer());
    await lengthOf(order);
    const { state } = await manager.streams.info(ORDERS);
    const ahead = await watch(staff, '/orders/events', String(state.last_seq + 1_000));
    await ahead.first('ready');
    await manager.streams.purge(ORDERS, { keep: 2 });
    const behind = await watch(staff, '/orders/events', '1');
    await behind.first('ready');
    const within = await watch(staff, '/orders/events', String(state.last_seq - 2));
    await within.first('ready');
    expect(
      [ahead, behind, within].map(({ events }) =>
        events.map(({ event }) => (event === 'ready' || event === 'reset' ? event : 'event')),
      ),
    ).toEqual([
      ['reset', 'ready'],
      ['reset', 'ready'],
      ['event', 'event', 'ready'],
    ]);
  });

  it('goes on live over an outage of NATS, with what happened in it', async () => {
    const alice = await market.customer();
    const reader = await watchLive(alice, `/users/${alice.userId}/events`);
    const order = await placeOrder(alice);
    await stack.nats?.kill();
    await move(order, 'processing');
    await stack.nats?.restart();
    await reader.first('processing');
    await move(order, 'shipped');
    await reader.first('shipped');
    await expectAll([reader], order, await lengthOf(order));
    expect(reader.of('reset')).toEqual([]);
  });

  it('tells of the gap when the stream of all orders is deleted and made anew; who watches an order misses nothing', async () => {
    const alice = await market.customer();
    const order = await placeOrder(alice);
    await lengthOf(order);
    const all = await watchLive(staff, '/orders/events');
    const one = await watch(alice, `/orders/${order.id}/events`);
    await one.first('confirmed');
    const { config } = await manager.streams.info(ORDERS);
    await manager.streams.delete(ORDERS);
    await move(order, 'processing');
    await one.first('processing');
    await manager.streams.add(config);
    await all.first('reset');
    await move(order, 'shipped');
    await all.first('shipped');
    await one.first('shipped');
    const { body } = await alice.get<{ items: unknown[] }>(`/orders/${order.id}/timeline`);
    await waitUntil('all has come', () => one.ids.length === body.items.length);
    expect(one.ids).toEqual(body.items.map((_, index) => index + 1));
  });

  it('sends a reader away that does not take what it is given, while others get everything', async () => {
    const [slow, quick] = [await watchLive(staff, '/orders/events'), await watchLive(staff, '/orders/events')];
    slow.pause();
    const stream = jetstream(nats);
    const orderId = 'e5a3c1de-0000-4000-8000-000000000001';
    // More than the buffers of the network take.
    const count = 300;
    for (let sequence = 1; sequence <= count; sequence += 1) {
      const id = orderEventId(orderId, sequence);
      const data = { orderId, number: 'X', status: 'confirmed', vendorIds: ['vendor-1'], filler: 'x'.repeat(60_000) };
      const event = {
        specversion: '1.0',
        id,
        source: '/test',
        type: orderEventType('held'),
        subject: orderId,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        sequence,
        data,
      };
      await stream.publish(orderEventSubject(orderId, 'held'), JSON.stringify(event), { msgID: id });
    }
    await waitUntil('the quick one has all', () => quick.of('held').length === count, { deadlineMs: 20_000 });
    expect(quick.hasEnded).toBe(false);
    const { text } = await market.anonymous.get('/metrics');
    expect(text).toMatch(/^live_streams_ended_total\{reason="slow"\} 1$/mu);
    slow.resume();
    await slow.ended();
    expect(slow.of('held').length).toBeLessThan(count);
    // It comes back for the rest.
    const again = await watch(staff, '/orders/events', slow.lastEventId);
    await again.first('ready');
    const sequences = [...slow.of('held'), ...again.of('held')].map(({ data }) => data['sequence']);
    expect(sequences).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });

  it('are as many as was set, for a caller and for a replica; requests go on beside them', async () => {
    const replica = await stack.startReplica({
      LIVE_STREAMS_PER_CALLER: '2',
      LIVE_STREAMS_PER_REPLICA: '5',
      MOST_REQUESTS_UNDER_WAY: '3',
    });
    const callers = await Promise.all(
      Array.from({ length: 4 }, async () => (await market.customer()).at(replica.baseUrl)),
    );
    const streamOf = ({ userId }: Client): string => `/users/${userId}/events`;
    const [first, second, third, fourth] = callers as [Client, Client, Client, Client];
    for (const caller of [first, first, second, second, third]) await watch(caller, streamOf(caller));
    const tooMany = await first.get(streamOf(first));
    expectProblem(tooMany, 429, 'rate_limited');
    const full = await fourth.get(streamOf(fourth));
    expectProblem(full, 503, 'overloaded');
    for (const { headers } of [tooMany, full]) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    await placeOrder(fourth);
    open[0]?.close();
    await waitUntil('there is room again', async () => {
      const reader = await fourth.watch(streamOf(fourth));
      open.push(reader);
      return reader.status === 200;
    });
    await replica.process.stop();
  });
});
