import { randomUUID } from 'node:crypto';
import { ORDER_SUBJECTS } from '@marketplace/contracts';
import { connect } from '@nats-io/transport-node';
import { metricsOf } from '../deploy/promql.js';
import { queries } from '../deploy/monitoring.js';
import { Marketplace, orderRequest, placeOrder, type Order } from '../support/client.js';
import { bearer, request } from '../support/messages.js';
import { startTestStack, type TestStack } from '../support/stack.js';

/** What Prometheus knows of each of its targets by itself. */
const BY_PROMETHEUS = ['up'];

/** The figures of the service as it tells them: `name{label="value"}` and the value. */
class Figures {
  constructor(readonly text: string) {}

  /** The sum over everything that has these labels. */
  sum(name: string, labels: Record<string, string> = {}): number {
    const lines = this.text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    const fitting = lines.filter((line) =>
      Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
    );
    expect({ name, labels, lines: fitting.length }).not.toEqual({ name, labels, lines: 0 });
    return fitting.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** All names under which Prometheus finds something; a histogram has three. */
  names(): string[] {
    return [...this.text.matchAll(/^# TYPE (?<name>\S+) (?<type>\S+)$/gmu)].flatMap(({ groups }) => {
      const { name = '', type } = groups ?? {};
      return type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name];
    });
  }
}

describe('figures for Prometheus', () => {
  let stack: TestStack;
  let market: Marketplace;
  let order: Order;

  const read = async (): Promise<Figures> => new Figures((await market.anonymous.get('/metrics')).text);

  beforeAll(async () => {
    stack = await startTestStack();
    market = await Marketplace.open(stack);
    const alice = await market.customer();
    order = await placeOrder(alice);
    const items = [{ sku: 'demo-2', quantity: 1 }];
    const declined = { items, currency: 'USD', payments: [{ methodToken: 'tok_declined' }] };
    expect((await alice.post('/orders', orderRequest(declined))).status).toBe(402);
    const vendor = await market.vendor(order.vendorOrders[0]?.vendorId ?? '');
    const shipment = { carrier: 'DHL', trackingNumber: '1' };
    expect((await vendor.put(`/orders/${order.id}`, { status: 'shipped', shipment })).status).toBe(200);
  }, 90_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  it('count what happens to orders, from nought', async () => {
    const figures = await read();
    expect(figures.sum('order_events_total', { type: 'placed' })).toBe(2);
    expect(figures.sum('order_events_total', { type: 'confirmed' })).toBe(1);
    expect(figures.sum('order_events_total', { type: 'payment-declined' })).toBe(1);
    expect(figures.sum('order_events_total', { type: 'shipped' })).toBe(1);
    expect(figures.sum('order_events_total', { type: 'chargeback' })).toBe(0);
  });

  it('count movements of money by what the Payment Service said', async () => {
    const figures = await read();
    expect(figures.sum('payment_operations_total', { kind: 'authorize', outcome: 'authorized' })).toBe(1);
    expect(figures.sum('payment_operations_total', { kind: 'authorize', outcome: 'declined' })).toBe(1);
    expect(figures.sum('payment_operations_total', { kind: 'capture', outcome: 'captured' })).toBe(1);
    expect(figures.sum('payment_operations_total', { kind: 'refund', outcome: 'unanswered' })).toBe(0);
  });

  it('tell how many orders are in each status', async () => {
    const figures = await read();
    expect(figures.sum('orders_by_status', { status: 'pending' })).toBe(0);
    expect(figures.sum('orders_by_status')).toBe(2);
  });

  it('time what is asked of other services, by subject and outcome', async () => {
    const figures = await read();
    const quotes = { subject: 'catalog.quote', outcome: 'answered' };
    expect(figures.sum('far_service_request_duration_seconds_count', quotes)).toBeGreaterThanOrEqual(2);
    expect(figures.sum('far_service_request_duration_seconds_sum', quotes)).toBeGreaterThan(0);
    await market.setDials({ failCatalog: true });
    try {
      const reply = await (await market.customer()).post('/carts', { items: [{ sku: 'demo-1', quantity: 1 }] });
      expect(reply.status).toBe(503);
    } finally {
      await market.setDials({ failCatalog: false });
    }
    const unanswered = { subject: 'catalog.quote', outcome: 'unavailable' };
    expect((await read()).sum('far_service_request_duration_seconds_count', unanswered)).toBeGreaterThan(0);
  });

  it('time requests over NATS, by subject and status', async () => {
    const nats = await connect({ servers: stack.natsUrl });
    try {
      const support = await bearer(stack, 'support-1', 'support');
      await request(nats, ORDER_SUBJECTS.get, { orderId: order.id }, support);
      await request(nats, ORDER_SUBJECTS.get, { orderId: randomUUID() }, support);
    } finally {
      await nats.close();
    }
    const figures = await read();
    for (const status of ['200', '404'])
      expect(figures.sum('message_request_duration_seconds_count', { subject: ORDER_SUBJECTS.get, status })).toBe(1);
  });

  it('tell how the connections to MongoDB are used', async () => {
    const figures = await read();
    expect(figures.sum('mongodb_pool_connections')).toBeGreaterThan(0);
    expect(figures.sum('mongodb_pool_waiting')).toBe(0);
    expect(figures.sum('mongodb_pool_size')).toBe(20);
  });

  it('are all that alerts and dashboard ask for', async () => {
    const known = new Set([...(await read()).names(), ...BY_PROMETHEUS]);
    const missing = queries().flatMap(({ where, query }) =>
      metricsOf(query)
        .filter((name) => !known.has(name))
        .map((name) => `${where}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});
