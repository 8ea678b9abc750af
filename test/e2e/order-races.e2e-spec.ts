import { randomUUID } from 'node:crypto';
import {
  expectProblem,
  Marketplace,
  placeOrder,
  product,
  usd,
  type Client,
  type Order,
  type Reply,
} from '../support/client.js';
import { expectSumsToHold, partOf, timelineOf, total, unitsBySku } from '../support/order-checks.js';
import { joinTestStack, type TestStack } from '../support/stack.js';

const PARCEL = { carrier: 'DHL', trackingNumber: 'T-1' };

/** Everything here is asked of two replicas of the service at once, on one database. */
describe('rivals for one order', () => {
  let stack: TestStack;
  let market: Marketplace;
  let support: Client;
  let vendor1: Client;
  let replicaUrl: string;

  beforeAll(async () => {
    stack = await joinTestStack();
    const replica = await stack.startReplica();
    replicaUrl = replica.baseUrl;
    market = await Marketplace.open(stack);
    [support, vendor1] = await Promise.all([market.staff('support'), market.vendor('vendor-1')]);
  }, 120_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  /** Makes the requests all at once, every other one of the second replica. */
  const rush = async (
    client: Client,
    count: number,
    send: (caller: Client, index: number) => Promise<Reply<Order>>,
  ): Promise<Reply<Order>[]> => {
    const callers = [client, client.at(replicaUrl)];
    return Promise.all(Array.from({ length: count }, async (_, index) => send(callers[index % 2] as Client, index)));
  };
  const accepted = (replies: readonly Reply<Order>[]) => replies.filter(({ status }) => status < 300);

  /** What was not accepted must have been refused as coming too late. */
  const expectRefusals = (replies: readonly Reply<Order>[], ...codes: string[]) => {
    for (const reply of replies.filter(({ status }) => status >= 300)) {
      const { code } = expectProblem(reply, 409, (reply.body as unknown as { code: string }).code);
      expect(codes).toContain(code);
    }
  };

  const orderThatIs = async (status: 'shipped' | 'delivered', overrides: Record<string, unknown> = {}) => {
    const alice = await market.customer();
    const { id } = await placeOrder(alice, { items: [{ sku: 'demo-1', quantity: 2 }], ...overrides });
    for (const step of status === 'shipped' ? ['shipped'] : ['shipped', 'delivered']) {
      expect((await support.put(`/orders/${id}`, { status: step })).status).toBe(200);
    }
    await expectSumsToHold(market, support, id);
    return { alice, id };
  };

  it('shipments, cancellations and refunds of the same units come out to the cent', async () => {
    const units = 30;
    const line = product(`race-${randomUUID()}`, 'vendor-1', 1_000, units);
    await market.loadProducts(line);
    const alice = await market.customer();
    const { id } = await placeOrder(alice, {
      items: [{ sku: line.sku, quantity: units }],
      payments: [{ methodToken: 'tok_gift', amount: usd(7_777) }, { methodToken: 'tok_visa' }],
    });
    const items = [{ sku: line.sku, quantity: 1 }];
    const post = (path: string, body: Record<string, unknown>) => async (caller: Client) =>
      caller.post<Order>(`/orders/${id}/${path}`, { items, ...body });
    const [shipments, cancellations, refunds] = await Promise.all([
      rush(vendor1, 20, post('shipments', PARCEL)),
      rush(support, 20, post('cancellations', { reason: 'x' })),
      rush(support, 10, post('refunds', { reason: 'x' })),
    ]);
    expectRefusals(shipments, 'quantity_unavailable', 'illegal_transition');
    expectRefusals(cancellations, 'quantity_unavailable', 'illegal_transition');
    expectRefusals(refunds, 'quantity_unavailable', 'refund_exceeds_captured');
    // 40 rivals for 30 units: none is left, and none is given twice.
    expect(accepted(shipments).length + accepted(cancellations).length).toBe(units);

    const whole = await expectSumsToHold(market, support, id);
    const part = partOf(whole, 'vendor-1');
    const shipped = accepted(shipments).length;
    const refunded = accepted(refunds).length;
    expect(part.items[0]).toMatchObject({
      shippedQuantity: shipped,
      cancelledQuantity: units - shipped,
      refundedQuantity: refunded,
    });
    expect(part.shipments.map((shipment) => shipment.id)).toEqual(
      Array.from({ length: shipped }, (_, index) => `s${index + 1}`),
    );
    expect(part.totals.commission).toEqual(usd(100 * (shipped - refunded)));
    const ledger = await market.ledger(id);
    const sum = (kind: string) =>
      total(
        ledger.filter((entry) => entry.kind === kind),
        (entry) => entry.amount?.amount ?? 0,
      );
    expect(sum('capture')).toBe(whole.totals.grandTotal.amount - whole.totals.cancelled.amount);
    expect(sum('refund')).toBe(whole.totals.refunded.amount);
    const released = ledger.filter(({ kind }) => kind === 'release').flatMap((entry) => entry.items ?? []);
    expect(unitsBySku(released)).toEqual({ [line.sku]: units - shipped });
    // The stock is what was not shipped.
    const bob = await market.customer();
    const rest = await bob.post<{ items: { available: number }[] }>('/carts', { items });
    expect(rest.body.items).toMatchObject([{ available: units - shipped }]);
  });

  it('two cancellations cancel once', async () => {
    const alice = await market.customer();
    for (const how of ['POST', 'PUT'] as const) {
      const { id } = await placeOrder(alice, { items: [{ sku: 'demo-1', quantity: 3 }] });
      const replies = await rush(alice, 2, async (caller) =>
        how === 'POST'
          ? caller.post<Order>(`/orders/${id}/cancellations`, { reason: 'Then not' })
          : caller.put<Order>(`/orders/${id}`, { status: 'cancelled', reason: 'Then not' }),
      );
      expect(accepted(replies)).toHaveLength(how === 'POST' ? 1 : 2);
      expectRefusals(replies, 'illegal_transition');
      const whole = await expectSumsToHold(market, support, id);
      expect(whole).toMatchObject({ status: 'cancelled', payment: { status: 'voided' } });
      expect(whole.vendorOrders[0]?.cancellations).toHaveLength(1);
      const ledger = await market.ledger(id);
      expect(ledger.filter(({ kind }) => kind === 'void')).toHaveLength(1);
      expect(ledger.filter(({ kind }) => kind === 'release')).toHaveLength(1);
      expect((await timelineOf(alice, id)).filter(({ type }) => type === 'cancelled')).toHaveLength(1);
    }
  });

  it('ten refunds of everything pay once', async () => {
    const { id } = await orderThatIs('shipped', {
      items: [
        { sku: 'demo-1', quantity: 2 },
        { sku: 'demo-2', quantity: 1 },
      ],
    });
    const replies = await rush(support, 10, async (caller) =>
      caller.post<Order>(`/orders/${id}/refunds`, { reason: 'Lost' }),
    );
    expect(accepted(replies)).toHaveLength(1);
    expectRefusals(replies, 'quantity_unavailable', 'refund_exceeds_captured');
    const whole = await expectSumsToHold(market, support, id);
    expect(whole.payment).toMatchObject({ status: 'refunded', refunded: whole.payment.captured });
    await expect(market.ledgerSum(id, 'refund')).resolves.toBe(whole.payment.captured.amount);
  });

  it('ten refunds of an amount pay as often as the money lasts', async () => {
    const { id } = await orderThatIs('shipped', { items: [{ sku: 'demo-1', quantity: 1 }] });
    const replies = await rush(support, 10, async (caller) =>
      caller.post<Order>(`/orders/${id}/refunds`, { amount: usd(100), reason: 'Late' }),
    );
    // 698 were captured.
    expect(accepted(replies)).toHaveLength(6);
    expectRefusals(replies, 'refund_exceeds_captured');
    await expectSumsToHold(market, support, id);
    await expect(market.ledgerSum(id, 'refund')).resolves.toBe(600);
  });

  it('returns of the same units are made once, and refunded once', async () => {
    const { alice, id } = await orderThatIs('delivered');
    const replies = await rush(alice, 6, async (caller) =>
      caller.post<Order>(`/orders/${id}/returns`, { items: [{ sku: 'demo-1', quantity: 2 }], reason: 'Too small' }),
    );
    expect(accepted(replies)).toHaveLength(1);
    expectRefusals(replies, 'quantity_unavailable');
    for (const status of ['approved', 'received', 'refunded']) {
      const decisions = await rush(vendor1, 6, async (caller) =>
        caller.put<Order>(`/orders/${id}/returns/r1`, { status }),
      );
      expect({ status, accepted: accepted(decisions).length }).toEqual({ status, accepted: 6 });
    }
    const whole = await expectSumsToHold(market, support, id);
    expect(whole).toMatchObject({
      status: 'returned',
      vendorOrders: [{ items: [{ returnedQuantity: 2, refundedQuantity: 2 }], returns: [{ status: 'refunded' }] }],
    });
    expect(whole.vendorOrders[0]?.refunds).toHaveLength(1);
    const types = (await timelineOf(alice, id)).map(({ type }) => type);
    for (const type of ['return-requested', 'return-approved', 'return-received', 'returned', 'refunded']) {
      expect({ type, times: types.filter((each) => each === type).length }).toEqual({ type, times: 1 });
    }
  });

  it('one Idempotency-Key has one effect, whichever replica it comes to', async () => {
    const alice = await market.customer();
    const { id } = await placeOrder(alice, { items: [{ sku: 'demo-1', quantity: 8 }] });
    const key = { 'idempotency-key': randomUUID() };
    const body = { ...PARCEL, items: [{ sku: 'demo-1', quantity: 1 }] };
    const replies = await rush(vendor1, 8, async (caller) => caller.post<Order>(`/orders/${id}/shipments`, body, key));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
    expect(replies.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(7);
    const whole = await expectSumsToHold(market, support, id);
    expect(whole.vendorOrders[0]).toMatchObject({ items: [{ shippedQuantity: 1 }], shipments: [{ id: 's1' }] });
    expect((await market.ledger(id)).filter(({ kind }) => kind === 'capture')).toHaveLength(1);
  });

  it('of changes meant for one version one is made', async () => {
    const alice = await market.customer();
    const { id, version } = await placeOrder(alice, { items: [{ sku: 'demo-1', quantity: 8 }] });
    const replies = await rush(vendor1, 8, async (caller) =>
      caller.post<Order>(
        `/orders/${id}/shipments`,
        { ...PARCEL, items: [{ sku: 'demo-1', quantity: 1 }] },
        { 'if-match': `"${version}"` },
      ),
    );
    expect(accepted(replies)).toHaveLength(1);
    for (const reply of replies.filter(({ status }) => status >= 300)) expectProblem(reply, 412, 'version_conflict');
    const whole = await expectSumsToHold(market, support, id);
    expect(whole.vendorOrders[0]?.items[0]?.shippedQuantity).toBe(1);
  });

  it('leaves no failure behind that nobody expected', () => {
    expect(stack.logs()).not.toMatch(/unexpected failure|recovery of an order failed/u);
  });
});
