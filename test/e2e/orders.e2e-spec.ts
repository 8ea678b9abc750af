import { randomUUID } from 'node:crypto';
import { waitUntil } from '@marketplace/local-stack';
import {
  ADDRESS,
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
import { joinTestStack, type TestStack } from '../support/stack.js';

describe('placing orders', () => {
  let stack: TestStack;
  let market: Marketplace;

  beforeAll(async () => {
    // Short deadlines, so that lost replies and retried captures are settled soon.
    stack = await joinTestStack();
    market = await Marketplace.open(stack);
  }, 90_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  const read = async (client: Client, id: string) => (await client.get<Order>(`/orders/${id}`)).body;
  const readCart = async (client: Client, id: string) => (await client.get<Cart>(`/carts/${id}`)).body;
  const order = async (client: Client, overrides: Record<string, unknown>, headers?: Record<string, string>) =>
    client.post<Order>('/orders', orderRequest(overrides), headers);
  const one = { items: [{ sku: 'demo-1', quantity: 1 }], currency: 'USD' };
  const kinds = async (orderId: string) => (await market.ledger(orderId)).map(({ kind }) => kind);

  describe('from a cart', () => {
    it('answers 201 with the whole order as the contract describes it', async () => {
      const alice = await market.customer();
      const cart = await createCart(alice, [
        { sku: 'demo-1', quantity: 2 },
        { sku: 'demo-7', quantity: 1 },
        { sku: 'demo-2', quantity: 1 },
      ]);
      const billingAddress = { ...ADDRESS, name: 'Bob Example', line2: 'Flat 2' };
      const reply = await order(alice, { cartId: cart.id, billingAddress, email: 'alice@example.com' });

      expect(reply.status).toBe(201);
      const placed = reply.body;
      expect(reply.headers.get('location')).toBe(`/orders/${placed.id}`);
      expect(reply.headers.get('etag')).toBe(`"${placed.version}"`);
      expect(placed).toEqual({
        id: expect.any(String) as string,
        number: expect.any(String) as string,
        customerId: alice.userId,
        email: 'alice@example.com',
        status: 'confirmed',
        currency: 'USD',
        vendorOrders: [
          vendorOrder('vendor-1', 1_197, [
            ['demo-1', 2, 199],
            ['demo-7', 1, 799],
          ]),
          vendorOrder('vendor-2', 299, [['demo-2', 1, 299]]),
        ],
        totals: {
          items: usd(1_496),
          shipping: usd(998),
          discount: usd(0),
          tax: usd(0),
          grandTotal: usd(2_494),
          cancelled: usd(0),
          refunded: usd(0),
        },
        payment: {
          status: 'authorized',
          authorized: usd(2_494),
          captured: usd(0),
          refunded: usd(0),
          authorizationExpiresAt: timestamp(),
          tenders: [expect.objectContaining({ status: 'authorized', amount: usd(2_494) })],
        },
        shippingAddress: ADDRESS,
        billingAddress,
        version: expect.any(Number) as number,
        placedAt: timestamp(),
        updatedAt: timestamp(),
      });
      await expect(read(alice, placed.id)).resolves.toEqual(placed);
      await expect(readCart(alice, cart.id)).resolves.toMatchObject({ status: 'ordered' });
      const known = await alice.get(`/orders/${placed.id}`, { 'if-none-match': `"${placed.version}"` });
      expect({ status: known.status, text: known.text }).toEqual({ status: 304, text: '' });
    });

    it('answers the repeated checkout of an ordered cart 200 with that same order', async () => {
      const alice = await market.customer();
      const cart = await createCart(alice, one.items);
      const first = await order(alice, { cartId: cart.id });
      const again = await order(alice, { cartId: cart.id });
      expect([first.status, again.status]).toEqual([201, 200]);
      expect(again.body).toEqual(first.body);
      const bob = await market.customer();
      expectProblem(await order(bob, { cartId: cart.id }), 404, 'not_found');
      expectProblem(await order(market.anonymous, { cartId: cart.id, email: 'x@example.com' }), 404, 'not_found');
    });

    it('makes exactly one order and one authorization of ten parallel requests', async () => {
      const alice = await market.customer();
      const cart = await createCart(alice, one.items);
      const replies = await Promise.all(Array.from({ length: 10 }, async () => order(alice, { cartId: cart.id })));
      expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
        ...Array.from({ length: 9 }, () => 200),
        201,
      ]);
      const ids = new Set(replies.map(({ body }) => body.id));
      expect(ids.size).toBe(1);
      await expect(market.collection('orders').countDocuments({ customerId: alice.userId })).resolves.toBe(1);
      const entries = await market.ledger([...ids][0] ?? '');
      expect(entries.filter(({ kind }) => kind === 'authorization')).toMatchObject([{ asked: 1, amount: usd(698) }]);
      expect(entries.filter(({ kind }) => kind === 'reservation')).toHaveLength(1);
    });

    it('is refused for a cart that is empty, abandoned, or named along with items', async () => {
      const alice = await market.customer();
      const cart = await createCart(alice);
      expectProblem(await order(alice, { cartId: cart.id }), 400, 'validation_failed');
      expectProblem(await order(alice, { cartId: cart.id, ...one }), 400, 'validation_failed');
      expectProblem(await order(alice, {}), 400, 'validation_failed');
      await alice.delete(`/carts/${cart.id}`);
      expectProblem(await order(alice, { cartId: cart.id }), 409, 'cart_not_active');
      expectProblem(await order(alice, { cartId: randomUUID() }), 404, 'not_found');
    });

    it('takes the prices of the moment, and 409 price_changed where the buyer saw others', async () => {
      const alice = await market.customer();
      await market.loadProducts(product('moving-1', 'vendor-3', 1_000));
      const cart = await createCart(alice, [
        { sku: 'moving-1', quantity: 2 },
        { sku: 'demo-1', quantity: 1 },
      ]);
      expect(cart.totals.grandTotal).toEqual(usd(2_000 + 499 + 199 + 499));
      await market.loadProducts(product('moving-1', 'vendor-3', 1_250));
      const refused = await order(alice, { cartId: cart.id, expectedTotal: cart.totals.grandTotal });
      const problem = expectProblem(refused, 409, 'price_changed');
      const lines = (problem['lines'] ?? problem['differences']) as { sku: string }[];
      expect(lines).toEqual(
        expect.arrayContaining([expect.objectContaining({ sku: 'moving-1', difference: usd(500) })]),
      );
      await expect(readCart(alice, cart.id)).resolves.toMatchObject({ status: 'active' });
      await expect(market.collection('orders').countDocuments({ customerId: alice.userId })).resolves.toBe(0);
      const placed = await order(alice, { cartId: cart.id, expectedTotal: usd(2_500 + 499 + 199 + 499) });
      expect(placed).toMatchObject({ status: 201, body: { totals: { grandTotal: usd(3_697) } } });
      const euro = { amount: 3_697, currency: 'EUR' };
      expectProblem(await order(alice, { ...one, expectedTotal: euro }), 422, 'currency_mismatch');
    });

    it('is out of stock with what is left, and gives the cart back', async () => {
      const alice = await market.customer();
      const cart = await createCart(alice, [
        { sku: 'demo-scarce', quantity: 4 },
        { sku: 'demo-1', quantity: 1 },
      ]);
      const refused = await order(alice, { cartId: cart.id });
      expect(expectProblem(refused, 409, 'out_of_stock')).toMatchObject({
        short: [{ sku: 'demo-scarce', available: 3 }],
      });
      await expect(readCart(alice, cart.id)).resolves.toMatchObject({ status: 'active' });
      const { body: history } = await alice.get<{ items: Order[] }>(`/orders/user/${alice.userId}`);
      expect(history.items).toEqual([]);
      await alice.put(`/carts/${cart.id}/items/demo-scarce`, { quantity: 3 });
      const placed = await order(alice, { cartId: cart.id });
      expect(placed).toMatchObject({ status: 201, body: { status: 'confirmed' } });
      const late = await order(alice, { items: [{ sku: 'demo-scarce', quantity: 1 }], currency: 'USD' });
      expect(expectProblem(late, 409, 'out_of_stock')).toMatchObject({ short: [{ sku: 'demo-scarce', available: 0 }] });

      // A cancellation makes the units available again.
      await alice.put(`/orders/${placed.body.id}`, { status: 'cancelled' });
      await waitUntil('the release of the stock', async () => (await kinds(placed.body.id)).includes('release'));
      const next = await order(alice, { items: [{ sku: 'demo-scarce', quantity: 3 }], currency: 'USD' });
      expect(next.status).toBe(201);
    });

    it('keeps a declined order, frees its stock, gives the cart back, and lets it be ordered again', async () => {
      const alice = await market.customer();
      await market.loadProducts(product('few-1', 'vendor-4', 700, 1));
      const cart = await createCart(alice, [{ sku: 'few-1', quantity: 1 }]);
      const declined = await order(alice, { cartId: cart.id, payments: [{ methodToken: 'tok_declined' }] });
      const { orderId } = expectProblem(declined, 402, 'payment_declined') as unknown as { orderId: string };
      await expect(read(alice, orderId)).resolves.toMatchObject({
        status: 'payment_failed',
        payment: { status: 'declined', authorized: usd(0) },
        totals: { grandTotal: usd(1_199), cancelled: usd(1_199) },
      });
      await expect(readCart(alice, cart.id)).resolves.toMatchObject({
        status: 'active',
        items: [{ sku: 'few-1', quantity: 1 }],
      });
      await waitUntil('the release of the stock', async () => (await kinds(orderId)).includes('release'));
      const retried = await order(alice, { cartId: cart.id });
      expect(retried).toMatchObject({ status: 201, body: { status: 'confirmed' } });
      expect(retried.body.id).not.toBe(orderId);
      const again = await order(alice, { cartId: cart.id });
      expect(again).toMatchObject({ status: 200, body: { id: retried.body.id } });
    });

    it('merges the cart of a failed checkout into one that its customer has started meanwhile', async () => {
      const alice = await market.customer();
      const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 2 }]);
      const declining = order(alice, { cartId: cart.id, payments: [{ methodToken: 'tok_async_declined' }] });
      await waitUntil('the claim of the cart', async () => (await readCart(alice, cart.id)).status === 'ordered', {
        pollMs: 10,
      });
      const next = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
      await declining;
      await waitUntil('the carts have merged', async () => (await readCart(alice, next.id)).items[0]?.quantity === 3);
      const { body: mine } = await alice.get<Cart>('/carts/mine');
      expect(mine.id).toBe(next.id);
    });
  });

  describe('of items, and by guests', () => {
    it('needs no cart', async () => {
      const alice = await market.customer();
      const placed = await placeOrder(alice, { items: [{ sku: 'demo-10', quantity: 3 }], clientReference: undefined });
      expect(placed).toMatchObject({ status: 'confirmed', totals: { grandTotal: usd(3 * 1_099 + 499) } });
      expectProblem(
        await order(alice, { items: [{ sku: 'nothing-1', quantity: 1 }], currency: 'USD' }),
        422,
        'unknown_sku',
      );
      expectProblem(await order(alice, { items: one.items, currency: 'EUR' }), 422, 'currency_mismatch');
    });

    it('gives a guest an access token for this order alone', async () => {
      expectProblem(await order(market.anonymous, one), 400, 'validation_failed');
      const placed = await placeOrder(market.anonymous, { ...one, email: 'guest@example.com' });
      expect(placed).toMatchObject({ status: 'confirmed', email: 'guest@example.com' });
      expect(placed).not.toHaveProperty('customerId');
      expect(placed.accessToken).toEqual(expect.any(String));
      const other = await placeOrder(market.anonymous, { ...one, email: 'guest@example.com' });
      const guest = market.anonymous.with(placed.accessToken);
      const { accessToken: _token, ...shown } = placed;
      await expect(read(guest, placed.id)).resolves.toEqual(shown);
      expect((await guest.get(`/orders/${placed.id}/timeline`)).status).toBe(200);
      expectProblem(await guest.get(`/orders/${other.id}`), 404, 'not_found');
      expectProblem(await guest.put(`/orders/${placed.id}`, { status: 'shipped' }), 403, 'forbidden');
      expectProblem(await guest.get('/orders'), 403, 'forbidden');
      const cancelled = await guest.put<Order>(`/orders/${placed.id}`, { status: 'cancelled' });
      expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    });

    it("takes a guest's cart with the cart's token", async () => {
      const cart = await createCart(market.anonymous, one.items);
      const guest = market.anonymous.with(cart.token);
      expectProblem(await order(guest, { cartId: cart.id }), 400, 'validation_failed');
      const placed = await order(guest, { cartId: cart.id, email: 'guest@example.com' });
      expect(placed).toMatchObject({ status: 201, body: { status: 'confirmed' } });
      const again = await order(guest, { cartId: cart.id, email: 'guest@example.com' });
      expect(again).toMatchObject({ status: 200, body: { id: placed.body.id } });
      const viewer = market.anonymous.with(again.body.accessToken);
      expect((await read(viewer, placed.body.id)).id).toBe(placed.body.id);
      expectProblem(await guest.get(`/orders/${placed.body.id}`), 404, 'not_found');
    });

    it('is refused to a vendor', async () => {
      const vendor = await market.vendor('vendor-1');
      expectProblem(await order(vendor, { ...one, email: 'v@example.com' }), 403, 'forbidden');
    });
  });

  describe('payments', () => {
    it('may be split, one of them without an amount', async () => {
      const alice = await market.customer();
      const placed = await placeOrder(alice, {
        ...one,
        payments: [{ methodToken: 'tok_gift', amount: usd(100) }, { methodToken: 'tok_visa' }],
      });
      expect(placed.payment).toMatchObject({
        status: 'authorized',
        authorized: usd(698),
        tenders: [
          { status: 'authorized', amount: usd(100) },
          { status: 'authorized', amount: usd(598) },
        ],
      });
      const entries = (await market.ledger(placed.id)).filter(({ kind }) => kind === 'authorization');
      expect(entries.map(({ amount }) => amount?.amount)).toEqual([100, 598]);
    });

    it('may be thirty', async () => {
      const alice = await market.customer();
      const payments = Array.from({ length: 30 }, () => ({ methodToken: 'tok_visa', amount: usd(20) }));
      const [, ...rest] = payments;
      const placed = await placeOrder(alice, { ...one, payments: [...rest, { methodToken: 'tok_visa' }] });
      expect(placed.payment.tenders).toHaveLength(30);
      expect(placed.payment.authorized).toEqual(usd(698));
      expect(placed.payment.tenders.at(-1)?.amount).toEqual(usd(698 - 29 * 20));
      const tooMany = [...payments, { methodToken: 'tok_visa' }];
      expectProblem(await order(alice, { ...one, payments: tooMany }), 400, 'validation_failed');
    });

    it('must add up to the total', async () => {
      const alice = await market.customer();
      const visa = (amount?: number) => ({
        methodToken: 'tok_visa',
        ...(amount === undefined ? {} : { amount: usd(amount) }),
      });
      const wrong = [[visa(697)], [visa(699)], [visa(600), visa(99)], [visa(), visa()], [visa(699), visa()], [visa(0)]];
      for (const payments of wrong) {
        expectProblem(await order(alice, { ...one, payments }), 422, 'payments_do_not_add_up');
      }
      const euro = [{ methodToken: 'tok_visa', amount: { amount: 698, currency: 'EUR' } }];
      expectProblem(await order(alice, { ...one, payments: euro }), 422, 'currency_mismatch');
      const cart = await createCart(alice, one.items);
      expectProblem(await order(alice, { cartId: cart.id, payments: [visa(1)] }), 422, 'payments_do_not_add_up');
      await expect(readCart(alice, cart.id)).resolves.toMatchObject({ status: 'active', version: cart.version });
      const { body: history } = await alice.get<{ items: Order[] }>(`/orders/user/${alice.userId}`);
      expect(history.items).toEqual([]);
    });

    it('of which one is declined hold nothing back', async () => {
      const alice = await market.customer();
      const payments = [{ methodToken: 'tok_visa', amount: usd(100) }, { methodToken: 'tok_declined' }];
      const declined = await order(alice, { ...one, payments });
      const { orderId } = expectProblem(declined, 402, 'payment_declined') as unknown as { orderId: string };
      await waitUntil('the void of the first', async () => (await market.ledgerSum(orderId, 'void')) === 100);
      await orderWhen(alice, orderId, 'without money', ({ payment }) => payment.authorized.amount === 0);
    });

    it('that are answered never, late or by an event end as they should', async () => {
      const alice = await market.customer();
      const place = async (methodToken: string) => order(alice, { ...one, payments: [{ methodToken }] });
      const [lost, slow, later, laterDeclined, action] = await Promise.all([
        place('tok_lost_reply'),
        place('tok_slow'),
        place('tok_async'),
        place('tok_async_declined'),
        place('tok_action'),
      ]);

      expect(lost).toMatchObject({ status: 201 });
      await orderWhen(alice, lost.body.id, 'confirmed', ({ status }) => status === 'confirmed');
      const authorizations = (await market.ledger(lost.body.id)).filter(({ kind }) => kind === 'authorization');
      expect(authorizations).toHaveLength(1);

      expect(later.status).toBe(201);
      await orderWhen(alice, later.body.id, 'confirmed', ({ status }) => status === 'confirmed');

      const declinedId =
        laterDeclined.status === 402
          ? (laterDeclined.body as unknown as { orderId: string }).orderId
          : laterDeclined.body.id;
      await orderWhen(alice, declinedId, 'failed', ({ status }) => status === 'payment_failed');

      expect(action).toMatchObject({
        status: 201,
        body: { status: 'pending', payment: { status: 'requires_action' } },
      });
      expect(action.body.payment.nextAction).toMatchObject({ url: expect.stringMatching(/^https?:/u) as string });
      await market.confirmPayment(action.body.id);
      const confirmed = await orderWhen(alice, action.body.id, 'confirmed', ({ status }) => status === 'confirmed');
      expect(confirmed.payment).not.toHaveProperty('nextAction');

      expect(slow).toMatchObject({ status: 201, body: { status: 'pending' } });
      await orderWhen(alice, slow.body.id, 'confirmed', ({ status }) => status === 'confirmed');
      for (const { id } of [lost.body, slow.body, later.body, action.body]) {
        await expect(market.ledgerSum(id, 'authorization')).resolves.toBe(698);
      }
    }, 30_000);

    it('that go on are cancelled with the order', async () => {
      const alice = await market.customer();
      const pending = await placeOrder(alice, { ...one, payments: [{ methodToken: 'tok_action' }] });
      expectProblem(
        await (await market.staff()).put(`/orders/${pending.id}`, { status: 'shipped' }),
        409,
        'illegal_transition',
      );
      const cancelled = await alice.put<Order>(`/orders/${pending.id}`, { status: 'cancelled' });
      expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } });
      await waitUntil('the void', async () => (await kinds(pending.id)).includes('void'));
      await market.confirmPayment(pending.id);
      await expect(market.ledgerSum(pending.id, 'authorization')).resolves.toBe(0);
      await expect(read(alice, pending.id)).resolves.toMatchObject({ status: 'cancelled' });
    });

    it('are not waited for with Prefer: respond-async', async () => {
      const alice = await market.customer();
      const reply = await order(
        alice,
        { ...one, payments: [{ methodToken: 'tok_lost_reply' }] },
        { prefer: 'respond-async' },
      );
      expect(reply).toMatchObject({ status: 201, body: { status: 'pending' } });
      await orderWhen(alice, reply.body.id, 'confirmed', ({ status }) => status === 'confirmed');
    });
  });

  describe('once', () => {
    it('per Idempotency-Key: the first answer again, and 422 for another body', async () => {
      const alice = await market.customer();
      const key = { 'idempotency-key': randomUUID() };
      const first = await order(alice, one, key);
      const again = await order(alice, one, key);
      expect([first.status, again.status]).toEqual([201, 201]);
      expect(first.headers.get('idempotency-replayed')).toBeNull();
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.headers.get('location')).toBe(`/orders/${first.body.id}`);
      expect(again.body).toEqual(first.body);
      const other = await order(alice, { ...one, items: [{ sku: 'demo-1', quantity: 2 }] }, key);
      expectProblem(other, 422, 'idempotency_key_reused');
      const bob = await market.customer();
      const ofBob = await order(bob, one, key);
      expect(ofBob.status).toBe(201);
      expect(ofBob.body.id).not.toBe(first.body.id);
      const authorizations = (await market.ledger(first.body.id)).filter(({ kind }) => kind === 'authorization');
      expect(authorizations).toMatchObject([{ asked: 1 }]);
    });

    it('per Idempotency-Key of ten parallel requests', async () => {
      const alice = await market.customer();
      const key = { 'idempotency-key': randomUUID() };
      const replies = await Promise.all(Array.from({ length: 10 }, async () => order(alice, one, key)));
      for (const reply of replies) {
        if (reply.status !== 201) expectProblem(reply, 409, 'idempotency_in_progress');
      }
      const ids = new Set(replies.filter(({ status }) => status === 201).map(({ body }) => body.id));
      expect(ids.size).toBe(1);
      await expect(market.collection('orders').countDocuments({ customerId: alice.userId })).resolves.toBe(1);
    });

    it('409 idempotency_in_progress while the first request still runs', async () => {
      const alice = await market.customer();
      const key = { 'idempotency-key': randomUUID() };
      const body = { ...one, payments: [{ methodToken: 'tok_lost_reply' }] };
      const first = order(alice, body, key);
      await waitUntil(
        'the order is written',
        async () => (await market.collection('orders').countDocuments({ customerId: alice.userId })) === 1,
        { pollMs: 10 },
      );
      expectProblem(await order(alice, body, key), 409, 'idempotency_in_progress');
      const { body: placed, status } = await first;
      expect(status).toBe(201);
      await orderWhen(alice, placed.id, 'confirmed', (current) => current.status === 'confirmed');
      const again = await order(alice, body, key);
      expect(again).toMatchObject({ status: 201, body: { id: placed.id, status: 'confirmed' } });
    });

    it('per Idempotency-Key of a declined order: the same 402 again', async () => {
      const alice = await market.customer();
      const key = { 'idempotency-key': randomUUID() };
      const body = { ...one, payments: [{ methodToken: 'tok_declined' }] };
      const first = expectProblem(await order(alice, body, key), 402, 'payment_declined');
      const again = await order(alice, body, key);
      expect(expectProblem(again, 402, 'payment_declined')['orderId']).toBe(first['orderId']);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
    });

    it('per UUID of a caller without identity, with an access token made anew', async () => {
      const guest = { ...one, email: 'guest@example.com' };
      const refused = await order(market.anonymous, guest, { 'idempotency-key': 'order-1' });
      expectProblem(refused, 400, 'validation_failed');
      const key = { 'idempotency-key': randomUUID() };
      const first = await order(market.anonymous, guest, key);
      const again = await order(market.anonymous, guest, key);
      expect([first.status, again.status]).toEqual([201, 201]);
      expect(again.body.id).toBe(first.body.id);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect((await read(market.anonymous.with(again.body.accessToken), first.body.id)).id).toBe(first.body.id);
    });

    it('per clientReference: 200 with the same order, for its caller only', async () => {
      const alice = await market.customer();
      const clientReference = `import-${randomUUID()}`;
      const first = await order(alice, { ...one, clientReference });
      expect(first).toMatchObject({ status: 201, body: { clientReference } });
      const again = await order(alice, { ...one, clientReference });
      expect(again.status).toBe(200);
      expect(again.body).toEqual(first.body);
      const bob = await market.customer();
      const ofBob = await order(bob, { ...one, clientReference });
      expect(ofBob.status).toBe(201);
      expect(ofBob.body.id).not.toBe(first.body.id);
      const parallel = `import-${randomUUID()}`;
      const replies = await Promise.all(
        Array.from({ length: 5 }, async () => order(alice, { ...one, clientReference: parallel })),
      );
      expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
    });

    it("never shows a guest another guest's order, whatever reference both chose", async () => {
      const clientReference = `web-${randomUUID()}`;
      const first = await order(market.anonymous, { ...one, email: 'one@example.com', clientReference });
      const second = await order(market.anonymous, { ...one, email: 'two@example.com', clientReference });
      expect(second.text).not.toContain('one@example.com');
      expect(second.body.id).not.toBe(first.body.id);
    });
  });
});

function vendorOrder(vendorId: string, itemsMinor: number, lines: [string, number, number][]) {
  return {
    vendorId,
    status: 'confirmed',
    items: lines.map(([sku, quantity, unitPriceMinor]) => ({
      sku,
      name: expect.any(String) as string,
      quantity,
      unitPrice: usd(unitPriceMinor),
      lineTotal: usd(unitPriceMinor * quantity),
      discount: usd(0),
      shipping: expect.objectContaining({ currency: 'USD' }) as object,
      tax: usd(0),
      cancelledQuantity: 0,
      shippedQuantity: 0,
      deliveredQuantity: 0,
      returnedQuantity: 0,
      refundedQuantity: 0,
    })),
    totals: {
      items: usd(itemsMinor),
      shipping: usd(499),
      discount: usd(0),
      tax: usd(0),
      grandTotal: usd(itemsMinor + 499),
      cancelled: usd(0),
      commission: expect.objectContaining({ currency: 'USD' }) as object,
      payout: expect.objectContaining({ currency: 'USD' }) as object,
      refunded: usd(0),
    },
    shipments: [],
    cancellations: [],
    returns: [],
    refunds: [],
  };
}

function timestamp(): string {
  return expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/u) as string;
}
