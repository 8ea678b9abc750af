import { randomUUID } from 'node:crypto';
import { waitUntil } from '@marketplace/local-stack';
import {
  ADDRESS,
  expectProblem,
  Marketplace,
  orderRequest,
  orderWhen,
  placeOrder,
  product,
  usd,
  type Client,
  type Order,
  type Problem,
  type Reply,
} from '../support/client.js';
import { expectSumsToHold, partOf, timelineOf, total, unitsBySku } from '../support/order-checks.js';
import { joinTestStack, type TestStack } from '../support/stack.js';

/**
 * vendor-1 has 597 + 1598 of items and 299 + 200 of shipping, 100, 100 and 99 on the units of demo-1; vendor-2 has 598 of
 * items, and 250 and 249 of shipping on its two units.
 */
const ITEMS = [
  { sku: 'demo-1', quantity: 3 },
  { sku: 'demo-7', quantity: 2 },
  { sku: 'demo-2', quantity: 2 },
];
const PARCEL = { carrier: 'DHL', trackingNumber: '00340434161094042557', trackingUrl: 'https://carrier.example/1' };

/** Where a vendor order may go from each status. */
const ALLOWED: Record<string, string[]> = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['processing', 'partially_shipped', 'shipped', 'cancelled'],
  processing: ['partially_shipped', 'shipped', 'cancelled'],
  partially_shipped: ['shipped', 'partially_delivered', 'delivered', 'returned'],
  shipped: ['partially_delivered', 'delivered'],
  partially_delivered: ['delivered', 'returned'],
  delivered: ['returned'],
  returned: [],
  cancelled: [],
};

describe('fulfilment of orders', () => {
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

  /** A request that must be accepted. */
  const accept = async (
    client: Client,
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: Record<string, unknown>,
  ): Promise<Order> => {
    const reply = await client.request<Order>(method, path, body ? { body } : {});
    const status = method === 'POST' && !path.endsWith('/hold') ? 201 : 200;
    expect({ path, body, status: reply.status, text: reply.text }).toMatchObject({ status });
    expect(reply.headers.get('etag')).toBe(`"${reply.body.version}"`);
    return reply.body;
  };
  const ship = async (client: Client, id: string, items?: { sku: string; quantity: number }[], more = {}) =>
    accept(client, 'POST', `/orders/${id}/shipments`, { ...PARCEL, ...(items ? { items } : {}), ...more });
  const arrive = async (client: Client, id: string, shipmentId: string, status = 'delivered') =>
    accept(client, 'PUT', `/orders/${id}/shipments/${shipmentId}`, { status });
  const captures = async (id: string) =>
    (await market.ledger(id)).filter(({ kind }) => kind === 'capture').map(({ amount }) => amount?.amount);

  describe('shipments', () => {
    it('leave in any number of parcels, each captured at exactly its value, and arrive one by one', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, { items: ITEMS });
      const first = await ship(vendor1, id, [{ sku: 'demo-1', quantity: 1 }], { trackingNumber: 'T-1' });
      expect(first).toMatchObject({ status: 'partially_shipped', vendorOrders: [{ vendorId: 'vendor-1' }] });
      await ship(vendor2, id, [{ sku: 'demo-2', quantity: 1 }], { carrier: 'UPS', trackingNumber: 'T-2' });
      await ship(vendor1, id, [
        { sku: 'demo-1', quantity: 1 },
        { sku: 'demo-7', quantity: 1 },
      ]);
      const partly = await read(alice, id);
      expect(partly).toMatchObject({
        status: 'partially_shipped',
        payment: { status: 'partially_captured', captured: usd(299 + 549 + 1_198) },
      });
      expect(partOf(partly, 'vendor-1')).toMatchObject({
        status: 'partially_shipped',
        items: [
          { sku: 'demo-1', shippedQuantity: 2 },
          { sku: 'demo-7', shippedQuantity: 1 },
        ],
        totals: { commission: usd(40 + 80), payout: usd(299 + 1_198 - 120) },
        shipments: [
          { id: 's1', status: 'in_transit', ...PARCEL, trackingNumber: 'T-1', items: [{ sku: 'demo-1', quantity: 1 }] },
          {
            id: 's3',
            items: [
              { sku: 'demo-1', quantity: 1 },
              { sku: 'demo-7', quantity: 1 },
            ],
          },
        ],
      });
      expect(partOf(partly, 'vendor-2').shipments).toMatchObject([
        { id: 's2', carrier: 'UPS', trackingNumber: 'T-2', trackingUrl: PARCEL.trackingUrl },
      ]);

      const rest = await ship(support, id);
      expect(rest.status).toBe('shipped');
      expect(rest.vendorOrders.map(({ status, shipments }) => [status, shipments.at(-1)?.id])).toEqual([
        ['shipped', 's4'],
        ['shipped', 's5'],
      ]);
      await expect(captures(id)).resolves.toEqual([299, 549, 1_198, 1_197, 548]);

      const half = await arrive(vendor1, id, 's1');
      expect(half.status).toBe('partially_delivered');
      await arrive(support, id, 's3');
      await expect(read(alice, id)).resolves.toMatchObject({ status: 'partially_delivered' });
      await arrive(vendor1, id, 's4');
      const [one, two] = (await read(alice, id)).vendorOrders;
      expect(one).toMatchObject({
        status: 'delivered',
        shipments: [{ status: 'delivered' }, { status: 'delivered' }, { status: 'delivered' }],
      });
      expect(two).toMatchObject({ status: 'shipped' });
      await arrive(vendor2, id, 's2');
      await arrive(vendor2, id, 's5');
      const whole = await expectSumsToHold(market, support, id);
      expect(whole).toMatchObject({ status: 'delivered', payment: { status: 'captured', captured: usd(3_791) } });
      expect(whole.vendorOrders.flatMap(({ items }) => items.map((line) => line.deliveredQuantity))).toEqual([3, 2, 2]);
      await expect(market.ledgerSum(id, 'void')).resolves.toBe(0);
    });

    it('take no more units than are left, and say how many are', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, { items: ITEMS });
      const path = `/orders/${id}/shipments`;
      const refuse = async (items: unknown[], left: unknown[]) => {
        const reply = await vendor1.post(path, { ...PARCEL, items });
        expect(expectProblem(reply, 409, 'quantity_unavailable')['items']).toEqual(left);
      };
      await refuse([{ sku: 'demo-1', quantity: 4 }], [{ sku: 'demo-1', available: 3 }]);
      await refuse(
        [
          { sku: 'demo-1', quantity: 2 },
          { sku: 'demo-1', quantity: 2 },
        ],
        [{ sku: 'demo-1', available: 3 }],
      );
      await ship(vendor1, id, [{ sku: 'demo-1', quantity: 2 }]);
      await refuse([{ sku: 'demo-1', quantity: 2 }], [{ sku: 'demo-1', available: 1 }]);
      await accept(vendor1, 'POST', `/orders/${id}/cancellations`, {
        items: [{ sku: 'demo-1', quantity: 1 }],
        reason: 'Broken',
      });
      await refuse(
        [
          { sku: 'demo-7', quantity: 1 },
          { sku: 'demo-1', quantity: 1 },
        ],
        [{ sku: 'demo-1', available: 0 }],
      );
      const unknown = expectProblem(
        await vendor1.post(path, { ...PARCEL, items: [{ sku: 'demo-2', quantity: 1 }] }),
        400,
        'validation_failed',
      );
      expect(unknown.errors).toMatchObject([{ pointer: '/items/0/sku' }]);
      for (const items of [[], [{ sku: 'demo-7', quantity: 0 }], [{ sku: 'demo-7', quantity: 1.5 }], 'all']) {
        expectProblem(await vendor1.post(path, { ...PARCEL, items }), 400, 'validation_failed');
      }
      expectProblem(await vendor1.post(path, { items: [{ sku: 'demo-7', quantity: 1 }] }), 400, 'validation_failed');
      expect(partOf(await read(alice, id), 'vendor-1').shipments).toHaveLength(1);
    });

    it('may get lost: the rest arrives all the same, and what never arrived is not called delivered', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, { items: ITEMS });
      await ship(vendor1, id, [{ sku: 'demo-1', quantity: 3 }]);
      await ship(vendor1, id);
      await ship(vendor2, id);
      const version = (await arrive(vendor1, id, 's1', 'lost')).version;
      expect((await arrive(vendor1, id, 's1', 'lost')).version).toBe(version);
      const lost = expectProblem(
        await vendor1.put(`/orders/${id}/shipments/s1`, { status: 'delivered' }),
        409,
        'illegal_transition',
      );
      expect(lost).toMatchObject({ from: 'lost', to: 'delivered', allowed: [] });
      const arrived = await arrive(vendor1, id, 's2');
      expect(arrived).toMatchObject({
        status: 'delivered',
        vendorOrders: [{ items: [{ deliveredQuantity: 0 }, { deliveredQuantity: 2 }] }],
      });
      const back = expectProblem(
        await vendor1.put(`/orders/${id}/shipments/s2`, { status: 'lost' }),
        409,
        'illegal_transition',
      );
      expect(back).toMatchObject({ from: 'delivered', to: 'lost', allowed: [] });

      const gone = await arrive(vendor2, id, 's3', 'lost');
      expect(gone.status).toBe('shipped');
      expectProblem(await vendor2.put(`/orders/${id}`, { status: 'delivered' }), 409, 'illegal_transition');
      const told = (await timelineOf(support, id)).filter(({ vendorId }) => vendorId === 'vendor-2');
      expect(told.map(({ type }) => type)).toEqual(['shipped', 'payment-captured', 'shipment-lost']);

      expectProblem(await vendor1.put(`/orders/${id}/shipments/s99`, { status: 'delivered' }), 404, 'not_found');
      for (const [shipmentId, status] of [
        ['x', 'delivered'],
        ['s1', 'in_transit'],
        ['s1', 'stolen'],
      ]) {
        expectProblem(await vendor1.put(`/orders/${id}/shipments/${shipmentId}`, { status }), 400, 'validation_failed');
      }
    });
  });

  describe('cancellations', () => {
    it('take units away for the customer, the vendor and support, and void the rest at the end', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, { items: ITEMS });
      const path = `/orders/${id}/cancellations`;
      const byCustomer = await accept(alice, 'POST', path, {
        items: [{ sku: 'demo-1', quantity: 1 }],
        reason: 'Ordered by mistake',
        reasonCode: 'customer_request',
      });
      expect(byCustomer).toMatchObject({
        status: 'confirmed',
        totals: { grandTotal: usd(3_791), cancelled: usd(299) },
        vendorOrders: [
          {
            status: 'confirmed',
            items: [{ cancelledQuantity: 1 }, { cancelledQuantity: 0 }],
            totals: { cancelled: usd(299) },
          },
          { totals: { cancelled: usd(0) } },
        ],
      });
      await accept(vendor1, 'POST', path, {
        items: [{ sku: 'demo-7', quantity: 1 }],
        reason: 'Sold out',
        reasonCode: 'out_of_stock',
      });
      const last = await accept(support, 'POST', path, {
        vendorId: 'vendor-2',
        reason: 'Suspicious',
        reasonCode: 'fraud',
      });
      expect(last).toMatchObject({ status: 'confirmed', totals: { cancelled: usd(299 + 899 + 1_097) } });
      expect(partOf(last, 'vendor-1').cancellations).toMatchObject([
        {
          id: 'c1',
          items: [{ sku: 'demo-1', quantity: 1 }],
          amount: usd(299),
          reason: 'Ordered by mistake',
          reasonCode: 'customer_request',
          by: 'customer',
        },
        { id: 'c2', amount: usd(899), reasonCode: 'out_of_stock', by: 'vendor' },
      ]);
      expect(partOf(last, 'vendor-2')).toMatchObject({
        status: 'cancelled',
        cancellations: [{ id: 'c3', amount: usd(1_097), reasonCode: 'fraud', by: 'support' }],
      });
      const released = await waitUntil('the stock is released', async () => {
        const entries = (await market.ledger(id)).filter(({ kind }) => kind === 'release');
        return entries.length === 3 && entries;
      });
      expect(unitsBySku(released.flatMap(({ items }) => items ?? []))).toEqual({
        'demo-1': 1,
        'demo-7': 1,
        'demo-2': 2,
      });
      await expect(market.ledgerSum(id, 'void')).resolves.toBe(0);

      await ship(vendor1, id);
      const whole = await expectSumsToHold(market, support, id);
      expect(whole).toMatchObject({ status: 'shipped', payment: { status: 'captured', captured: usd(597 + 899) } });
      const voids = (await market.ledger(id)).filter(({ kind }) => kind === 'void');
      expect(voids.map(({ amount }) => amount)).toEqual([usd(2_295)]);
      for (const body of [
        {},
        { reason: '' },
        { reason: 'x', reasonCode: 'whim' },
        { reason: 'x', vendorId: 'vendor-9' },
      ]) {
        expectProblem(await support.post(path, body), 400, 'validation_failed');
      }
    });

    it('end the order when they take the last unit, whoever took the others', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, { items: ITEMS });
      const path = `/orders/${id}/cancellations`;
      await accept(vendor2, 'POST', path, { reason: 'Sold out' });
      await accept(vendor1, 'POST', path, { items: [{ sku: 'demo-1', quantity: 3 }], reason: 'Sold out' });
      const ended = await accept(alice, 'POST', path, { reason: 'Then not' });
      expect(ended).toMatchObject({ status: 'cancelled', totals: { cancelled: usd(3_791) } });
      const whole = await expectSumsToHold(market, support, id);
      expect(whole.payment).toMatchObject({ status: 'voided', authorized: usd(0) });
      const refused = expectProblem(await alice.post(path, { reason: 'Again' }), 409, 'illegal_transition');
      expect(refused).toMatchObject({ from: 'cancelled', to: 'cancelled', allowed: [] });
    });

    it('are closed to the customer once anything of the part has left, and open to vendor and support', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, { items: ITEMS });
      const path = `/orders/${id}/cancellations`;
      await ship(vendor1, id, [{ sku: 'demo-1', quantity: 1 }]);
      for (const body of [
        { reason: 'All of it' },
        { reason: 'That part', vendorId: 'vendor-1' },
        { reason: 'One unit', items: [{ sku: 'demo-7', quantity: 1 }] },
      ]) {
        const refused = expectProblem(await alice.post(path, body), 409, 'illegal_transition');
        expect(refused).toMatchObject({ from: 'partially_shipped', to: 'cancelled' });
        expect(refused['allowed']).toEqual(ALLOWED['partially_shipped']);
      }
      const own = await accept(alice, 'POST', path, { reason: 'The other part', vendorId: 'vendor-2' });
      expect(partOf(own, 'vendor-2').status).toBe('cancelled');
      await accept(vendor1, 'POST', path, { items: [{ sku: 'demo-1', quantity: 1 }], reason: 'Broken' });
      const rest = await accept(support, 'POST', path, { reason: 'The rest' });
      expect(rest).toMatchObject({ status: 'shipped', payment: { captured: usd(299) } });
      const whole = await expectSumsToHold(market, support, id);
      expect(whole.payment).toMatchObject({ status: 'captured', authorized: usd(299) });
      const over = expectProblem(
        await support.post(path, { vendorId: 'vendor-1', reason: 'More' }),
        409,
        'illegal_transition',
      );
      expect(over).toMatchObject({ from: 'shipped', to: 'cancelled', allowed: ALLOWED['shipped'] });
    });

    it('of the last open units leave a part as far as its parcels and returns have come', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, { items: [{ sku: 'demo-1', quantity: 2 }] });
      await ship(vendor1, id, [{ sku: 'demo-1', quantity: 1 }]);
      await arrive(vendor1, id, 's1');
      await accept(alice, 'POST', `/orders/${id}/returns`, { reason: 'Too small' });
      for (const status of ['approved', 'received']) {
        await accept(vendor1, 'PUT', `/orders/${id}/returns/r1`, { status });
      }
      const ended = await accept(vendor1, 'POST', `/orders/${id}/cancellations`, { reason: 'Sold out' });
      expect(ended.status).toBe('returned');
      await expectSumsToHold(market, support, id);
    });
  });

  it('refuses every illegal move with where the part is and where it may go', async () => {
    const alice = await market.customer();
    const one = { items: [{ sku: 'demo-1', quantity: 2 }] };
    const refuse = async (id: string, from: string, targets: string[]) => {
      for (const to of targets) {
        const replies: [string, Reply<unknown>][] = [['PUT', await vendor1.put(`/orders/${id}`, { status: to })]];
        if (to === 'shipped') replies.push(['POST', await vendor1.post(`/orders/${id}/shipments`, PARCEL)]);
        if (to === 'cancelled' && from !== 'partially_shipped') {
          replies.push(['POST', await vendor1.post(`/orders/${id}/cancellations`, { reason: 'x' })]);
        }
        for (const [method, reply] of replies) {
          // A part that is where it is asked to be answers a PUT with 200.
          if (method === 'PUT' && from === to) {
            expect(reply.status).toBe(200);
            continue;
          }
          const problem = expectProblem(reply, 409, 'illegal_transition');
          expect({ method, from: problem['from'], to: problem['to'] }).toEqual({ method, from, to });
          expect(problem['allowed']).toEqual((ALLOWED[from] ?? []).filter((status) => status !== to));
        }
      }
    };
    const waiting = await alice.post<Order>(
      '/orders',
      orderRequest({ ...one, currency: 'USD', payments: [{ methodToken: 'tok_action' }] }),
    );
    await refuse(waiting.body.id, 'pending', ['processing', 'shipped', 'delivered']);
    const { id } = await placeOrder(alice, one);
    await refuse(id, 'confirmed', ['delivered']);
    await accept(vendor1, 'PUT', `/orders/${id}`, { status: 'processing' });
    await refuse(id, 'processing', ['processing', 'delivered']);
    await ship(vendor1, id, [{ sku: 'demo-1', quantity: 1 }]);
    await refuse(id, 'partially_shipped', ['processing', 'delivered', 'cancelled']);
    await ship(vendor1, id);
    await refuse(id, 'shipped', ['processing', 'shipped', 'cancelled']);
    await arrive(vendor1, id, 's1');
    await refuse(id, 'partially_delivered', ['processing', 'shipped', 'cancelled']);
    await arrive(vendor1, id, 's2');
    await refuse(id, 'delivered', ['processing', 'shipped', 'delivered', 'cancelled']);
    await accept(alice, 'POST', `/orders/${id}/returns`, { reason: 'Too small' });
    for (const status of ['approved', 'received']) await accept(vendor1, 'PUT', `/orders/${id}/returns/r1`, { status });
    await refuse(id, 'returned', ['processing', 'shipped', 'delivered', 'cancelled']);
    const gone = await placeOrder(alice, one);
    await accept(vendor1, 'POST', `/orders/${gone.id}/cancellations`, { reason: 'Sold out' });
    await refuse(gone.id, 'cancelled', ['processing', 'shipped', 'delivered', 'cancelled']);
  });

  it('an order that was changed without end takes no more of it: first from its buyer, then from vendors, then from staff', async () => {
    const alice = await market.customer();
    const { id } = await placeOrder(alice);
    const path = `/orders/${id}`;
    const made = async (changes: number) =>
      market.collection('orders').updateOne({ _id: id }, { $set: { version: changes, 'auditHead.sequence': changes } });
    const full = async (reply: Promise<Reply<Problem>>) => expectProblem(await reply, 409, 'order_full');
    await made(2_500);
    await full(alice.post(`${path}/tracking-links`, {}));
    await full(alice.put(path, { status: 'cancelled' }));
    expect((await alice.get(path)).status).toBe(200);
    await accept(vendor1, 'PUT', path, { status: 'processing' });
    await made(4_500);
    await full(vendor1.put(path, { status: 'shipped' }));
    const key = { 'Idempotency-Key': randomUUID() };
    expect((await support.post(`${path}/hold`, { reason: 'Who is that?' }, key)).status).toBe(200);
    await made(7_000);
    await full(support.delete(`${path}/hold`));
    // What had its effect is still answered for, and the buyer can still be forgotten.
    const replay = await support.post(`${path}/hold`, { reason: 'Who is that?' }, key);
    expect(replay.headers.get('idempotency-replayed')).toBe('true');
    const admin = await market.staff('admin');
    expect((await admin.post(`${path}/anonymise`, { includeOpen: true })).status).toBe(200);
  });

  it('holds keep an order from being processed and shipped, not from being cancelled', async () => {
    const alice = await market.customer();
    const { id } = await placeOrder(alice, { items: ITEMS });
    const path = `/orders/${id}/hold`;
    for (const client of [alice, vendor1]) {
      expectProblem(await client.post(path, { reason: 'x' }), 403, 'forbidden');
      expectProblem(await client.delete(path), 403, 'forbidden');
    }
    const held = await accept(support, 'POST', path, { reason: 'Looks like a forwarder' });
    expect(held.hold).toMatchObject({ reason: 'Looks like a forwarder', by: 'support' });
    expect((await read(vendor1, id)).hold).toMatchObject({ reason: 'Looks like a forwarder' });
    expect(await read(alice, id)).not.toHaveProperty('hold');
    for (const reply of [
      await vendor1.put(`/orders/${id}`, { status: 'processing' }),
      await vendor1.put(`/orders/${id}`, { status: 'shipped' }),
      await support.put(`/orders/${id}`, { status: 'shipped' }),
      await vendor1.post(`/orders/${id}/shipments`, PARCEL),
      await support.post(`/orders/${id}/shipments`, PARCEL),
    ]) {
      expectProblem(reply, 409, 'order_held');
    }
    await accept(alice, 'POST', `/orders/${id}/cancellations`, {
      items: [{ sku: 'demo-1', quantity: 1 }],
      reason: 'Then not',
    });
    await accept(vendor2, 'PUT', `/orders/${id}`, { status: 'cancelled' });
    const again = await accept(support, 'POST', path, { reason: 'Asked the bank' });
    expect(again.hold?.reason).toBe('Asked the bank');
    const released = await accept(support, 'DELETE', path);
    expect(released).not.toHaveProperty('hold');
    expect((await accept(support, 'DELETE', path)).version).toBe(released.version);
    await ship(vendor1, id);
    await expectSumsToHold(market, support, id);
    const types = (await timelineOf(support, id)).map(({ type }) => type);
    expect(types.filter((type) => type === 'held' || type === 'released')).toEqual(['held', 'held', 'released']);
  });

  it('goes to another address until something has left', async () => {
    const alice = await market.customer();
    const { id } = await placeOrder(alice, { items: ITEMS });
    const path = `/orders/${id}/shipping-address`;
    const shippingAddress = { ...ADDRESS, name: 'Bob Elsewhere', line1: '2 Harbour Road' };
    for (const client of [alice, vendor1]) expectProblem(await client.put(path, { shippingAddress }), 403, 'forbidden');
    expectProblem(await support.put(path, { shippingAddress: { name: 'x' } }), 400, 'validation_failed');
    const changed = await accept(support, 'PUT', path, { shippingAddress });
    expect(changed.shippingAddress).toEqual(shippingAddress);
    expect((await read(vendor1, id)).shippingAddress).toEqual(shippingAddress);
    const told = (await timelineOf(support, id)).at(-1);
    expect(told).toMatchObject({ type: 'address-changed' });
    expect(JSON.stringify(told)).not.toMatch(/Harbour|Elsewhere/u);
    await ship(vendor2, id, [{ sku: 'demo-2', quantity: 1 }]);
    const refused = expectProblem(await support.put(path, { shippingAddress: ADDRESS }), 409, 'illegal_transition');
    expect(refused).toMatchObject({ to: 'address-changed', allowed: expect.any(Array) as unknown });
    expect((await read(alice, id)).shippingAddress).toEqual(shippingAddress);
    const gone = await placeOrder(alice);
    await accept(alice, 'POST', `/orders/${gone.id}/cancellations`, { reason: 'Then not' });
    expectProblem(
      await support.put(`/orders/${gone.id}/shipping-address`, { shippingAddress }),
      409,
      'illegal_transition',
    );
  });

  it("keeps vendors and strangers off what is not theirs, and customers off the vendors' work", async () => {
    const alice = await market.customer();
    const { id } = await placeOrder(alice, { items: ITEMS });
    await ship(vendor2, id);
    await arrive(vendor2, id, 's1');
    await accept(alice, 'POST', `/orders/${id}/returns`, { vendorId: 'vendor-2', reason: 'Too small' });
    const before = await read(support, id);
    const requests: [string, string, Record<string, unknown>][] = [
      ['POST', 'shipments', PARCEL],
      ['POST', 'cancellations', { reason: 'x' }],
      ['POST', 'refunds', { reason: 'x' }],
      ['PUT', 'shipments/s1', { status: 'lost' }],
      ['PUT', 'returns/r1', { status: 'approved' }],
    ];
    const [bob, vendor3] = [await market.customer(), await market.vendor('vendor-3')];
    for (const [method, path, body] of requests) {
      const ask = async (client: Client, more = {}) =>
        client.request(method, `/orders/${id}/${path}`, { body: { ...body, ...more } });
      expectProblem(await ask(vendor3), 404, 'not_found');
      if (method === 'PUT') expectProblem(await ask(vendor1), 404, 'not_found');
      else expectProblem(await ask(vendor1, { vendorId: 'vendor-2' }), 403, 'forbidden');
      if (path === 'cancellations') expectProblem(await ask(bob), 404, 'not_found');
      else expectProblem(await ask(alice), 403, 'forbidden');
      expectProblem(await ask(market.anonymous), 401, 'unauthenticated');
    }
    expectProblem(await vendor2.post(`/orders/${id}/returns`, { reason: 'x' }), 403, 'forbidden');
    expectProblem(await bob.post(`/orders/${id}/returns`, { reason: 'x' }), 404, 'not_found');
    await expect(read(support, id)).resolves.toEqual(before);
    const own = await ship(vendor1, id);
    expect(own.vendorOrders.map(({ vendorId }) => vendorId)).toEqual(['vendor-1']);
    expect(own).not.toHaveProperty('payment');
  });

  it('has one effect for an Idempotency-Key, whoever repeats it, and refuses the key for anything else', async () => {
    const alice = await market.customer();
    const { id } = await placeOrder(alice, { items: ITEMS });
    const once = async (client: Client, path: string, body: Record<string, unknown>) => {
      const key = { 'idempotency-key': randomUUID() };
      const parallel = await Promise.all(
        Array.from({ length: 3 }, async () => client.post<Order>(`/orders/${id}/${path}`, body, key)),
      );
      const [first] = parallel.filter(({ headers }) => !headers.has('idempotency-replayed'));
      expect({ path, statuses: new Set(parallel.map(({ status }) => status)).size }).toEqual({ path, statuses: 1 });
      expect(parallel.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(2);
      const settled = await expectSumsToHold(market, support, id);
      const replay = await client.post<Order>(`/orders/${id}/${path}`, body, key);
      expect({ status: replay.status, replayed: replay.headers.get('idempotency-replayed') }).toEqual({
        status: first?.status,
        replayed: 'true',
      });
      expect(replay.body.version).toBe(settled.version);
      expect((await read(support, id)).version).toBe(settled.version);
      const other = await client.post(`/orders/${id}/${path}`, { ...body, reason: 'Another', carrier: undefined }, key);
      expect(other.status === 400 ? 'needs a carrier' : other.body.code).toMatch(
        /idempotency_key_reused|needs a carrier/u,
      );
      return settled;
    };
    await once(support, 'hold', { reason: 'Let me see' });
    await accept(support, 'DELETE', `/orders/${id}/hold`);
    const cancelled = await once(alice, 'cancellations', { items: [{ sku: 'demo-1', quantity: 1 }], reason: 'x' });
    expect(partOf(cancelled, 'vendor-1').cancellations).toHaveLength(1);
    const shipped = await once(vendor1, 'shipments', { ...PARCEL, items: [{ sku: 'demo-1', quantity: 1 }] });
    expect(partOf(shipped, 'vendor-1').shipments).toHaveLength(1);
    await arrive(vendor1, id, 's1');
    const refunded = await once(vendor1, 'refunds', { amount: usd(50), reason: 'Late' });
    expect(refunded.totals.refunded).toEqual(usd(50));
    const returned = await once(alice, 'returns', { items: [{ sku: 'demo-1', quantity: 1 }], reason: 'Too small' });
    expect(partOf(returned, 'vendor-1').returns).toHaveLength(1);

    const key = { 'idempotency-key': randomUUID() };
    const parcel = { ...PARCEL, items: [{ sku: 'demo-7', quantity: 1 }] };
    expect((await vendor1.post(`/orders/${id}/shipments`, parcel, key)).status).toBe(201);
    const another = { ...PARCEL, items: [{ sku: 'demo-7', quantity: 2 }] };
    expectProblem(await vendor1.post(`/orders/${id}/shipments`, another, key), 422, 'idempotency_key_reused');
    expectProblem(
      await vendor1.post(`/orders/${id}/cancellations`, { reason: 'x' }, key),
      422,
      'idempotency_key_reused',
    );
    // Keys belong to their callers: another one may use the same, and has its own effect.
    const foreign = await vendor2.post<Order>(`/orders/${id}/shipments`, PARCEL, key);
    expect({ status: foreign.status, shipments: foreign.body.vendorOrders?.[0]?.shipments.length }).toEqual({
      status: 201,
      shipments: 1,
    });
    expect(foreign.headers.has('idempotency-replayed')).toBe(false);
  });

  it('makes every change conditional on If-Match', async () => {
    const alice = await market.customer();
    const { id } = await placeOrder(alice, { items: ITEMS });
    let stale = (await read(support, id)).version;
    const change = async (client: Client, method: string, path: string, body?: Record<string, unknown>) => {
      const ask = async (version: number) =>
        client.request<Order>(method, `/orders/${id}/${path}`, {
          ...(body ? { body } : {}),
          headers: { 'if-match': `"${version}"` },
        });
      const { version } = await expectSumsToHold(market, support, id);
      expect(version).toBeGreaterThan(stale);
      expect(expectProblem(await ask(stale), 412, 'version_conflict')['version']).toBe(version);
      const reply = await ask(version);
      expect({ path, text: reply.text, done: reply.status < 300 }).toMatchObject({ done: true });
      stale = version;
    };
    await accept(vendor2, 'PUT', `/orders/${id}`, { status: 'processing' });
    await change(support, 'POST', 'hold', { reason: 'x' });
    await change(support, 'DELETE', 'hold');
    await change(support, 'PUT', 'shipping-address', { shippingAddress: { ...ADDRESS, name: 'Bob' } });
    await change(alice, 'POST', 'cancellations', { items: [{ sku: 'demo-7', quantity: 1 }], reason: 'x' });
    await change(vendor1, 'POST', 'shipments', PARCEL);
    await change(vendor1, 'PUT', 'shipments/s1', { status: 'delivered' });
    await change(vendor1, 'POST', 'refunds', { amount: usd(10), reason: 'x' });
    await change(alice, 'POST', 'returns', { items: [{ sku: 'demo-7', quantity: 1 }], reason: 'x' });
    await change(vendor1, 'PUT', 'returns/r1', { status: 'approved' });
    const malformed = await vendor1.put(`/orders/${id}/returns/r1`, { status: 'received' }, { 'if-match': 'latest' });
    expectProblem(malformed, 400, 'validation_failed');
  });

  it('tells the whole life of an order in sequence, and each vendor its own', async () => {
    const alice = await market.customer();
    const { id } = await placeOrder(alice, { items: ITEMS });
    const settle = async () => expectSumsToHold(market, support, id);
    await accept(support, 'POST', `/orders/${id}/hold`, { reason: 'x' });
    await accept(support, 'DELETE', `/orders/${id}/hold`);
    await accept(support, 'PUT', `/orders/${id}/shipping-address`, {
      shippingAddress: { ...ADDRESS, line2: 'Floor 2' },
    });
    await accept(vendor1, 'PUT', `/orders/${id}`, { status: 'processing' });
    await ship(vendor1, id, [{ sku: 'demo-1', quantity: 3 }]);
    await settle();
    await ship(vendor1, id, [{ sku: 'demo-7', quantity: 1 }]);
    await settle();
    await accept(vendor1, 'POST', `/orders/${id}/cancellations`, { reason: 'Sold out', reasonCode: 'out_of_stock' });
    await accept(vendor2, 'POST', `/orders/${id}/cancellations`, { reason: 'Sold out' });
    await settle();
    await arrive(vendor1, id, 's2', 'lost');
    await arrive(vendor1, id, 's1');
    const returned = [{ sku: 'demo-1', quantity: 3 }];
    await accept(alice, 'POST', `/orders/${id}/returns`, { items: returned, reason: 'Too small' });
    await accept(vendor1, 'PUT', `/orders/${id}/returns/r1`, { status: 'rejected', reason: 'Worn' });
    await accept(alice, 'POST', `/orders/${id}/returns`, { items: returned, reason: 'Not worn' });
    for (const status of ['approved', 'received', 'refunded']) {
      await accept(vendor1, 'PUT', `/orders/${id}/returns/r2`, { status });
    }
    const whole = await settle();
    expect(whole.status).toBe('returned');
    const timeline = await timelineOf(alice, id);
    expect(timeline.map(({ type }) => type)).toEqual([
      'placed',
      'payment-authorized',
      'confirmed',
      'held',
      'released',
      'address-changed',
      'processing',
      'shipped',
      'payment-captured',
      'shipped',
      'payment-captured',
      'cancelled',
      'cancelled',
      'payment-voided',
      'shipment-lost',
      'shipment-delivered',
      'delivered',
      'return-requested',
      'return-rejected',
      'return-requested',
      'return-approved',
      'return-received',
      'returned',
      'refunded',
    ]);
    expect(timeline.at(-1)).toMatchObject({ vendorId: 'vendor-1', data: { amount: usd(597 + 299), refundId: 'f1' } });
    const foreign = await timelineOf(vendor2, id);
    expect(foreign.map(({ sequence }) => sequence)).toEqual(timeline.map(({ sequence }) => sequence));
    const shown = foreign.filter(({ hidden }) => !hidden);
    expect(shown.map(({ type }) => type)).toEqual(['placed', 'confirmed', 'held', 'released', 'cancelled']);
    expect(JSON.stringify(foreign)).not.toMatch(/vendor-1|demo-1"/u);
  });

  it('keeps every sum of an order of 20 vendors and 100 lines to the cent', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `big-vendor-${index}`);
    const lines = names.flatMap((vendorId, v) =>
      Array.from({ length: 5 }, (_, l) => ({
        product: product(`big-${v}-${l}`, vendorId, 133 + v * 37 + l * 11),
        quantity: 2 + ((v + l) % 3),
      })),
    );
    await market.loadProducts(...lines.map((line) => line.product));
    const alice = await market.customer();
    const items = lines.map((line) => ({ sku: line.product.sku, quantity: line.quantity }));
    const placed = await placeOrder(alice, {
      items,
      payments: [{ methodToken: 'tok_gift', amount: usd(20_000) }, { methodToken: 'tok_visa' }],
    });
    const { id } = placed;
    const due = total(lines, (line) => line.product.unitPrice.amount * line.quantity) + 20 * 499;
    expect(placed.totals.grandTotal).toEqual(usd(due));
    expect(placed.vendorOrders.map(({ vendorId }) => vendorId)).toEqual(names);
    const oneOfEach = (v: number) => Array.from({ length: 5 }, (_, l) => ({ sku: `big-${v}-${l}`, quantity: 1 }));

    await Promise.all(
      names.map(async (vendorId, v) => {
        const vendor = await market.vendor(vendorId);
        const cancel = async (units?: unknown) =>
          accept(vendor, 'POST', `/orders/${id}/cancellations`, { reason: 'x', ...(units ? { items: units } : {}) });
        if (v % 4 === 3) return cancel();
        if (v % 4 === 0) return ship(vendor, id);
        await ship(vendor, id, oneOfEach(v));
        if (v % 4 === 1) return cancel();
        await cancel([{ sku: `big-${v}-0`, quantity: 1 }]);
        return ship(vendor, id);
      }),
    );
    const shipped = await expectSumsToHold(market, support, id);
    expect(shipped.status).toBe('shipped');
    expect(shipped.payment.captured.amount).toBe(due - shipped.totals.cancelled.amount);
    await accept(support, 'PUT', `/orders/${id}`, { status: 'delivered' });

    for (const v of [0, 1, 2]) {
      const vendor = await market.vendor(`big-vendor-${v}`);
      const asked = await accept(alice, 'POST', `/orders/${id}/returns`, { items: oneOfEach(v), reason: 'Too small' });
      const returnId = partOf(asked, `big-vendor-${v}`).returns[0]?.id;
      for (const status of ['approved', 'received', 'refunded']) {
        await accept(vendor, 'PUT', `/orders/${id}/returns/${returnId}`, { status });
      }
    }
    const ask = async (body: Record<string, unknown>) =>
      accept(support, 'POST', `/orders/${id}/refunds`, { reason: 'Goodwill', ...body });
    await expectSumsToHold(market, support, id);
    await ask({ amount: usd(1_237), fundedBy: 'marketplace' });
    await ask({ amount: usd(731) });
    await ask({ vendorId: 'big-vendor-5' });
    await ask({ items: [...oneOfEach(8), ...oneOfEach(10)] });
    const whole = await expectSumsToHold(market, support, id);
    expect(partOf(whole, 'big-vendor-5').totals).toMatchObject({ payout: usd(0) });
    await ask({});
    const empty = await expectSumsToHold(market, support, id);
    expect(empty.payment).toMatchObject({ status: 'refunded', refunded: empty.payment.captured });
    expect(total(empty.vendorOrders, ({ totals }) => totals.commission.amount + totals.payout.amount)).toBe(0);
    expectProblem(
      await support.post(`/orders/${id}/refunds`, { amount: usd(1), reason: 'x' }),
      409,
      'refund_exceeds_captured',
    );
    await orderWhen(alice, id, 'still delivered', ({ status }) => status === 'delivered');
  });
});
