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

describe('live streams', () => {
  let stack: TestStack;
  let market: Marketplace;
  /** Viewers watch at one replica, and changes are made through the other. */
  let other: Replica;
  let alice: Client;
  let staff: Client;

  beforeAll(async () => {
    stack = await startTestStack({ ownNats: true, env: { LIVE_POLL_MS: '200', LIVE_HEARTBEAT_MS: '1000' } });
    market = await Marketplace.open(stack);
    other = await stack.startReplica();
    alice = await market.customer();
    staff = await market.staff();
  }, 90_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  const open: EventReader[] = [];
  const watch = async (client: Client, path: string, headers: Record<string, string> = {}): Promise<EventReader> => {
    const reader = await client.watch(path, headers);
    expect({ status: reader.status, type: reader.response.headers['content-type'] }).toEqual({
      status: 200,
      type: 'text/event-stream',
    });
    open.push(reader);
    return reader;
  };
  afterEach(() => {
    for (const reader of open.splice(0)) reader.close();
  });

  const move = async (order: Order, status: string, vendorId?: string): Promise<void> => {
    const body = {
      status,
      ...(vendorId === undefined ? {} : { vendorId }),
      ...(status === 'shipped' ? { shipment: PARCEL } : {}),
    };
    const reply = await staff.at(other.baseUrl).put(`/orders/${order.id}`, body);
    expect({ status: reply.status, body: reply.body }).toMatchObject({ status: 200 });
  };
  /** Everything that the order's history holds has come, each once and in sequence. */
  const expectWhole = async (
    reader: EventReader,
    viewer: Client,
    orderId: string,
    from = 1,
  ): Promise<TimelineEntry[]> => {
    const timeline = await waitUntil(
      'all events have come',
      async () => {
        const entries = await timelineOf(viewer, orderId);
        return reader.ids.at(-1) === entries.length ? entries : undefined;
      },
      { deadlineMs: 15_000, pollMs: 50 },
    );
    const expected = timeline.slice(from - 1);
    expect(reader.numbered.map(({ id, event, data }) => ({ id: Number(id), event, data }))).toEqual(
      expected.map((entry) => ({ id: entry.sequence, event: entry.type ?? 'hidden', data: entry })),
    );
    return timeline;
  };

  describe('of an order', () => {
    it('shows its state, then every event as it happens, whichever replica makes it happen', async () => {
      const order = await placeOrder(alice.at(other.baseUrl));
      const reader = await watch(alice, `/orders/${order.id}/events`);
      const state = await reader.first('state');
      expect(state).toMatchObject({ id: undefined, data: { id: order.id, number: order.number, status: 'confirmed' } });
      expect(reader.events[0]).toBe(state);
      await move(order, 'shipped');
      await reader.first('shipped');
      await move(order, 'delivered');
      const delivered = await reader.first('delivered');
      expect(delivered.data).toMatchObject({ status: 'delivered', vendorId: 'vendor-1' });
      await expectWhole(reader, alice, order.id);
    });
  });
});
