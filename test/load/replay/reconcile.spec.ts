import type { LedgerEntry } from '@marketplace/contracts';
import { orderOf, unitOf } from './dataset.fixture.js';
import { expectationsOf } from './expectations.js';
import { LedgerSums } from './ledger.js';
import type { ActualOrder } from './read-back.js';
import { differenceOf, reconcile } from './reconcile.js';
import { reconcileSettled } from './settle.js';
import { renderTable } from './table.js';

const source = [
  orderOf({ orderId: 'delivered', units: [unitOf(), unitOf({ sellerId: 'seller-b', freightMinor: 0 })] }),
  orderOf({ orderId: 'cancelled', status: 'unavailable' }),
  orderOf({ orderId: 'open', status: 'invoiced' }),
];
const expected = expectationsOf(source);

/** The order as a service would tell it that did everything right. */
function rightOrder(reference: string, more: Partial<ActualOrder> = {}): ActualOrder {
  const order = expected.orders.get(reference);
  if (!order) throw new Error(`no order ${reference}`);
  const freightMinor = [...order.sellers.values()].reduce((sum, seller) => sum + seller.freightMinor, 0);
  return {
    id: `id-${reference}`,
    reference,
    status: order.status,
    sellers: order.sellers,
    itemsMinor: order.totalMinor - freightMinor,
    freightMinor,
    grandTotalMinor: order.totalMinor,
    authorizedMinor: order.status === 'cancelled' ? 0 : order.totalMinor,
    capturedMinor: order.status === 'delivered' ? order.totalMinor : 0,
    refundedMinor: 0,
    ...more,
  };
}

let sequence = 0;
const entry = (kind: LedgerEntry['kind'], reference: string, amountMinor?: number): LedgerEntry => {
  sequence += 1;
  return {
    sequence,
    kind,
    time: '2026-01-01T00:00:00Z',
    orderId: `id-${reference}`,
    paymentId: `payment-${reference}`,
    key: `key-${sequence}`,
    asked: 1,
    ...(amountMinor === undefined ? {} : { amount: { amount: amountMinor, currency: 'BRL' } }),
  };
};

function ledgerOf(...entries: LedgerEntry[]): LedgerSums {
  const sums = new LedgerSums(new Set(source.map((order) => `id-${order.orderId}`)));
  for (const one of entries) sums.add(one);
  return sums;
}

const rightEntries = (): LedgerEntry[] => [
  entry('authorization', 'delivered', 2250),
  entry('capture', 'delivered', 2250),
  entry('authorization', 'cancelled', 1250),
  entry('void', 'cancelled'),
  entry('authorization', 'open', 1250),
  entry('reservation', 'open'),
  entry('authorization', 'an order of someone else', 99),
];

const differing = (orders: ActualOrder[], ledger: LedgerSums): string[] =>
  reconcile(expected, 3, { orders, ledger })
    .rows.filter((row) => differenceOf(row) !== 0)
    .map((row) => row.check);

const rightOrders = (): ActualOrder[] => source.map((order) => rightOrder(order.orderId));

describe('expectationsOf', () => {
  it('sums the rows of the data', () => {
    expect(expected).toMatchObject({
      units: 4,
      itemsMinor: 4000,
      freightMinor: 750,
      totalMinor: 4750,
      capturedMinor: 2250,
      voidedMinor: 1250,
      openMinor: 1250,
    });
    expect(Object.fromEntries(expected.statuses)).toEqual({ delivered: 1, cancelled: 1, processing: 1 });
    expect(Object.fromEntries(expected.sellers)).toEqual({
      'seller-a': { units: 3, itemsMinor: 3000, freightMinor: 750 },
      'seller-b': { units: 1, itemsMinor: 1000, freightMinor: 0 },
    });
  });
});

describe('reconcile', () => {
  it('finds no difference where everything is right', () => {
    const result = reconcile(expected, 3, { orders: rightOrders(), ledger: ledgerOf(...rightEntries()) });
    expect(result.rows.filter((row) => differenceOf(row) !== 0)).toEqual([]);
    expect(result.findings).toEqual([]);
  });

  it('sees an order that is missing and one that is there twice', () => {
    const ledger = ledgerOf(...rightEntries());
    expect(differing(rightOrders().slice(1), ledger)).toContain('orders');
    expect(differing([...rightOrders(), rightOrder('open', { id: 'second' })], ledger)).toEqual(
      expect.arrayContaining(['orders more than once', 'orders processing', 'units']),
    );
  });

  it('sees a wrong status, also one that no order of the data has', () => {
    const orders = [rightOrder('delivered', { status: 'pending' }), ...rightOrders().slice(1)];
    expect(differing(orders, ledgerOf(...rightEntries()))).toEqual([
      'orders delivered',
      'orders pending',
      'orders unlike the data in status, vendors, units or money',
    ]);
  });

  it('sees money that moved from one seller to another though the sums agree', () => {
    const swapped = new Map([
      ['seller-a', { units: 1, itemsMinor: 1000, freightMinor: 0 }],
      ['seller-b', { units: 1, itemsMinor: 1000, freightMinor: 250 }],
    ]);
    const orders = [rightOrder('delivered', { sellers: swapped }), ...rightOrders().slice(1)];
    const result = reconcile(expected, 3, { orders, ledger: ledgerOf(...rightEntries()) });
    expect(result.rows.find((row) => row.check.startsWith('sellers with'))?.actual).toBe(2);
    expect(result.findings).toContain(
      'seller seller-b: expected 1 units, items 10.00, freight 0.00; actual 1 units, items 10.00, freight 2.50',
    );
  });

  it('sees an order charged twice', () => {
    const ledger = ledgerOf(...rightEntries(), entry('capture', 'delivered', 2250));
    expect(differing(rightOrders(), ledger)).toEqual([
      'captured, ledger',
      'neither captured nor voided, ledger',
      'orders on which service and ledger disagree',
      'orders authorized or captured for more than their total',
    ]);
  });

  it('sees a key with two effects', () => {
    const [first, ...others] = rightEntries();
    const ledger = ledgerOf(first as LedgerEntry, first as LedgerEntry, ...others);
    expect(differing(rightOrders(), ledger)).toContain('idempotency keys with a second effect');
  });

  it('names the orders whose money is wrong though the sums are right', () => {
    const orders = [
      rightOrder('delivered', { capturedMinor: 1000 }),
      rightOrder('cancelled'),
      rightOrder('open', { capturedMinor: 1250 }),
    ];
    const result = reconcile(expected, 3, { orders, ledger: ledgerOf(...rightEntries()) });
    expect(result.rows.filter((row) => differenceOf(row) !== 0).map((row) => [row.check, row.actual])).toEqual([
      ['orders unlike the data in status, vendors, units or money', 2],
      ['orders on which service and ledger disagree', 2],
    ]);
    expect(result.findings).toEqual([
      'order delivered: captured expected 22.50, actual 10.00',
      'order open: captured expected 0.00, actual 12.50',
      'order delivered: captured: service 10.00, ledger 22.50',
      'order open: captured: service 12.50, ledger 0.00',
    ]);
  });
});

const comparison = (actual: number) => ({
  rows: [{ section: 'money' as const, check: 'captured', unit: 'money' as const, expected: 1, actual }],
  findings: [],
});

describe('reconcileSettled', () => {
  it('compares again until nothing differs', async () => {
    const results = [comparison(0), comparison(0), comparison(1), comparison(2)];
    const waits: number[] = [];
    const last = await reconcileSettled(
      async () => results.shift() ?? comparison(9),
      (count) => waits.push(count),
      60_000,
      1,
    );
    expect(last.rows[0]?.actual).toBe(1);
    expect(waits).toEqual([1, 1]);
  });

  it('gives the last comparison when the time is up', async () => {
    const last = await reconcileSettled(
      async () => comparison(0),
      () => undefined,
      5,
      1,
    );
    expect(last.rows[0]?.actual).toBe(0);
  });
});

describe('renderTable', () => {
  it('aligns figures and marks what differs', () => {
    const table = renderTable([
      { section: 'orders', check: 'orders', unit: 'count', expected: 5071, actual: 5070 },
      { section: 'money', check: 'captured', unit: 'money', expected: 1234567, actual: 1234567 },
    ]);
    expect(table.split('\n')).toEqual([
      '           expected     actual  difference',
      '------------------------------------------',
      'orders        5,071      5,070          -1  <<<',
      '------------------------------------------',
      'captured  12,345.67  12,345.67        0.00',
      '------------------------------------------',
    ]);
  });
});
