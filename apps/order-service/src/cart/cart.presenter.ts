import { amountsDue, amountsOf, money, type Amounts, type Money } from '@marketplace/domain';
import type { QuotedLine } from '../catalog-client/quoted-line.js';
import type { Cart } from './domain/cart.js';
import type { CartDto, CartLineDto, CartVendorDto } from './dto/cart.dto.js';

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
    available: line.available,
  };
}

function presentVendors(lines: readonly QuotedLine[], currency: string): CartVendorDto[] {
  const vendorIds = new Set(lines.map((line) => line.vendorId));
  return Array.from(vendorIds, (vendorId) => {
    const amounts = amountsOf(
      lines.filter((line) => line.vendorId === vendorId),
      (line) => line.amounts,
    );
    return { vendorId, ...components(amounts, currency), total: money(amountsDue(amounts), currency) };
  });
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
