import { randomUUID } from 'node:crypto';
import { waitUntil } from '@marketplace/local-stack';
import {
  expectProblem,
  Marketplace,
  placeOrder,
  type Client,
  type Order,
  type TimelineEntry,
} from '../support/client.js';
import type { EventReader } from '../support/event-reader.js';
import { timelineOf } from '../support/order-checks.js';
import { startTestStack, type Replica, type TestStack } from '../support/stack.js';

const TWO_VENDORS = {
  items: [
    { sku: 'demo-1', quantity: 1 },
    { sku: 'demo-2', quantity: 1 },
  ],
};
const PARCEL = { carrier: 'DHL', trackingNumber: '00340434161094042557' };

describe('the live stream of an order', () => {
  let stack: TestStack;
  let market: Marketplace;
  /** Viewers watch at the first replica, and changes are made through this one. */
  let other: Replica;
  let alice: Client;
  let staff: Client;
  const open: EventReader[] = [];

  beforeAll(async () => {
    stack = await startTestStack({
      ownNats: true,
      env: {
        LIVE_POLL_MS: '200',
        LIVE_HEARTBEAT_MS: '1000',
        RECOVERY_AFTER_MS: '1000',
        RECOVERY_INTERVAL_MS: '200',
      },
    });
    market = await Marketplace.open(stack);
    other = await stack.startReplica();
    alice = await market.customer();
    staff = await market.staff();
  }, 180_000);

  afterEach(() => {
    for (const reader of open.splice(0)) reader.close();
  });

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  const watch = async (client: Client, orderId: string, headers: Record<string, string> = {}): Promise<EventReader> => {
    const reader = await client.watch(`/orders/${orderId}/events`, headers);
    expect({ status: reader.status, type: reader.response.headers['content-type'] }).toEqual({
      status: 200,
      type: 'text/event-stream',
    });
    open.push(reader);
    return reader;
  };
  const move = async (order: Order, status: string, vendorId?: string): Promise<void> => {
    const parcel = status === 'shipped' ? { shipment: PARCEL } : {};
    const body = { status, ...(vendorId === undefined ? {} : { vendorId }), ...parcel };
    const reply = await staff.at(other.baseUrl).put(`/orders/${order.id}`, body);
    expect({ status: reply.status, body: reply.body }).toMatchObject({ status: 200 });
  };
  /** Everything that the viewer's timeline holds has come, each once and in sequence. */
  const expectWhole = async (readers: EventReader[], viewer: Client, orderId: string): Promise<TimelineEntry[]> => {
    const last = readers.at(-1);
    const timeline = await waitUntil(
      'all events have come',
      async () => {
        const entries = await timelineOf(viewer.at(other.baseUrl), orderId);
        return last?.ids.at(-1) === entries.length ? entries : undefined;
      },
      { deadlineMs: 20_000, pollMs: 50 },
    );
    const numbered = readers.flatMap((reader) => reader.numbered);
    expect(numbered.map(({ id, event, data }) => ({ id: Number(id), event, data }))).toEqual(
      timeline.map((entry) => ({ id: entry.sequence, event: entry.type ?? 'hidden', data: entry })),
    );
    return timeline;
  };
  const metric = async (name: string): Promise<number> => {
    const { text } = await market.anonymous.get('/metrics');
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1));
  };
  const feedIs = async (live: 0 | 1): Promise<void> =>
    void (await waitUntil(`live_feed is ${live}`, async () => (await metric('live_feed')) === live));

  it('shows its state, then every event as it happens, whichever replica makes it happen', async () => {
    const order = await placeOrder(alice.at(other.baseUrl));
    const reader = await watch(alice, order.id);
    const state = await reader.first('state');
    expect(state).toMatchObject({ id: undefined, data: { id: order.id, number: order.number, status: 'confirmed' } });
    expect(reader.events[0]).toBe(state);
    await move(order, 'shipped');
    expect((await reader.first('shipped')).data).toMatchObject({ vendorId: 'vendor-1', data: PARCEL });
    await move(order, 'delivered');
    expect((await reader.first('delivered')).data).toMatchObject({ status: 'delivered' });
    await expectWhole([reader], alice, order.id);
  });

  it('is kept alive while nothing happens, and is no request under way', async () => {
    const { id } = await placeOrder(alice);
    const reader = await watch(alice, id);
    await waitUntil('two heartbeats have come', () => reader.comments >= 2);
    expect(await metric('live_viewers{kind="order"}')).toBe(1);
    expect(await metric('live_watched_orders')).toBe(1);
    expect(await metric('requests_under_way')).toBe(0);
    reader.close();
    await waitUntil('nobody watches', async () => (await metric('live_watched_orders')) === 0);
    expect(await metric('live_viewers{kind="order"}')).toBe(0);
  });

  it('goes on without a gap or a repeat where its reader left it, at another replica and after a crash', async () => {
    const order = await placeOrder(alice, TWO_VENDORS);
    const before = await watch(alice, order.id);
    await before.first('confirmed');
    await move(order, 'shipped', 'vendor-1');
    await before.first('shipped');
    const restarted = stack.restartService({ ending: 'crash' });
    await before.ended();
    await move(order, 'delivered', 'vendor-1');
    const meanwhile = await watch(alice.at(other.baseUrl), order.id, { 'Last-Event-ID': before.lastEventId ?? '' });
    await meanwhile.first('delivered');
    await restarted;
    meanwhile.close();
    await move(order, 'shipped', 'vendor-2');
    const after = await watch(alice, order.id, { 'Last-Event-ID': meanwhile.lastEventId ?? '' });
    await after.first('shipped');
    await feedIs(1);
    await move(order, 'delivered', 'vendor-2');
    await after.first('delivered');
    await expectWhole([before, meanwhile, after], alice, order.id);
    expect(after.of('state')[0]?.data['status']).toBe('partially_delivered');
  });

  it('takes what was seen last as a query parameter too, and begins anew where it never was', async () => {
    const { id } = await placeOrder(alice);
    const resumed = await alice.watch(`/orders/${id}/events?lastEventId=1`);
    open.push(resumed);
    await resumed.first('confirmed');
    expect(resumed.ids[0]).toBe(2);
    const lost = await watch(alice, id, { 'Last-Event-ID': '999' });
    await lost.first('confirmed');
    expect(lost.events.slice(0, 2).map(({ event }) => event)).toEqual(['state', 'reset']);
    expect(lost.ids[0]).toBe(1);
  });

  it('shows a vendor its own part, and the places of the rest', async () => {
    const order = await placeOrder(alice, TWO_VENDORS);
    const vendor = await market.vendor('vendor-2');
    const reader = await watch(vendor, order.id);
    await move(order, 'shipped', 'vendor-1');
    await move(order, 'shipped', 'vendor-2');
    await reader.first('shipped');
    const timeline = await expectWhole([reader], vendor, order.id);
    expect(timeline.some(({ hidden }) => hidden)).toBe(true);
    const shown = JSON.stringify(reader.events);
    expect(shown).not.toMatch(/vendor-1|demo-1|tender|payment/u);
    expect(shown).not.toContain(alice.userId);
  });

  it('is open to a guest with the token of the order, and to staff', async () => {
    const order = await placeOrder(market.anonymous, { email: 'guest@example.com' });
    const guest = market.anonymous.with(order.accessToken);
    for (const viewer of [guest, staff]) {
      const reader = await watch(viewer, order.id);
      await expectWhole([reader], viewer, order.id);
      reader.close();
    }
  });

  it('is not found by anybody else, who is told nothing else', async () => {
    const order = await placeOrder(market.anonymous, { email: 'guest@example.com' });
    const others = await placeOrder(market.anonymous, { email: 'other@example.com' });
    const strangers: [Client, string][] = [
      [alice, order.id],
      [await market.vendor('vendor-6'), order.id],
      [market.anonymous.with(others.accessToken), order.id],
      [staff, randomUUID()],
    ];
    for (const [client, id] of strangers) {
      for (const headers of [{}, { 'Last-Event-ID': '1' }] as Record<string, string>[]) {
        const reply = await client.get(`/orders/${id}/events`, headers);
        const { detail } = expectProblem(reply, 404, 'not_found');
        expect(detail).toBe('there is no such order');
      }
    }
    expectProblem(await market.anonymous.get(`/orders/${order.id}/events`), 401, 'unauthenticated');
    expectProblem(
      await market.anonymous.with('no.token.this').get(`/orders/${order.id}/events`),
      401,
      'unauthenticated',
    );
    const expired = await stack.token({ sub: alice.userId, roles: ['customer'], ttlSeconds: -60 });
    expectProblem(await alice.with(expired).get(`/orders/${order.id}/events`), 401, 'unauthenticated');
  });

  it.each([
    ['/orders/not-an-id/events', {}],
    [`/orders/${randomUUID()}/events?after=1`, {}],
    [`/orders/${randomUUID()}/events?lastEventId=x`, {}],
    [`/orders/${randomUUID()}/events?lastEventId=1&lastEventId=2`, {}],
    [`/orders/${randomUUID()}/events`, { 'Last-Event-ID': '1; drop' }],
  ] as [string, Record<string, string>][])('is refused for %s %p', async (path, headers) => {
    expectProblem(await alice.get(path, headers), 400, 'validation_failed');
  });

  it('is nothing but headers for HEAD, whoever asks', async () => {
    const { id } = await placeOrder(alice);
    for (const path of [`/orders/${id}/events`, `/users/${alice.userId}/events`]) {
      const reply = await alice.request('HEAD', path);
      expect({ status: reply.status, type: reply.headers.get('content-type'), text: reply.text }).toEqual({
        status: 200,
        type: 'text/event-stream',
        text: '',
      });
    }
    expect((await staff.request('HEAD', '/orders/events')).status).toBe(200);
    expect((await alice.request('HEAD', `/orders/${randomUUID()}/events`)).status).toBe(404);
    // It would have ended the process some time later.
    await waitUntil('the heartbeat after that', async () => (await watch(alice, id)).first('confirmed'));
    expect(stack.service.exit).toBeUndefined();
  });

  it('ends with the token that it was opened with', async () => {
    const { id } = await placeOrder(alice);
    const token = await stack.token({ sub: alice.userId, roles: ['customer'], ttlSeconds: 3 });
    const reader = await watch(alice.with(token), id);
    await reader.first('confirmed');
    await reader.ended();
    expect(reader.events.at(-1)).toMatchObject({ event: 'end', data: { reason: 'expired' } });
  });

  it('goes on from the database while NATS is away, and live when it is back', async () => {
    const order = await placeOrder(alice);
    const reader = await watch(alice, order.id);
    await reader.first('confirmed');
    await stack.nats?.kill();
    await feedIs(0);
    await move(order, 'processing');
    await reader.first('processing');
    await stack.nats?.restart();
    await feedIs(1);
    await move(order, 'shipped');
    await reader.first('shipped');
    await expectWhole([reader], alice, order.id);
  });
});
