import { randomUUID } from 'node:crypto';
import { connect } from '@nats-io/transport-node';
import mongoose from 'mongoose';
import { Elections } from '../../apps/order-service/src/common/elections.js';
import { CartRepository } from '../../apps/order-service/src/cart/persistence/cart.repository.js';
import { CartDocument, CartSchema } from '../../apps/order-service/src/cart/persistence/cart.schema.js';
import type { CartEvent } from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import { createCart, expectProblem, Marketplace, orderRequest, type Cart, type Order } from '../support/client.js';
import { streamed } from '../support/messages.js';
import { startTestStack, type TestStack } from '../support/stack.js';

interface StoredCart {
  _id: string;
  version: number;
  orderId?: string;
  orderAttempt?: number;
  lapsedOrderId?: string;
  outbox?: unknown[];
}

describe('the claim of a cart', () => {
  let stack: TestStack;
  let market: Marketplace;

  beforeAll(async () => {
    stack = await startTestStack({
      env: { RECOVERY_AFTER_MS: '1000', RECOVERY_INTERVAL_MS: '200', CART_SWEEP_INTERVAL_MS: '200' },
    });
    market = await Marketplace.open(stack);
  });

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  const storedCart = async (id: string): Promise<StoredCart> =>
    (await market.collection('carts').findOne({ _id: id })) as unknown as StoredCart;

  /** What a process leaves that dies between the claim of a cart and the insert of its order. */
  async function claimWithoutOrder(cart: Cart): Promise<string> {
    const orderId = randomUUID();
    const at = new Date();
    const event = { type: 'ordered', orderId, version: cart.version + 1, at, vendorIds: ['vendor-1'], totalMinor: 698 };
    const claim = { status: 'ordered', orderId, orderAttempt: 1, outbox: [event], outboxAt: at };
    await market.collection('carts').updateOne({ _id: cart.id }, { $set: claim, $inc: { version: 1 } });
    return orderId;
  }

  it('that came to no order lapses: the cart is active again, nothing is told, and its next checkout comes to the order that was meant', async () => {
    const alice = await market.customer();
    const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
    const orderId = await claimWithoutOrder(cart);
    expectProblem(await alice.post(`/carts/${cart.id}/items`, { sku: 'demo-2', quantity: 1 }), 409, 'cart_not_active');

    const active = await waitUntil('the cart is active again', async () => {
      const { body } = await alice.get<Cart & { orderId?: string }>(`/carts/${cart.id}`);
      return body.status === 'active' ? body : undefined;
    });
    expect(active.items.map(({ sku, quantity }) => ({ sku, quantity }))).toEqual([{ sku: 'demo-1', quantity: 1 }]);
    expect(active).not.toHaveProperty('orderId');
    expect(await storedCart(cart.id)).toMatchObject({ lapsedOrderId: orderId, outbox: [] });

    expect((await alice.post(`/carts/${cart.id}/items`, { sku: 'demo-2', quantity: 1 })).status).toBe(200);
    const placed = await alice.post<Order>('/orders', orderRequest({ cartId: cart.id }), {
      'Idempotency-Key': randomUUID(),
    });
    expect(placed.status).toBe(201);
    expect(placed.body.id).toBe(orderId);
    expect(placed.body.vendorOrders.flatMap(({ items }) => items.map(({ sku }) => sku))).toEqual(['demo-1', 'demo-2']);
    const told = await waitUntil('the order of the cart is told', async () => {
      const events = await cartEvents(cart.id);
      return events.length > 0 ? events : undefined;
    });
    expect(told).toEqual([{ type: 'marketplace.cart.ordered.v1', orderId }]);
  });

  it('of an order whose writer was only slow is met by that order, whichever key the next checkout has', async () => {
    const alice = await market.customer();
    const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
    const slow = await alice.post<Order>('/orders', orderRequest({ cartId: cart.id }));
    expect(slow.status).toBe(201);
    // The claim had lapsed before the order came.
    await market
      .collection('carts')
      .updateOne(
        { _id: cart.id },
        { $set: { status: 'active', lapsedOrderId: slow.body.id }, $unset: { orderId: '', orderAttempt: '' } },
      );
    const again = await alice.post<Order>('/orders', orderRequest({ cartId: cart.id }), {
      'Idempotency-Key': randomUUID(),
    });
    expect({ status: again.status, id: again.body.id }).toEqual({ status: 200, id: slow.body.id });
    expect((await alice.get<{ items: Order[] }>(`/orders/user/${alice.userId}`)).body.items).toHaveLength(1);
    expect((await market.ledger(slow.body.id)).filter(({ kind }) => kind === 'authorization')).toHaveLength(1);
    expect(await storedCart(cart.id)).toMatchObject({ status: 'ordered', orderId: slow.body.id });
  });

  it("of an order that failed, and has not given its cart back yet, is in nobody's way: the next payment is tried", async () => {
    const alice = await market.customer();
    const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
    const pay = async (methodToken: string) =>
      alice.post<Order>('/orders', orderRequest({ cartId: cart.id, payments: [{ methodToken }] }), {
        'Idempotency-Key': randomUUID(),
      });
    const { orderId: declined } = expectProblem(await pay('tok_declined'), 402, 'payment_declined');
    // As a process leaves it that dies after it has written the decline.
    const claim = { status: 'ordered', orderId: declined, orderAttempt: 1 };
    await market.collection('carts').updateOne({ _id: cart.id }, { $set: claim, $inc: { version: 1 } });
    const paid = await pay('tok_visa');
    expect({ status: paid.status, order: paid.body.status }).toEqual({ status: 201, order: 'confirmed' });
    expect(paid.body.id).not.toBe(declined);
    expect(await storedCart(cart.id)).toMatchObject({ status: 'ordered', orderId: paid.body.id });
  });

  it('by a later attempt outlives the late release of an earlier one', async () => {
    const alice = await market.customer();
    const cart = await createCart(alice, [{ sku: 'demo-1', quantity: 1 }]);
    const key = { 'Idempotency-Key': randomUUID() };
    await market.setDials({ failInventory: true });
    expectProblem(await alice.post('/orders', orderRequest({ cartId: cart.id }), key), 503, 'inventory_unavailable');
    await market.setDials({ failInventory: false });
    const placed = await waitUntil('the second attempt goes through', async () => {
      const { status, body } = await alice.post<Order>('/orders', orderRequest({ cartId: cart.id }), key);
      return status === 201 ? body : undefined;
    });
    // Whoever made the first attempt was slow to learn that it had been given up.
    const connection = await mongoose.createConnection(stack.mongodbUri).asPromise();
    try {
      const carts = new CartRepository(
        connection.model(CartDocument.name, CartSchema) as unknown as mongoose.Model<CartDocument>,
        new Elections(connection),
      );
      const release = async (attempt: number) =>
        carts.release(cart.id, { orderId: placed.id, attempt }, new Date(), new Date(), false);
      expect(await release(1)).toBe('not_held');
      expect(await storedCart(cart.id)).toMatchObject({ status: 'ordered', orderId: placed.id, orderAttempt: 2 });
      expect(await release(2)).toBe('released');
    } finally {
      await connection.close();
    }
  });

  async function cartEvents(cartId: string): Promise<{ type: string; orderId: string }[]> {
    const connection = await connect({ servers: stack.natsUrl });
    try {
      const messages = await streamed<CartEvent>(connection, 'CARTS', `evt.carts.${cartId}.>`);
      return messages.map(({ body: { type, data } }) => ({ type, orderId: data.orderId ?? '' }));
    } finally {
      await connection.close();
    }
  }
});
