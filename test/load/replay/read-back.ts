import { type Money, sumOf } from '@marketplace/domain';
import { CURRENCY } from './decimal.js';
import { addSellerFigures, type SellerFigures } from './expectations.js';
import type { LedgerSums } from './ledger.js';
import type { Order, OrderServiceApi } from './order-service-api.js';
import type { Simulator } from './simulator.js';

/** One order as the service tells it, in minor units. */
export interface ActualOrder {
  id: string;
  reference: string;
  status: string;
  sellers: Map<string, SellerFigures>;
  itemsMinor: number;
  freightMinor: number;
  grandTotalMinor: number;
  /** Authorized and not voided, whether captured or not. */
  authorizedMinor: number;
  capturedMinor: number;
  refundedMinor: number;
}

export interface ReadBack {
  orders: ActualOrder[];
  ledger: LedgerSums;
}

/** @throws Error when the amount is in another currency than the data. */
function minor(money: Money): number {
  if (money.currency !== CURRENCY) throw new Error(`an amount is in ${money.currency}, not in ${CURRENCY}`);
  return money.amount;
}

/** Takes an order of the service apart into the figures that are compared. */
export function actualOrder(order: Order, reference: string): ActualOrder {
  const sellers = new Map<string, SellerFigures>();
  for (const vendorOrder of order.vendorOrders) {
    addSellerFigures(sellers, vendorOrder.vendorId, {
      units: sumOf(vendorOrder.items, (item) => item.quantity),
      itemsMinor: minor(vendorOrder.totals.items),
      freightMinor: minor(vendorOrder.totals.shipping),
    });
  }
  return {
    id: order.id,
    reference,
    status: order.status,
    sellers,
    itemsMinor: minor(order.totals.items),
    freightMinor: minor(order.totals.shipping),
    grandTotalMinor: minor(order.totals.grandTotal),
    authorizedMinor: minor(order.payment.authorized),
    capturedMinor: minor(order.payment.captured),
    refundedMinor: minor(order.payment.refunded),
  };
}

/**
 * Reads everything back: every order with a reference of the data through the public API, whoever placed it, so that a
 * doubled one is seen; and the money of those orders from the ledger.
 */
export async function readBack(
  api: Pick<OrderServiceApi, 'allOrders'>,
  simulator: Pick<Simulator, 'readLedger'>,
  references: { has(reference: string): boolean },
): Promise<ReadBack> {
  const orders: ActualOrder[] = [];
  for await (const order of api.allOrders()) {
    const reference = order.clientReference;
    if (reference !== undefined && references.has(reference)) orders.push(actualOrder(order, reference));
  }
  return { orders, ledger: await simulator.readLedger(new Set(orders.map((order) => order.id))) };
}
