import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '@marketplace/local-stack';
import { expectProblem, Marketplace, placeOrder, usd, type Client, type Money, type Order } from '../support/client.js';
import { runServiceProgram, type ProgramRun } from '../support/service-program.js';
import { startTestStack, type TestStack } from '../support/stack.js';

interface Entry {
  sequence: number;
  kind: string;
  figure?: string;
  at: string;
  amount: Money;
  component?: string;
  fundedBy?: string;
  vendorId?: string;
  tenderId?: string;
  cause: { type: string; id?: string; returnId?: string };
  idempotencyKey?: string;
}

interface Ledger {
  orderId: string;
  currency: string;
  entries: Entry[];
  totals: Record<string, Money>;
  outstanding: unknown[];
}

/** vendor-1 sells demo-1 (199) and demo-7 (799), vendor-2 demo-2 (299); each ships for 499. */
const ITEMS = [
  { sku: 'demo-1', quantity: 3 },
  { sku: 'demo-7', quantity: 1 },
  { sku: 'demo-2', quantity: 2 },
];
const PARCEL = { carrier: 'DHL', trackingNumber: '00340434161094042557' };
const CARDS = [{ methodToken: 'tok_voucher', amount: usd(700) }, { methodToken: 'tok_visa' }];

describe('the money of an order', () => {
  let stack: TestStack;
  let market: Marketplace;
  let alice: Client;
  let vendor1: Client;
  let vendor2: Client;
  let support: Client;
  let id: string;

  beforeAll(async () => {
    stack = await startTestStack();
    market = await Marketplace.open(stack);
    [alice, vendor1, vendor2, support] = await Promise.all([
      market.customer(),
      market.vendor('vendor-1'),
      market.vendor('vendor-2'),
      market.staff('support'),
    ]);
    id = (await placeOrder(alice, { items: ITEMS, payments: CARDS })).id;
    await liveThrough(id);
  }, 90_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  const path = (rest = ''): string => `/orders/${id}${rest}`;
  const read = async (client: Client): Promise<Ledger> => {
    const reply = await client.get<Ledger>(path('/ledger'));
    expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
    return reply.body;
  };
  const done = async (
    what: string,
    order: Promise<{ status: number; text: string }>,
    status: number,
  ): Promise<void> => {
    const reply = await order;
    if (reply.status !== status) throw new Error(`${what}: ${reply.status} ${reply.text}`);
  };

  /** Ships in parts, cancels a unit, sends one back and gives some goodwill, until no movement of money is left. */
  async function liveThrough(orderId: string): Promise<void> {
    const units = (sku: string, quantity: number) => [{ sku, quantity }];
    const of = (rest: string): string => `/orders/${orderId}/${rest}`;
    await done('ship', vendor1.post(of('shipments'), { ...PARCEL, items: units('demo-1', 2) }), 201);
    await done('cancel', vendor1.post(of('cancellations'), { items: units('demo-1', 1), reason: 'sold out' }), 201);
    await done('ship', vendor1.post(of('shipments'), { ...PARCEL, items: units('demo-7', 1) }), 201);
    await done('ship', vendor2.post(of('shipments'), PARCEL), 201);
    await done('deliver', support.put(`/orders/${orderId}`, { status: 'delivered' }), 200);
    await settled(orderId);
    await done('return', alice.post(of('returns'), { items: units('demo-1', 1), reason: 'broken' }), 201);
    for (const status of ['approved', 'received', 'refunded']) {
      await done(status, vendor1.put(of('returns/r1'), { status }), 200);
    }
    const goodwill = { vendorId: 'vendor-2', amount: usd(100), fundedBy: 'marketplace', reason: 'late' };
    await done('goodwill', support.post(of('refunds'), goodwill), 201);
    await settled(orderId);
  }

  async function settled(orderId: string): Promise<void> {
    await waitUntil(
      'every movement of money is done',
      async () => {
        const { body } = await support.get<Ledger>(`/orders/${orderId}/ledger`);
        return body.outstanding.length === 0 ? true : undefined;
      },
      { deadlineMs: 20_000, pollMs: 100 },
    );
  }

  const sum = (entries: readonly Entry[], fits: (entry: Entry) => boolean): number =>
    entries.filter(fits).reduce((total, { amount }) => total + amount.amount, 0);

  describe('GET /orders/{id}/ledger', () => {
    it('tells staff every entry with its cause, in sequence, and sums them to the figures of the order', async () => {
      const { body: order } = await support.get<Order>(path());
      const ledger = await read(support);
      expect(ledger).toMatchObject({ orderId: id, currency: 'USD', outstanding: [] });
      expect(ledger.entries.map(({ sequence }) => sequence)).toEqual(ledger.entries.map((_, index) => index + 1));
      const times = ledger.entries.map(({ at }) => at);
      expect(times).toEqual(times.toSorted());
      for (const [figure, total] of Object.entries(ledger.totals)) {
        expect({ figure, amount: sum(ledger.entries, (entry) => entry.figure === figure) }).toEqual({
          figure,
          amount: total.amount,
        });
      }
      const { placed, cancelled, authorized, voided, captured, refunded, commission, payout } = ledger.totals;
      expect({ placed, cancelled, refunded }).toEqual({
        placed: order.totals.grandTotal,
        cancelled: order.totals.cancelled,
        refunded: order.totals.refunded,
      });
      expect(captured).toEqual(order.payment.captured);
      expect((authorized?.amount ?? 0) - (voided?.amount ?? 0)).toBe(order.payment.authorized.amount);
      expect((commission?.amount ?? 0) + (payout?.amount ?? 0)).toBe((captured?.amount ?? 0) - (refunded?.amount ?? 0));
      for (const { vendorId, totals } of order.vendorOrders) {
        const own = (figure: string) => (entry: Entry) => entry.vendorId === vendorId && entry.figure === figure;
        expect({ vendorId, amount: sum(ledger.entries, own('commission')) }).toEqual({
          vendorId,
          amount: totals.commission.amount,
        });
        expect(sum(ledger.entries, own('payout'))).toBe(totals.payout.amount);
      }
    });

    it('names parcels, cancellations, refunds and returns, and the keys that the Payment Service was asked under', async () => {
      const { entries } = await read(support);
      const causes = new Set(entries.map(({ kind, cause }) => `${kind} ${[cause.type, cause.id].join(' ').trim()}`));
      for (const cause of [
        'placed placement',
        'authorized placement',
        'captured shipment s1',
        'commission shipment s2',
        'payout shipment s3',
        'cancelled cancellation c1',
        'voided closing',
        'refunded refund f1',
        'commission-reversed refund f1',
        'payout-reduced refund f1',
        'goodwill refund f2',
      ]) {
        expect([...causes]).toContain(cause);
      }
      expect(entries.find(({ cause }) => cause.id === 'f1')?.cause.returnId).toBe('r1');
      const asked = entries.filter(({ tenderId }) => tenderId !== undefined);
      expect(asked.every(({ idempotencyKey }) => idempotencyKey?.startsWith(id))).toBe(true);
      const far = await market.ledger(id);
      for (const kind of ['capture', 'void', 'refund'] as const) {
        const told = { capture: 'captured', void: 'voided', refund: 'refunded' }[kind];
        const there = far
          .filter((entry) => entry.kind === kind)
          .reduce((all, { amount }) => all + (amount?.amount ?? 0), 0);
        expect({ kind, amount: sum(entries, (entry) => entry.kind === told) }).toEqual({ kind, amount: there });
      }
    });

    it('tells a vendor of its own part, and nothing of the payment', async () => {
      const ledger = await read(vendor1);
      const whole = await read(support);
      expect(new Set(ledger.entries.map(({ vendorId }) => vendorId))).toEqual(new Set(['vendor-1']));
      expect(ledger.entries).toHaveLength(whole.entries.filter(({ vendorId }) => vendorId === 'vendor-1').length);
      expect(Object.keys(ledger.totals)).not.toEqual(expect.arrayContaining(['authorized']));
      expect(ledger.entries.filter(({ kind }) => kind === 'authorized' || kind === 'voided')).toEqual([]);
      const text = JSON.stringify(ledger);
      for (const secret of ['tenderId', 'idempotencyKey', 'tok_', 'vendor-2']) expect(text).not.toContain(secret);
      const { captured, refunded, commission, payout } = ledger.totals;
      expect((commission?.amount ?? 0) + (payout?.amount ?? 0)).toBe((captured?.amount ?? 0) - (refunded?.amount ?? 0));
    });

    it('is refused to customers, and hidden from everybody else', async () => {
      expectProblem(await alice.get(path('/ledger')), 403, 'forbidden');
      expectProblem(await (await market.vendor('vendor-3')).get(path('/ledger')), 404, 'not_found');
      expectProblem(await market.anonymous.get(path('/ledger')), 401, 'unauthenticated');
    });
  });

  describe('npm run reconcile', () => {
    const reconcile = async (...args: string[]): Promise<ProgramRun> =>
      runServiceProgram('reconcile', { MONGODB_URI: stack.mongodbUri, NATS_URL: stack.natsUrl }, ...args);

    const idle = async (): Promise<void> => {
      await waitUntil(
        'no work is left on any order',
        async () => {
          const open = await market.collection('orders').countDocuments({
            $or: [
              { 'stock.pending.0': { $exists: true } },
              { $expr: { $ne: ['$publishedSequence', { $size: '$history' }] } },
            ],
          });
          return open === 0 ? true : undefined;
        },
        { deadlineMs: 20_000, pollMs: 100 },
      );
    };

    it('finds that everything agrees: orders that were shipped, cancelled, declined and given back', async () => {
      const cancelled = await placeOrder(alice, { items: ITEMS });
      await done('cancel', alice.put(`/orders/${cancelled.id}`, { status: 'cancelled' }), 200);
      const declined = await alice.post('/orders', {
        items: ITEMS,
        currency: 'USD',
        payments: [{ methodToken: 'tok_declined' }],
        shippingAddress: { name: 'A', line1: '1 Main St', city: 'Springfield', postalCode: '12345', country: 'US' },
      });
      expectProblem(declined, 402, 'payment_declined');
      await settled(cancelled.id);
      await idle();
      const folder = await mkdtemp(join(tmpdir(), 'marketplace-reconcile-'));
      try {
        const file = join(folder, 'report.json');
        const run = await reconcile('--grace-seconds', '0', '--report', file);
        expect(run).toMatchObject({ code: 0, stderr: '' });
        expect(run.stdout).toMatch(/3 orders and \d+ events in .* nothing drifts\./u);
        const report = JSON.parse(await readFile(file, 'utf8')) as { orders: number; checks: object[] };
        expect(report).toMatchObject({ orders: 3, drifting: 0, drift: [] });
        for (const check of report.checks) expect(check).toMatchObject({ checked: 3, inFlight: 0, drift: 0 });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });

    it('counts an order that waits for its buyer as in flight', async () => {
      const waiting = await placeOrder(alice, { items: ITEMS, payments: [{ methodToken: 'tok_action' }] });
      await idle();
      const run = await reconcile('--grace-seconds', '0');
      expect(run).toMatchObject({ code: 0 });
      expect(run.stdout).toMatch(/^work +4 +1 +0 /mu);
      await market.confirmPayment(waiting.id);
      await waitUntil(
        'the order is confirmed',
        async () =>
          (await support.get<Order>(`/orders/${waiting.id}`)).body.status === 'confirmed' ? true : undefined,
        { deadlineMs: 15_000, pollMs: 100 },
      );
      await idle();
    });

    it.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
      [
        'a cent that was never captured',
        { $inc: { 'payment.tenders.0.capturedMinor': 1 } },
        { $inc: { 'payment.tenders.0.capturedMinor': -1 } },
        ['money', 'payments'],
      ],
      [
        'a gap in the history',
        { $inc: { 'history.1.sequence': 1 } },
        { $inc: { 'history.1.sequence': -1 } },
        ['history'],
      ],
    ])('names the order with %s', async (_, corruption, repair, checks) => {
      const orders = market.collection('orders');
      await orders.updateOne({ _id: id }, corruption);
      try {
        const run = await reconcile('--grace-seconds', '0');
        expect(run).toMatchObject({ code: 1, stderr: '' });
        expect(run.stdout).toContain(id);
        for (const check of checks) expect(run.stdout).toMatch(new RegExp(`^${check} +\\d+ +0 +1 `, 'mu'));
        expect(run.stdout).toMatch(/: 1 drift\.$/mu);
      } finally {
        await orders.updateOne({ _id: id }, repair);
      }
    });

    it('finds events of an order that is not there', async () => {
      const orders = market.collection('orders');
      const document = await orders.findOne({ _id: id });
      await orders.deleteOne({ _id: id });
      try {
        const run = await reconcile('--grace-seconds', '0');
        expect(run.code).toBe(1);
        expect(run.stdout).toContain(`${id}\n  events: the stream holds events of it, and there is no such order`);
      } finally {
        if (document) await orders.insertOne(document);
      }
    });

    it('does not mistake work under way for drift', async () => {
      const over = new AbortController();
      const load = Array.from({ length: 3 }, async () => {
        while (!over.signal.aborted) {
          const { id: placed } = await placeOrder(alice, { items: ITEMS });
          await done('ship', vendor1.post(`/orders/${placed}/shipments`, PARCEL), 201);
          await done('refund', support.post(`/orders/${placed}/refunds`, { reason: 'broken' }), 201);
        }
      });
      try {
        const { code, stdout } = await reconcile('--grace-seconds', '5');
        expect({ code, stdout }).toMatchObject({ code: 0 });
      } finally {
        over.abort();
        await Promise.all(load);
      }
      await idle();
    });

    it('ends with 2 for a command line that cannot be followed', async () => {
      await expect(reconcile('--what')).resolves.toMatchObject({ code: 2, stdout: '' });
      await expect(reconcile('--help')).resolves.toMatchObject({ code: 0 });
    });
  });
});
