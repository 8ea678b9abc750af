import { allocate, multiply } from '@marketplace/domain';
import type { QuoteReply, QuoteRequest, SimulatorProduct } from '@marketplace/contracts';
import { discountsOf } from './coupons.js';
import type { PricedLine } from './priced-line.js';

/**
 * Prices products as they are now. A product sold in another currency than the one asked for is quoted in its own: whoever
 * asked sees the difference. Tax is always 0.
 *
 * @param available units of a sku that can be had
 */
export function quote(
  request: QuoteRequest,
  productOf: (sku: string) => SimulatorProduct | undefined,
  available: (sku: string) => number,
): QuoteReply {
  const unknown = new Set<string>();
  const lines: PricedLine[] = [];
  for (const { sku, quantity } of request.items) {
    const product = productOf(sku);
    if (product) lines.push({ product, quantity, itemsMinor: multiply(product.unitPrice.amount, quantity) });
    else unknown.add(sku);
  }
  const shipping = shippingOf(lines);
  const discounts = discountsOf(lines, request.couponCodes ?? []);
  const items = lines.map(({ product }, index) => {
    const { currency } = product.unitPrice;
    const discount = discounts[index] ?? { amountMinor: 0 };
    return {
      sku: product.sku,
      name: product.name,
      vendorId: product.vendorId,
      unitPrice: product.unitPrice,
      shipping: { amount: shipping[index] ?? 0, currency },
      discount: { amount: discount.amountMinor, currency },
      tax: { amount: 0, currency },
      available: available(product.sku),
      commissionRate: product.commissionRate,
      ...(discount.fundedBy && { fundedBy: discount.fundedBy }),
    };
  });
  return { items, unknown: [...unknown] };
}

/**
 * Shipping of each line, in minor units. A flat fee is paid once for all the lines of a vendor that are shipped flat (the
 * highest, where products name different ones) and spread over them by their quantities, because shipping follows units.
 * A fee by the unit stays with its line.
 */
function shippingOf(lines: readonly PricedLine[]): number[] {
  const shipping = lines.map(({ product, quantity }) =>
    'perUnitMinor' in product.shipping ? multiply(product.shipping.perUnitMinor, quantity) : 0,
  );
  const parcels = new Map<string, { flatMinor: number; indexes: number[] }>();
  lines.forEach(({ product }, index) => {
    if (!('flatMinor' in product.shipping)) return;
    const name = `${product.unitPrice.currency} ${product.vendorId}`;
    const parcel = parcels.get(name) ?? { flatMinor: 0, indexes: [] };
    parcel.flatMinor = Math.max(parcel.flatMinor, product.shipping.flatMinor);
    parcel.indexes.push(index);
    parcels.set(name, parcel);
  });
  for (const { flatMinor, indexes } of parcels.values()) {
    const quantities = indexes.map((index) => lines[index]?.quantity ?? 0);
    allocate(flatMinor, quantities).forEach((part, position) => (shipping[indexes[position] as number] = part));
  }
  return shipping;
}
