import { allocate, portion, sum } from '@marketplace/domain';
import type { PricedLine } from './priced-line.js';

export interface Discount {
  amountMinor: number;
  fundedBy?: 'vendor' | 'marketplace';
}

const WELCOME = { code: 'WELCOME10', rateBasisPoints: 1_000 };
const VENDOR = { code: 'VENDOR1-5OFF', vendorId: 'vendor-1', amountMinor: 500 };

/**
 * The discount of each line. `WELCOME10` takes 10 % off the items, at the marketplace's cost; `VENDOR1-5OFF` takes 500
 * minor units off the items of vendor-1, never more than they cost, at the vendor's. Both are spread over their lines by
 * what the lines cost. A line bears one discount, because a quote names one funder a line: the vendor's goes first, and
 * `WELCOME10` is then 10 % of the remaining lines. Unknown codes take nothing off.
 */
export function discountsOf(lines: readonly PricedLine[], codes: readonly string[]): Discount[] {
  const discounts: Discount[] = lines.map(() => ({ amountMinor: 0 }));
  const spread = (chosen: number[], fundedBy: 'vendor' | 'marketplace', amountOf: (total: number) => number) => {
    for (const indexes of byCurrency(lines, chosen)) {
      const totals = indexes.map((index) => lines[index]?.itemsMinor ?? 0);
      const parts = allocate(amountOf(sum(totals)), totals);
      parts.forEach((amountMinor, position) => {
        if (amountMinor > 0) discounts[indexes[position] as number] = { amountMinor, fundedBy };
      });
    }
  };
  const indexes = lines.map((_, index) => index);
  if (codes.includes(VENDOR.code)) {
    const ofVendor = indexes.filter((index) => lines[index]?.product.vendorId === VENDOR.vendorId);
    spread(ofVendor, 'vendor', (total) => Math.min(VENDOR.amountMinor, total));
  }
  if (codes.includes(WELCOME.code)) {
    const undiscounted = indexes.filter((index) => discounts[index]?.amountMinor === 0);
    spread(undiscounted, 'marketplace', (total) => portion(total, WELCOME.rateBasisPoints));
  }
  return discounts;
}

function byCurrency(lines: readonly PricedLine[], indexes: readonly number[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const index of indexes) {
    const currency = lines[index]?.product.unitPrice.currency ?? '';
    groups.set(currency, [...(groups.get(currency) ?? []), index]);
  }
  return [...groups.values()];
}
