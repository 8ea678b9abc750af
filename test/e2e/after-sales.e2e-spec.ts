import { randomUUID } from 'node:crypto';
import { PAYMENT_SUBJECTS } from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import {
  createCart,
  expectProblem,
  Marketplace,
  orderRequest,
  orderWhen,
  placeOrder,
  product,
  usd,
  type Cart,
  type Client,
  type Order,
} from '../support/client.js';
import { expectSumsToHold, partOf, timelineOf, unitsBySku } from '../support/order-checks.js';
import { joinTestStack, startTestStack, type TestStack } from '../support/stack.js';

/** vendor-1: 398 of items and 333 of shipping, 799 and 166; 1,696 in all. vendor-2: 299 and 499; 798 in all. */
const ITEMS = [
  { sku: 'demo-1', quantity: 2 },
  { sku: 'demo-7', quantity: 1 },
  { sku: 'demo-2', quantity: 1 },
];
const TOTAL = 1_696 + 798;

const accept = async (
  client: Client,
  method: 'POST' | 'PUT',
  path: string,
  body: Record<string, unknown>,
): Promise<Order> => {
  const reply = await client.request<Order>(method, path, { body });
  const status = method === 'POST' ? 201 : 200;
  expect({ path, body, status: reply.status, text: reply.text }).toMatchObject({ status });
  return reply.body;
};

/** Places an order and has staff move it as far as told, its captures made. */
const orderThatIs = async (
  market: Marketplace,
  status: 'shipped' | 'delivered',
  client: Client,
  overrides: Record<string, unknown> = { items: ITEMS },
): Promise<string> => {
  const support = await market.staff('support');
  const { id } = await placeOrder(client, overrides);
  await accept(support, 'PUT', `/orders/${id}`, { status: 'shipped' });
  if (status === 'delivered') await accept(support, 'PUT', `/orders/${id}`, { status: 'delivered' });
  await expectSumsToHold(market, support, id);
  return id;
};

describe('after the sale', () => {
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
  const askBack = async (client: Client, id: string, more: Record<string, unknown> = {}) =>
    accept(client, 'POST', `/orders/${id}/returns`, { reason: 'Too small', ...more });
  const decide = async (client: Client, id: string, returnId: string, status: string, reason?: string) =>
    accept(client, 'PUT', `/orders/${id}/returns/${returnId}`, { status, ...(reason ? { reason } : {}) });
  const refund = async (client: Client, id: string, more: Record<string, unknown> = {}) =>
    accept(client, 'POST', `/orders/${id}/refunds`, { reason: 'Arrived late', ...more });
  const refuse = async (client: Client, id: string, more: Record<string, unknown>, status: number, code: string) =>
    expectProblem(await client.post(`/orders/${id}/refunds`, { reason: 'x', ...more }), status, code);

  describe('returns', () => {
    it('are asked for delivered units only, and not twice', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, { items: ITEMS });
      const path = `/orders/${id}/returns`;
      const unavailable = async (quantity: number, available: number) => {
        const reply = await alice.post(path, { items: [{ sku: 'demo-1', quantity }], reason: 'x' });
        expect(expectProblem(reply, 409, 'quantity_unavailable')['items']).toEqual([{ sku: 'demo-1', available }]);
      };
      await unavailable(1, 0);
      const parcel = { carrier: 'DHL', trackingNumber: 'T-1' };
      await accept(vendor1, 'POST', `/orders/${id}/shipments`, { ...parcel, items: [{ sku: 'demo-1', quantity: 1 }] });
      await unavailable(1, 0);
      await accept(vendor1, 'PUT', `/orders/${id}/shipments/s1`, { status: 'delivered' });
      await unavailable(2, 1);
      const asked = await askBack(alice, id);
      expect(partOf(asked, 'vendor-1').returns).toMatchObject([
        { id: 'r1', status: 'requested', items: [{ sku: 'demo-1', quantity: 1 }], reason: 'Too small' },
      ]);
      await unavailable(1, 0);
      expectProblem(await alice.post(path, { reason: 'x' }), 409, 'quantity_unavailable');
      // A rejected return frees its units, one that was received does not.
      const rejected = await decide(vendor1, id, 'r1', 'rejected', 'It was worn');
      expect(partOf(rejected, 'vendor-1').returns).toMatchObject([
        { status: 'rejected', rejectionReason: 'It was worn' },
      ]);
      await askBack(alice, id);
      for (const status of ['approved', 'received']) await decide(vendor1, id, 'r2', status);
      await unavailable(1, 0);
      for (const body of [{}, { reason: '' }, { reason: 'x', items: [] }, { reason: 'x', vendorId: 'vendor-9' }]) {
        expectProblem(await alice.post(path, body), 400, 'validation_failed');
      }
      expectProblem(
        await alice.post(path, { items: [{ sku: 'demo-3', quantity: 1 }], reason: 'x' }),
        400,
        'validation_failed',
      );
    });

    it('are decided on step by step, and pay the price of the units back', async () => {
      const alice = await market.customer();
      const id = await orderThatIs(market, 'delivered', alice);
      const asked = await askBack(alice, id, {
        items: [
          { sku: 'demo-1', quantity: 1 },
          { sku: 'demo-2', quantity: 1 },
        ],
      });
      expect(asked.vendorOrders.map(({ returns }) => returns.map((each) => each.id))).toEqual([['r1'], ['r2']]);
      const wrong = async (status: string, from: string, allowed: string[]) => {
        const reply = await vendor1.put(`/orders/${id}/returns/r1`, { status });
        expect(expectProblem(reply, 409, 'illegal_transition')).toMatchObject({ from, to: status, allowed });
      };
      expectProblem(await alice.put(`/orders/${id}/returns/r1`, { status: 'approved' }), 403, 'forbidden');
      expectProblem(await vendor2.put(`/orders/${id}/returns/r1`, { status: 'approved' }), 404, 'not_found');
      expectProblem(await vendor1.put(`/orders/${id}/returns/r9`, { status: 'approved' }), 404, 'not_found');
      for (const status of ['received', 'refunded']) await wrong(status, 'requested', ['approved', 'rejected']);
      const approved = await decide(vendor1, id, 'r1', 'approved');
      expect((await decide(vendor1, id, 'r1', 'approved')).version).toBe(approved.version);
      for (const status of ['rejected', 'refunded']) await wrong(status, 'approved', ['received']);
      const received = await decide(vendor1, id, 'r1', 'received');
      expect(received).toMatchObject({ status: 'delivered', vendorOrders: [{ items: [{ returnedQuantity: 1 }, {}] }] });
      for (const status of ['approved', 'rejected']) await wrong(status, 'received', ['refunded']);
      await decide(vendor1, id, 'r1', 'refunded');
      for (const status of ['approved', 'received', 'rejected']) await wrong(status, 'refunded', []);

      const paid = await expectSumsToHold(market, support, id);
      expect(paid.payment).toMatchObject({ status: 'partially_refunded', refunded: usd(199 + 167) });
      const { returns, refunds, totals, items } = partOf(paid, 'vendor-1');
      expect(returns).toMatchObject([{ status: 'refunded', refundId: 'f1' }]);
      expect(refunds).toMatchObject([
        { id: 'f1', kind: 'items', returnId: 'r1', amount: usd(366), refunded: usd(366) },
      ]);
      expect(items[0]).toMatchObject({ returnedQuantity: 1, refundedQuantity: 1 });
      expect(totals).toMatchObject({ refunded: usd(366), commission: usd(20 + 80), payout: usd(1_696 - 366 - 100) });
      const events = (await timelineOf(alice, id)).map(({ type }) => type).slice(-5);
      expect(events).toEqual([
        'return-requested',
        'return-requested',
        'return-approved',
        'return-received',
        'refunded',
      ]);
    });

    it('make a part, and at last the order, returned when everything is back', async () => {
      const alice = await market.customer();
      const id = await orderThatIs(market, 'delivered', alice);
      await askBack(alice, id);
      for (const status of ['approved', 'received', 'refunded']) await decide(vendor2, id, 'r2', status);
      await expect(read(alice, id)).resolves.toMatchObject({
        status: 'delivered',
        vendorOrders: [{ status: 'delivered' }, { status: 'returned' }],
      });
      for (const status of ['approved', 'received']) await decide(support, id, 'r1', status);
      await expect(read(alice, id)).resolves.toMatchObject({ status: 'returned' });
      await decide(support, id, 'r1', 'refunded');
      const whole = await expectSumsToHold(market, support, id);
      expect(whole).toMatchObject({ status: 'returned', payment: { status: 'refunded', refunded: usd(TOTAL) } });
      for (const { totals } of whole.vendorOrders) expect(totals).toMatchObject({ commission: usd(0), payout: usd(0) });
      expect((await timelineOf(alice, id)).filter(({ type }) => type === 'returned')).toHaveLength(2);
    });

    it('are open to guests with the token of their order', async () => {
      const guest = await placeOrder(market.anonymous, { email: 'guest@example.com' });
      await accept(support, 'PUT', `/orders/${guest.id}`, { status: 'shipped' });
      await accept(support, 'PUT', `/orders/${guest.id}`, { status: 'delivered' });
      const asked = await askBack(market.anonymous.with(guest.accessToken), guest.id);
      expect(asked.vendorOrders[0]?.returns).toMatchObject([{ id: 'r1', status: 'requested' }]);
      expectProblem(
        await market.anonymous.post(`/orders/${guest.id}/returns`, { reason: 'x' }),
        401,
        'unauthenticated',
      );
    });
  });

  describe('refunds', () => {
    it('give back units at what they cost, with the commission on them', async () => {
      const alice = await market.customer();
      const id = await orderThatIs(market, 'shipped', alice);
      await refund(vendor1, id, { items: [{ sku: 'demo-7', quantity: 1 }] });
      const paid = await expectSumsToHold(market, support, id);
      expect(partOf(paid, 'vendor-1')).toMatchObject({
        items: [{ refundedQuantity: 0 }, { refundedQuantity: 1 }],
        totals: { refunded: usd(965), commission: usd(40), payout: usd(1_696 - 965 - 40) },
        refunds: [
          {
            id: 'f1',
            kind: 'items',
            fundedBy: 'vendor',
            lines: [{ sku: 'demo-7', quantity: 1, amount: usd(965) }],
            amount: usd(965),
            refunded: usd(965),
            reason: 'Arrived late',
          },
        ],
      });
      const twice = await refuse(vendor1, id, { items: [{ sku: 'demo-7', quantity: 1 }] }, 409, 'quantity_unavailable');
      expect(twice['items']).toEqual([{ sku: 'demo-7', available: 0 }]);
    });

    it('give back an amount at the cost of the vendor, or of the marketplace', async () => {
      const alice = await market.customer();
      const id = await orderThatIs(market, 'shipped', alice);
      const before = partOf(await read(support, id), 'vendor-1').totals;
      expect(before).toMatchObject({ commission: usd(120), payout: usd(1_576) });
      await refund(vendor1, id, { amount: usd(100) });
      await expectSumsToHold(market, support, id);
      expect(partOf(await read(support, id), 'vendor-1').totals).toMatchObject({
        commission: usd(120),
        payout: usd(1_476),
        refunded: usd(100),
      });
      await refund(support, id, { amount: usd(50), vendorId: 'vendor-1', fundedBy: 'marketplace' });
      const paid = await expectSumsToHold(market, support, id);
      expect(partOf(paid, 'vendor-1').totals).toMatchObject({
        commission: usd(70),
        payout: usd(1_476),
        refunded: usd(150),
      });
      expect(partOf(paid, 'vendor-1').refunds).toMatchObject([
        { id: 'f1', kind: 'amount', fundedBy: 'vendor', amount: usd(100) },
        { id: 'f2', kind: 'amount', fundedBy: 'marketplace', amount: usd(50) },
      ]);
      expect(partOf(paid, 'vendor-2').refunds).toEqual([]);
    });

    it('are spread over the vendors by what each can still give back, and never exceed it', async () => {
      const alice = await market.customer();
      const id = await orderThatIs(market, 'shipped', alice);
      await refund(support, id, { amount: usd(1_000) });
      const spread = await expectSumsToHold(market, support, id);
      // 1,696 and 798 of 2,494.
      expect(spread.vendorOrders.map(({ totals }) => totals.refunded.amount)).toEqual([680, 320]);
      const left = TOTAL - 1_000;
      const over = await refuse(support, id, { amount: usd(left + 1) }, 409, 'refund_exceeds_captured');
      expect(over['refundable']).toEqual(usd(left));
      const part = await refuse(vendor2, id, { amount: usd(479) }, 409, 'refund_exceeds_captured');
      expect(part['refundable']).toEqual(usd(798 - 320));
      await refund(support, id, { amount: usd(left) });
      const whole = await expectSumsToHold(market, support, id);
      expect(whole.payment).toMatchObject({ status: 'refunded', captured: usd(TOTAL), refunded: usd(TOTAL) });
      await refuse(support, id, { amount: usd(1) }, 409, 'refund_exceeds_captured');
    });

    it('give everything back that is left, and refuse what makes no sense', async () => {
      const alice = await market.customer();
      const id = await orderThatIs(market, 'shipped', alice);
      await refuse(support, id, { items: [{ sku: 'demo-1', quantity: 1 }], amount: usd(1) }, 400, 'validation_failed');
      await refuse(support, id, { fundedBy: 'marketplace' }, 400, 'validation_failed');
      await refuse(support, id, { amount: { amount: 100, currency: 'EUR' } }, 422, 'currency_mismatch');
      for (const amount of [usd(0), usd(-1), usd(0.5), { amount: 1 }, 1]) {
        await refuse(support, id, { amount }, 400, 'validation_failed');
      }
      await refuse(vendor1, id, { amount: usd(1), fundedBy: 'marketplace' }, 403, 'forbidden');
      await refuse(alice, id, { amount: usd(1) }, 403, 'forbidden');
      await expect(market.ledgerSum(id, 'refund')).resolves.toBe(0);

      await refund(support, id, { amount: usd(333) });
      await refund(vendor1, id, { items: [{ sku: 'demo-1', quantity: 1 }] });
      await expectSumsToHold(market, support, id);
      await refund(vendor2, id);
      await refund(support, id);
      const whole = await expectSumsToHold(market, support, id);
      expect(whole.payment).toMatchObject({ status: 'refunded', refunded: usd(TOTAL) });
      for (const { totals } of whole.vendorOrders) expect(totals).toMatchObject({ commission: usd(0), payout: usd(0) });
      await refuse(support, id, {}, 409, 'quantity_unavailable');
    });

    it('go back to the tenders in reverse order', async () => {
      const alice = await market.customer();
      const payments = [
        { methodToken: 'tok_gift', amount: usd(500) },
        { methodToken: 'tok_points', amount: usd(300) },
        { methodToken: 'tok_visa' },
      ];
      const id = await orderThatIs(market, 'shipped', alice, { items: ITEMS, payments });
      const byTender = async () => {
        await expectSumsToHold(market, support, id);
        const refunds = (await market.ledger(id)).filter(({ kind }) => kind === 'refund');
        return unitsBySku(
          refunds.map(({ tenderId, amount }) => ({ sku: tenderId ?? '', quantity: amount?.amount ?? 0 })),
        );
      };
      const [t1 = '', t2 = '', t3 = ''] = (await read(support, id)).payment.tenders.map((tender) => tender.id);
      await refund(support, id, { amount: usd(1_000) });
      await expect(byTender()).resolves.toEqual({ [t3]: 1_000 });
      await refund(support, id, { amount: usd(800) });
      await expect(byTender()).resolves.toEqual({ [t3]: 1_694, [t2]: 106 });
      await refund(support, id);
      await expect(byTender()).resolves.toEqual({ [t3]: 1_694, [t2]: 300, [t1]: 500 });
    });

    it('wait for the captures: what is not captured yet cannot be given back', async () => {
      const alice = await market.customer();
      const { id } = await placeOrder(alice, { items: ITEMS });
      await market.setDials({ failPayments: true });
      try {
        const shipped = await accept(vendor1, 'PUT', `/orders/${id}`, { status: 'shipped' });
        expect(shipped.status).toBe('shipped');
        const none = await refuse(vendor1, id, { amount: usd(1) }, 409, 'refund_exceeds_captured');
        expect(none['refundable']).toEqual(usd(0));
        const units = { items: [{ sku: 'demo-1', quantity: 1 }] };
        await refuse(vendor1, id, units, 409, 'refund_exceeds_captured');
        await refuse(vendor1, id, {}, 409, 'refund_exceeds_captured');
      } finally {
        await market.setDials({ failPayments: false });
      }
      await orderWhen(alice, id, 'captured', ({ payment }) => payment.captured.amount === 1_696);
      await refund(vendor1, id);
      const paid = await expectSumsToHold(market, support, id);
      expect(paid.payment).toMatchObject({ status: 'partially_refunded', refunded: usd(1_696) });
    });

    it('are paid once when the answer is lost and they are asked again', async () => {
      const alice = await market.customer();
      const id = await orderThatIs(market, 'shipped', alice);
      const refunds = async () => (await market.ledger(id)).filter(({ kind }) => kind === 'refund');
      // The event of the refund must not tell what the answer did not.
      await market.setDials({ lostReplyRate: 1, eventDelayMs: 20_000 });
      try {
        const asked = await refund(vendor2, id);
        expect(partOf(asked, 'vendor-2')).toMatchObject({
          totals: { refunded: usd(0) },
          refunds: [{ amount: usd(798), refunded: usd(0) }],
        });
        await refuse(vendor2, id, { amount: usd(1) }, 409, 'refund_exceeds_captured');
        await expect(refunds()).resolves.toMatchObject([{ amount: usd(798) }]);
      } finally {
        await market.setDials({ lostReplyRate: 0, eventDelayMs: 0 });
      }
      const paid = await expectSumsToHold(market, support, id);
      expect(paid.payment.refunded).toEqual(usd(798));
      const [only, ...others] = await refunds();
      expect(others).toEqual([]);
      expect(only?.asked).toBeGreaterThan(1);
    });

    it('that the Payment Service refuses are told', async () => {
      const alice = await market.customer();
      const id = await orderThatIs(market, 'shipped', alice, {});
      const paymentId = (await market.ledger(id)).find(({ kind }) => kind === 'capture')?.paymentId;
      // Somebody has given the money back past the service.
      await market.ask(PAYMENT_SUBJECTS.refund, { idempotencyKey: randomUUID(), paymentId, amount: usd(698) });
      await refund(vendor1, id);
      const told = await waitUntil('the refusal is told', async () =>
        (await timelineOf(alice, id)).find(({ type }) => type === 'refund-failed'),
      );
      expect(told).toMatchObject({ vendorId: 'vendor-1', data: { amount: usd(698), refundId: 'f1' } });
      const { payment, vendorOrders } = await read(support, id);
      expect(payment).toMatchObject({ status: 'captured', refunded: usd(0) });
      expect(vendorOrders[0]?.refunds).toMatchObject([{ amount: usd(698), refunded: usd(0) }]);
    });
  });
});

describe('what time alone does to orders', () => {
  const RETURN_WINDOW_MS = 3_000;
  let stack: TestStack;
  let market: Marketplace;
  let support: Client;

  beforeAll(async () => {
    stack = await startTestStack({
      env: {
        RECOVERY_AFTER_MS: '500',
        RECOVERY_INTERVAL_MS: '100',
        UNPAID_ORDER_EXPIRY_MINUTES: String(1.5 / 60),
        VENDOR_ACT_WITHIN_HOURS: String(1.5 / 3_600),
        RETURN_WINDOW_DAYS: String(RETURN_WINDOW_MS / 86_400_000),
      },
    });
    market = await Marketplace.open(stack);
    support = await market.staff('support');
  }, 90_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  it('an order that nobody pays for expires, and gives back stock and cart', async () => {
    const scarce = product(`scarce-${randomUUID()}`, 'vendor-1', 1_000, 2);
    await market.loadProducts(scarce);
    const alice = await market.customer();
    const cart = await createCart(alice, [{ sku: scarce.sku, quantity: 2 }]);
    const asked = await alice.post<Order>(
      '/orders',
      orderRequest({ cartId: cart.id, payments: [{ methodToken: 'tok_action' }] }),
    );
    expect(asked).toMatchObject({ status: 201, body: { status: 'pending', payment: { status: 'requires_action' } } });
    const { id } = asked.body;
    const bob = await market.customer();
    const order = orderRequest({ items: [{ sku: scarce.sku, quantity: 1 }], currency: 'USD' });
    expectProblem(await bob.post('/orders', order), 409, 'out_of_stock');
    expect((await alice.get<Cart>(`/carts/${cart.id}`)).body.status).toBe('ordered');

    const expired = await orderWhen(alice, id, 'expired', ({ status }) => status === 'cancelled');
    expect(expired).toMatchObject({
      totals: { cancelled: expired.totals.grandTotal },
      vendorOrders: [{ status: 'cancelled', items: [{ cancelledQuantity: 2 }] }],
    });
    const events = (await timelineOf(alice, id)).map(({ type }) => type);
    expect(events.filter((type) => type === 'expired')).toHaveLength(1);
    await waitUntil('the stock is released', async () =>
      (await market.ledger(id)).some(({ kind }) => kind === 'release'),
    );
    const again = await waitUntil('the cart is back', async () => {
      const { body } = await alice.get<Cart>(`/carts/${cart.id}`);
      return body.status === 'active' && body;
    });
    expect(again.items).toMatchObject([{ sku: scarce.sku, quantity: 2 }]);
    // Whoever confirms now is not charged.
    await market.confirmPayment(id);
    const voided = await orderWhen(alice, id, 'voided', ({ payment }) => payment.status === 'voided');
    expect(voided.payment).toMatchObject({ authorized: usd(0), captured: usd(0) });
    const { payment } = await placeOrder(alice, { cartId: cart.id, items: undefined, currency: undefined });
    expect(payment.status).toBe('authorized');
  });

  it('a vendor who does not begin in time is flagged until it does', async () => {
    const alice = await market.customer();
    const [vendor1, vendor2] = await Promise.all([market.vendor('vendor-1'), market.vendor('vendor-2')]);
    const { id } = await placeOrder(alice, { items: ITEMS });
    await accept(vendor2, 'PUT', `/orders/${id}`, { status: 'processing' });
    const flagged = await orderWhen(
      support,
      id,
      'overdue',
      (order) => partOf(order, 'vendor-1').overdueSince !== undefined,
    );
    expect(flagged.status).toBe('processing');
    expect(partOf(flagged, 'vendor-2')).not.toHaveProperty('overdueSince');
    const since = partOf(flagged, 'vendor-1').overdueSince ?? '';
    expect(Date.parse(since) - Date.parse(flagged.placedAt)).toBeGreaterThanOrEqual(1_500);
    const begun = await accept(vendor1, 'PUT', `/orders/${id}`, { status: 'processing' });
    expect(begun.vendorOrders[0]).not.toHaveProperty('overdueSince');
  });

  it("the time to return ends, and the vendor's payout is due, but not while a return is under way", async () => {
    const alice = await market.customer();
    const vendor2 = await market.vendor('vendor-2');
    const { id } = await placeOrder(alice, { items: ITEMS });
    await accept(support, 'PUT', `/orders/${id}`, { status: 'shipped' });
    await accept(support, 'PUT', `/orders/${id}`, { status: 'delivered' });
    const deliveredAt = Date.now();
    await accept(alice, 'POST', `/orders/${id}/returns`, { vendorId: 'vendor-2', reason: 'Too small' });
    const isDue = (vendorId: string) => (order: Order) => partOf(order, vendorId).payoutEligibleAt !== undefined;
    const due = await orderWhen(support, id, 'due for payout', isDue('vendor-1'));
    const dueAt = Date.parse(partOf(due, 'vendor-1').payoutEligibleAt ?? '');
    expect(dueAt - deliveredAt).toBeGreaterThan(RETURN_WINDOW_MS - 1_000);
    expect(partOf(due, 'vendor-2')).not.toHaveProperty('payoutEligibleAt');

    const path = `/orders/${id}/returns`;
    const late = { items: [{ sku: 'demo-1', quantity: 1 }], reason: 'Too late' };
    expectProblem(await alice.post(path, late), 409, 'quantity_unavailable');
    expect(partOf(await accept(support, 'POST', path, late), 'vendor-1').returns).toHaveLength(1);

    await accept(vendor2, 'PUT', `${path}/r1`, { status: 'rejected' });
    await orderWhen(support, id, 'due for both', isDue('vendor-2'));
    const told = (await timelineOf(support, id)).filter(({ type }) => type === 'payout-eligible');
    expect(told.map(({ vendorId, data }) => [vendorId, data?.['amount']])).toEqual([
      ['vendor-1', usd(1_576)],
      ['vendor-2', usd(798 - 30)],
    ]);
  });
});
