import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { PermissionViolationError } from '@nats-io/nats-core';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { STREAMS } from '@marketplace/contracts';
import { runNodeProcess, waitUntil } from '@marketplace/local-stack';
import { Marketplace, orderWhen, placeOrder, type Client, type Order } from '../support/client.js';
import { bearer, request as ask } from '../support/messages.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const DEPLOYED = 'deploy/nats';
const PASSWORDS = {
  'order-service': 'ORDER_SERVICE_PASSWORD',
  catalog: 'CATALOG_PASSWORD',
  inventory: 'INVENTORY_PASSWORD',
  payment: 'PAYMENT_PASSWORD',
  notification: 'NOTIFICATION_PASSWORD',
  requester: 'REQUESTER_PASSWORD',
  'event-consumer': 'EVENT_CONSUMER_PASSWORD',
  operator: 'OPERATOR_PASSWORD',
} as const;
type User = keyof typeof PASSWORDS;

const passwordOf = (user: User): string => `password-of-${user}`;
const inboxOf = (user: User): string => `_INBOX_${user.replace('-', '_')}`;
const settingsOf = (user: User): Record<string, string> => ({
  NATS_USER: user,
  NATS_PASSWORD: passwordOf(user),
  NATS_INBOX_PREFIX: inboxOf(user),
});

/** The deployed configuration, with one more user for the simulator and the suite itself, who give no name. */
async function configurationWithHarness(folder: string): Promise<string> {
  await cp(DEPLOYED, folder, { recursive: true });
  const file = join(folder, 'nats-server.conf');
  const text = await readFile(file, 'utf8');
  const users = '  users = [\n';
  expect(text).toContain(users);
  const harness = '    { user: harness, password: harness }\n';
  await writeFile(file, `${text.replace(users, `${users}${harness}`)}\nno_auth_user: harness\n`);
  return file;
}

describe('the permissions that a NATS server is deployed with', () => {
  let folder: string;
  let stack: TestStack;
  let market: Marketplace;
  let alice: Client;
  const connections: NatsConnection[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'marketplace-nats-conf-'));
    const env = Object.fromEntries(
      (Object.keys(PASSWORDS) as User[]).map((user) => [PASSWORDS[user], passwordOf(user)]),
    );
    stack = await startTestStack({
      ownNats: { configFile: await configurationWithHarness(folder), env },
      env: settingsOf('order-service'),
    });
    market = await Marketplace.open(stack);
    alice = await market.customer();
  }, 90_000);

  afterAll(async () => {
    await Promise.all(connections.map(async (connection) => connection.close()));
    await market?.close();
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const as = async (user: User): Promise<NatsConnection> => {
    const connection = await connect({
      servers: stack.natsUrl,
      user,
      pass: passwordOf(user),
      inboxPrefix: inboxOf(user),
      reconnect: false,
    });
    connections.push(connection);
    return connection;
  };

  it('are all that the service needs: an order from its cart to its delivery, and everybody told', async () => {
    const order = await placeOrder(alice, { payments: [{ methodToken: 'tok_async' }], email: 'alice@example.com' });
    await orderWhen(
      alice,
      order.id,
      'confirmed by an event of the Payment Service',
      ({ status }) => status === 'confirmed',
    );
    const vendor = await market.vendor('vendor-1');
    const shipped = await vendor.put<Order>(`/orders/${order.id}`, {
      status: 'shipped',
      shipment: { carrier: 'DHL', trackingNumber: '1' },
    });
    expect(shipped.status).toBe(200);
    await waitUntil('its events are published', async () =>
      (await market.publishedEvents(order.id)).some(({ type }) => type === 'marketplace.order.shipped.v1'),
    );
    await waitUntil('its buyer is told', async () =>
      (await market.ledger(order.id)).some(({ kind }) => kind === 'notification'),
    );
    const asked = await ask<Order>(
      await as('requester'),
      'orders.get',
      { orderId: order.id },
      await bearer(stack, alice.userId, 'customer'),
    );
    expect(asked.body).toMatchObject({ id: order.id, status: 'shipped' });
    expect(stack.logs()).not.toMatch(/permissions violation/iu);
  });

  it('are all that those who follow it need: durable consumers of their own', async () => {
    const { id } = await placeOrder(alice);
    for (const [user, stream] of [
      ['event-consumer', STREAMS.orders.name],
      ['notification', STREAMS.notifications.name],
    ] as const) {
      const connection = await as(user);
      const manager = await jetstreamManager(connection);
      await manager.consumers.add(stream, { durable_name: user, ack_policy: AckPolicy.Explicit });
      const consumer = await jetstream(connection).consumers.get(stream, user);
      await waitUntil(`${user} has heard of the order`, async () => {
        const message = await consumer.next({ expires: 2_000 });
        await message?.ackAck();
        return message?.string().includes(id);
      });
    }
  });

  it('are all that people need to look after dead letters', async () => {
    const tool = runNodeProcess({
      name: 'dead-letters',
      script: resolve('dist/apps/order-service/bundle/dead-letters.js'),
      args: ['list'],
      env: { NATS_URL: stack.natsUrl, ...settingsOf('operator') },
      logFile: join(folder, 'dead-letters.log'),
    });
    await expect(tool).resolves.toBeUndefined();
  });

  it.each<[User, 'publish' | 'subscribe', string]>([
    ...(
      ['catalog', 'inventory', 'payment', 'notification', 'requester', 'event-consumer', 'operator'] as const
    ).flatMap((user): [User, 'publish' | 'subscribe', string][] => [
      [user, 'publish', 'evt.orders.order-1.placed'],
      [user, 'publish', 'cmd.notifications.send'],
      [user, 'publish', '$JS.API.STREAM.DELETE.ORDERS'],
      [user, 'publish', '$JS.API.STREAM.PURGE.ORDERS'],
      [user, 'subscribe', 'orders.*'],
      [user, 'subscribe', 'cmd.notifications.send'],
      [user, 'subscribe', `${inboxOf('order-service')}.>`],
      [user, 'subscribe', '_INBOX.>'],
      [user, 'subscribe', '>'],
    ]),
    ['catalog', 'subscribe', 'payments.authorize'],
    ['inventory', 'publish', 'payments.refund'],
    ['requester', 'publish', 'payments.capture'],
    ['requester', 'publish', 'evt.payments.payment-1.captured'],
    ['requester', 'subscribe', 'evt.orders.>'],
    ['event-consumer', 'publish', '$JS.API.CONSUMER.CREATE.NOTIFICATIONS.event-consumer'],
    ['event-consumer', 'publish', '$JS.API.CONSUMER.MSG.NEXT.NOTIFICATIONS.notification'],
    ['event-consumer', 'publish', '$JS.API.CONSUMER.MSG.NEXT.PAYMENTS.order-service'],
    ['event-consumer', 'publish', '$JS.ACK.NOTIFICATIONS.notification.1.1.1.1.0'],
    ['event-consumer', 'publish', '$JS.API.CONSUMER.DELETE.ORDERS.event-consumer'],
    ['notification', 'publish', '$JS.API.CONSUMER.CREATE.ORDERS.notification'],
    ['payment', 'publish', '$JS.API.STREAM.DELETE.PAYMENTS'],
    ['order-service', 'publish', 'evt.payments.payment-1.captured'],
    ['order-service', 'publish', '$JS.API.STREAM.DELETE.ORDERS'],
    ['order-service', 'publish', '$JS.API.STREAM.UPDATE.ORDERS'],
    ['order-service', 'subscribe', 'payments.*'],
    ['order-service', 'subscribe', 'cmd.notifications.send'],
    ['order-service', 'subscribe', `${inboxOf('requester')}.>`],
  ])('%s may not %s %s', async (user, operation, subject) => {
    const connection = await as(user);
    const violations: PermissionViolationError[] = [];
    void (async () => {
      for await (const status of connection.status()) {
        if (status.type === 'error' && status.error instanceof PermissionViolationError) violations.push(status.error);
      }
    })();
    if (operation === 'publish') connection.publish(subject, '{}');
    else connection.subscribe(subject, { callback: () => undefined });
    await connection.flush();
    await waitUntil('the server refuses', () => violations.length > 0, { deadlineMs: 5_000, pollMs: 10 });
    expect(violations[0]).toMatchObject({
      operation: operation === 'publish' ? 'publish' : 'subscription',
      subject,
    });
    await connection.close();
  });

  it('take nobody in under another password, nor without one', async () => {
    for (const pass of ['', 'wrong', passwordOf('catalog')]) {
      const attempt = connect({ servers: stack.natsUrl, user: 'order-service', pass, reconnect: false });
      await expect(attempt).rejects.toThrow(/authorization/iu);
    }
  });
});
