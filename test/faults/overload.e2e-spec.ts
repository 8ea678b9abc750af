import { randomUUID } from 'node:crypto';
import { waitUntil } from '@marketplace/local-stack';
import { connect, type Msg } from '@nats-io/transport-node';
import {
  expectProblem,
  Marketplace,
  orderRequest,
  type Client,
  type Order,
  type Problem,
  type Reply,
} from '../support/client.js';
import { startTestStack, type TestStack } from '../support/stack.js';

/** So slow that all requests of a burst are there before the first is answered, on a busy machine as well. */
const SLOW_MS = 1_500;
const ITEMS = [{ sku: 'demo-1', quantity: 1 }];

describe('more than can be served', () => {
  let stack: TestStack;
  let market: Marketplace;

  beforeAll(async () => {
    stack = await startTestStack({
      env: {
        MOST_REQUESTS_UNDER_WAY: '10',
        FAR_SERVICE_LONGEST_PAUSE_MS: '1000',
        PAYMENT_TIMEOUT_MS: '300',
        SERVICE_TIMEOUT_MS: '8000',
        REQUEST_TIMEOUT_MS: '20000',
        RECOVERY_AFTER_MS: '1000',
        RECOVERY_INTERVAL_MS: '200',
      },
    });
    market = await Marketplace.open(stack);
  });

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  const burst = async <Body>(count: number, send: (index: number) => Promise<Reply<Body>>): Promise<Reply<Body>[]> =>
    Promise.all(Array.from({ length: count }, async (_, index) => send(index)));

  const expectOverloaded = (reply: Reply<unknown>): Problem => {
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    return expectProblem(reply, 503, 'overloaded');
  };

  const metric = async (name: string): Promise<number> => {
    const { text } = await market.anonymous.get('/metrics');
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1));
  };

  it('a far service is asked for as much as was agreed: the rest waits, and beyond that is refused with the time to try again', async () => {
    const replica = await stack.startReplica({ FAR_SERVICE_CONCURRENCY: '2', FAR_SERVICE_QUEUE_LENGTH: '2' });
    const caller = market.anonymous.at(replica.baseUrl);
    await market.setDials({ latencyMs: SLOW_MS });
    const replies = await burst(8, async () => caller.post('/carts', { items: ITEMS }));
    await market.setDials({ latencyMs: 0 });
    const refused = replies.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(4);
    for (const reply of refused) expect(expectOverloaded(reply).detail).toContain('quotes');
    expect((await caller.post('/carts', { items: ITEMS })).status).toBe(201);
  });

  it('one request too many is refused before it is read; probes and figures are not', async () => {
    await market.setDials({ latencyMs: SLOW_MS });
    const probe = waitUntil('the service is full', async () => (await metric('requests_under_way')) === 10);
    const replies = await burst(20, async () => market.anonymous.post('/carts', { items: ITEMS }));
    await probe;
    await market.setDials({ latencyMs: 0 });
    const refusals = replies.filter(({ status }) => status !== 201).map((reply) => expectOverloaded(reply).detail);
    expect(refusals.filter((detail) => detail?.includes('requests are under way'))).toHaveLength(10);
    expect((await market.anonymous.get('/health/ready')).status).toBe(200);
    await waitUntil('nothing is under way', async () => (await metric('requests_under_way')) === 0);
  });

  it('what a request asks of others knows the request and its deadline', async () => {
    const connection = await connect({ servers: stack.natsUrl });
    try {
      const heard: Msg[] = [];
      connection.subscribe('catalog.quote', { callback: (_, message) => void heard.push(message) });
      await connection.flush();
      const requestId = `test-${randomUUID()}`;
      const askedAt = Date.now();
      await market.anonymous.post('/carts', { items: ITEMS }, { 'X-Request-Id': requestId });
      const asked = heard.find(({ headers }) => headers?.get('X-Request-Id') === requestId);
      const leftMs = Date.parse(asked?.headers?.get('Deadline') ?? '') - askedAt;
      // The shorter of the two: that of the request to the catalog, 8 s, which is within that of the whole, 20 s.
      expect(leftMs).toBeGreaterThan(4_000);
      expect(leftMs).toBeLessThan(20_000);
    } finally {
      await connection.close();
    }
  });

  it('a Payment Service that does not answer is left alone, and what waits for it settles when it is back', async () => {
    await market.setDials({ failPayments: true });
    const alice: Client = await market.customer();
    const placed: Order[] = [];
    while (placed.length < 12) {
      const { status, body } = await alice.post<Order>('/orders', orderRequest({ items: ITEMS, currency: 'USD' }));
      expect(status).toBe(201);
      placed.push(body);
    }
    expect(placed.every(({ status }) => status === 'pending')).toBe(true);
    const leftAlone = 'far_service_left_alone{service="payments"}';
    expect(await metric(leftAlone)).toBe(1);
    expect(await metric('far_service_left_alone{service="catalog"}')).toBe(0);

    await market.setDials({ failPayments: false });
    for (const { id } of placed) {
      await waitUntil('the order is confirmed', async () => {
        const { body } = await alice.get<Order>(`/orders/${id}`);
        return body.status === 'confirmed';
      });
      expect((await market.ledger(id)).filter(({ kind }) => kind === 'authorization')).toHaveLength(1);
    }
    expect(await metric(leftAlone)).toBe(0);
    await waitUntil('nothing waits to be published', async () => (await metric('outbox_lag_seconds')) === 0);
  });
});
