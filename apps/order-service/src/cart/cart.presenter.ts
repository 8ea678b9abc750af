import { amountsDue, amountsOf, money, sumOf, type Amounts, type Money } from '@marketplace/domain';
import type { QuotedLine } from '../catalog-client/quoted-line.js';
import type { Cart } from './domain/cart.js';
import { isShort, type LineChange } from './domain/line-changes.js';
import type { CartChangeDto, CartDto, CartLineDto, CartVendorDto, DiscountFundingDto } from './dto/cart.dto.js';

/** The cart as callers see it. */
export function presentCart(cart: Cart, token?: string): CartDto {
  const { currency } = cart;
  const totals = amountsOf(cart.lines, (line) => line.amounts);
  return {
    id: cart.id,
    ...(cart.customerId === undefined ? {} : { customerId: cart.customerId }),
    status: cart.status,
    currency,
    items: cart.lines.map((line) => presentLine(line, currency)),
    vendors: presentVendors(cart.lines, currency),
    totals: { ...components(totals, currency), grandTotal: money(amountsDue(totals), currency) },
    couponCodes: [...cart.couponCodes],
    ...(cart.changes && cart.changes.lines.length > 0
      ? { changes: cart.changes.lines.map((change) => presentChange(change, currency)) }
      : {}),
    ...(cart.orderId === undefined ? {} : { orderId: cart.orderId }),
    version: cart.version,
    quotedAt: cart.quotedAt,
    expiresAt: cart.expiresAt,
    createdAt: cart.createdAt,
    updatedAt: cart.updatedAt,
    ...(token === undefined ? {} : { token }),
  };
}

function presentLine(line: QuotedLine, currency: string): CartLineDto {
  return {
    sku: line.sku,
    name: line.name,
    vendorId: line.vendorId,
    quantity: line.quantity,
    unitPrice: money(line.unitPriceMinor, currency),
    lineTotal: money(line.amounts.items, currency),
    shipping: money(line.amounts.shipping, currency),
    discount: money(line.amounts.discount, currency),
    ...(line.discountFundedBy === undefined ? {} : { discountFundedBy: line.discountFundedBy }),
    tax: money(line.amounts.tax, currency),
    available: line.available,
    isAvailable: !isShort(line),
  };
}

function presentChange({ sku, kind, before, after }: LineChange, currency: string): CartChangeDto {
  if (kind === 'availability') return { sku, kind, before, after };
  return { sku, kind, before: money(before, currency), after: money(after, currency) };
}

function presentVendors(lines: readonly QuotedLine[], currency: string): CartVendorDto[] {
  const vendorIds = new Set(lines.map((line) => line.vendorId));
  return Array.from(vendorIds, (vendorId) => {
    const ofVendor = lines.filter((line) => line.vendorId === vendorId);
    const amounts = amountsOf(ofVendor, (line) => line.amounts);
    return {
      vendorId,
      ...components(amounts, currency),
      total: money(amountsDue(amounts), currency),
      ...(amounts.discount === 0 ? {} : { discountFunding: discountFunding(ofVendor, currency) }),
    };
  });
}

/** A discount that names nobody is the vendor's own price policy, as it is for an order. */
function discountFunding(lines: readonly QuotedLine[], currency: string): DiscountFundingDto {
  const ofMarketplace = lines.filter((line) => line.discountFundedBy === 'marketplace');
  const ofVendor = lines.filter((line) => line.discountFundedBy !== 'marketplace');
  return {
    vendor: money(
      sumOf(ofVendor, (line) => line.amounts.discount),
      currency,
    ),
    marketplace: money(
      sumOf(ofMarketplace, (line) => line.amounts.discount),
      currency,
    ),
  };
}

/** Each component as Money. */
export function components(amounts: Amounts, currency: string): Record<keyof Amounts, Money> {
  return {
    items: money(amounts.items, currency),
    shipping: money(amounts.shipping, currency),
    discount: money(amounts.discount, currency),
    tax: money(amounts.tax, currency),
  };
}
