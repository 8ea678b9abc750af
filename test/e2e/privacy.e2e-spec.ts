import { randomUUID } from 'node:crypto';
import { STREAMS } from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import mongoose from 'mongoose';
import {
  createCart,
  expectProblem,
  Marketplace,
  orderRequest,
  orderWhen,
  type Client,
  type Order,
  type Page,
  type Reply,
} from '../support/client.js';
import { EventReader } from '../support/event-reader.js';
import { bearer, request, streamed } from '../support/messages.js';
import { runServiceProgram } from '../support/service-program.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const SLOW_MS = 120_000;
const DAY_NANOSECONDS = 86_400_000_000_000;
/** Found wherever what somebody said of itself is. */
const CANARY = `canary${randomUUID().slice(0, 8)}`;
const ADDRESS = {
  name: `${CANARY} name`,
  line1: `${CANARY} street`,
  line2: `${CANARY} floor`,
  city: `${CANARY} city`,
  region: CANARY,
  postalCode: CANARY.slice(0, 14),
  country: 'US',
};
const PERSONAL = { shippingAddress: ADDRESS, billingAddress: ADDRESS, email: `${CANARY}@example.com` };

interface Anonymisation {
  id: string;
  status: string;
  orders: number;
  carts: number;
  waiting: number;
  remaining: { orders: number; carts: number };
}

describe('personal data', () => {
  let stack: TestStack;
  let market: Marketplace;
  let nats: NatsConnection;
  let mongo: mongoose.mongo.MongoClient;
  let alice: Client;
  let vendor1: Client;
  let support: Client;
  let admin: Client;
  /** Every reply that was a problem, and every token that was shown to somebody. */
  const problems: string[] = [];
  const tokens: string[] = [];
  const life = { returned: '', declined: '', open: '', guest: '', guestToken: '' };

  beforeAll(async () => {
    stack = await startTestStack({
      env: { LOG_LEVEL: 'debug', RECOVERY_AFTER_MS: '1500', RECOVERY_INTERVAL_MS: '200' },
    });
    market = await Marketplace.open(stack);
    nats = await connect({ servers: stack.natsUrl });
    mongo = await new mongoose.mongo.MongoClient(stack.mongodbUri).connect();
    [alice, vendor1, support, admin] = await Promise.all([
      market.customer(),
      market.vendor('vendor-1'),
      market.staff(),
      market.staff('admin'),
    ]);
    await live();
  }, SLOW_MS);

  afterAll(async () => {
    await nats?.close();
    await mongo?.close();
    await market?.close();
    await stack?.stop();
  });

  async function accepted<Body>(reply: Promise<Reply<Body>>, ...statuses: number[]): Promise<Body> {
    const { status, text, body } = await reply;
    expect({ text, isExpected: statuses.includes(status) }).toMatchObject({ isExpected: true });
    return body;
  }

  async function refused(reply: Promise<Reply<unknown>>): Promise<void> {
    const { status, text } = await reply;
    expect(status).toBeGreaterThanOrEqual(400);
    problems.push(text);
  }

  const place = async (client: Client, more: Record<string, unknown> = {}): Promise<Order> =>
    accepted(
      client.post<Order>(
        '/orders',
        orderRequest({ items: [{ sku: 'demo-1', quantity: 2 }], currency: 'USD', ...PERSONAL, ...more }),
      ),
      201,
    );

  /** Whole lives: shipped, returned and refunded; declined; left open; a guest's, over NATS. */
  async function live(): Promise<void> {
    const token = await bearer(stack, alice.userId, 'customer');
    tokens.push(token.Authorization.replace('Bearer ', ''));
    await accepted(market.anonymous.with(tokens[0]).get(`/orders/user/${alice.userId}`), 200);
    life.returned = (await place(alice)).id;
    const path = `/orders/${life.returned}`;
    await accepted(vendor1.put(path, { status: 'shipped', shipment: { carrier: 'DHL', trackingNumber: '1' } }), 200);
    await accepted(support.put(path, { status: 'delivered' }), 200);
    await orderWhen(support, life.returned, 'captured', ({ payment }) => payment.status === 'captured');
    const one = { items: [{ sku: 'demo-1', quantity: 1 }] };
    await accepted(alice.post(`${path}/returns`, { ...one, reason: `${CANARY} says: too small` }), 201);
    for (const status of ['approved', 'received', 'refunded']) {
      await accepted(vendor1.put(`${path}/returns/r1`, { status, reason: `${CANARY} was right` }), 200);
    }
    await accepted(support.post(`${path}/hold`, { reason: `${CANARY} called` }), 200);

    const bad = orderRequest({ items: [{ sku: 'demo-1', quantity: 1 }], currency: 'USD', ...PERSONAL });
    const declined = await alice.post<{ orderId: string }>('/orders', {
      ...bad,
      payments: [{ methodToken: 'tok_declined' }],
    });
    expect(declined.status).toBe(402);
    problems.push(declined.text);
    life.declined = declined.body.orderId;
    const secret = `tok_${CANARY}`;
    await refused(alice.post('/orders', { ...bad, payments: [{ methodToken: secret }, { methodToken: secret }] }));
    await refused(alice.post('/orders', { ...bad, email: CANARY }));
    await refused(alice.post('/orders', { ...bad, items: [{ sku: 'nothing', quantity: 1 }] }));
    await refused(alice.with(`${CANARY}.${CANARY}.${CANARY}`).get('/carts/mine'));
    life.open = (await place(alice, { payments: [{ methodToken: secret }] })).id;
    await createCart(alice, [{ sku: 'demo-2', quantity: 1 }]);

    const guest = { ...bad, payments: [{ methodToken: 'tok_visa' }] };
    const { body } = await request<Order>(nats, 'orders.create', guest);
    expect(body).toMatchObject({ status: 'confirmed' });
    life.guest = body.id;
    life.guestToken = body.accessToken ?? '';
    tokens.push(life.guestToken);
    const cancel = { orderId: life.guest, reason: `${CANARY} does not want it` };
    await request(nats, 'orders.cancel', cancel, { Authorization: `Bearer ${life.guestToken}` });
    await idle();
  }

  /** Waits until everything is published and settled. */
  async function idle(): Promise<void> {
    await waitUntil(
      'no work is left on any order',
      async () => {
        const open = await mongo
          .db()
          .collection('orders')
          .countDocuments({
            $or: [
              { 'stock.pending.0': { $exists: true } },
              { 'payment.operations.status': 'pending' },
              { $expr: { $ne: ['$publishedSequence', { $size: '$history' }] } },
            ],
          });
        return open === 0 ? true : undefined;
      },
      { deadlineMs: 30_000, pollMs: 100 },
    );
  }

  async function told(stream: keyof typeof STREAMS): Promise<string> {
    const { name } = STREAMS[stream];
    return JSON.stringify(await streamed(nats, name, '>'));
  }

  async function stored(): Promise<string> {
    const collections = await mongo.db().listCollections().toArray();
    const contents = await Promise.all(
      collections
        .filter(({ name }) => !name.startsWith('system.'))
        .map(async ({ name }) => mongo.db().collection(name).find().toArray()),
    );
    return JSON.stringify(contents);
  }

  async function anonymised(userId: string): Promise<Anonymisation> {
    return waitUntil(
      'the user is forgotten',
      async () => {
        const { body } = await admin.get<Anonymisation>(`/users/${userId}/anonymise`);
        return body.status === 'done' ? body : undefined;
      },
      { deadlineMs: 40_000, pollMs: 200 },
    );
  }

  describe('while orders live', () => {
    it('is in the database, where it belongs', async () => {
      expect(await stored()).toContain(CANARY);
    });

    it('is in no log of the service', () => {
      const logs = stack.logs();
      expect(logs).toContain(life.returned);
      for (const secret of [CANARY, ...tokens]) expect(logs.includes(secret)).toBe(false);
    });

    it('is in no figure', async () => {
      const { text } = await market.anonymous.get('/metrics');
      expect(text).toContain('http_request_duration_seconds');
      for (const secret of [CANARY, alice.userId, ...tokens]) expect(text.includes(secret)).toBe(false);
    });

    it('is in no event', async () => {
      for (const stream of ['orders', 'carts', 'deadLetters'] as const) {
        const events = await told(stream);
        for (const secret of [CANARY, ...tokens])
          expect({ stream, leaks: events.includes(secret) }).toMatchObject({ leaks: false });
      }
      expect(await told('orders')).toContain('return-requested');
    });

    it('is in no problem', () => {
      expect(problems.length).toBeGreaterThanOrEqual(5);
      for (const problem of problems) for (const secret of [CANARY, ...tokens]) expect(problem).not.toContain(secret);
    });

    it('is in commands for the Notification Service, which are dropped after a week', async () => {
      expect(await told('notifications')).toContain(`${CANARY}@example.com`);
      const { jetstreamManager } = await import('@nats-io/jetstream');
      const { config } = await (await jetstreamManager(nats)).streams.info(STREAMS.notifications.name);
      expect(config.max_age).toBe(7 * DAY_NANOSECONDS);
    });
  });

  describe('of a user who is forgotten', () => {
    it('is asked for by admins and services only', async () => {
      const path = `/users/${alice.userId}/anonymise`;
      for (const client of [alice, support, vendor1]) expectProblem(await client.post(path, {}), 403, 'forbidden');
      expectProblem(await market.anonymous.post(path, {}), 401, 'unauthenticated');
      expectProblem(await admin.get(path), 404, 'not_found');
      expectProblem(await admin.post(path, { includeOpen: 'yes' }), 400, 'validation_failed');
      expectProblem(await admin.post(path, { more: true }), 400, 'validation_failed');
    });

    it('goes at once where it can, and waits for what is still to be sent', async () => {
      const path = `/users/${alice.userId}/anonymise`;
      const asked = await Promise.all([admin.post<Anonymisation>(path, {}), admin.post<Anonymisation>(path, {})]);
      expect(asked.map(({ status }) => status)).toEqual([202, 202]);
      expect(asked[0]?.body.id).toBe(asked[1]?.body.id);
      const waiting = await waitUntil(
        'all but the open order is anonymised',
        async () => {
          const { body } = await admin.get<Anonymisation>(path);
          return body.remaining.orders === 1 && body.waiting === 1 ? body : undefined;
        },
        { deadlineMs: 30_000, pollMs: 200 },
      );
      expect(waiting).toMatchObject({ status: 'running', orders: 2, remaining: { orders: 1, carts: 0 } });
      const { body } = await alice.get<Page<Order>>(`/orders/user/${alice.userId}`);
      expect(body.items.map(({ id }) => id)).toEqual([life.open]);
    });

    it(
      'survives the death of the replica, and handles what the user orders meanwhile',
      async () => {
        const late = await place(alice);
        await stack.restartService({ ending: 'crash' });
        await accepted(
          vendor1.put(`/orders/${late.id}`, { status: 'shipped', shipment: { carrier: 'DHL', trackingNumber: '2' } }),
          200,
        );
        await accepted(admin.post(`/users/${alice.userId}/anonymise`, { includeOpen: true }), 202);
        const done = await anonymised(alice.userId);
        expect(done).toMatchObject({ waiting: 0, remaining: { orders: 0, carts: 0 } });
        expect(done.orders).toBe(4);
        const { body } = await alice.get<Page<Order>>(`/orders/user/${alice.userId}`);
        expect(body.items).toEqual([]);
        expectProblem(await alice.get(`/orders/${late.id}`), 404, 'not_found');
        expectProblem(await alice.get('/carts/mine'), 404, 'not_found');
      },
      SLOW_MS,
    );

    it('leaves the money provable, and tells of it', async () => {
      const order = await accepted(support.get<Order & { anonymisedAt?: string }>(`/orders/${life.returned}`), 200);
      expect(order.customerId).toMatch(/^anonymised-/u);
      expect(order.anonymisedAt).toBeDefined();
      expect(order.shippingAddress).toMatchObject({ name: '[removed]', country: 'US' });
      expect(order.payment.captured.amount).toBe(2 * 199 + 499);
      expect(order.payment.captured.amount).toBe(await market.ledgerSum(life.returned, 'capture'));
      expect(order.payment.refunded.amount).toBe(await market.ledgerSum(life.returned, 'refund'));
      await idle();
      const types = (await market.publishedEvents(life.returned)).map(({ type }) => type);
      expect(types.filter((type) => type === 'marketplace.order.anonymised.v1')).toHaveLength(1);
    });

    const key = { 'Idempotency-Key': randomUUID() };

    it(
      'tells honestly of what comes after it',
      async () => {
        const again = await place(alice);
        const path = `/users/${alice.userId}/anonymise`;
        const { body } = await admin.get<Anonymisation>(path);
        expect(body).toMatchObject({ status: 'done', remaining: { orders: 1 } });
        await accepted(admin.post(path, { includeOpen: true }, key), 202);
        expect(await anonymised(alice.userId)).toMatchObject({ orders: 1, remaining: { orders: 0 } });
        expect(await accepted(support.get<Order>(`/orders/${again.id}`), 200)).not.toHaveProperty('email');
      },
      SLOW_MS,
    );

    it('is not begun anew by a repetition of the request', async () => {
      const path = `/users/${alice.userId}/anonymise`;
      const replay = await admin.post<Anonymisation>(path, { includeOpen: true }, key);
      expect(replay).toMatchObject({ status: 202, body: { status: 'done', orders: 1 } });
      expect(replay.headers.get('idempotency-replayed')).toBe('true');
      expectProblem(await admin.post(path, { includeOpen: false }, key), 422, 'idempotency_key_reused');
    });
  });

  describe("of a guest's order that is anonymised", () => {
    it('is shown by no link any more: those there were end, and so do their streams', async () => {
      const { id, accessToken } = await place(market.anonymous);
      const guest = market.anonymous.with(accessToken);
      const link = await accepted(guest.post<{ token: string }>(`/orders/${id}/tracking-links`, {}), 201);
      const page = `/track/${link.token}`;
      const json = { Accept: 'application/json' };
      expect(await accepted(market.anonymous.get(page, json), 200)).toMatchObject({ status: 'confirmed' });
      const reader = await EventReader.open(`${stack.baseUrl}${page}/events`, {});
      await reader.first('state');
      await accepted(admin.post(`/orders/${id}/anonymise`, { includeOpen: true }), 200);
      expect((await reader.first('end')).data).toEqual({ reason: 'revoked' });
      await reader.ended();
      expect(JSON.stringify(reader.events)).not.toContain(CANARY);
      for (const path of [page, `${page}/events`]) {
        const gone = await market.anonymous.get(path, json);
        expectProblem(gone, 404, 'not_found');
        expect(gone.text).not.toContain(CANARY);
      }
      const links = await accepted(support.get<Page<unknown>>(`/orders/${id}/tracking-links`), 200);
      expect(links.items).toEqual([]);
      // What staff make afterwards shows what any link does, and that is nobody's.
      const later = await accepted(support.post<{ token: string }>(`/orders/${id}/tracking-links`, {}), 201);
      const shown = await market.anonymous.get(`/track/${later.token}`, json);
      expect(shown.status).toBe(200);
      expect(shown.text).not.toContain(CANARY);
    });

    it('goes, once, for admins and services only', async () => {
      const path = `/orders/${life.guest}/anonymise`;
      const guest = market.anonymous.with(life.guestToken);
      for (const client of [guest, support, vendor1]) expectProblem(await client.post(path, {}), 403, 'forbidden');
      const key = { 'Idempotency-Key': randomUUID() };
      const first = await admin.post<Order>(path, {}, key);
      expect(first).toMatchObject({ status: 200 });
      expect(first.text).not.toContain(CANARY);
      const replay = await admin.post<Order>(path, {}, key);
      expect(replay).toMatchObject({ status: 200, body: { version: first.body.version } });
      expect(replay.headers.get('idempotency-replayed')).toBe('true');
      expectProblem(await admin.post(`/orders/${randomUUID()}/anonymise`, {}), 404, 'not_found');
    });

    it('is refused while the order is under way', async () => {
      const open = await place(await market.customer());
      const problem = expectProblem(await admin.post(`/orders/${open.id}/anonymise`, {}), 409, 'illegal_transition');
      expect(problem).toMatchObject({ from: 'confirmed', to: 'anonymised' });
      await accepted(admin.post(`/orders/${open.id}/anonymise`, { includeOpen: true }), 200);
    });
  });

  describe('after everybody is forgotten', () => {
    it('is nowhere in the database, and in no stream but that of the commands', async () => {
      await idle();
      const contents = await stored();
      expect(contents).toContain(life.returned);
      for (const secret of [CANARY, alice.userId, ...tokens]) expect(contents.includes(secret)).toBe(false);
      for (const stream of ['orders', 'carts', 'deadLetters'] as const) {
        expect((await told(stream)).includes(CANARY)).toBe(false);
      }
    });

    it(
      'is missed by no audit chain',
      async () => {
        const { code, stdout } = await runServiceProgram('audit-verify', { MONGODB_URI: stack.mongodbUri });
        expect({ code, stdout }).toMatchObject({ code: 0 });
      },
      SLOW_MS,
    );
  });
});
