import { randomUUID } from 'node:crypto';
import { waitUntil } from '@marketplace/local-stack';
import {
  expectProblem,
  Marketplace,
  orderWhen,
  placeOrder,
  usd,
  type Client,
  type Order,
  type Page,
  type TimelineEntry,
  type VendorOrder,
} from '../support/client.js';
import { joinTestStack, type TestStack } from '../support/stack.js';

/** vendor-1 has 1197 of items, vendor-2 has 299; each ships for 499. */
const TWO_VENDORS = {
  items: [
    { sku: 'demo-1', quantity: 2 },
    { sku: 'demo-7', quantity: 1 },
    { sku: 'demo-2', quantity: 1 },
  ],
};
const PARCEL = { carrier: 'DHL', trackingNumber: '00340434161094042557', trackingUrl: 'https://carrier.example/1' };

describe('placed orders', () => {
  let stack: TestStack;
  let market: Marketplace;
  let vendor1: Client;
  let vendor2: Client;
  let support: Client;

  beforeAll(async () => {
    stack = await joinTestStack();
    market = await Marketplace.open(stack);
    [vendor1, vendor2, support] = await Promise.all([
      market.vendor('vendor-1'),
      market.vendor('vendor-2'),
      market.staff('support'),
    ]);
  }, 90_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  const read = async (client: Client, id: string) => (await client.get<Order>(`/orders/${id}`)).body;
  const move = async (client: Client, id: string, body: Record<string, unknown>, headers?: Record<string, string>) =>
    client.put<Order>(`/orders/${id}`, body, headers);
  const part = (order: Order, vendorId: string) =>
    order.vendorOrders.find((candidate) => candidate.vendorId === vendorId) as VendorOrder;

  describe('PUT /orders/{id}', () => {
    it('lets vendors move their own parts, captures each as it ships, and shares the money out', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, TWO_VENDORS);

      const processing = await move(vendor1, id, { status: 'processing' });
      expect(processing).toMatchObject({ status: 200, body: { status: 'processing' } });
      expect(processing.headers.get('etag')).toBe(`"${processing.body.version}"`);
      await expect(read(alice, id)).resolves.toMatchObject({
        status: 'processing',
        vendorOrders: [{ status: 'processing' }, { status: 'confirmed' }],
      });

      const shipped = await move(vendor1, id, { status: 'shipped', shipment: PARCEL });
      expect(shipped).toMatchObject({ status: 200, body: { status: 'shipped' } });
      const first = await read(alice, id);
      expect(first).toMatchObject({
        status: 'partially_shipped',
        payment: { status: 'partially_captured', authorized: usd(2_494), captured: usd(1_696) },
      });
      expect(part(first, 'vendor-1')).toMatchObject({
        status: 'shipped',
        items: [
          { sku: 'demo-1', shippedQuantity: 2 },
          { sku: 'demo-7', shippedQuantity: 1 },
        ],
        totals: { commission: usd(120), payout: usd(1_576), grandTotal: usd(1_696) },
        shipments: [
          {
            ...PARCEL,
            items: [
              { sku: 'demo-1', quantity: 2 },
              { sku: 'demo-7', quantity: 1 },
            ],
          },
        ],
      });
      expect(part(first, 'vendor-2').totals).toMatchObject({ commission: usd(0), payout: usd(0) });
      const captures = async () => (await market.ledger(id)).filter(({ kind }) => kind === 'capture');
      expect((await captures()).map(({ amount }) => amount)).toEqual([usd(1_696)]);

      await move(vendor2, id, { status: 'shipped' });
      await expect(read(alice, id)).resolves.toMatchObject({
        status: 'shipped',
        payment: { status: 'captured', captured: usd(2_494) },
      });
      expect((await captures()).map(({ amount }) => amount?.amount)).toEqual([1_696, 798]);

      await move(vendor1, id, { status: 'delivered' });
      await expect(read(alice, id)).resolves.toMatchObject({ status: 'partially_delivered' });
      const delivered = await move(support, id, { status: 'delivered' });
      expect(delivered).toMatchObject({
        status: 200,
        body: {
          status: 'delivered',
          vendorOrders: [
            { items: [{ deliveredQuantity: 2 }, { deliveredQuantity: 1 }], shipments: [{ status: 'delivered' }] },
            { items: [{ deliveredQuantity: 1 }] },
          ],
        },
      });
      await expect(market.ledgerSum(id, 'void')).resolves.toBe(0);
    });

    it('answers 200 without effect where the order is already', async () => {
      const alice = await market.customer();
      const repeat = async (client: Client, id: string, body: Record<string, unknown>) => {
        const first = await move(client, id, body);
        expect({ status: first.status, text: first.text }).toMatchObject({ status: 200 });
        const events = (await alice.get<Page<TimelineEntry>>(`/orders/${id}/timeline`)).body.items.length;
        const again = await move(client, id, body);
        expect(again.status).toBe(200);
        expect(again.body.version).toBe(first.body.version);
        expect((await alice.get<Page<TimelineEntry>>(`/orders/${id}/timeline`)).body.items).toHaveLength(events);
      };
      const shipped = await placeOrder(alice);
      for (const status of ['processing', 'shipped', 'delivered']) await repeat(support, shipped.id, { status });
      await expect(market.ledgerSum(shipped.id, 'capture')).resolves.toBe(698);
      const cancelled = await placeOrder(alice);
      await repeat(alice, cancelled.id, { status: 'cancelled', reason: 'Ordered by mistake' });
      const split = await placeOrder(alice, TWO_VENDORS);
      await repeat(vendor1, split.id, { status: 'cancelled' });
    });

    it('refuses illegal moves with where the order is and where it may go', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice);
      const refuse = async (client: Client, status: string, from: string, allowed: string[]) => {
        const problem = expectProblem(await move(client, id, { status }), 409, 'illegal_transition');
        expect(problem).toMatchObject({ from, to: status });
        expect(problem['allowed']).toEqual(expect.arrayContaining(allowed));
        expect(problem['allowed']).not.toContain(status);
      };
      await refuse(vendor1, 'delivered', 'confirmed', ['processing', 'shipped', 'cancelled']);
      await move(vendor1, id, { status: 'shipped' });
      await refuse(vendor1, 'processing', 'shipped', ['delivered']);
      await refuse(alice, 'cancelled', 'shipped', ['delivered']);
      await move(vendor1, id, { status: 'delivered' });
      await refuse(vendor1, 'shipped', 'delivered', []);
      const other = await placeOrder(alice);
      await move(alice, other.id, { status: 'cancelled' });
      expectProblem(await move(vendor1, other.id, { status: 'shipped' }), 409, 'illegal_transition');
      for (const status of ['pending', 'confirmed', 'returned', 'payment_failed']) {
        expectProblem(await move(support, other.id, { status }), 400, 'validation_failed');
      }
    });

    it('lets customers cancel only, before anything has left, and nobody touch what is not theirs', async () => {
      const alice = await market.customer();
      const bob = await market.customer();
      const { id } = await placeOrder(alice, TWO_VENDORS);
      for (const status of ['processing', 'shipped', 'delivered']) {
        expectProblem(await move(alice, id, { status }), 403, 'forbidden');
      }
      expectProblem(await move(bob, id, { status: 'cancelled' }), 404, 'not_found');
      const vendor3 = await market.vendor('vendor-3');
      expectProblem(await move(vendor3, id, { status: 'shipped' }), 404, 'not_found');
      expectProblem(await move(vendor1, id, { status: 'shipped', vendorId: 'vendor-2' }), 403, 'forbidden');
      await move(vendor1, id, { status: 'shipped' });
      expectProblem(await move(alice, id, { status: 'cancelled' }), 409, 'illegal_transition');
      await expect(read(alice, id)).resolves.toMatchObject({
        vendorOrders: [{ status: 'shipped' }, { status: 'confirmed' }],
      });
      const admin = await market.staff('admin');
      const service = await market.staff('service');
      expect((await move(admin, id, { status: 'processing', vendorId: 'vendor-2' })).status).toBe(200);
      expect((await move(service, id, { status: 'shipped', vendorId: 'vendor-2' })).status).toBe(200);
      expect((await move(support, id, { status: 'delivered' })).body.status).toBe('delivered');
    });

    it('voids the money and releases the stock of a cancelled order', async () => {
      const alice = await market.customer();
      const placed = await placeOrder(alice, {
        ...TWO_VENDORS,
        payments: [{ methodToken: 'tok_gift', amount: usd(500) }, { methodToken: 'tok_visa' }],
      });
      const cancelled = await move(alice, placed.id, { status: 'cancelled', reason: 'Ordered by mistake' });
      expect(cancelled.body).toMatchObject({
        status: 'cancelled',
        totals: { grandTotal: usd(2_494), cancelled: usd(2_494), refunded: usd(0) },
        payment: { status: 'voided', authorized: usd(0), captured: usd(0) },
        vendorOrders: [
          { status: 'cancelled', items: [{ cancelledQuantity: 2 }, { cancelledQuantity: 1 }] },
          { status: 'cancelled', items: [{ cancelledQuantity: 1 }] },
        ],
      });
      await expect(market.ledgerSum(placed.id, 'void')).resolves.toBe(2_494);
      await waitUntil('the stock is released', async () =>
        (await market.ledger(placed.id)).some(({ kind }) => kind === 'release'),
      );
      const released = (await market.ledger(placed.id)).filter(({ kind }) => kind === 'release');
      const units = released.flatMap(({ items }) => items ?? []).toSorted((a, b) => a.sku.localeCompare(b.sku));
      expect(units).toEqual(TWO_VENDORS.items.toSorted((a, b) => a.sku.localeCompare(b.sku)));
    });

    it("takes one vendor's part away, and what is left of the money with the last shipment", async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, TWO_VENDORS);
      await move(vendor2, id, { status: 'cancelled', reason: 'Sold out' });
      await expect(read(alice, id)).resolves.toMatchObject({
        status: 'confirmed',
        totals: { grandTotal: usd(2_494), cancelled: usd(798) },
        vendorOrders: [{ status: 'confirmed' }, { status: 'cancelled', totals: { cancelled: usd(798) } }],
      });
      const shipped = await move(support, id, { status: 'shipped' });
      expect(shipped.body).toMatchObject({
        status: 'shipped',
        payment: { status: 'captured', authorized: usd(1_696), captured: usd(1_696) },
        vendorOrders: [{ shipments: [{}] }, { status: 'cancelled', shipments: [] }],
      });
      await expect(market.ledgerSum(id, 'capture')).resolves.toBe(1_696);
      await expect(market.ledgerSum(id, 'void')).resolves.toBe(798);
    });

    it('captures split tenders in their order', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, {
        ...TWO_VENDORS,
        payments: [{ methodToken: 'tok_gift', amount: usd(500) }, { methodToken: 'tok_visa' }],
      });
      await move(vendor2, id, { status: 'shipped' });
      const { payment } = await read(alice, id);
      expect(payment).toMatchObject({
        captured: usd(798),
        tenders: [
          { captured: usd(500), status: 'captured' },
          { captured: usd(298), status: 'partially_captured' },
        ],
      });
    });

    it('lets a shipment stand whose capture fails at first, and captures later, once', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, { payments: [{ methodToken: 'tok_capture_fails_once' }] });
      const shipped = await move(vendor1, id, { status: 'shipped' });
      expect(shipped).toMatchObject({ status: 200, body: { status: 'shipped' } });
      const captured = await orderWhen(alice, id, 'captured', ({ payment }) => payment.captured.amount === 698);
      expect(captured.payment.status).toBe('captured');
      await expect(market.ledgerSum(id, 'capture')).resolves.toBe(698);
    });

    it('makes moves conditional on If-Match and loses none of the parallel ones', async () => {
      const alice = await market.customer();
      const placed = await placeOrder(alice, TWO_VENDORS);
      const [first, second] = await Promise.all([
        move(vendor1, placed.id, { status: 'processing' }),
        move(vendor2, placed.id, { status: 'processing' }),
      ]);
      expect([first.status, second.status]).toEqual([200, 200]);
      const current = await read(alice, placed.id);
      expect(current.vendorOrders.map(({ status }) => status)).toEqual(['processing', 'processing']);
      const stale = { 'if-match': `"${placed.version}"` };
      const refused = await move(support, placed.id, { status: 'shipped' }, stale);
      expect(expectProblem(refused, 412, 'version_conflict')).toMatchObject({ version: current.version });
      const fresh = { 'if-match': `"${current.version}"` };
      const replies = await Promise.all(
        Array.from({ length: 4 }, async () => move(support, placed.id, { status: 'shipped' }, fresh)),
      );
      expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412]);
      await expect(market.ledgerSum(placed.id, 'capture')).resolves.toBe(2_494);
    });

    it('ships once when ten ask for it at the same time', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice);
      const replies = await Promise.all(
        Array.from({ length: 10 }, async () => move(vendor1, id, { status: 'shipped', shipment: PARCEL })),
      );
      for (const { status } of replies) expect(status).toBe(200);
      const shipped = await orderWhen(alice, id, 'captured', ({ payment }) => payment.captured.amount > 0);
      expect(shipped.vendorOrders[0]?.shipments).toHaveLength(1);
      await expect(market.ledgerSum(id, 'capture')).resolves.toBe(698);
    });
  });

  describe('GET /orders/{id}', () => {
    it('shows vendors their own part, without the others, the payment and the e-mail', async () => {
      const alice = await market.customer();
      const placed = await placeOrder(alice, { ...TWO_VENDORS, email: 'alice@example.com' });
      await move(vendor2, placed.id, { status: 'processing' });
      const reply = await vendor1.get<Order>(`/orders/${placed.id}`);
      expect(reply.body).toMatchObject({
        id: placed.id,
        number: placed.number,
        status: 'confirmed',
        shippingAddress: placed.shippingAddress,
        totals: { grandTotal: usd(1_696) },
      });
      expect(reply.body.vendorOrders.map(({ vendorId }) => vendorId)).toEqual(['vendor-1']);
      expect(reply.text).not.toMatch(/vendor-2|alice@example|tok_visa|"payment"|demo-2"/u);
      expect(reply.text).not.toContain(alice.userId);
      await expect(read(support, placed.id)).resolves.toEqual(await read(alice, placed.id));
    });
  });

  describe('GET /orders/{id}/timeline', () => {
    const timeline = async (client: Client, id: string, query = '') =>
      (await client.get<Page<TimelineEntry>>(`/orders/${id}/timeline${query}`)).body.items;

    it('tells every event in sequence, and vendors only their own', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, TWO_VENDORS);
      await move(vendor1, id, { status: 'processing' });
      await move(vendor2, id, { status: 'shipped', shipment: PARCEL });
      await move(vendor1, id, { status: 'cancelled', reason: 'Broken' });
      const all = await timeline(alice, id);
      expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index + 1));
      const types = all.map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(['placed', 'payment-authorized', 'confirmed']));
      expect(types.slice(3)).toEqual(['processing', 'shipped', 'payment-captured', 'cancelled', 'payment-voided']);
      expect(all.find(({ type }) => type === 'shipped')).toMatchObject({
        vendorId: 'vendor-2',
        data: { trackingNumber: PARCEL.trackingNumber },
      });
      await expect(timeline(support, id)).resolves.toEqual(all);

      const own = await timeline(vendor1, id);
      expect(own.map(({ sequence }) => sequence)).toEqual(all.map(({ sequence }) => sequence));
      const shown = own.filter(({ type }) => type !== undefined);
      expect(shown.map(({ type }) => type)).toEqual(expect.arrayContaining(['placed', 'processing', 'cancelled']));
      expect(shown.map(({ type }) => type)).not.toContain('shipped');
      expect(shown.map(({ type }) => type)).not.toContain('payment-captured');
      expect(JSON.stringify(own)).not.toMatch(/vendor-2|00340434161094042557|2494/u);
    });

    it('goes on after a sequence', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice);
      const all = await timeline(alice, id);
      const last = all.at(-1)?.sequence ?? 0;
      await expect(timeline(alice, id, '?after=2')).resolves.toEqual(all.slice(2));
      await expect(timeline(alice, id, `?after=${last}`)).resolves.toEqual([]);
      await move(vendor1, id, { status: 'processing' });
      await expect(timeline(alice, id, `?after=${last}`)).resolves.toMatchObject([
        { sequence: last + 1, type: 'processing', vendorId: 'vendor-1' },
      ]);
      for (const query of ['?after=-1', '?after=x', '?after=1.5', '?since=1', '?after[$gt]=1']) {
        expectProblem(await alice.get(`/orders/${id}/timeline${query}`), 400, 'validation_failed');
      }
    });
  });

  describe('lists', () => {
    const list = async (client: Client, path: string) => {
      const reply = await client.get<Page<Order>>(path);
      expect({ path, status: reply.status, text: reply.text.slice(0, 300) }).toMatchObject({ status: 200 });
      return reply.body;
    };
    const ids = (page: Page<Order>) => page.items.map(({ id }) => id);
    const placeSome = async (client: Client, count: number) => {
      const placed: Order[] = [];
      for (let left = count; left > 0; left -= 5) {
        placed.push(...(await Promise.all(Array.from({ length: Math.min(5, left) }, async () => placeOrder(client)))));
      }
      return placed;
    };

    it('pages through a history newest first, without gaps or repeats, while orders come in', async () => {
      const alice = await market.customer();
      const placed = await placeSome(alice, 27);
      const path = `/orders/user/${alice.userId}`;
      const firstPage = await list(alice, path);
      expect(firstPage.items).toHaveLength(20);
      const seen: Order[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Page<Order> = await list(
          alice,
          `${path}?limit=6${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
        );
        expect(page.items.length).toBeLessThanOrEqual(6);
        seen.push(...page.items);
        if (cursor === '') await placeSome(alice, 2);
        cursor = page.nextCursor;
      }
      expect(seen.map(({ id }) => id).toSorted()).toEqual(placed.map(({ id }) => id).toSorted());
      const times = seen.map(({ placedAt }) => placedAt);
      expect(times).toEqual(times.toSorted().toReversed());
      const [newest] = seen;
      expect(newest).toMatchObject({ id: newest?.id, status: 'confirmed', totals: { grandTotal: usd(698) } });
      const whole = await list(alice, `${path}?limit=100`);
      expect(whole.items).toHaveLength(29);
      expect(whole.nextCursor).toBeNull();
    }, 20_000);

    it('narrows a history by status and time', async () => {
      const alice = await market.customer();
      const path = `/orders/user/${alice.userId}`;
      const first = await placeOrder(alice);
      const second = await placeOrder(alice);
      const third = await placeOrder(alice);
      await move(alice, second.id, { status: 'cancelled' });
      await move(support, third.id, { status: 'shipped' });
      expect(ids(await list(alice, `${path}?status=cancelled`))).toEqual([second.id]);
      expect(ids(await list(alice, `${path}?status=delivered`))).toEqual([]);
      const time = encodeURIComponent(second.placedAt);
      expect(ids(await list(alice, `${path}?from=${time}`))).toEqual([third.id, second.id]);
      expect(ids(await list(alice, `${path}?to=${time}`))).toEqual([first.id]);
      expect(ids(await list(alice, `${path}?from=${time}&to=${encodeURIComponent(third.placedAt)}`))).toEqual([
        second.id,
      ]);
      expect(ids(await list(support, path))).toEqual([third.id, second.id, first.id]);
      expect(ids(await list(support, `/orders/user/${randomUUID()}`))).toEqual([]);
    });

    it('refuses limits out of bounds, foreign cursors and unknown parameters', async () => {
      const alice = await market.customer();
      await placeSome(alice, 2);
      for (const path of [`/orders/user/${alice.userId}`, '/orders']) {
        const client = path === '/orders' ? support : alice;
        for (const query of [
          'limit=0',
          'limit=101',
          'limit=-1',
          'limit=x',
          'limit=1.5',
          'limit=',
          'page=2',
          'skip=5',
        ]) {
          expectProblem(await client.get(`${path}?${query}`), 400, 'validation_failed');
        }
        for (const query of ['status=lost', 'status[$ne]=x', 'from=yesterday', 'to[$gt]=2026-01-01', 'from=']) {
          expectProblem(await client.get(`${path}?${query}`), 400, 'validation_failed');
        }
        for (const cursor of ['x', 'AAAA', '%7B%7D', Buffer.from('{"at":1}').toString('base64url')]) {
          expectProblem(await client.get(`${path}?cursor=${cursor}`), 400, 'invalid_cursor');
        }
      }
    });

    it("shows vendors the orders with a part of theirs, by that part's status", async () => {
      const alice = await market.customer();
      const mixed = await placeOrder(alice, TWO_VENDORS);
      const foreign = await placeOrder(alice, { items: [{ sku: 'demo-3', quantity: 1 }] });
      const since = `from=${encodeURIComponent(mixed.placedAt)}`;
      await move(vendor2, mixed.id, { status: 'shipped', shipment: { ...PARCEL, trackingNumber: 'TRACK-2' } });

      const page = await list(vendor1, `/orders?${since}`);
      expect(ids(page)).toEqual([mixed.id]);
      expect(ids(page)).not.toContain(foreign.id);
      expect(page.items[0]?.vendorOrders.map(({ vendorId }) => vendorId)).toEqual(['vendor-1']);
      expect(page.items[0]).not.toHaveProperty('payment');
      expect(ids(await list(vendor1, `/orders?${since}&status=confirmed`))).toEqual([mixed.id]);
      expect(ids(await list(vendor1, `/orders?${since}&status=shipped`))).toEqual([]);
      expect(ids(await list(vendor2, `/orders?${since}&status=shipped`))).toEqual([mixed.id]);
      expect(ids(await list(vendor2, `/orders?${since}&number=${mixed.number}`))).toEqual([mixed.id]);
      const other = await vendor1.get<Page<Order>>('/orders?vendorId=vendor-2');
      expect(other.status === 200 ? other.body.items : []).toEqual([]);
      // A parcel of another vendor is none of its business.
      expect(ids(await list(vendor1, `/orders?${since}&trackingNumber=TRACK-2`))).toEqual([]);
      expect(ids(await list(vendor2, `/orders?${since}&trackingNumber=TRACK-2`))).toEqual([mixed.id]);
    });

    it('finds orders for staff by every filter', async () => {
      const alice = await market.customer();
      const email = `${randomUUID()}@example.com`;
      const wanted = await placeOrder(alice, { ...TWO_VENDORS, email });
      const other = await placeOrder(await market.customer(), { items: [{ sku: 'demo-4', quantity: 1 }] });
      const trackingNumber = `T-${randomUUID()}`;
      await move(vendor1, wanted.id, { status: 'shipped', shipment: { ...PARCEL, trackingNumber } });
      const since = `from=${encodeURIComponent(wanted.placedAt)}`;
      const admin = await market.staff('admin');
      for (const client of [support, admin]) {
        const both = ids(await list(client, `/orders?${since}`));
        expect(both).toEqual([other.id, wanted.id]);
        for (const filter of [
          'vendorId=vendor-1',
          `customerId=${alice.userId}`,
          'status=partially_shipped',
          'paymentStatus=partially_captured',
          `number=${wanted.number}`,
          `email=${encodeURIComponent(email)}`,
          `trackingNumber=${trackingNumber}`,
          'vendorId=vendor-1&status=shipped',
          `to=${encodeURIComponent(other.placedAt)}`,
        ]) {
          expect({ filter, ids: ids(await list(client, `/orders?${since}&${filter}`)) }).toEqual({
            filter,
            ids: [wanted.id],
          });
        }
        expect(ids(await list(client, `/orders?${since}&vendorId=vendor-2&status=shipped`))).toEqual([]);
      }
      const paged = await list(support, `/orders?${since}&limit=1`);
      expect(ids(paged)).toEqual([other.id]);
      const next = await list(support, `/orders?${since}&limit=1&cursor=${encodeURIComponent(paged.nextCursor ?? '')}`);
      expect(ids(next)).toEqual([wanted.id]);
      expect(next.nextCursor).toBeNull();
    });
  });
});
