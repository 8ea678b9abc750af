import { randomUUID } from 'node:crypto';
import {
  createCart,
  expectProblem,
  Marketplace,
  orderRequest,
  placeOrder,
  product,
  usd,
  type Cart,
  type Client,
} from '../support/client.js';
import { joinTestStack, type TestStack } from '../support/stack.js';

describe('carts', () => {
  let stack: TestStack;
  let market: Marketplace;

  beforeAll(async () => {
    stack = await joinTestStack();
    market = await Marketplace.open(stack);
  }, 90_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  const quantities = (cart: Cart) => Object.fromEntries(cart.items.map(({ sku, quantity }) => [sku, quantity]));
  const read = async (client: Client, id: string) => (await client.get<Cart>(`/carts/${id}`)).body;

  describe('POST /carts', () => {
    it('makes a customer a priced cart', async () => {
      const alice = await market.customer();
      const items = [
        { sku: 'demo-1', quantity: 2 },
        { sku: 'demo-2', quantity: 1 },
        { sku: 'demo-7', quantity: 1 },
      ];
      const reply = await alice.post<Cart>('/carts', { currency: 'USD', items });

      expect(reply.status).toBe(201);
      const cart = reply.body;
      expect(reply.headers.get('location')).toBe(`/carts/${cart.id}`);
      expect(reply.headers.get('etag')).toBe(`"${cart.version}"`);
      expect(cart).toEqual({
        id: expect.any(String) as string,
        customerId: alice.userId,
        status: 'active',
        currency: 'USD',
        items: [
          line('demo-1', 'vendor-1', 2, 199),
          line('demo-2', 'vendor-2', 1, 299),
          line('demo-7', 'vendor-1', 1, 799),
        ],
        vendors: [
          { vendorId: 'vendor-1', ...amounts(1_197, 499), total: usd(1_696) },
          { vendorId: 'vendor-2', ...amounts(299, 499), total: usd(798) },
        ],
        totals: { ...amounts(1_496, 998), grandTotal: usd(2_494) },
        couponCodes: [],
        version: expect.any(Number) as number,
        quotedAt: timestamp(),
        expiresAt: timestamp(),
        createdAt: timestamp(),
        updatedAt: timestamp(),
      });
    });

    it('makes an empty cart of an empty body, in the usual currency', async () => {
      const cart = await createCart(await market.customer());
      expect(cart).toMatchObject({ currency: 'USD', items: [], vendors: [], totals: { grandTotal: usd(0) } });
    });

    it('adds up the units of a product that is named twice', async () => {
      const cart = await createCart(await market.customer(), [
        { sku: 'demo-3', quantity: 1 },
        { sku: 'demo-3', quantity: 4 },
      ]);
      expect(quantities(cart)).toEqual({ 'demo-3': 5 });
    });

    it('gives a guest a token that opens this cart alone', async () => {
      const { body: cart } = await market.anonymous.post<Cart>('/carts', { items: [{ sku: 'demo-1', quantity: 1 }] });
      expect(cart.token).toEqual(expect.any(String));
      expect(cart).not.toHaveProperty('customerId');
      const guest = market.anonymous.with(cart.token);
      const { body: other } = await market.anonymous.post<Cart>('/carts', {});
      const seen = await guest.get<Cart>(`/carts/${cart.id}`);
      expect(seen.status).toBe(200);
      expect(seen.body).not.toHaveProperty('token');
      expectProblem(await guest.get(`/carts/${other.id}`), 404, 'not_found');
      expectProblem(await guest.post(`/carts/${other.id}/items`, { sku: 'demo-1', quantity: 1 }), 404, 'not_found');
      const added = await guest.post<Cart>(`/carts/${cart.id}/items`, { sku: 'demo-1', quantity: 1 });
      expect(quantities(added.body)).toEqual({ 'demo-1': 2 });
      expectProblem(await guest.get('/carts/mine'), 403, 'forbidden');
    });

    it("adds a customer's second cart to the first and answers 200", async () => {
      const alice = await market.customer();
      const first = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
      const second = await alice.post<Cart>('/carts', {
        items: [
          { sku: 'demo-1', quantity: 2 },
          { sku: 'demo-2', quantity: 1 },
        ],
      });
      expect(second.status).toBe(200);
      expect(second.body.id).toBe(first.id);
      expect(second.body.version).toBeGreaterThan(first.version);
      expect(quantities(second.body)).toEqual({ 'demo-1': 3, 'demo-2': 1 });
      expectProblem(await alice.post('/carts', { currency: 'EUR' }), 422, 'currency_mismatch');
    });

    it('makes one active cart, with every item, of parallel requests of a customer', async () => {
      const alice = await market.customer();
      const replies = await Promise.all(
        Array.from({ length: 10 }, async (_, index) =>
          alice.post<Cart>('/carts', { items: [{ sku: `demo-${index + 1}`, quantity: 1 }] }),
        ),
      );
      expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
        ...Array.from({ length: 9 }, () => 200),
        201,
      ]);
      expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
      const { body: cart } = await alice.get<Cart>('/carts/mine');
      expect(Object.keys(quantities(cart))).toHaveLength(10);
      const stored = market.collection('carts').countDocuments({ customerId: alice.userId });
      await expect(stored).resolves.toBe(1);
    });

    it('makes another cart when the active one ends in the middle of it', async () => {
      const alice = await market.customer();
      for (let round = 0; round < 20; round += 1) {
        const { id } = await createCart(alice);
        const make = async (): Promise<number> =>
          (await alice.post('/carts', { items: [{ sku: 'demo-1', quantity: 1 }] })).status;
        const [ended, ...made] = await Promise.all([alice.delete(`/carts/${id}`), make(), make(), make()]);
        expect(ended.status).toBe(204);
        for (const status of made) expect([200, 201]).toContain(status);
        const left = await alice.get<Cart>('/carts/mine');
        if (left.status === 200) await alice.delete(`/carts/${left.body.id}`);
      }
    });

    it('refuses what the catalog does not sell, or sells in another currency', async () => {
      const alice = await market.customer();
      await market.loadProducts({ ...product('euro-1', 'vendor-1', 500), unitPrice: { amount: 500, currency: 'EUR' } });
      const unknown = await alice.post('/carts', { items: [{ sku: 'nothing-1', quantity: 1 }] });
      expectProblem(unknown, 422, 'unknown_sku');
      const foreign = await alice.post('/carts', { items: [{ sku: 'euro-1', quantity: 1 }] });
      expectProblem(foreign, 422, 'currency_mismatch');
      expectProblem(await alice.get('/carts/mine'), 404, 'not_found');
    });
  });

  describe('lines', () => {
    it('are added, set and removed', async () => {
      const alice = await market.customer();
      const { id } = await createCart(alice);
      const added = await alice.post<Cart>(`/carts/${id}/items`, { sku: 'demo-5', quantity: 3 });
      expect([200, 201]).toContain(added.status);
      expect(added.headers.get('etag')).toBe(`"${added.body.version}"`);
      expect(added.body.totals).toEqual({ ...amounts(1_797, 499), grandTotal: usd(2_296) });

      const set = await alice.put<Cart>(`/carts/${id}/items/demo-5`, { quantity: 1 });
      expect(set.status).toBe(200);
      expect(set.body.totals.grandTotal).toEqual(usd(1_098));
      const put = await alice.put<Cart>(`/carts/${id}/items/demo-6`, { quantity: 2 });
      expect(quantities(put.body)).toEqual({ 'demo-5': 1, 'demo-6': 2 });

      const removed = await alice.put<Cart>(`/carts/${id}/items/demo-5`, { quantity: 0 });
      expect(quantities(removed.body)).toEqual({ 'demo-6': 2 });
      const deleted = await alice.delete<Cart>(`/carts/${id}/items/demo-6`);
      expect([200, 204]).toContain(deleted.status);
      await expect(read(alice, id)).resolves.toMatchObject({ items: [], vendors: [], totals: { grandTotal: usd(0) } });
    });

    it('count every one of parallel adds', async () => {
      const alice = await market.customer();
      const { id } = await createCart(alice, [{ sku: 'demo-1', quantity: 5 }]);
      const replies = await Promise.all(
        Array.from({ length: 10 }, async () => alice.post(`/carts/${id}/items`, { sku: 'demo-1', quantity: 1 })),
      );
      for (const { status } of replies) expect([200, 201]).toContain(status);
      expect(quantities(await read(alice, id))).toEqual({ 'demo-1': 15 });
    });

    it('are refused for an unknown product and in an unknown cart', async () => {
      const alice = await market.customer();
      const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
      expectProblem(await alice.post(`/carts/${cart.id}/items`, { sku: 'nothing-1', quantity: 1 }), 422, 'unknown_sku');
      expectProblem(await alice.put(`/carts/${cart.id}/items/nothing-1`, { quantity: 1 }), 422, 'unknown_sku');
      expectProblem(await alice.put(`/carts/${cart.id}/items/demo-1`, { quantity: -1 }), 400, 'validation_failed');
      const missing = randomUUID();
      expectProblem(await alice.get(`/carts/${missing}`), 404, 'not_found');
      expectProblem(await alice.post(`/carts/${missing}/items`, { sku: 'demo-1', quantity: 1 }), 404, 'not_found');
      expectProblem(await alice.put(`/carts/${missing}/items/demo-1`, { quantity: 1 }), 404, 'not_found');
      expectProblem(await alice.delete(`/carts/${missing}/items/demo-1`), 404, 'not_found');
      expectProblem(await alice.delete(`/carts/${missing}`), 404, 'not_found');
      await expect(read(alice, cart.id)).resolves.toEqual(cart);
    });
  });

  describe('DELETE /carts/{cartId}', () => {
    it('empties and abandons the cart, and makes room for the next', async () => {
      const alice = await market.customer();
      const { id } = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
      const deleted = await alice.delete(`/carts/${id}`);
      expect({ status: deleted.status, text: deleted.text }).toEqual({ status: 204, text: '' });
      await expect(read(alice, id)).resolves.toMatchObject({ status: 'abandoned', items: [] });
      expectProblem(await alice.get('/carts/mine'), 404, 'not_found');
      expectProblem(await alice.post(`/carts/${id}/items`, { sku: 'demo-1', quantity: 1 }), 409, 'cart_not_active');
      expectProblem(await alice.put(`/carts/${id}/items/demo-1`, { quantity: 1 }), 409, 'cart_not_active');
      const next = await createCart(alice);
      expect(next.id).not.toBe(id);
    });
  });

  it('an ordered cart takes no more changes and keeps what was ordered', async () => {
    const alice = await market.customer();
    const { id } = await createCart(alice, [{ sku: 'demo-1', quantity: 2 }]);
    await placeOrder(alice, { items: undefined, currency: undefined, cartId: id });
    expectProblem(await alice.post(`/carts/${id}/items`, { sku: 'demo-1', quantity: 1 }), 409, 'cart_not_active');
    expectProblem(await alice.delete(`/carts/${id}/items/demo-1`), 409, 'cart_not_active');
    expectProblem(await alice.delete(`/carts/${id}`), 409, 'cart_not_active');
    await expect(read(alice, id)).resolves.toMatchObject({
      status: 'ordered',
      items: [{ sku: 'demo-1', quantity: 2 }],
    });
    expectProblem(await alice.get('/carts/mine'), 404, 'not_found');
  });

  describe('versions', () => {
    it('make every kind of change conditional on If-Match', async () => {
      const alice = await market.customer();
      const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
      const stale = { 'if-match': `"${cart.version}"` };
      const item = { sku: 'demo-1', quantity: 1 };
      const changed = await alice.post<Cart>(`/carts/${cart.id}/items`, item, stale);
      expect([200, 201]).toContain(changed.status);
      const { version } = changed.body;
      expect(version).toBeGreaterThan(cart.version);
      const replies = [
        await alice.post(`/carts/${cart.id}/items`, item, stale),
        await alice.put(`/carts/${cart.id}/items/demo-1`, { quantity: 1 }, stale),
        await alice.delete(`/carts/${cart.id}/items/demo-1`, stale),
        await alice.delete(`/carts/${cart.id}`, stale),
      ];
      for (const reply of replies) expect(expectProblem(reply, 412, 'version_conflict')).toMatchObject({ version });
      await expect(read(alice, cart.id)).resolves.toMatchObject({ version, items: [{ quantity: 2 }] });
      expect((await alice.delete(`/carts/${cart.id}`, { 'if-match': `"${version}"` })).status).toBe(204);
    });

    it('let exactly one of parallel changes of the same version through', async () => {
      const alice = await market.customer();
      const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
      const replies = await Promise.all(
        Array.from({ length: 5 }, async () =>
          alice.post(`/carts/${cart.id}/items`, { sku: 'demo-1', quantity: 1 }, { 'if-match': `"${cart.version}"` }),
        ),
      );
      expect(replies.filter(({ status }) => status === 412)).toHaveLength(4);
      expect(quantities(await read(alice, cart.id))).toEqual({ 'demo-1': 2 });
    });

    it('answer 304 to a reader who has the cart already', async () => {
      const alice = await market.customer();
      const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
      for (const tag of [`"${cart.version}"`, `W/"${cart.version}"`, `"x", "${cart.version}"`, '*']) {
        const known = await alice.get(`/carts/${cart.id}`, { 'if-none-match': tag });
        expect({ tag, status: known.status, text: known.text }).toEqual({ tag, status: 304, text: '' });
        expect(known.headers.get('etag')).toBe(`"${cart.version}"`);
      }
      const old = await alice.get<Cart>(`/carts/${cart.id}`, { 'if-none-match': '"0"' });
      expect(old).toMatchObject({ status: 200, body: { version: cart.version } });
      const mine = await alice.get('/carts/mine', { 'if-none-match': `"${cart.version}"` });
      expect(mine.status).toBe(304);
    });

    it('are not made by reading', async () => {
      const alice = await market.customer();
      const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
      await expect(read(alice, cart.id)).resolves.toEqual(cart);
      const { body: mine } = await alice.get<Cart>('/carts/mine');
      expect(mine).toEqual(cart);
    });
  });

  describe('Idempotency-Key', () => {
    it('gives the first answer again and has its effect once', async () => {
      const alice = await market.customer();
      const key = { 'idempotency-key': `"${randomUUID()}"` };
      const body = { items: [{ sku: 'demo-1', quantity: 1 }] };
      const first = await alice.post<Cart>('/carts', body, key);
      const again = await alice.post<Cart>('/carts', body, key);
      expect(first.headers.get('idempotency-replayed')).toBeNull();
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body });
      const reused = await alice.post('/carts', { items: [{ sku: 'demo-1', quantity: 2 }] }, key);
      expectProblem(reused, 422, 'idempotency_key_reused');
      await expect(read(alice, first.body.id)).resolves.toEqual(first.body);
    });

    it('covers adds of lines', async () => {
      const alice = await market.customer();
      const { id } = await createCart(alice);
      const key = { 'idempotency-key': randomUUID() };
      const item = { sku: 'demo-1', quantity: 2 };
      const first = await alice.post<Cart>(`/carts/${id}/items`, item, key);
      const replays = await Promise.all(
        Array.from({ length: 3 }, async () => alice.post<Cart>(`/carts/${id}/items`, item, key)),
      );
      for (const replay of replays) {
        expect(replay.status).toBe(first.status);
        expect(replay.headers.get('idempotency-replayed')).toBe('true');
      }
      expectProblem(
        await alice.post(`/carts/${id}/items`, { sku: 'demo-1', quantity: 3 }, key),
        422,
        'idempotency_key_reused',
      );
      expect(quantities(await read(alice, id))).toEqual({ 'demo-1': 2 });
    });

    it('replays the making of a cart that was ordered meanwhile, and leaves the next cart alone', async () => {
      const alice = await market.customer();
      const key = { 'idempotency-key': randomUUID() };
      const body = { items: [{ sku: 'demo-1', quantity: 1 }] };
      const first = await alice.post<Cart>('/carts', body, key);
      await placeOrder(alice, { items: undefined, currency: undefined, cartId: first.body.id });
      const next = await createCart(alice, [{ sku: 'demo-2', quantity: 1 }]);
      const again = await alice.post<Cart>('/carts', body, key);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.body.id).toBe(first.body.id);
      await expect(read(alice, next.id)).resolves.toEqual(next);
    });

    it('is scoped to its caller, and must be a UUID where nobody is signed in', async () => {
      const key = randomUUID();
      const headers = { 'idempotency-key': key };
      const body = { items: [{ sku: 'demo-1', quantity: 1 }] };
      const guest = await market.anonymous.post<Cart>('/carts', body, headers);
      const again = await market.anonymous.post<Cart>('/carts', body, headers);
      expect(again.body.id).toBe(guest.body.id);
      expect(again.body.token).toEqual(expect.any(String));
      expect((await market.anonymous.with(again.body.token).get(`/carts/${guest.body.id}`)).status).toBe(200);
      const alice = await market.customer();
      const bob = await market.customer();
      const [ofAlice, ofBob] = [
        await alice.post<Cart>('/carts', {}, headers),
        await bob.post<Cart>('/carts', {}, headers),
      ];
      expect([ofAlice.status, ofBob.status]).toEqual([201, 201]);
      expect(new Set([guest.body.id, ofAlice.body.id, ofBob.body.id]).size).toBe(3);
      const refused = await market.anonymous.post('/carts', body, { 'idempotency-key': 'first-try' });
      expectProblem(refused, 400, 'validation_failed');
    });
  });

  describe('POST /carts/{cartId}/merge', () => {
    const setUp = async () => {
      const alice = await market.customer();
      const own = await createCart(alice, [
        { sku: 'demo-1', quantity: 1 },
        { sku: 'demo-2', quantity: 1 },
      ]);
      const guestCart = await createCart(market.anonymous, [
        { sku: 'demo-1', quantity: 4 },
        { sku: 'demo-3', quantity: 2 },
      ]);
      const source = { fromCartId: guestCart.id, fromToken: guestCart.token };
      return { alice, own, guestCart, source };
    };

    it("adds up the quantities, ends the guest's token, and may be repeated", async () => {
      const { alice, own, guestCart, source } = await setUp();
      const merged = await alice.post<Cart>(`/carts/${own.id}/merge`, source);
      expect([200, 201]).toContain(merged.status);
      expect(merged.body.id).toBe(own.id);
      expect(quantities(merged.body)).toEqual({ 'demo-1': 5, 'demo-2': 1, 'demo-3': 2 });
      const guest = market.anonymous.with(guestCart.token);
      expectProblem(await guest.get(`/carts/${guestCart.id}`), 404, 'not_found');
      expectProblem(await guest.post(`/carts/${guestCart.id}/items`, { sku: 'demo-1', quantity: 1 }), 404, 'not_found');
      expectProblem(await guest.get(`/carts/${own.id}`), 404, 'not_found');

      const again = await alice.post<Cart>(`/carts/${own.id}/merge`, source);
      expect(again.status).toBe(merged.status);
      expect(quantities(again.body)).toEqual(quantities(merged.body));
    });

    it('adds nothing twice when it is asked for in parallel', async () => {
      const { alice, own, source } = await setUp();
      const replies = await Promise.all(
        Array.from({ length: 5 }, async () => alice.post<Cart>(`/carts/${own.id}/merge`, source)),
      );
      for (const { status } of replies) expect([200, 201]).toContain(status);
      expect(quantities(await read(alice, own.id))).toEqual({ 'demo-1': 5, 'demo-2': 1, 'demo-3': 2 });
    });

    it('honours Idempotency-Key and If-Match', async () => {
      const { alice, own, guestCart, source } = await setUp();
      const stale = await alice.post(`/carts/${own.id}/merge`, source, { 'if-match': `"${own.version + 7}"` });
      expectProblem(stale, 412, 'version_conflict');
      // Nothing has happened to the guest's cart either.
      const guest = market.anonymous.with(guestCart.token);
      await expect(read(guest, guestCart.id)).resolves.toMatchObject({ status: 'active', version: guestCart.version });
      const key = { 'idempotency-key': randomUUID() };
      const first = await alice.post<Cart>(`/carts/${own.id}/merge`, source, key);
      expect([200, 201]).toContain(first.status);
      expect(quantities(first.body)).toEqual({ 'demo-1': 5, 'demo-2': 1, 'demo-3': 2 });
      const again = await alice.post<Cart>(`/carts/${own.id}/merge`, source, key);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      const other = await createCart(market.anonymous, [{ sku: 'demo-9', quantity: 1 }]);
      const reused = await alice.post(`/carts/${own.id}/merge`, { fromCartId: other.id, fromToken: other.token }, key);
      expectProblem(reused, 422, 'idempotency_key_reused');
      expect(quantities(await read(alice, own.id))).not.toHaveProperty('demo-9');
    });

    it('knows no cart without the right token for it', async () => {
      const { alice, own, guestCart, source } = await setUp();
      const other = await createCart(market.anonymous);
      const bob = await market.customer();
      const ofBob = await createCart(bob);
      const attempts: [string, object][] = [
        [own.id, { ...source, fromToken: other.token }],
        [own.id, { ...source, fromCartId: other.id }],
        [own.id, { ...source, fromToken: `${guestCart.token?.slice(0, -4)}AAAA` }],
        [own.id, { ...source, fromToken: await stack.token({ sub: alice.userId, roles: ['customer'] }) }],
        [own.id, { ...source, fromCartId: ofBob.id }],
        [own.id, { ...source, fromCartId: randomUUID() }],
        [ofBob.id, source],
        [randomUUID(), source],
      ];
      for (const [target, body] of attempts) {
        expectProblem(await alice.post(`/carts/${target}/merge`, body), 404, 'not_found');
      }
      expectProblem(
        await market.anonymous.with(guestCart.token).post(`/carts/${guestCart.id}/merge`, source),
        403,
        'forbidden',
      );
      expect(quantities(await read(alice, own.id))).toEqual({ 'demo-1': 1, 'demo-2': 1 });
      await expect(read(market.anonymous.with(guestCart.token), guestCart.id)).resolves.toMatchObject({
        status: 'active',
        items: [{ quantity: 4 }, { quantity: 2 }],
      });
    });

    it('is refused between currencies and where a cart is no longer active, and changes neither cart', async () => {
      const { alice, own, source, guestCart } = await setUp();
      const { body: euro } = await market.anonymous.post<Cart>('/carts', { currency: 'EUR' });
      expectProblem(
        await alice.post(`/carts/${own.id}/merge`, { fromCartId: euro.id, fromToken: euro.token }),
        422,
        'currency_mismatch',
      );
      await alice.delete(`/carts/${own.id}`);
      expectProblem(await alice.post(`/carts/${own.id}/merge`, source), 409, 'cart_not_active');
      const guest = market.anonymous.with(guestCart.token);
      await expect(read(guest, guestCart.id)).resolves.toMatchObject({ status: 'active', version: guestCart.version });
      const next = await createCart(alice);
      await guest.delete(`/carts/${guestCart.id}`);
      expectProblem(await alice.post(`/carts/${next.id}/merge`, source), 409, 'cart_not_active');
    });
  });

  describe('limits', () => {
    beforeAll(async () => {
      const more = Array.from({ length: 41 }, (_, index) => product(`more-${index + 1}`, 'vendor-1', 100));
      const vendors = Array.from({ length: 21 }, (_, index) => product(`of-${index + 1}`, `seller-${index + 1}`, 100));
      await market.loadProducts(...more, ...vendors);
    });

    it('a cart holds 100 lines and no more', async () => {
      const alice = await market.customer();
      const skus = [
        ...Array.from({ length: 60 }, (_, index) => `demo-${index + 1}`),
        ...Array.from({ length: 40 }, (_, index) => `more-${index + 1}`),
      ];
      const cart = await createCart(
        alice,
        skus.map((sku) => ({ sku, quantity: 1 })),
      );
      expect(cart.items).toHaveLength(100);
      const one = { sku: 'more-41', quantity: 1 };
      expectProblem(await alice.post(`/carts/${cart.id}/items`, one), 400, 'validation_failed');
      expectProblem(await alice.put(`/carts/${cart.id}/items/more-41`, { quantity: 1 }), 400, 'validation_failed');
      expectProblem(await alice.post('/carts', { items: [one] }), 400, 'validation_failed');
      const more = await alice.post(`/carts/${cart.id}/items`, { sku: 'demo-1', quantity: 1 });
      expect([200, 201]).toContain(more.status);
    });

    it('a line holds 999 units and no more', async () => {
      const alice = await market.customer();
      const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 998 }]);
      expect([200, 201]).toContain(
        (await alice.post(`/carts/${cart.id}/items`, { sku: 'demo-1', quantity: 1 })).status,
      );
      expectProblem(
        await alice.post(`/carts/${cart.id}/items`, { sku: 'demo-1', quantity: 1 }),
        400,
        'validation_failed',
      );
      const most = await read(alice, cart.id);
      expect(most.totals).toMatchObject({ items: usd(999 * 199), grandTotal: usd(999 * 199 + 499) });
    });

    it('an order has 20 vendors and no more', async () => {
      const alice = await market.customer();
      const items = Array.from({ length: 20 }, (_, index) => ({ sku: `of-${index + 1}`, quantity: 1 }));
      const cart = await createCart(alice, items);
      expect(cart.vendors).toHaveLength(20);
      const one = { sku: 'of-21', quantity: 1 };
      expectProblem(await alice.post(`/carts/${cart.id}/items`, one), 400, 'validation_failed');
      const order = await alice.post('/orders', orderRequest({ items: [...items, one], currency: 'USD' }));
      expectProblem(order, 400, 'validation_failed');
    });
  });

  it('the members of staff may look at carts but vendors may not', async () => {
    const alice = await market.customer();
    const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
    const support = await market.staff('support');
    await expect(read(support, cart.id)).resolves.toEqual(cart);
    const vendor = await market.vendor('vendor-1');
    expect([403, 404]).toContain((await vendor.get(`/carts/${cart.id}`)).status);
  });
});

function amounts(items: number, shipping: number) {
  return { items: usd(items), shipping: usd(shipping), discount: usd(0), tax: usd(0) };
}

function line(sku: string, vendorId: string, quantity: number, unitPriceMinor: number) {
  return expect.objectContaining({
    sku,
    name: expect.any(String) as string,
    vendorId,
    quantity,
    unitPrice: usd(unitPriceMinor),
    lineTotal: usd(unitPriceMinor * quantity),
    available: expect.any(Number) as number,
  }) as object;
}

function timestamp(): string {
  return expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/u) as string;
}
