import fc from 'fast-check';
import { ProblemError } from '@marketplace/contracts';
import { isAbandoned, isReplaceable } from './advance.js';
import { after, heldOrder, newOrder, PLACED_AT, quotedLine } from './order-fixtures.spec-support.js';
import { abandonOrder, holdStock, orderUnits, placeOrder, splitTenders } from './place-order.js';

const lines = [
  quotedLine({ sku: 'a', quantity: 2 }),
  quotedLine({ sku: 'b', vendorId: 'vendor-2', quantity: 3, unitPriceMinor: 500 }),
  quotedLine({ sku: 'c', quantity: 1, unitPriceMinor: 250 }),
];

const split = (total: number, ...amounts: (number | undefined)[]): number[] =>
  splitTenders(
    { id: 'order-1', attempt: 1, currency: 'USD' },
    total,
    amounts.map((amountMinor, index) => ({
      methodToken: `tok_${index}`,
      ...(amountMinor === undefined ? {} : { amountMinor }),
    })),
  ).map((tender) => tender.amountMinor);

it.each<[string, number, (number | undefined)[], number[]]>([
  ['one card pays all', 1_000, [undefined], [1_000]],
  ['named amounts that add up', 1_000, [400, 600], [400, 600]],
  ['one tender takes the rest', 1_000, [400, undefined, 100], [400, 500, 100]],
  ['a tender that bears nothing is left out', 1_000, [1_000, undefined], [1_000]],
  ['a tender of nothing is left out', 1_000, [0, 1_000], [1_000]],
  ['an order that costs nothing has no tender', 0, [undefined], []],
  ['an order that costs nothing needs no payment', 0, [], []],
])('%s', (_, total, amounts, expected) => {
  expect(split(total, ...amounts)).toEqual(expected);
});

describe('placing an order', () => {
  const order = placeOrder(newOrder({ lines }), after(0));

  it('gives every vendor a vendor order of its own', () => {
    expect(order.vendorOrders.map(({ vendorId, lines: own }) => [vendorId, own.map(({ sku }) => sku)])).toEqual([
      ['vendor-1', ['a', 'c']],
      ['vendor-2', ['b']],
    ]);
    expect(orderUnits(order)).toEqual([
      { sku: 'a', quantity: 2 },
      { sku: 'c', quantity: 1 },
      { sku: 'b', quantity: 3 },
    ]);
  });

  it('writes down the attempt to pay before anybody is asked for money', () => {
    expect(order).toMatchObject({ status: 'pending', payment: { status: 'authorizing', operations: [] }, version: 1 });
    expect(order.payment.tenders).toMatchObject([
      {
        id: 't1',
        amountMinor: 3_750,
        status: 'authorizing',
        authorizeKey: 'order-1:t1:authorize:1',
        authorizedMinor: 0,
      },
    ]);
  });

  it('tells nobody before stock is held', () => {
    expect(order.history).toEqual([]);
    expect(order.listedAt).toBeUndefined();
    expect(order.stock).toEqual({ status: 'reserving', reservationId: 'order-1', pending: [] });
  });

  it('reserves and authorizes under new names when it is tried again', () => {
    const again = placeOrder(newOrder({ lines, attempt: 2 }), after(0));
    expect(again.stock.reservationId).toBe('order-1:2');
    expect(again.payment.tenders[0]?.authorizeKey).toBe('order-1:t1:authorize:2');
  });

  it('keeps what the catalog quoted, but for what was only of that moment', () => {
    expect(order.vendorOrders[0]?.lines[0]).not.toHaveProperty('available');
    expect(order.vendorOrders[0]?.lines[0]).toMatchObject({ unitPriceMinor: 1_000, commissionRateBasisPoints: 1_000 });
  });
});

describe('splitting the total over the tenders', () => {
  it.each<[string, number, (number | undefined)[]]>([
    ['less than the total', 1_000, [400, 599]],
    ['more than the total', 1_000, [400, 601]],
    ['more than the total beside a tender that takes the rest', 1_000, [1_001, undefined]],
    ['two tenders that take the rest', 1_000, [undefined, undefined]],
    ['no payment at all', 1_000, []],
  ])('refuses %s', (_, total, amounts) => {
    expect(() => split(total, ...amounts)).toThrow(ProblemError);
    expect(() => split(total, ...amounts)).toThrow(expect.objectContaining({ code: 'payments_do_not_add_up' }));
  });

  it('always adds up to the cent', () => {
    const amounts = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(amounts, fc.nat(29), (parts, open) => {
        const total = parts.reduce((a, b) => a + b, 0);
        const borne = split(total, ...parts.map((part, index) => (index === open ? undefined : part)));
        expect(borne).toEqual(parts.filter((part) => part > 0));
      }),
    );
  });

  it('numbers the tenders in their order, each with a key of its own', () => {
    const tenders = splitTenders({ id: 'o', attempt: 3, currency: 'USD' }, 30, [
      { methodToken: 'x', amountMinor: 0 },
      { methodToken: 'y', amountMinor: 10 },
      { methodToken: 'z' },
    ]);
    expect(tenders.map(({ id, methodToken, authorizeKey }) => [id, methodToken, authorizeKey])).toEqual([
      ['t1', 'y', 'o:t1:authorize:3'],
      ['t2', 'z', 'o:t2:authorize:3'],
    ]);
  });
});

describe('holding stock', () => {
  it('announces and lists the order', () => {
    const order = heldOrder({ lines });
    expect(order.stock.status).toBe('reserved');
    expect(order.listedAt).toEqual(PLACED_AT);
    expect(order.history).toMatchObject([
      { sequence: 1, type: 'placed', status: 'pending', data: { total: { amount: 3_750, currency: 'USD' } } },
    ]);
  });

  it('happens once, and never to an order that was given up', () => {
    const order = heldOrder();
    expect(holdStock(order, after(1))).toBe(order);
    const abandoned = abandonOrder(placeOrder(newOrder(), after(0)), [], after(1));
    expect(holdStock(abandoned, after(2))).toBe(abandoned);
  });
});

describe('an order for which no stock could be held', () => {
  const placed = placeOrder(newOrder({ lines, cartId: 'cart-1', clientReference: 'ref-1' }), after(0));
  const short = [{ sku: 'a', available: 1 }];

  it('ends unannounced: cancelled, unpaid, its cart given back and its reference free', () => {
    const order = abandonOrder(placed, short, after(1));
    expect(order).toMatchObject({ status: 'cancelled', payment: { status: 'voided' }, returnsCart: true, history: [] });
    expect(order.clientReference).toBeUndefined();
    expect(order.listedAt).toBeUndefined();
    expect(order.vendorOrders.every(({ status }) => status === 'cancelled')).toBe(true);
    expect(isAbandoned(order)).toBe(true);
  });

  it('has nothing to release when the Inventory Service said what is missing', () => {
    const order = abandonOrder(placed, short, after(1));
    expect(order.stock).toMatchObject({ status: 'rejected', short, pending: [] });
    expect(isReplaceable(order, order.id)).toBe(false);
  });

  it('releases what it may hold when the Inventory Service said nothing, and may be tried again', () => {
    const order = abandonOrder(placed, undefined, after(1));
    expect(order.stock.pending).toEqual([
      { id: 'abandon-1', kind: 'release', reservationId: 'order-1', items: orderUnits(placed) },
    ]);
    expect(isReplaceable(order, order.id)).toBe(true);
    expect(isReplaceable(order, 'another')).toBe(false);
    expect(isReplaceable(order, undefined)).toBe(false);
  });

  it('gives back no cart when it came from none', () => {
    expect(abandonOrder(placeOrder(newOrder(), after(0)), short, after(1)).returnsCart).toBeUndefined();
  });

  it('is given up once, and never when its stock is held', () => {
    const order = abandonOrder(placed, short, after(1));
    expect(abandonOrder(order, undefined, after(2))).toBe(order);
    const held = holdStock(placed, after(1));
    expect(abandonOrder(held, short, after(2))).toBe(held);
  });
});
