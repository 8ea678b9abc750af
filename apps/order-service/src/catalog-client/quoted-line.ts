import { ProblemError, type QuotedItem } from '@marketplace/contracts';
import { multiply, type Amounts } from '@marketplace/domain';

/** Some units of a product at the price of the moment. The amounts are totals of the line, in minor units. */
export interface QuotedLine {
  readonly sku: string;
  readonly name: string;
  readonly vendorId: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly amounts: Amounts;
  readonly commissionRateBasisPoints: number;
  readonly discountFundedBy?: 'vendor' | 'marketplace';
  /** Units that could be had when the quote was made. */
  readonly available: number;
}

/** @throws ProblemError `catalog_unavailable` for a quote that no money may be taken by */
export function quotedLine(item: QuotedItem, quantity: number): QuotedLine {
  const itemsMinor = multiply(item.unitPrice.amount, quantity);
  const figures = [item.unitPrice, item.shipping, item.discount, item.tax].map(({ amount }) => amount);
  const isSound = figures.every((amount) => Number.isSafeInteger(amount) && amount >= 0);
  if (!isSound || item.discount.amount > itemsMinor) {
    throw new ProblemError('catalog_unavailable', `the catalog's quote of ${item.sku} is not sound`);
  }
  return {
    sku: item.sku,
    name: item.name,
    vendorId: item.vendorId,
    quantity,
    unitPriceMinor: item.unitPrice.amount,
    amounts: {
      items: itemsMinor,
      shipping: item.shipping.amount,
      discount: item.discount.amount,
      tax: item.tax.amount,
    },
    commissionRateBasisPoints: item.commissionRate,
    ...(item.fundedBy === undefined ? {} : { discountFundedBy: item.fundedBy }),
    available: item.available,
  };
}
