import { sumOf } from '@marketplace/domain';
import type { DatasetOrder, DatasetUnit } from './dataset.js';
import { targetStatus } from './status-mapping.js';

/** Units and money of one seller, in minor units. */
export interface SellerFigures {
  units: number;
  itemsMinor: number;
  freightMinor: number;
}

export interface ExpectedOrder {
  status: string;
  totalMinor: number;
  sellers: Map<string, SellerFigures>;
}

/** What must be found at the end, summed from the rows of the data set alone. */
export interface Expectations {
  orders: Map<string, ExpectedOrder>;
  sellers: Map<string, SellerFigures>;
  statuses: Map<string, number>;
  units: number;
  itemsMinor: number;
  freightMinor: number;
  totalMinor: number;
  /** Totals of the orders that were shipped. */
  capturedMinor: number;
  /** Totals of the cancelled orders. */
  voidedMinor: number;
  /** Totals of the orders that are paid for and not yet shipped: authorized, neither captured nor voided. */
  openMinor: number;
}

/** Adds one seller's figures to those already known of it. */
export function addSellerFigures(sellers: Map<string, SellerFigures>, sellerId: string, more: SellerFigures): void {
  const known = sellers.get(sellerId) ?? { units: 0, itemsMinor: 0, freightMinor: 0 };
  sellers.set(sellerId, {
    units: known.units + more.units,
    itemsMinor: known.itemsMinor + more.itemsMinor,
    freightMinor: known.freightMinor + more.freightMinor,
  });
}

function expectedOrder(order: DatasetOrder): ExpectedOrder {
  const sellers = new Map<string, SellerFigures>();
  for (const unit of order.units) {
    addSellerFigures(sellers, unit.sellerId, {
      units: 1,
      itemsMinor: unit.priceMinor,
      freightMinor: unit.freightMinor,
    });
  }
  const totalMinor = sumOf(order.units, (unit) => unit.priceMinor + unit.freightMinor);
  return { status: targetStatus(order.status) ?? order.status, totalMinor, sellers };
}

/** What must have been captured of an order: its total once it was shipped, because capture happens with the shipment. */
export function expectedCapture(order: ExpectedOrder): number {
  return order.status === 'shipped' || order.status === 'delivered' ? order.totalMinor : 0;
}

/** Sums what replaying these orders must lead to. */
export function expectationsOf(orders: readonly DatasetOrder[]): Expectations {
  const expected = new Map(orders.map((order) => [order.orderId, expectedOrder(order)]));
  const sellers = new Map<string, SellerFigures>();
  const statuses = new Map<string, number>();
  for (const order of expected.values()) {
    statuses.set(order.status, (statuses.get(order.status) ?? 0) + 1);
    for (const [sellerId, figures] of order.sellers) addSellerFigures(sellers, sellerId, figures);
  }
  const units = orders.flatMap((order) => order.units);
  const total = (figure: (unit: DatasetUnit) => number): number => sumOf(units, figure);
  const totalOf = (...wanted: string[]): number =>
    sumOf(
      [...expected.values()].filter((order) => wanted.includes(order.status)),
      (order) => order.totalMinor,
    );
  return {
    orders: expected,
    sellers,
    statuses,
    units: units.length,
    itemsMinor: total((unit) => unit.priceMinor),
    freightMinor: total((unit) => unit.freightMinor),
    totalMinor: total((unit) => unit.priceMinor + unit.freightMinor),
    capturedMinor: sumOf(expected.values(), expectedCapture),
    voidedMinor: totalOf('cancelled'),
    openMinor: totalOf('confirmed', 'processing'),
  };
}
