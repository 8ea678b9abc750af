import type { Money } from './money.js';

/** `catalog.quote`: asks for the prices of some products, as they are now. */
export interface QuoteRequest {
  currency: string;
  items: { sku: string; quantity: number }[];
  shipTo?: { country: string; region?: string; postalCode: string } | undefined;
  couponCodes?: string[] | undefined;
}

/** One quoted line. `shipping`, `discount` and `tax` are totals of the line, not of a unit. */
export interface QuotedItem {
  sku: string;
  name: string;
  vendorId: string;
  unitPrice: Money;
  shipping: Money;
  discount: Money;
  tax: Money;
  /** Units that could be had at the time of the quote. Only a reservation makes it sure. */
  available: number;
  /** Marketplace commission in basis points. */
  commissionRate: number;
  /** Who bears the discount; told when there is one. */
  fundedBy?: 'vendor' | 'marketplace';
}

export interface QuoteReply {
  items: QuotedItem[];
  /** The skus that the catalog does not sell. */
  unknown: string[];
}
