import { sumOf } from '@marketplace/domain';
import { formatMinor } from './decimal.js';
import { addSellerFigures, expectedCapture, type Expectations, type SellerFigures } from './expectations.js';
import type { LedgerMoney, LedgerSums } from './ledger.js';
import type { ActualOrder, ReadBack } from './read-back.js';
import { TARGET_STATUSES } from './status-mapping.js';

/** One comparison. Money is in minor units. */
export interface CheckRow {
  section: 'orders' | 'items and freight' | 'money';
  check: string;
  unit: 'count' | 'money';
  expected: number;
  actual: number;
}

export interface Reconciliation {
  rows: CheckRow[];
  /** What differs in which seller and which order, in words. */
  findings: string[];
}

export const differenceOf = (row: CheckRow): number => row.actual - row.expected;

const NO_FIGURES: SellerFigures = { units: 0, itemsMinor: 0, freightMinor: 0 };

/** Compares what was read back with what the data leads to. */
export function reconcile(expected: Expectations, tenders: number, actual: ReadBack): Reconciliation {
  const sellers = differingSellers(expected.sellers, sellersOf(actual.orders));
  const contents = differingOrders(expected, actual.orders);
  const money = ordersAtOddsWithLedger(actual);
  return {
    rows: [
      ...orderRows(expected, actual.orders, contents.length),
      ...itemRows(expected, actual.orders, sellers.length),
      ...moneyRows(expected, tenders, actual, money.length),
    ],
    findings: [...sellers, ...contents, ...money],
  };
}

const count = (section: CheckRow['section'], check: string, expected: number, actual: number): CheckRow => ({
  section,
  check,
  unit: 'count',
  expected,
  actual,
});

const amount = (section: CheckRow['section'], check: string, expected: number, actual: number): CheckRow => ({
  section,
  check,
  unit: 'money',
  expected,
  actual,
});

function orderRows(expected: Expectations, orders: readonly ActualOrder[], differing: number): CheckRow[] {
  const found = new Map<string, number>();
  for (const order of orders) found.set(order.status, (found.get(order.status) ?? 0) + 1);
  const references = new Set(orders.map((order) => order.reference)).size;
  const others = [...found.keys()].filter((status) => !TARGET_STATUSES.some((target) => target === status)).sort();
  return [
    count('orders', 'orders', expected.orders.size, references),
    count('orders', 'orders more than once', 0, orders.length - references),
    ...[...TARGET_STATUSES, ...others].map((status) =>
      count('orders', `orders ${status}`, expected.statuses.get(status) ?? 0, found.get(status) ?? 0),
    ),
    count('orders', 'orders unlike the data in status, vendors, units or money', 0, differing),
  ];
}

function itemRows(expected: Expectations, orders: readonly ActualOrder[], differing: number): CheckRow[] {
  const sellers = sellersOf(orders);
  const section = 'items and freight';
  return [
    count(section, 'sellers', expected.sellers.size, sellers.size),
    count(section, 'sellers with other units, items or freight', 0, differing),
    count(
      section,
      'units',
      expected.units,
      sumOf(sellers.values(), (seller) => seller.units),
    ),
    amount(
      section,
      'items',
      expected.itemsMinor,
      sumOf(orders, (order) => order.itemsMinor),
    ),
    amount(
      section,
      'freight',
      expected.freightMinor,
      sumOf(orders, (order) => order.freightMinor),
    ),
    amount(
      section,
      'items + freight, over the vendor orders',
      expected.totalMinor,
      sumOf(sellers.values(), (seller) => seller.itemsMinor + seller.freightMinor),
    ),
    amount(
      section,
      'grand totals',
      expected.totalMinor,
      sumOf(orders, (order) => order.grandTotalMinor),
    ),
  ];
}

function moneyRows(expected: Expectations, tenders: number, actual: ReadBack, atOdds: number): CheckRow[] {
  const { orders, ledger } = actual;
  const inService = (figure: (order: ActualOrder) => number): number => sumOf(orders, figure);
  const inLedger = (figure: (money: LedgerMoney) => number): number =>
    sumOf(orders, (order) => figure(ledger.moneyOf(order.id)));
  const held = expected.capturedMinor + expected.openMinor;
  return [
    count(
      'money',
      'tenders authorized, ledger',
      tenders,
      inLedger((money) => money.authorizations),
    ),
    amount(
      'money',
      'authorized, ledger',
      expected.totalMinor,
      inLedger((money) => money.authorizedMinor),
    ),
    amount(
      'money',
      'authorized and not voided, service',
      held,
      inService((order) => order.authorizedMinor),
    ),
    amount(
      'money',
      'captured, service',
      expected.capturedMinor,
      inService((order) => order.capturedMinor),
    ),
    amount(
      'money',
      'captured, ledger',
      expected.capturedMinor,
      inLedger((money) => money.capturedMinor),
    ),
    amount(
      'money',
      'voided, ledger',
      expected.voidedMinor,
      inLedger((money) => money.voidedMinor),
    ),
    amount('money', 'neither captured nor voided, ledger', expected.openMinor, inLedger(openMinor)),
    amount(
      'money',
      'refunded, service',
      0,
      inService((order) => order.refundedMinor),
    ),
    amount(
      'money',
      'refunded, ledger',
      0,
      inLedger((money) => money.refundedMinor),
    ),
    count('money', 'orders on which service and ledger disagree', 0, atOdds),
    count('money', 'orders authorized or captured for more than their total', 0, overchargedOrders(orders, ledger)),
    count('money', 'idempotency keys with a second effect', 0, ledger.repeatedKeys),
  ];
}

const openMinor = (money: LedgerMoney): number => money.authorizedMinor - money.voidedMinor - money.capturedMinor;

function overchargedOrders(orders: readonly ActualOrder[], ledger: LedgerSums): number {
  return orders.filter((order) => {
    const money = ledger.moneyOf(order.id);
    return Math.max(money.authorizedMinor, money.capturedMinor) > order.grandTotalMinor;
  }).length;
}

function sellersOf(orders: readonly ActualOrder[]): Map<string, SellerFigures> {
  const sellers = new Map<string, SellerFigures>();
  for (const order of orders) {
    for (const [sellerId, figures] of order.sellers) addSellerFigures(sellers, sellerId, figures);
  }
  return sellers;
}

const same = (one: SellerFigures, other: SellerFigures): boolean =>
  one.units === other.units && one.itemsMinor === other.itemsMinor && one.freightMinor === other.freightMinor;

const words = ({ units, itemsMinor, freightMinor }: SellerFigures): string =>
  `${units} units, items ${formatMinor(itemsMinor)}, freight ${formatMinor(freightMinor)}`;

function differingSellers(
  expected: ReadonlyMap<string, SellerFigures>,
  actual: ReadonlyMap<string, SellerFigures>,
): string[] {
  const findings: string[] = [];
  for (const sellerId of new Set([...expected.keys(), ...actual.keys()])) {
    const [wanted, found] = [expected.get(sellerId) ?? NO_FIGURES, actual.get(sellerId) ?? NO_FIGURES];
    if (!same(wanted, found)) findings.push(`seller ${sellerId}: expected ${words(wanted)}; actual ${words(found)}`);
  }
  return findings;
}

function differingOrders(expected: Expectations, orders: readonly ActualOrder[]): string[] {
  const found = new Set(orders.map((order) => order.reference));
  const findings = [...expected.orders.keys()]
    .filter((reference) => !found.has(reference))
    .map((reference) => `order ${reference}: not found`);
  for (const order of orders) {
    const wanted = expected.orders.get(order.reference);
    if (!wanted) continue;
    const differing = differingSellers(wanted.sellers, order.sellers);
    if (wanted.status !== order.status) differing.unshift(`expected ${wanted.status}, actual ${order.status}`);
    if (wanted.totalMinor !== order.grandTotalMinor) {
      differing.push(`total expected ${formatMinor(wanted.totalMinor)}, actual ${formatMinor(order.grandTotalMinor)}`);
    }
    const capturedMinor = expectedCapture(wanted);
    if (capturedMinor !== order.capturedMinor) {
      differing.push(`captured expected ${formatMinor(capturedMinor)}, actual ${formatMinor(order.capturedMinor)}`);
    }
    if (differing.length > 0) findings.push(`order ${order.reference}: ${differing.join('; ')}`);
  }
  return findings;
}

function ordersAtOddsWithLedger({ orders, ledger }: ReadBack): string[] {
  const findings: string[] = [];
  for (const order of orders) {
    const money = ledger.moneyOf(order.id);
    const pairs = [
      ['authorized and not voided', order.authorizedMinor, money.authorizedMinor - money.voidedMinor],
      ['captured', order.capturedMinor, money.capturedMinor],
      ['refunded', order.refundedMinor, money.refundedMinor],
    ] as const;
    const differing = pairs
      .filter(([, service, book]) => service !== book)
      .map(([figure, service, book]) => `${figure}: service ${formatMinor(service)}, ledger ${formatMinor(book)}`);
    if (differing.length > 0) findings.push(`order ${order.reference}: ${differing.join('; ')}`);
  }
  return findings;
}
