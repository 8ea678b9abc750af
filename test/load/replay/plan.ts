import { multiply, sumOf } from '@marketplace/domain';
import type { Dataset, DatasetOrder, DatasetUnit } from './dataset.js';
import { type TargetStatus, targetStatus } from './status-mapping.js';
import { paymentsDiffer, planTenders, type PlannedTender } from './tenders.js';

/** Units of one product that are the same in seller, price and freight. */
export interface PlannedLine {
  sku: string;
  name: string;
  vendorId: string;
  quantity: number;
  unitPriceMinor: number;
  unitFreightMinor: number;
}

export interface PlannedAddress {
  name: string;
  line1: string;
  city: string;
  region: string;
  postalCode: string;
  country: 'BR';
}

/** Everything that customer and vendors will do for one order of the data. */
export interface OrderPlan {
  /** The data's order id: the `clientReference` that makes a repeated run find the order again. */
  reference: string;
  customerId: string;
  target: TargetStatus;
  /** Who cancels, for an order that ends cancelled: what a vendor does not have, the vendor cancels. */
  cancelledBy: 'customer' | 'vendors';
  lines: PlannedLine[];
  /** In the order in which they first appear among the lines. */
  vendorIds: string[];
  totalMinor: number;
  tenders: PlannedTender[];
  /** Whether the data's payments miss the total, so that the tenders had to be fitted. */
  fitted: boolean;
  shippingAddress: PlannedAddress;
}

export interface SkippedOrder {
  reference: string;
  reason: string;
}

export interface ReplayPlan {
  /** The orders that can be replayed, by time of purchase. */
  orders: OrderPlan[];
  /** The rows of those orders, for sums that owe nothing to the plan. */
  source: DatasetOrder[];
  skipped: SkippedOrder[];
}

const SKU = /^[A-Za-z0-9._:-]{1,100}$/;

/**
 * The sku of a unit. A catalog has one price for a sku, the data has many for a product: every combination of product,
 * seller, price and freight is therefore a sku of its own.
 */
export function skuOf(unit: DatasetUnit): string {
  const sku = `${unit.productId}-${unit.sellerId.slice(0, 8)}-${unit.priceMinor}-${unit.freightMinor}`;
  if (!SKU.test(sku)) throw new Error(`product ${unit.productId} does not make a usable sku: ${sku}`);
  return sku;
}

/** Groups the units of an order into lines. */
export function groupLines(units: readonly DatasetUnit[], categories: ReadonlyMap<string, string>): PlannedLine[] {
  const lines = new Map<string, PlannedLine>();
  for (const unit of units) {
    const sku = skuOf(unit);
    const line = lines.get(sku);
    if (line) line.quantity += 1;
    else {
      lines.set(sku, {
        sku,
        name: `${categories.get(unit.productId) ?? 'produto'} ${unit.productId.slice(0, 8)}`,
        vendorId: unit.sellerId,
        quantity: 1,
        unitPriceMinor: unit.priceMinor,
        unitFreightMinor: unit.freightMinor,
      });
    }
  }
  return [...lines.values()];
}

/** The data set has neither names nor streets; what stands in for them is made of what it has. */
function addressOf(order: DatasetOrder): PlannedAddress {
  return {
    name: `Cliente ${order.customerUniqueId.slice(0, 8)}`,
    line1: `CEP ${order.postalCode}`,
    city: order.city,
    region: order.state,
    postalCode: order.postalCode,
    country: 'BR',
  };
}

function planOrder(order: DatasetOrder, target: TargetStatus, categories: ReadonlyMap<string, string>): OrderPlan {
  const lines = groupLines(order.units, categories);
  const totalMinor = sumOf(lines, (line) => multiply(line.unitPriceMinor + line.unitFreightMinor, line.quantity));
  return {
    reference: order.orderId,
    customerId: order.customerUniqueId,
    target,
    cancelledBy: order.status === 'unavailable' ? 'vendors' : 'customer',
    lines,
    vendorIds: [...new Set(lines.map((line) => line.vendorId))],
    totalMinor,
    tenders: planTenders(order.payments, totalMinor),
    fitted: paymentsDiffer(order.payments, totalMinor),
    shippingAddress: addressOf(order),
  };
}

/**
 * Plans the first `limit` orders of the data, by time of purchase. Orders without items and orders in a state that the
 * service has no counterpart for cannot be replayed; they are named with the reason.
 */
export function planReplay(dataset: Dataset, limit: number = Number.POSITIVE_INFINITY): ReplayPlan {
  const plan: ReplayPlan = { orders: [], source: [], skipped: [] };
  for (const order of dataset.orders) {
    if (plan.orders.length >= limit) break;
    const target = targetStatus(order.status);
    if (order.units.length === 0) plan.skipped.push({ reference: order.orderId, reason: 'no items' });
    else if (!target) plan.skipped.push({ reference: order.orderId, reason: `status ${order.status}` });
    else {
      plan.orders.push(planOrder(order, target, dataset.categories));
      plan.source.push(order);
    }
  }
  return plan;
}
