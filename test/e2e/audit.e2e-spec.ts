import { waitUntil } from '@marketplace/local-stack';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import mongoose from 'mongoose';
import { Marketplace, orderRequest, orderWhen, placeOrder, type Client, type Order } from '../support/client.js';
import { bearer, request } from '../support/messages.js';
import { runServiceProgram, type ProgramRun } from '../support/service-program.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const SECRET = 'a-secret-of-the-anchors-0123456789';
const SHORT = {
  AUDIT_ANCHOR_INTERVAL_MS: '100',
  AUDIT_ANCHOR_AFTER_MS: '200',
  AUDIT_ANCHOR_SECRET: SECRET,
  // An order whose stock nobody answers for is abandoned only after several attempts.
  SERVICE_TIMEOUT_MS: '700',
};
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
  /** Confirmed and anchored: with `id` they are tampered with, each in a way of its own. */
  let withOtherMoney: string;
  let withoutTail: string;
  let removed: string;

  beforeAll(async () => {
    stack = await startTestStack({ env: SHORT });
    market = await Marketplace.open(stack);
    nats = await connect({ servers: stack.natsUrl });
    mongo = await new mongoose.mongo.MongoClient(stack.mongodbUri).connect();
    [alice, vendor1, support] = await Promise.all([market.customer(), market.vendor('vendor-1'), market.staff()]);
    [withOtherMoney, withoutTail, removed] = await Promise.all([confirmed(), confirmed(), confirmed()]);
    // Afterwards, so that its last anchor is not the first one of all.
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

  async function confirmed(): Promise<string> {
    const placed = await placeOrder(alice);
    await orderWhen(support, placed.id, 'confirmed', ({ status }) => status === 'confirmed');
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
    // That its chain holds is verified next, with all the others.
  });

  it(
    'holds, also against what the log has witnessed of the anchors, and is printed for one order',
    async () => {
      const { _id: number, hash } = await anchored(id);
      expect(stack.logs()).toContain(`"anchor":${number},"hash":"${hash}"`);
      const [all, one] = await Promise.all([
        verify('--anchor', `${number}:${hash}`),
        verify('--order', id.toUpperCase()),
      ]);
      expect(all).toMatchObject({ code: 0, stderr: '' });
      expect(all.stdout).toMatch(/^\d+ entries of \d+ orders and \d+ anchors in .+: everything holds\.$/mu);
      expect(all.stdout).toContain(` of ${await orders().countDocuments()} orders `);
      expect(one).toMatchObject({ code: 0, stderr: '' });
      expect(one.stdout).toMatch(/customer +nats +orders\.cancel +cancelled/u);
      const [unknown, misused] = await Promise.all([verify('--order', 'nothing'), verify('--what')]);
      expect(unknown).toMatchObject({ code: 1, stderr: 'there is no such order\n' });
      expect(misused).toMatchObject({ code: 2, stdout: '' });
    },
    SLOW_MS,
  );

  /** Does something to the database, verifies, and puts the documents back. */
  async function afterTampering(tamper: () => Promise<unknown>, ...args: string[]): Promise<ProgramRun> {
    const tampered = [id, withOtherMoney, withoutTail, removed];
    const [before, allAnchors] = await Promise.all([
      orders()
        .find({ _id: { $in: tampered } })
        .toArray(),
      anchors().find().toArray(),
    ]);
    try {
      await tamper();
      return await verify(...args);
    } finally {
      await orders().bulkWrite(
        before.map(({ _id, ...order }) => ({ replaceOne: { filter: { _id }, replacement: order, upsert: true } })),
      );
      await anchors().bulkWrite(
        allAnchors.map(({ _id, ...anchor }) => ({
          replaceOne: { filter: { _id }, replacement: anchor, upsert: true },
        })),
      );
    }
  }

  /** What is said under each heading: of an order, or of the anchors. */
  function findings({ stdout }: ProgramRun): ReadonlyMap<string, readonly string[]> {
    const parts = stdout.split('\n\n').slice(0, -1);
    return new Map(
      parts.map((part) => {
        const [heading = '', ...lines] = part.split('\n');
        return [heading, lines.map((line) => line.trim())];
      }),
    );
  }

  it(
    'names each order that was tampered with: an entry or money that was edited, a tail that was cut, one that was removed',
    async () => {
      const heading = async (orderId: string): Promise<string> =>
        `${orderId} (${String((await stored(orderId))['number'])})`;
      const [ofId, ofMoney, ofTail] = await Promise.all([id, withOtherMoney, withoutTail].map(heading));
      const { audit, version } = await stored(withoutTail);
      const last = audit.at(-2);
      const run = await afterTampering(async () => {
        await orders().updateOne({ _id: id }, { $set: { 'audit.1.operation': 'orders.refund' } });
        await orders().updateOne({ _id: withOtherMoney }, {
          $inc: { 'payment.tenders.0.refundedMinor': 5 },
        } as never);
        // With everything that tells of it.
        await orders().updateOne({ _id: withoutTail }, {
          $pop: { audit: 1 },
          $set: { version: version - 1, auditHead: { sequence: last?.sequence, hash: last?.hash, at: last?.at } },
        } as never);
        await orders().deleteOne({ _id: removed });
      });
      expect(run).toMatchObject({ code: 1, stderr: '' });
      const found = findings(run);
      expect(found.get(ofId ?? '')).toContain('entry 2 was edited');
      expect(found.get(ofMoney ?? '')).toContain('the order was edited: it is not what its last change has left');
      expect(found.get(ofTail ?? '')).toContainEqual(
        expect.stringMatching(/^the tail of the chain was cut: anchor \d+ holds entry \d+/u),
      );
      expect(found.get(removed)).toEqual([
        expect.stringMatching(/^the order was removed: anchor \d+ holds its chain$/u),
      ]);
      expect(found.size).toBe(4);
      expect(run.stdout).toMatch(/: 4 faulty\.$/mu);
    },
    SLOW_MS,
  );

  it(
    'names anchors that were edited, swapped or removed, and one that is not what was witnessed',
    async () => {
      const { _id: number } = await anchored(id);
      const run = await afterTampering(async () => {
        await anchors().updateOne({ _id: number }, { $set: { 'heads.0.hash': 'x'.repeat(43) } });
        await anchors().deleteOne({ _id: 1 });
      });
      expect(run).toMatchObject({ code: 1, stderr: '' });
      expect(findings(run).get('anchors')).toEqual([
        'anchor 1 was removed',
        `anchor ${number} was edited, or made with another secret`,
      ]);
      // The order whose chain the edited one held is the third.
      expect(run.stdout).toMatch(/: 3 faulty\.$/mu);

      const [first, second] = await anchors().find().sort({ _id: 1 }).limit(2).toArray();
      const swapped = await afterTampering(
        async () => {
          if (!first || !second) throw new Error('there are no two anchors');
          const [{ _id: _first, ...one }, { _id: _second, ...other }] = [first, second];
          await anchors().replaceOne({ _id: 1 }, other);
          await anchors().replaceOne({ _id: 2 }, one);
        },
        '--anchor',
        `${number}:${'x'.repeat(43)}`,
      );
      expect(swapped).toMatchObject({ code: 1, stderr: '' });
      expect(swapped.stdout).toMatch(/anchor 1 was edited[^]+anchor 2 was edited/u);
      expect(swapped.stdout).toContain(`anchor ${number} is not the one that was witnessed`);
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
