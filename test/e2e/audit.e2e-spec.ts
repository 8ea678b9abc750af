import { waitUntil } from '@marketplace/local-stack';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import mongoose from 'mongoose';
import { Marketplace, orderRequest, orderWhen, placeOrder, type Client, type Order } from '../support/client.js';
import { bearer, request } from '../support/messages.js';
import { runServiceProgram, type ProgramRun } from '../support/service-program.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const SECRET = 'a-secret-of-the-anchors-0123456789';
const SHORT = { AUDIT_ANCHOR_INTERVAL_MS: '100', AUDIT_ANCHOR_AFTER_MS: '200', AUDIT_ANCHOR_SECRET: SECRET };
/** Verifying starts a process. */
const SLOW_MS = 120_000;

interface Entry {
  sequence: number;
  version: number;
  at: Date;
  actor: { kind: string; id?: string };
  from: { transport: string; address?: string };
  operation: string;
  events?: { first: number; last: number };
  previous: string;
  hash: string;
}

interface StoredOrder {
  _id: string;
  version: number;
  audit: Entry[];
  auditSalts: { sequence: number; actor: string; state: string }[];
  auditHead: { sequence: number; hash: string; at: Date };
  [field: string]: unknown;
}

interface Anchor {
  _id: number;
  heads: { orderId: string; sequence: number; hash: string }[];
  hash: string;
}

describe('the audit chain', () => {
  let stack: TestStack;
  let market: Marketplace;
  let nats: NatsConnection;
  let mongo: mongoose.mongo.MongoClient;
  let alice: Client;
  let vendor1: Client;
  let support: Client;
  /** Lived through by HTTP, NATS and in the background, and anchored. */
  let id: string;

  beforeAll(async () => {
    stack = await startTestStack({ env: SHORT });
    market = await Marketplace.open(stack);
    nats = await connect({ servers: stack.natsUrl });
    mongo = await new mongoose.mongo.MongoClient(stack.mongodbUri).connect();
    [alice, vendor1, support] = await Promise.all([market.customer(), market.vendor('vendor-1'), market.staff()]);
    id = await live();
  }, SLOW_MS);

  afterAll(async () => {
    await nats?.close();
    await mongo?.close();
    await market?.close();
    await stack?.stop();
  });

  const orders = (): mongoose.mongo.Collection<StoredOrder> => mongo.db().collection('orders');
  const anchors = (): mongoose.mongo.Collection<Anchor> => mongo.db().collection('audit_anchors');

  async function stored(orderId: string): Promise<StoredOrder> {
    const document = await orders().findOne({ _id: orderId });
    if (!document) throw new Error('the order is not stored');
    return document;
  }

  /** Placed by HTTP, paid by an event, held by HTTP, released, cancelled in part by NATS, shipped, captured in the background. */
  async function live(): Promise<string> {
    const items = [{ sku: 'demo-1', quantity: 3 }];
    const placed = await placeOrder(alice, { items, payments: [{ methodToken: 'tok_async' }] });
    await orderWhen(support, placed.id, 'confirmed', ({ status }) => status === 'confirmed');
    await expectStatus(support.post(`/orders/${placed.id}/hold`, { reason: 'Fraud check' }), 200);
    await expectStatus(support.delete(`/orders/${placed.id}/hold`), 200);
    const cancel = { orderId: placed.id, items: [{ sku: 'demo-1', quantity: 1 }], reason: 'One too many' };
    const reply = await request<Order>(nats, 'orders.cancel', cancel, await bearer(stack, alice.userId, 'customer'));
    expect(reply.body).toMatchObject({ id: placed.id });
    await expectStatus(
      vendor1.put(`/orders/${placed.id}`, { status: 'shipped', shipment: { carrier: 'DHL', trackingNumber: '1' } }),
      200,
    );
    await orderWhen(support, placed.id, 'captured', ({ payment }) => payment.status === 'captured');
    await anchored(placed.id);
    return placed.id;
  }

  async function expectStatus(reply: Promise<{ status: number; text: string }>, status: number): Promise<void> {
    const { status: actual, text } = await reply;
    expect({ status: actual, text }).toMatchObject({ status });
  }

  /** Waits until the head of the order's chain is in an anchor. */
  async function anchored(orderId: string): Promise<Anchor> {
    return waitUntil(
      `the chain of ${orderId} is anchored`,
      async () => {
        const { auditHead } = await stored(orderId);
        const anchor = await anchors().findOne({ heads: { $elemMatch: { orderId, hash: auditHead.hash } } });
        return anchor ?? undefined;
      },
      { deadlineMs: 20_000, pollMs: 100 },
    );
  }

  /** @param args added to the command line */
  async function verify(...args: string[]): Promise<ProgramRun> {
    const environment = { MONGODB_URI: stack.mongodbUri, AUDIT_ANCHOR_SECRET: SECRET };
    return runServiceProgram('audit-verify', environment, ...args);
  }

  it('has an entry for every version of the order: who, from where, and for what', async () => {
    const { audit, version, auditHead } = await stored(id);
    expect(audit.map((entry) => entry.version)).toEqual(Array.from({ length: version }, (_, index) => index + 1));
    expect(auditHead).toMatchObject({ sequence: version, hash: audit.at(-1)?.hash });
    const told = audit.map(({ actor, from, operation }) => `${actor.kind} ${from.transport} ${operation}`);
    expect(told).toEqual(
      expect.arrayContaining([
        'customer http orders.create',
        'system nats payments.event',
        'support http orders.hold',
        'customer nats orders.cancel',
        'vendor http orders.update-status',
        'system http orders.update-status',
      ]),
    );
    expect(told.filter((line) => line.endsWith('unnamed'))).toEqual([]);
    const [first] = audit;
    expect(first).toMatchObject({ actor: { kind: 'customer' }, from: { transport: 'http' }, previous: '' });
    expect(first?.actor.id).toMatch(/^[\w-]{43}$/u);
    expect(first?.from.address).toMatch(/^[\w-]{43}$/u);
    expect(JSON.stringify(audit)).not.toContain(alice.userId);
  });

  it('goes on when an order is placed again in the place of an abandoned one', async () => {
    await market.setDials({ failInventory: true });
    const key = { 'Idempotency-Key': `again-${Date.now()}` };
    const body = orderRequest({ items: [{ sku: 'demo-1', quantity: 1 }], currency: 'USD' });
    await expectStatus(alice.post('/orders', body, key), 503);
    await market.setDials({ failInventory: false });
    const again = await waitUntil(
      'the order is placed',
      async () => {
        const reply = await alice.post<Order>('/orders', body, key);
        return reply.status === 201 ? reply.body : undefined;
      },
      { deadlineMs: 20_000, pollMs: 250 },
    );
    const { audit, attempt } = await stored(again.id);
    expect(attempt).toBeGreaterThan(1);
    expect(audit.map(({ sequence }) => sequence)).toEqual(audit.map((_, index) => index + 1));
    await expect(verify('--order', again.id)).resolves.toMatchObject({ code: 0 });
  });

  it(
    'holds, and is printed for one order',
    async () => {
      const all = await verify();
      expect(all).toMatchObject({ code: 0, stderr: '' });
      expect(all.stdout).toMatch(/^\d+ entries of \d+ orders and \d+ anchors in .+: everything holds\.$/mu);
      const one = await verify('--order', id.toUpperCase());
      expect(one).toMatchObject({ code: 0, stderr: '' });
      expect(one.stdout).toMatch(/customer +nats +orders\.cancel +cancelled/u);
      await expect(verify('--order', 'nothing')).resolves.toMatchObject({
        code: 1,
        stderr: 'there is no such order\n',
      });
      await expect(verify('--what')).resolves.toMatchObject({ code: 2, stdout: '' });
    },
    SLOW_MS,
  );

  /** Does something to the database, verifies, and puts the documents back. */
  async function afterTampering(tamper: () => Promise<unknown>, ...args: string[]): Promise<ProgramRun> {
    const order = await stored(id);
    const allAnchors = await anchors().find().toArray();
    try {
      await tamper();
      return await verify(...args);
    } finally {
      await orders().replaceOne({ _id: id }, order, { upsert: true });
      await anchors().bulkWrite(
        allAnchors.map(({ _id, ...anchor }) => ({
          replaceOne: { filter: { _id }, replacement: anchor, upsert: true },
        })),
      );
    }
  }

  it.each<[string, object, string]>([
    ['an entry that was edited', { $set: { 'audit.1.operation': 'orders.refund' } }, 'entry 2 was edited'],
    ['money that was edited', { $inc: { 'payment.tenders.0.refundedMinor': 5 } }, 'the order was edited'],
  ])(
    'names %s',
    async (_, corruption, finding) => {
      const run = await afterTampering(async () => orders().updateOne({ _id: id }, corruption));
      expect(run).toMatchObject({ code: 1, stderr: '' });
      expect(run.stdout).toContain(`${id} (`);
      expect(run.stdout).toContain(finding);
      expect(run.stdout).toMatch(/: 1 faulty\.$/mu);
    },
    SLOW_MS,
  );

  it(
    'names a chain whose tail was cut with everything that tells of it, by its anchor',
    async () => {
      const { audit, version } = await stored(id);
      const last = audit.at(-2);
      const run = await afterTampering(async () =>
        orders().updateOne({ _id: id }, {
          $pop: { audit: 1 },
          $set: { version: version - 1, auditHead: { sequence: last?.sequence, hash: last?.hash, at: last?.at } },
        } as never),
      );
      expect(run.code).toBe(1);
      expect(run.stdout).toMatch(/the tail of the chain was cut: anchor \d+ holds entry \d+/u);
    },
    SLOW_MS,
  );

  it(
    'names an order that was removed, and anchors that were edited, swapped or removed',
    async () => {
      const gone = await afterTampering(async () => orders().deleteOne({ _id: id }));
      expect(gone).toMatchObject({ code: 1 });
      expect(gone.stdout).toMatch(new RegExp(`^${id}\n  the order was removed: anchor \\d+ holds its chain$`, 'mu'));

      const { _id: number } = await anchored(id);
      const edited = await afterTampering(async () =>
        anchors().updateOne({ _id: number }, { $set: { 'heads.0.hash': 'x'.repeat(43) } }),
      );
      expect(edited.stdout).toContain(`anchor ${number} was edited`);
      const [first, second] = await anchors().find().sort({ _id: 1 }).limit(2).toArray();
      const swapped = await afterTampering(async () => {
        if (!first || !second) throw new Error('there are no two anchors');
        const [{ _id: _first, ...one }, { _id: _second, ...other }] = [first, second];
        await anchors().replaceOne({ _id: 1 }, other);
        await anchors().replaceOne({ _id: 2 }, one);
      });
      expect(swapped.stdout).toMatch(/anchor 1 was edited[^]+anchor 2 was edited/u);
      const removed = await afterTampering(async () => anchors().deleteOne({ _id: 1 }));
      expect(removed.stdout).toContain('anchor 1 was removed');
    },
    SLOW_MS,
  );

  it(
    'is held against what the log has witnessed of the anchors',
    async () => {
      const { _id: number, hash } = await anchored(id);
      expect(stack.logs()).toContain(`"anchor":${number},"hash":"${hash}"`);
      await expect(verify('--anchor', `${number}:${hash}`)).resolves.toMatchObject({ code: 0 });
      const other = await verify('--anchor', `${number}:${'x'.repeat(43)}`);
      expect(other).toMatchObject({ code: 1 });
      expect(other.stdout).toContain(`anchor ${number} is not the one that was witnessed`);
    },
    SLOW_MS,
  );

  it(
    'is anchored once by two replicas',
    async () => {
      const replica = await stack.startReplica();
      for (let round = 0; round < 3; round += 1) await anchored((await placeOrder(alice)).id);
      await replica.process.stop();
      const all = await anchors().find().sort({ _id: 1 }).toArray();
      expect(all.map(({ _id }) => _id)).toEqual(all.map((_, index) => index + 1));
      const heads = all.flatMap((anchor) => anchor.heads.map(({ orderId, sequence }) => `${orderId} ${sequence}`));
      expect(new Set(heads).size).toBe(heads.length);
      await expect(verify()).resolves.toMatchObject({ code: 0 });
    },
    SLOW_MS,
  );
});
