import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { waitUntil } from '@marketplace/local-stack';
import {
  createCart,
  orderRequest,
  orderWhen,
  placeOrder,
  type Cart,
  type Client,
  type Order,
} from '../support/client.js';
import { expectSumsToHold } from '../support/order-checks.js';
import { RestorableShop } from './restorable-shop.js';

jest.setTimeout(300_000);

const ITEMS = [
  { sku: 'demo-1', quantity: 2 },
  { sku: 'demo-2', quantity: 1 },
];
const MOVED = ['shipped', 'cancelled', 'refunded', 'refundedLess', 'otherwise', 'otherwiseTold', 'elsewhere'] as const;
const UNTOUCHED = 9;
const FRESH = 20;
const KEYED_REQUEST = orderRequest({ items: ITEMS, currency: 'USD' });
const KEY = { 'Idempotency-Key': randomUUID() };
const REFUND = { reason: 'goodwill', amount: { amount: 100, currency: 'USD' } };
const SETTLED = /captured|refunded|voided/u;

let shop: RestorableShop;
let alice: Client;
let staff: Client;
let cart: Cart;
/** Placed before the backup, and left alone. */
let untouched: Order[];
/** Placed before the backup, and changed after it. */
let moved: Record<(typeof MOVED)[number], Order>;
/** Placed after the backup. */
let lost: Record<'plain' | 'captured' | 'keyed' | 'ofCart' | 'late', Order>;
let backup: Awaited<ReturnType<RestorableShop['contents']>>;
let latest: Awaited<ReturnType<RestorableShop['contents']>>;

async function change(order: Order, body: object): Promise<void> {
  const reply = await staff.put<Order>(`/orders/${order.id}`, body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
}

async function settled(order: Order): Promise<Order> {
  return orderWhen(staff, order.id, 'settled', ({ payment }) => SETTLED.test(payment.status));
}

async function ship(order: Order, vendorId?: string): Promise<void> {
  await change(order, { status: 'shipped', ...(vendorId === undefined ? {} : { vendorId }) });
  await settled(order);
}

async function refund(order: Order, amount = REFUND.amount.amount): Promise<void> {
  const reply = await staff.post(`/orders/${order.id}/refunds`, { ...REFUND, amount: { ...REFUND.amount, amount } });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  await orderWhen(staff, order.id, 'refunded', ({ payment }) => payment.refunded.amount > 0);
}

async function placed(count: number): Promise<Order[]> {
  const orders: Order[] = [];
  for (let index = 0; index < count; index += 1) orders.push(await placeOrder(alice, { items: ITEMS }));
  return orders;
}

/** An order for each name. */
async function placedAs<Name extends string>(...names: Name[]): Promise<Record<Name, Order>> {
  const orders = await placed(names.length);
  return Object.fromEntries(names.map((name, index) => [name, orders[index]])) as Record<Name, Order>;
}

async function beforeTheBackup(): Promise<void> {
  const { sent, cancelled, halfSent } = await placedAs('sent', 'cancelled', 'halfSent');
  await ship(sent);
  await change(cancelled, { status: 'cancelled' });
  await settled(cancelled);
  await ship(halfSent, 'vendor-1');
  untouched = [sent, cancelled, halfSent, ...(await placed(UNTOUCHED))];
  moved = await placedAs(...MOVED);
  await ship(moved.refunded);
  await ship(moved.refundedLess);
  cart = await createCart(alice, ITEMS);
}

async function afterTheBackup(): Promise<void> {
  const { plain, captured } = await placedAs('plain', 'captured');
  await ship(captured);
  const keyed = (await alice.post<Order>('/orders', KEYED_REQUEST, KEY)).body;
  const ofCart = (await alice.post<Order>('/orders', orderRequest({ cartId: cart.id }))).body;
  await ship(moved.shipped);
  await change(moved.cancelled, { status: 'cancelled' });
  await settled(moved.cancelled);
  await refund(moved.refunded);
  await refund(moved.refundedLess, 250);
  await ship(moved.otherwise);
  await ship(moved.otherwiseTold);
  await ship(moved.elsewhere, 'vendor-1');
  await anchored();
  latest = await shop.contents();
  // Its payment is told of when nobody is there to hear it.
  await shop.market.setDials({ eventDelayMs: 2_000 });
  lost = { plain, captured, keyed, ofCart, ...(await placedAs('late')) };
}

/** Calls an order back that has left: what was captured is given back. */
async function cancelShipped(order: Order): Promise<void> {
  await change(order, { status: 'cancelled' });
  await orderWhen(staff, order.id, 'given back', ({ payment }) => payment.status === 'refunded');
  await shop.whenIdle();
  const [captured, refunded] = await Promise.all(
    (['capture', 'refund'] as const).map(async (kind) => shop.market.ledgerSum(order.id, kind)),
  );
  expect(refunded).toBe(captured);
}

/** The events of an order, as the stream holds them. */
async function toldOf(order: Order): Promise<string[]> {
  const events = await shop.market.publishedEvents(order.id);
  return events.map(({ sequence, type }) => `${sequence} ${type.split('.')[2]}`);
}

async function differencesOf(order: Order): Promise<string> {
  const { drift } = await shop.reconcile();
  const found = drift.find(({ orderId }) => orderId === order.id);
  return (found?.differences ?? []).map(({ detail }) => detail).join('\n');
}

/** Until the chains of all orders are anchored. */
async function anchored(): Promise<void> {
  await waitUntil('all chains are anchored', async () => (await shop.waitingForAnchor()) === 0, { deadlineMs: 20_000 });
}

beforeAll(async () => {
  shop = await RestorableShop.open();
  [alice, staff] = await Promise.all([shop.market.customer(), shop.market.staff()]);
  await beforeTheBackup();
  await anchored();
  await shop.whenIdle();
  backup = await shop.contents();
  await shop.backUp();
  await afterTheBackup();
  await shop.lose();
  await shop.restore();
  await shop.market.setDials({ eventDelayMs: 0 });
});

afterAll(async () => shop?.close());

describe('a database that was restored from a snapshot, before the service starts', () => {
  it('has every order, cart and anchor as it was, and those alone', async () => {
    expect(await shop.contents()).toEqual(backup);
    expect(latest.orders.length).toBeGreaterThan(backup.orders.length);
  });

  it('has audit chains that hold; an anchor that was witnessed later is missed', async () => {
    expect(await shop.verifyAudit()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/everything holds\.$/mu) as string,
    });
    const { _id: number, hash } = latest.anchors.at(-1) ?? { _id: 0, hash: '' };
    const run = await shop.verifyAudit('--anchor', `${number}:${hash}`);
    expect(run).toMatchObject({ code: 1 });
    expect(run.stdout).toContain(`anchor ${number} was witnessed, and is not there`);
  });

  it('lacks what reconcile names: all orders that were lost, all that had moved on, and no other', async () => {
    const { run, drift } = await shop.reconcile();
    expect(run.code).toBe(1);
    const said = new Map(
      drift.map(({ orderId, differences }) => [orderId, differences.map(({ detail }) => detail).join('\n')]),
    );
    for (const { id } of Object.values(lost)) {
      expect(said.get(id)).toBe('the stream holds events of it, and there is no such order');
      expect(await shop.market.ledgerSum(id, 'authorization')).toBeGreaterThan(0);
    }
    for (const { id } of Object.values(moved)) {
      expect(said.get(id)).toMatch(/the stream goes on to event/u);
      expect(said.get(id)).toMatch(/(captured|voided|refunded) here and there/u);
    }
    expect(said.size).toBe(Object.keys(lost).length + Object.keys(moved).length);
  });
});

describe('the service on a database that was restored', () => {
  beforeAll(async () => shop.startService());

  it('gives up what is told of the payment of a lost order, which stays unknown', async () => {
    const letters = await waitUntil('a dead letter', async () => {
      const found = await shop.deadLetters();
      return found.length > 0 && found;
    });
    expect(letters).toMatchObject([{ code: 'not_found', detail: 'there is no such order' }]);
    expect((await alice.get(`/orders/${lost.late.id}`)).status).toBe(404);
  });

  it('has sums that hold for every order that nobody had touched', async () => {
    for (const { id } of untouched) await expectSumsToHold(shop.market, staff, id);
  });

  it('makes a move that is repeated once', async () => {
    await ship(moved.shipped);
    await change(moved.cancelled, { status: 'cancelled' });
    await refund(moved.refunded);
    for (const { id } of [moved.shipped, moved.cancelled, moved.refunded])
      await expectSumsToHold(shop.market, staff, id);
    expect(await shop.market.ledgerSum(moved.refunded.id, 'refund')).toBe(REFUND.amount.amount);
  });

  it('places the order of a repeated request under its id, with another number, and charges it once', async () => {
    const again = await alice.post<Order>('/orders', KEYED_REQUEST, KEY);
    expect(again).toMatchObject({ status: 201, body: { id: lost.keyed.id, status: 'confirmed' } });
    expect(again.body.number).not.toBe(lost.keyed.number);
    expect(await shop.market.ledgerSum(lost.keyed.id, 'authorization')).toBe(again.body.totals.grandTotal.amount);
    await expectSumsToHold(shop.market, staff, lost.keyed.id);
  });

  it('sells a cart again whose order was lost: as another order, which is charged for itself', async () => {
    const again = await alice.post<Order>('/orders', orderRequest({ cartId: cart.id }));
    expect(again).toMatchObject({ status: 201, body: { status: 'confirmed' } });
    expect(again.body.id).not.toBe(lost.ofCart.id);
    for (const id of [again.body.id, lost.ofCart.id]) {
      expect(await shop.market.ledgerSum(id, 'authorization')).toBe(again.body.totals.grandTotal.amount);
    }
  });

  it('gives new orders no id and no number that there was before', async () => {
    const before = [...latest.orders.map(({ _id: id, number }) => ({ id, number })), lost.late];
    const fresh = await placed(FRESH);
    for (const key of ['id', 'number'] as const) {
      const all = [...before, ...fresh].map((order) => order[key]);
      expect(new Set(all).size).toBe(all.length);
    }
    for (const { id } of fresh) await expectSumsToHold(shop.market, staff, id);
  });

  it('makes another move than the lost one of its number, and reconcile tells of both', async () => {
    await ship(moved.elsewhere, 'vendor-2');
    await refund(moved.refundedLess);
    await shop.whenIdle();
    expect(await differencesOf(moved.elsewhere)).toMatch(/^t1: captured here and there: 798 is not 1695$/u);
    expect(await differencesOf(moved.refundedLess)).toMatch(/^t1: refunded here and there: 100 is not 350$/u);
  });

  it('cannot tell what happens otherwise than before while the stream takes it for a repeat', async () => {
    const before = await toldOf(moved.otherwise);
    await cancelShipped(moved.otherwise);
    expect(await toldOf(moved.otherwise)).toEqual(before);
    expect(await differencesOf(moved.otherwise)).toContain('are not those of the history');
    await shop.forgetRepeats();
    await cancelShipped(moved.otherwiseTold);
    const told =
      '1 placed, 2 payment-authorized, 3 confirmed, 4 shipped, 5 shipped, 6 payment-captured, 7 payment-captured';
    expect((await toldOf(moved.otherwiseTold)).join(', ')).toContain(`${told}, 4 cancelled`);
  });
});
