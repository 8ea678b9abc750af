import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  databaseUri,
  DEVELOPMENT_GUEST_TOKEN_SECRET,
  DEVELOPMENT_JWT_SECRET,
  findFreePort,
  runNodeProcess,
  signDevelopmentToken,
  startMongo,
  startNats,
  startNodeProcess,
  waitUntil,
  type MongoServer,
  type NatsServer,
  type ProcessGroup,
} from '@marketplace/local-stack';
import {
  Client,
  createCart,
  expectProblem,
  Marketplace,
  orderRequest,
  placeOrder,
  type Order,
} from '../support/client.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const BUILT = resolve('dist/apps/order-service/bundle');

interface Health {
  status: string;
  details: Record<string, { status: string; message?: string }>;
}

describe('MongoDB and NATS away at the start', () => {
  const silent = (): void => undefined;
  let folder: string;
  let service: ProcessGroup;
  let mongo: MongoServer | undefined;
  let nats: NatsServer | undefined;
  let client: Client;
  let mongoPort: number;
  let natsPort: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'marketplace-outage-'));
    [mongoPort, natsPort] = [await findFreePort(), await findFreePort()];
    const port = await findFreePort();
    client = new Client(`http://127.0.0.1:${port}`, await signDevelopmentToken({ sub: 'alice', roles: ['customer'] }));
    service = await startNodeProcess({
      name: 'The service',
      script: join(BUILT, 'main.js'),
      env: {
        NODE_ENV: 'test',
        PORT: String(port),
        MONGODB_URI: `mongodb://127.0.0.1:${mongoPort}/outage?replicaSet=rs0`,
        NATS_URL: `nats://127.0.0.1:${natsPort}`,
        JWT_SECRET: DEVELOPMENT_JWT_SECRET,
        GUEST_TOKEN_SECRET: DEVELOPMENT_GUEST_TOKEN_SECRET,
      },
      logFile: join(folder, 'service.log'),
      isReady: async () => (await client.get('/health/live')).status === 200,
    });
  });

  afterAll(async () => {
    await service?.stop();
    await nats?.stop();
    await mongo?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const readiness = async (): Promise<{ status: number; checks: Health['details'] }> => {
    const { status, body } = await client.get<Health>('/health/ready');
    return { status, checks: body.details };
  };

  it('the service lives, is not ready, says why, and logs it clearly', async () => {
    const { status, checks } = await readiness();
    expect(status).toBe(503);
    expect(checks).toMatchObject({ mongodb: { status: 'down' }, nats: { status: 'down' } });
    await waitUntil('both are in the log', () => {
      const lines = service.lastLines(50);
      return (
        lines.includes('MongoDB cannot be reached; still trying') &&
        lines.includes('NATS cannot be reached; still trying')
      );
    });
    expectProblem(await client.get('/carts/mine'), 503, 'database_unavailable');
  });

  it('it becomes ready by itself once both are there and the database is prepared', async () => {
    [mongo, nats] = await Promise.all([
      startMongo({ port: mongoPort, log: silent }),
      startNats({ port: natsPort, log: silent }),
    ]);
    expect(new URL(nats.url).port).toBe(String(natsPort));
    const unprepared = await waitUntil('MongoDB and NATS are reached', async () => {
      const { checks } = await readiness();
      return checks['mongodb']?.status === 'up' && checks['nats']?.status === 'up' ? checks : undefined;
    });
    expect(unprepared['indexes']).toMatchObject({
      status: 'down',
      message: expect.stringContaining('db:prepare') as string,
    });
    await runNodeProcess({
      name: 'Preparing the database',
      script: join(BUILT, 'prepare-database.js'),
      env: { MONGODB_URI: databaseUri(mongo.uri, 'outage') },
      logFile: join(folder, 'prepare.log'),
    });
    await waitUntil('the service is ready', async () => (await readiness()).status === 200);
  });

  it('when MongoDB dies later, requests get 503 within seconds, and work again when it is back', async () => {
    const member = mongo?.members[0];
    await member?.kill();
    const askedAt = Date.now();
    const refused = expectProblem(await client.get('/carts/mine'), 503, 'database_unavailable');
    expect(refused.title).not.toBe('');
    expect(Date.now() - askedAt).toBeLessThan(10_000);
    await waitUntil('the service is not ready', async () => (await readiness()).status === 503);
    expect((await client.get('/health/live')).status).toBe(200);
    await member?.restart();
    await waitUntil('reads work again', async () => (await client.get('/carts/mine')).status === 404);
    await waitUntil('the service is ready again', async () => (await readiness()).status === 200);
  });
});

describe('NATS away later', () => {
  let stack: TestStack;
  let market: Marketplace;
  let order: Order;
  let customer: Client;

  beforeAll(async () => {
    stack = await startTestStack({ env: { RECOVERY_AFTER_MS: '1000', RECOVERY_INTERVAL_MS: '200' } });
    market = await Marketplace.open(stack);
    customer = await market.customer();
    order = await placeOrder(customer, {
      items: [
        { sku: 'demo-1', quantity: 1 },
        { sku: 'demo-2', quantity: 1 },
      ],
    });
  });

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  it('checkout and adding to a cart are refused, reads and status changes go on, and events follow', async () => {
    const cart = await createCart(customer, [{ sku: 'demo-3', quantity: 1 }]);
    await stack.nats?.kill();

    const health = await waitUntil('the outage is noticed', async () => {
      const { status, body } = await customer.get<Health>('/health/ready');
      return body.details['nats']?.status === 'up' ? undefined : { status, body };
    });
    expect(health.status).toBe(200);
    expect(health.body.details['nats']?.status).toBe('degraded');

    const refused = await customer.post('/orders', orderRequest({ cartId: cart.id }));
    expectProblem(refused, 503, 'catalog_unavailable');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expectProblem(
      await customer.post(`/carts/${cart.id}/items`, { sku: 'demo-4', quantity: 1 }),
      503,
      'catalog_unavailable',
    );
    expect((await customer.get(`/carts/${cart.id}`)).body).toMatchObject({ status: 'active', version: cart.version });

    const vendor = await market.vendor('vendor-1');
    const shipped = await vendor.put<Order>(`/orders/${order.id}`, { status: 'shipped' });
    expect({ status: shipped.status, body: shipped.body }).toMatchObject({ status: 200, body: { status: 'shipped' } });
    const cancelled = await customer.put<Order>(`/orders/${order.id}`, { status: 'cancelled', vendorId: 'vendor-2' });
    expect(cancelled.status).toBe(200);

    await stack.nats?.restart();
    const settled = await waitUntil('the payment is captured and the rest voided', async () => {
      const { body } = await customer.get<Order>(`/orders/${order.id}`);
      return body.payment.status === 'captured' ? body : undefined;
    });
    expect(settled.payment.captured.amount).toBe(199 + 499);
    expect(settled.payment.authorized.amount).toBe(199 + 499);

    const timeline = await customer.get<{ items: { sequence: number }[] }>(`/orders/${order.id}/timeline`);
    const sequences = await waitUntil('all events are published', async () => {
      const found = await market.publishedEvents(order.id);
      return found.length >= timeline.body.items.length && found.map(({ sequence }) => sequence);
    });
    expect(sequences).toEqual(timeline.body.items.map(({ sequence }) => sequence));

    const retried = await waitUntil('the checkout goes through', async () => {
      const reply = await customer.post<Order>('/orders', orderRequest({ cartId: cart.id }));
      return reply.status === 201 ? reply.body : undefined;
    });
    expect(retried.status).toBe('confirmed');
  });
});

describe('a configuration that cannot serve', () => {
  it('is refused in production, with every fault named at once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'marketplace-config-'));
    try {
      const logFile = join(folder, 'service.log');
      const started = startNodeProcess({
        name: 'The service',
        script: join(BUILT, 'main.js'),
        env: { NODE_ENV: 'production', PORT: '0', MONGODB_URI: undefined, NATS_URL: undefined, JWT_SECRET: undefined },
        logFile,
        isReady: () => false,
        readyDeadlineMs: 15_000,
      });
      const message = await started.then(
        () => '',
        (error: Error) => error.message,
      );
      for (const name of ['MONGODB_URI', 'NATS_URL', 'GUEST_TOKEN_SECRET', 'PUBLIC_BASE_URL', 'JWT_JWKS_URL'])
        expect(message).toContain(name);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
