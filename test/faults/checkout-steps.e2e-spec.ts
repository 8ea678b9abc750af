import { randomUUID } from 'node:crypto';
import { CATALOG_SUBJECTS, type QuoteReply } from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import {
  createCart,
  expectProblem,
  Marketplace,
  orderRequest,
  product,
  usd,
  type Cart,
  type Client,
  type Order,
} from '../support/client.js';
import { expectSumsToHold, stockLedger, timelineOf, total, unitsHeld } from '../support/order-checks.js';
import { startTestStack, type TestStack } from '../support/stack.js';
import { DisturbedReplicas, untilDefinite, type Mode } from './disturbed-replicas.js';

const MODES: [string, Mode][] = [
  ['dies before it', 'dies-before'],
  ['dies after it', 'dies-after'],
  ['fails before it', 'fails-before'],
  ['fails after it: its reply is lost', 'fails-after'],
  ['makes it twice', 'twice'],
  ['stalls before it until others are done', 'stalls'],
];
/** Every one of them where all are asked for; otherwise one, another at each step. */
const modesAt = (step: string): [string, Mode][] => {
  if (process.env['EVERY_MODE'] === 'true') return MODES;
  return MODES.filter((_, index) => index === step.length % MODES.length);
};
/** What is to be disturbed, with each of its modes. All of a kind go their ways at once: they mostly wait, and die together. */
const disturbed = <Step extends { name: string; step: string }>(steps: readonly Step[]) =>
  steps.flatMap((each) => modesAt(each.step).map(([how, mode]) => ({ ...each, how, mode })));
const STOCK = 5;
const CARD = [{ methodToken: 'tok_visa' }];
const TWO_CARDS = [{ methodToken: 'tok_gift', amount: usd(500) }, { methodToken: 'tok_visa' }];
/** What is asked of an order that is there. Both are of everything, and so of two vendors' parts. */
interface Command {
  path: string;
  body: unknown;
}
const SHIPMENT: Command = { path: 'shipments', body: { carrier: 'DHL', trackingNumber: 'T-1' } };
const REFUND: Command = { path: 'refunds', body: { reason: 'Lost' } };
const DECLINED = [{ methodToken: 'tok_gift', amount: usd(500) }, { methodToken: 'tok_declined' }];

/** What is stored of an order, as far as it tells whether anything is left to do. */
interface StoredOrder {
  _id: string;
  version: number;
  status: string;
  stock: { status: string; reservationId: string; pending: unknown[] };
  returnsCart?: boolean;
  payment: { tenders: { status: string }[]; operations: { status: string }[] };
  history: unknown[];
  publishedSequence: number;
}

/** A customer with a cart of two vendors' products, which nobody else buys. */
interface Shopping {
  customer: Client;
  cart: Cart;
  items: { sku: string; quantity: number }[];
}

/**
 * Each step of an order's way is disturbed in each way, in a process that nobody repairs. Another replica of the service must
 * bring the order to the same end as if nothing had happened.
 */
describe('a replica', () => {
  let stack: TestStack;
  let market: Marketplace;
  let support: Client;
  let replicas: DisturbedReplicas;

  beforeAll(async () => {
    stack = await startTestStack({
      env: {
        RECOVERY_AFTER_MS: '1000',
        RECOVERY_INTERVAL_MS: '200',
        PAYMENT_TIMEOUT_MS: '1000',
        DOCS_ENABLED: 'false',
      },
    });
    market = await Marketplace.open(stack);
    // The Payment Service's own word would send other replicas to work on an order before its step is disturbed.
    await market.setDials({ eventDelayMs: 3_000 });
    support = await market.staff('support');
    replicas = await DisturbedReplicas.start(stack);
  }, 120_000);

  afterAll(async () => {
    await replicas?.stop();
    await market?.close();
    await stack?.stop();
  });

  const goShopping = async (stock = STOCK): Promise<Shopping> => {
    const name = `step-${randomUUID()}`;
    const items = [
      { sku: `${name}-1`, quantity: 2 },
      { sku: `${name}-2`, quantity: 1 },
    ];
    await stockUp(items, stock);
    const customer = await market.customer();
    return { customer, items, cart: await createCart(customer, items) };
  };

  const stockUp = async (items: Shopping['items'], stock: number): Promise<void> =>
    market.loadProducts(
      ...items.map(({ sku }, index) => product(sku, `vendor-${index + 1}`, 1_000 * (index + 1), stock)),
    );

  const checkout = ({ cart }: Shopping, payments: Record<string, unknown>[]) => ({
    path: '/orders',
    body: orderRequest({ cartId: cart.id, payments }),
    headers: { 'idempotency-key': randomUUID() },
  });

  /** Waits until nothing is left to do for any order of the cart, and gives those that have not failed. */
  const liveOrders = async ({ cart }: Shopping): Promise<StoredOrder[]> => {
    const orders = await waitUntil(
      'nothing is left to do',
      async () => {
        const stored = (await market
          .collection('orders')
          .find({ cartId: cart.id })
          .toArray()) as unknown as StoredOrder[];
        return stored.every(isQuiet) && stored;
      },
      { deadlineMs: 15_000, pollMs: 50 },
    );
    return orders.filter(({ status, stock }) => status !== 'payment_failed' && stock.status !== 'rejected');
  };

  /** The cart has become this order, once, and every figure of it is as if nothing had happened. */
  const expectPlacedOnce = async (shopping: Shopping, orderId: string, tenders = 1): Promise<void> => {
    const live = await liveOrders(shopping);
    expect(live.map(({ _id, status }) => ({ _id, status }))).toEqual([{ _id: orderId, status: 'confirmed' }]);
    const order = await expectSumsToHold(market, support, orderId);
    expect(order.payment).toMatchObject({ status: 'authorized', authorized: order.totals.grandTotal });
    expect(order.payment.tenders).toHaveLength(tenders);
    const reservationId = live[0]?.stock.reservationId;
    await expectEffects(orderId, { authorization: tenders, reservation: 1, commit: 1 }, reservationId);
    await expectHeld(shopping, orderId, shopping.items);
    await expectPublished(orderId, 'placed', 'payment-authorized', 'confirmed');
    expect(await cartOf(shopping)).toMatchObject({ status: 'ordered', items: shopping.cart.items });
  };

  /** How often each effect was had, however often it was asked for. Attempts that were given up count in what is held. */
  const expectEffects = async (orderId: string, expected: Record<string, number>, reservationId = orderId) => {
    const stock = (await stockLedger(market, orderId)).filter((entry) => entry.orderId === reservationId);
    const money = (await market.ledger(orderId)).filter(({ tenderId }) => tenderId !== undefined);
    const effects: Record<string, number> = {};
    for (const { kind } of [...money, ...stock]) effects[kind] = (effects[kind] ?? 0) + 1;
    expect(effects).toEqual(expected);
  };

  /** The units that an order holds, and no others, are gone from the shelves. */
  const expectHeld = async ({ items }: Shopping, orderId: string, held: Shopping['items']) => {
    const quantityOf = (sku: string): number => total(held, (each) => (each.sku === sku ? each.quantity : 0));
    const ledger = unitsHeld(await stockLedger(market, orderId));
    expect(items.map(({ sku }) => ledger[sku] ?? 0)).toEqual(items.map(({ sku }) => quantityOf(sku)));
    const quote = await market.ask<QuoteReply>(CATALOG_SUBJECTS.quote, { currency: 'USD', items });
    expect(quote.items.map(({ available }) => available)).toEqual(items.map(({ sku }) => STOCK - quantityOf(sku)));
  };

  const expectPublished = async (orderId: string, ...types: string[]) => {
    const timeline = await timelineOf(support, orderId);
    expect(timeline.map(({ type }) => type)).toEqual(types);
    const published = await market.publishedEvents(orderId);
    expect(published.map(({ sequence, type }) => ({ sequence, type }))).toEqual(
      types.map((type, index) => ({ sequence: index + 1, type: `marketplace.order.${type}.v1` })),
    );
  };

  const cartOf = async ({ customer, cart }: Shopping): Promise<Cart> =>
    (await customer.get<Cart>(`/carts/${cart.id}`)).body;

  /** The cart is there again as it was, and can be ordered. */
  const expectOrderable = async (shopping: Shopping): Promise<string> => {
    const { customer, cart } = shopping;
    expect(await cartOf(shopping)).toMatchObject({ status: 'active', items: cart.items });
    const { path, body, headers } = checkout(shopping, CARD);
    const { status, body: order } = await customer.post<Order>(path, body, headers);
    expect(status).toBe(201);
    await expectPlacedOnce(shopping, order.id);
    return order.id;
  };

  it.concurrent.each(
    disturbed<{ name: string; step: string; payments?: Record<string, unknown>[]; headers?: Record<string, string> }>([
      { name: 'quoting', step: 'quote' },
      { name: 'claiming the cart', step: 'claim-cart' },
      { name: 'inserting the order', step: 'insert-order' },
      { name: 'reserving stock', step: 'reserve-stock' },
      { name: 'authorizing the only tender', step: 'authorize-first' },
      { name: 'authorizing the second tender', step: 'authorize-second', payments: TWO_CARDS },
      {
        name: 'writing down that the payment takes time',
        step: 'write-announcement',
        headers: { prefer: 'respond-async' },
      },
      { name: 'writing the confirmation', step: 'write-outcome' },
      { name: 'publishing an event after the first', step: 'publish-event' },
      { name: 'committing the stock', step: 'commit-stock' },
      { name: 'noting the finished work', step: 'note-work' },
    ]),
  )('$name: $how: the order is placed once', async ({ step, mode, payments = CARD, headers = {} }) => {
    const disturbance = await replicas.disturb({ [step]: mode });
    const shopping = await goShopping();
    const request = checkout(shopping, payments);
    Object.assign(request.headers, headers);
    const reply = await disturbance.persist<Order>(shopping.customer, request);
    expect(reply.status).toBeLessThan(300);
    await expectPlacedOnce(shopping, reply.body.id, payments.length);
    if (await disturbance.resume(reply)) await expectPlacedOnce(shopping, reply.body.id, payments.length);
  });

  /** Nothing is held for the order any more, and its failure is told once. */
  const expectUnwound = async (shopping: Shopping, orderId: string): Promise<void> => {
    const { body: order } = await support.get<Order>(`/orders/${orderId}`);
    expect(order).toMatchObject({ status: 'payment_failed', payment: { authorized: usd(0), captured: usd(0) } });
    await expectEffects(orderId, { authorization: 1, decline: 1, void: 1, reservation: 1, release: 1 });
    expect(Object.values(unitsHeld(await stockLedger(market, orderId)))).toEqual(shopping.items.map(() => 0));
    await expectPublished(orderId, 'placed', 'payment-declined', 'payment-voided');
  };

  it.concurrent.each(
    disturbed([
      { name: 'voiding what was authorized', step: 'void' },
      { name: 'releasing the stock', step: 'release-stock' },
      { name: 'giving back the cart of a declined payment', step: 'return-cart' },
    ]),
  )('$name: $how: the order fails once, and its cart can be ordered', async ({ step, mode }) => {
    const disturbance = await replicas.disturb({ [step]: mode });
    const shopping = await goShopping();
    const reply = await disturbance.persist(shopping.customer, checkout(shopping, DECLINED));
    const failedId = String(expectProblem(reply, 402, 'payment_declined')['orderId']);
    expect(await liveOrders(shopping)).toEqual([]);
    await expectUnwound(shopping, failedId);
    await expectHeld(shopping, failedId, []);
    const orderId = await expectOrderable(shopping);
    if (!(await disturbance.resume(reply))) return;
    await expectPlacedOnce(shopping, orderId);
    await expectUnwound(shopping, failedId);
  });

  it.concurrent.each(modesAt('giving back'))(
    'giving back the cart of an order without stock: %s: the order fails once, and its cart can be ordered',
    async (_how, mode) => {
      const disturbance = await replicas.disturb({ 'return-cart': mode });
      const shopping = await goShopping(1);
      const reply = await disturbance.persist(shopping.customer, checkout(shopping, CARD));
      expectProblem(reply, 409, 'out_of_stock');
      expect(await liveOrders(shopping)).toEqual([]);
      await stockUp(shopping.items, STOCK);
      const orderId = await expectOrderable(shopping);
      if (await disturbance.resume(reply)) await expectPlacedOnce(shopping, orderId);
    },
  );

  it.concurrent.each([
    ['claiming the cart', 'claim-cart'],
    ['inserting the order', 'insert-order'],
    ['reserving stock', 'reserve-stock'],
    ['authorizing the tender', 'authorize-first'],
    ['writing the confirmation', 'write-outcome'],
  ])('%s stalls for one of two checkouts of one cart, and both come to the same order', async (_name, step) => {
    const disturbance = await replicas.disturb({ [step]: 'stalls' });
    const shopping = await goShopping();
    await disturbance.ask(shopping.customer, checkout(shopping, CARD));
    const reply = await untilDefinite<Order>(shopping.customer, checkout(shopping, CARD));
    expect(reply.status).toBeLessThan(300);
    await expectPlacedOnce(shopping, reply.body.id);
    await disturbance.resume(reply);
    await expectPlacedOnce(shopping, reply.body.id);
  });

  /** A cart that is claimed for an order after that has failed, and has been given back before its second claim for it. */
  const claimTooLate = async (steps: Record<string, Mode>): Promise<Shopping> => {
    const late = await replicas.disturb({ 'read-cart': 'stalls', ...steps });
    const shopping = await goShopping();
    const reply = await late.persist(shopping.customer, checkout(shopping, DECLINED));
    expectProblem(reply, 402, 'payment_declined');
    expect(await liveOrders(shopping)).toEqual([]);
    await late.resume(reply);
    return shopping;
  };

  it.concurrent('a cart that is claimed for an order after that has failed is given back', async () => {
    await expectOrderable(await claimTooLate({}));
  });

  it.concurrent('a cart that is claimed so late can be ordered even if nobody gives it back', async () => {
    const shopping = await claimTooLate({ 'insert-order': 'dies-before' });
    expect((await cartOf(shopping)).status).toBe('ordered');
    const reply = await untilDefinite<Order>(shopping.customer, checkout(shopping, CARD));
    expect(reply.status).toBe(201);
    await expectPlacedOnce(shopping, reply.body.id);
  });

  /** A checkout that the Inventory Service has not answered: it may be repeated under its key. */
  const unanswered = async (alsoDisturbed: Record<string, Mode> = {}) => {
    const disturbance = await replicas.disturb({ 'reserve-stock': 'fails-before', ...alsoDisturbed });
    const shopping = await goShopping();
    return { shopping, disturbance, request: checkout(shopping, CARD) };
  };

  it.concurrent.each(
    disturbed([
      { name: 'claiming the cart again', step: 'claim-cart' },
      { name: 'putting the next attempt in the place of the abandoned one', step: 'replace-order' },
    ]),
  )('$name, when stock could not be asked for: $how: the order is placed once', async ({ step, mode }) => {
    const { shopping, disturbance, request } = await unanswered();
    const first = await disturbance.ask(shopping.customer, request);
    expect(first).toMatchObject({ status: 503, body: { code: 'inventory_unavailable' } });
    const next = await replicas.disturb({ [step]: mode });
    const reply = await next.persist<Order>(shopping.customer, request);
    expect(reply.status).toBeLessThan(300);
    await expectPlacedOnce(shopping, reply.body.id);
    if (await next.resume(reply)) await expectPlacedOnce(shopping, reply.body.id);
  });

  it.concurrent('a cart that is given back too late stays with the next attempt', async () => {
    const { shopping, disturbance, request } = await unanswered({ 'return-cart': 'stalls' });
    const reply = await disturbance.persist<Order>(shopping.customer, request);
    expect(reply.status).toBe(201);
    await expectPlacedOnce(shopping, reply.body.id);
    await disturbance.resume(reply);
    await expectPlacedOnce(shopping, reply.body.id);
  });

  it.concurrent('work that is noted too late leaves the next attempt its own', async () => {
    const { shopping, disturbance, request } = await unanswered({ 'note-work': 'stalls' });
    await disturbance.ask(shopping.customer, request);
    const next = await replicas.disturb({ 'reserve-stock': 'fails-before', 'return-cart': 'dies-before' });
    await next.ask(shopping.customer, request);
    await disturbance.resume();
    expect(await liveOrders(shopping)).toEqual([]);
    await expectOrderable(shopping);
  });

  const repeatable = (orderId: string, { path, body }: Command) => ({
    path: `/orders/${orderId}/${path}`,
    body,
    headers: { 'idempotency-key': randomUUID() },
  });

  const expectMoved = async (shopping: Shopping, orderId: string, moved: Record<string, number>): Promise<void> => {
    await liveOrders(shopping);
    const { payment, totals } = await expectSumsToHold(market, support, orderId);
    expect(payment).toMatchObject({
      captured: totals.grandTotal,
      refunded: 'refund' in moved ? totals.grandTotal : usd(0),
    });
    await expectEffects(orderId, { authorization: 1, reservation: 1, commit: 1, ...moved });
  };

  it.concurrent.each(
    disturbed<{ name: string; step: string; earlier: Command[]; command: Command; moved: Record<string, number> }>([
      { name: 'capturing what is shipped', step: 'capture', earlier: [], command: SHIPMENT, moved: { capture: 2 } },
      {
        name: 'refunding what was captured',
        step: 'refund',
        earlier: [SHIPMENT],
        command: REFUND,
        moved: { capture: 2, refund: 2 },
      },
    ]),
  )('$name: $how: the money moves once', async ({ step, mode, earlier, command, moved }) => {
    const shopping = await goShopping();
    const orderId = await expectOrderable(shopping);
    for (const each of earlier) {
      const { path, body } = repeatable(orderId, each);
      expect((await support.post<Order>(path, body)).status).toBe(201);
      await expectSumsToHold(market, support, orderId);
    }
    const disturbance = await replicas.disturb({ [step]: mode });
    const reply = await disturbance.persist<Order>(support, repeatable(orderId, command));
    expect(reply.status).toBe(201);
    await expectMoved(shopping, orderId, moved);
    if (await disturbance.resume(reply)) await expectMoved(shopping, orderId, moved);
  });

  it('leaves no failure behind that nobody expected', () => {
    expect(stack.logs()).not.toMatch(/unexpected failure|recovery of an order failed/u);
  });
});

function isQuiet({ stock, returnsCart, payment, history, publishedSequence }: StoredOrder): boolean {
  return (
    stock.status !== 'reserving' &&
    stock.pending.length === 0 &&
    returnsCart !== true &&
    payment.tenders.every(({ status }) => !['pending', 'authorizing', 'unknown', 'requires_action'].includes(status)) &&
    payment.operations.every(({ status }) => status !== 'pending') &&
    publishedSequence === history.length
  );
}
