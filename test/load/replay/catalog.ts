import type { SimulatorProduct } from '@marketplace/contracts';
import { money } from '@marketplace/domain';
import { CURRENCY } from './decimal.js';
import type { OrderPlan } from './plan.js';

const COMMISSION_BASIS_POINTS = 1000;

/** Well under the 256 kB that a message may have. */
const BATCH_BYTES = 128 * 1024;

/**
 * The products that the planned orders buy, one for every sku.
 *
 * @throws Error when two sellers would share a sku.
 */
export function catalogOf(plans: readonly OrderPlan[]): SimulatorProduct[] {
  const products = new Map<string, SimulatorProduct>();
  for (const line of plans.flatMap((plan) => plan.lines)) {
    const known = products.get(line.sku);
    if (known && known.vendorId !== line.vendorId) throw new Error(`two sellers would share sku ${line.sku}`);
    products.set(line.sku, {
      sku: line.sku,
      name: line.name,
      vendorId: line.vendorId,
      unitPrice: money(line.unitPriceMinor, CURRENCY),
      shipping: { perUnitMinor: line.unitFreightMinor },
      commissionRate: COMMISSION_BASIS_POINTS,
    });
  }
  return [...products.values()];
}

/** Cuts products into batches that each fit a message. */
export function catalogBatches(products: readonly SimulatorProduct[], batchBytes = BATCH_BYTES): SimulatorProduct[][] {
  const batches: SimulatorProduct[][] = [];
  let bytesLeft = 0;
  for (const product of products) {
    const bytes = Buffer.byteLength(JSON.stringify(product)) + 1;
    if (bytes > bytesLeft) {
      batches.push([]);
      bytesLeft = batchBytes;
    }
    batches.at(-1)?.push(product);
    bytesLeft -= bytes;
  }
  return batches;
}
