import type { QuotedItem } from '@marketplace/contracts';
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

export function quotedLine(item: QuotedItem, quantity: number): QuotedLine {
  return {
    sku: item.sku,
    name: item.name,
    vendorId: item.vendorId,
    quantity,
    unitPriceMinor: item.unitPrice.amount,
    amounts: {
      items: multiply(item.unitPrice.amount, quantity),
      shipping: item.shipping.amount,
      discount: item.discount.amount,
      tax: item.tax.amount,
    },
    commissionRateBasisPoints: item.commissionRate,
    ...(item.fundedBy === undefined ? {} : { discountFundedBy: item.fundedBy }),
    available: item.available,
  };
}
