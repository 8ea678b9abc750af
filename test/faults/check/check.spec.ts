import type { LedgerEntry } from '@marketplace/contracts';
import { check } from './check.js';
import type { Acknowledgement, BuyerRecords, Facts, StoredCart, StoredOrder } from './facts.js';
import { countHarms, type Harm } from './harm.js';

const ORDER_ID = 'order-1';
const CART_ID = 'cart-1';
const KEY = 'key-1';
const ONE_UNIT = [{ sku: 'demo-2', quantity: 1 }];

const usd = (amount: number) => ({ amount, currency: 'USD' });
const amounts = (items: number) => ({ items, shipping: 499, discount: 0, tax: 0 });

/** An order of two vendors: one has shipped and given 100 back as goodwill, the other is still to ship. */
function goodOrder(): StoredOrder {
  return {
    _id: ORDER_ID,
    cartId: CART_ID,
    customerId: 'alice',
    status: 'partially_shipped',
    vendorOrders: [
      {
        vendorId: 'vendor-1',
        status: 'shipped',
        lines: [{ sku: 'demo-1', quantity: 2, cancelledQuantity: 0, shippedQuantity: 2, amounts: amounts(398) }],
        shipments: [{ amountMinor: 897, capturedMinor: 897 }],
        refunds: [{ amountMinor: 100, refundedMinor: 100 }],
      },
      {
        vendorId: 'vendor-2',
        status: 'confirmed',
        lines: [{ sku: 'demo-2', quantity: 2, cancelledQuantity: 1, shippedQuantity: 0, amounts: amounts(598) }],
        shipments: [],
        refunds: [],
      },
    ],
    payment: {
      status: 'partially_refunded',
      tenders: [{ id: 't1', status: 'partially_refunded', amountMinor: 1994 }],
      operations: [{ id: 'capture-1', status: 'done' }],
    },
    stock: { status: 'reserved', pending: [] },
    shippingAddress: { line2: KEY },
    history: ['placed', 'payment-authorized', 'confirmed', 'shipped'].map((type, index) => ({
      sequence: index + 1,
      type,
    })),
    publishedSequence: 4,
    listedAt: new Date(),
  };
}

function goodCart(): StoredCart {
  return { _id: CART_ID, status: 'ordered', orderId: ORDER_ID, lines: [] };
}

function goodLedger(): LedgerEntry[] {
  const entry = (kind: LedgerEntry['kind'], key: string, more: Partial<LedgerEntry>): LedgerEntry => ({
    sequence: 0,
    kind,
    key,
    time: '',
    asked: 1,
    orderId: ORDER_ID,
    ...more,
  });
  const money = (amount: number) => ({ tenderId: 't1', paymentId: 'p1', amount: usd(amount) });
  return [
    entry('reservation', 'reserve', {
      items: [
        { sku: 'demo-1', quantity: 2 },
        { sku: 'demo-2', quantity: 2 },
      ],
    }),
    entry('commit', 'commit', { items: [] }),
    entry('release', 'release', { items: [{ sku: 'demo-2', quantity: 1 }] }),
    entry('authorization', 'authorize', money(1994)),
    entry('capture', 'capture', money(897)),
    entry('refund', 'refund', money(100)),
  ];
}

function promise(): Acknowledgement {
  return {
    key: KEY,
    orderId: ORDER_ID,
    cartId: CART_ID,
    customerId: 'alice',
    status: 'confirmed',
    totalMinor: 1994,
    askedMinor: 1994,
    units: [
      { sku: 'demo-2', quantity: 2 },
      { sku: 'demo-1', quantity: 2 },
    ],
    mustSucceed: true,
  };
}

interface World extends Facts {
  order: StoredOrder;
  cart: StoredCart;
  promise: Acknowledgement;
  buyers: { -readonly [Field in keyof BuyerRecords]: BuyerRecords[Field] };
}

/** A world in which all is well, for each test to harm in one way. */
function goodWorld(): World {
  const order = goodOrder();
  const cart = goodCart();
  const made = promise();
  return {
    order,
    cart,
    promise: made,
    orders: [order],
    carts: [cart],
    orderEvents: order.history.map(({ sequence, type }) => ({ subject: ORDER_ID, sequence, type })),
    cartEvents: [{ subject: CART_ID, sequence: 2, type: 'ordered' }],
    ledger: goodLedger(),
    buyers: {
      acknowledgements: [made],
      changes: [
        { orderId: ORDER_ID, change: { kind: 'shipped', vendorId: 'vendor-1' } },
        { orderId: ORDER_ID, change: { kind: 'units cancelled', sku: 'demo-2', quantity: 1 } },
        { orderId: ORDER_ID, change: { kind: 'refunded', amountMinor: 100 } },
      ],
      carts: [CART_ID],
      refusedKeys: ['key-of-nothing'],
      askedToCancel: new Set([ORDER_ID]),
      complaints: [],
      stock: new Map([['demo-1', 2]]),
    },
  };
}

const entryOf = ({ ledger }: Facts, kind: LedgerEntry['kind']): LedgerEntry =>
  ledger.find((entry) => entry.kind === kind) as LedgerEntry;

/** Nothing is left of it: it was cancelled before anything was shipped. */
function cancelAll({ order, ledger, buyers, orderEvents }: World): void {
  order.status = 'cancelled';
  for (const vendorOrder of order.vendorOrders) {
    Object.assign(vendorOrder, { status: 'cancelled', shipments: [], refunds: [] });
    for (const line of vendorOrder.lines) Object.assign(line, { cancelledQuantity: line.quantity, shippedQuantity: 0 });
  }
  const kept = ledger.filter(({ kind }) => kind === 'authorization' || kind === 'reservation' || kind === 'commit');
  const rest = { ...(kept[0] as LedgerEntry), kind: 'release' as const, key: 'all', items: kept[0]?.items ?? [] };
  const unheld = { ...(kept[2] as LedgerEntry), kind: 'void' as const, key: 'void' };
  ledger.splice(0, ledger.length, ...kept, rest, unheld);
  order.history.push({ sequence: 5, type: 'cancelled' });
  order.publishedSequence = 5;
  orderEvents.push({ subject: ORDER_ID, sequence: 5, type: 'cancelled' });
  buyers.changes = [];
}

describe('the checker', () => {
  it('finds nothing where all is well, nor where all was cancelled', () => {
    expect(check(goodWorld())).toEqual([]);
    const cancelled = goodWorld();
    cancelAll(cancelled);
    expect(check(cancelled)).toEqual([]);
  });

  const cases: [Harm, string, (world: World) => void][] = [
    ['lost', 'an acknowledged order that is not there', (world) => (world.promise.orderId = 'order-2')],
    ['lost', 'an acknowledged cart that is not there', ({ buyers }) => buyers.carts.push('cart-2')],
    ['lost', 'another total than acknowledged', (world) => (world.promise.totalMinor = 1993)],
    ['lost', 'another total than the goods cost', (world) => (world.promise.askedMinor = 1993)],
    ['lost', 'other units than ordered', (world) => (world.promise.units = [{ sku: 'demo-1', quantity: 2 }])],
    ['lost', 'an order of somebody else', (world) => (world.promise.customerId = 'bob')],
    ['lost', 'an order that was never announced', (world) => delete world.order.listedAt],
    [
      'lost',
      'a cancellation that nobody asked for',
      (world) => {
        cancelAll(world);
        world.buyers.askedToCancel = new Set();
      },
    ],
    [
      'lost',
      'an acknowledged shipment that is not there',
      ({ order }) => {
        Object.assign(order.vendorOrders[0] as object, { status: 'confirmed' });
      },
    ],
    [
      'lost',
      'an acknowledged cancellation that is not there',
      ({ buyers }) => buyers.changes.push({ orderId: ORDER_ID, change: { kind: 'cancelled', vendorId: 'vendor-2' } }),
    ],
    [
      'lost',
      'cancelled units that are not',
      ({ buyers }) =>
        buyers.changes.push({ orderId: ORDER_ID, change: { kind: 'units cancelled', sku: 'demo-2', quantity: 2 } }),
    ],
    [
      'lost',
      'an acknowledged refund that is not there',
      ({ buyers }) => buyers.changes.push({ orderId: ORDER_ID, change: { kind: 'refunded', amountMinor: 101 } }),
    ],
    ['lost', 'an order whose buyer was refused', ({ buyers }) => buyers.refusedKeys.push(KEY)],
    [
      'lost',
      'a refusal without reason',
      ({ buyers }) =>
        buyers.complaints.push({ kind: 'refused', at: new Date(), subject: CART_ID, detail: '409 cart_not_active' }),
    ],
    [
      'doubled',
      'two orders of one cart',
      ({ orders }) => orders.push({ ...goodOrder(), _id: 'order-2', shippingAddress: { line2: 'key-2' } }),
    ],
    [
      'doubled',
      'two orders of one key',
      ({ orders }) => orders.push({ ...goodOrder(), _id: 'order-2', cartId: 'cart-2', status: 'payment_failed' }),
    ],
    [
      'doubled',
      'one key answered with two orders',
      ({ buyers }) => buyers.acknowledgements.push({ ...promise(), orderId: 'order-2' }),
    ],
    [
      'doubled',
      'a cart that was ordered and can be ordered again',
      ({ cart }) => {
        cart.status = 'active';
        delete cart.orderId;
      },
    ],
    [
      'doubleCharges',
      'two live authorizations of a tender',
      (world) => world.ledger.push({ ...entryOf(world, 'authorization'), key: 'again', paymentId: 'p2' }),
    ],
    [
      'doubleCharges',
      'more charged than the tender bears',
      (world) => Object.assign(entryOf(world, 'authorization'), { amount: usd(1995) }),
    ],
    ['doubleCharges', 'a key with two effects', (world) => world.ledger.push({ ...entryOf(world, 'refund') })],
    [
      'doubleCharges',
      'money held for a cancelled order',
      (world) => {
        cancelAll(world);
        world.ledger.pop();
      },
    ],
    [
      'doubleCharges',
      'money taken for an order that is not there',
      (world) =>
        world.ledger.push({ ...entryOf(world, 'authorization'), key: 'x', paymentId: 'p9', orderId: 'order-9' }),
    ],
    [
      'doubleCharges',
      'captured other than shipped',
      (world) => Object.assign(entryOf(world, 'capture'), { amount: usd(896) }),
    ],
    [
      'doubleCharges',
      'refunded other than promised',
      (world) => Object.assign(entryOf(world, 'refund'), { amount: usd(99) }),
    ],
    [
      'doubleCharges',
      'shipped and never paid',
      ({ ledger }) => {
        ledger.splice(0, ledger.length, ...ledger.filter(({ paymentId }) => paymentId === undefined));
      },
    ],
    ['oversold', 'more sold than there was', ({ buyers }) => (buyers.stock = new Map([['demo-1', 1]]))],
    [
      'oversold',
      'units reserved for nobody',
      (world) => world.ledger.push({ ...entryOf(world, 'reservation'), orderId: 'order-9', key: 'x', items: ONE_UNIT }),
    ],
    [
      'oversold',
      'a second attempt that was never released',
      (world) =>
        world.ledger.push({ ...entryOf(world, 'reservation'), orderId: `${ORDER_ID}:2`, key: 'x', items: ONE_UNIT }),
    ],
    [
      'oversold',
      'a live order without its units',
      (world) => world.ledger.push({ ...entryOf(world, 'release'), key: 'again' }),
    ],
    [
      'oversold',
      'a reservation that was never committed',
      ({ ledger, order }) => {
        ledger.splice(1, 2);
        Object.assign(order.vendorOrders[1]?.lines[0] as object, { cancelledQuantity: 0 });
      },
    ],
    ['eventGaps', 'an event that is missing', ({ orderEvents }) => orderEvents.splice(1, 1)],
    ['eventGaps', 'events out of their order', ({ orderEvents }) => orderEvents.unshift(...orderEvents.splice(2))],
    ['eventGaps', 'the last event missing', ({ orderEvents }) => orderEvents.pop()],
    [
      'eventGaps',
      'an event of nothing that happened',
      ({ orderEvents }) => orderEvents.push({ subject: ORDER_ID, sequence: 5, type: 'delivered' }),
    ],
    [
      'eventGaps',
      'an event of another type',
      ({ orderEvents }) => Object.assign(orderEvents[2] as object, { type: 'held' }),
    ],
    [
      'eventGaps',
      'an event of an order that is not there',
      ({ orderEvents }) => orderEvents.push({ subject: 'order-9', sequence: 1, type: 'placed' }),
    ],
    ['eventGaps', 'a cart whose order was not told', ({ cartEvents }) => cartEvents.pop()],
    ['unsettled', 'a pending order', ({ order }) => (order.status = 'pending')],
    [
      'unsettled',
      'an undecided payment',
      ({ order }) => Object.assign(order.payment.tenders[0] as object, { status: 'unknown' }),
    ],
    [
      'unsettled',
      'a capture still to be made',
      ({ order }) => order.payment.operations.push({ id: 'capture-2', status: 'pending' }),
    ],
    ['unsettled', 'a stock call still to be made', ({ order }) => order.stock.pending.push({ id: 'commit-1' })],
    ['unsettled', 'events still to be published', ({ order }) => (order.publishedSequence = 3)],
    ['unsettled', 'a cart still to be given back', ({ order }) => (order.returnsCart = true)],
    [
      'unsettled',
      'a cart held for an order that is not there',
      ({ carts }) => carts.push({ ...goodCart(), _id: 'cart-2', orderId: 'order-2' }),
    ],
    ['unsettled', 'events of a cart still to be published', ({ cart }) => (cart.outbox = [{}])],
    [
      'unsettled',
      'a request that was never answered',
      ({ buyers }) =>
        buyers.complaints.push({ kind: 'unanswered', at: new Date(), subject: 'key-2', detail: 'POST /orders' }),
    ],
  ];

  it.each(cases)('counts as %s: %s', (harm, _what, damage) => {
    const world = goodWorld();
    damage(world);
    expect(countHarms(check(world))[harm]).toBe(1);
  });

  it('lets repeats of events pass: delivery is at least once', () => {
    const world = goodWorld();
    world.orderEvents.push(...world.orderEvents);
    expect(check(world)).toEqual([]);
  });

  it('counts an order once, however much there is to say of it', () => {
    const world = goodWorld();
    Object.assign(world.promise, { totalMinor: 1, askedMinor: 2, customerId: 'bob' });
    expect(countHarms(check(world)).lost).toBe(1);
  });
});
