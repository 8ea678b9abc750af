import { MoneyDto } from '../../common/money.dto.js';
import { CART_STATUSES, type CartStatus } from '../domain/cart.js';
import { ApiProperty } from '@nestjs/swagger';

/** A line of a cart at the prices of `quotedAt`. */
export class CartLineDto {
  /** @example demo-1 */
  sku: string;
  /** @example Demo product 1 */
  name: string;
  /** @example vendor-1 */
  vendorId: string;
  /** @example 2 */
  quantity: number;
  unitPrice: MoneyDto;
  /** Unit price times quantity. */
  lineTotal: MoneyDto;
  /**
   * Units that could be had when the quote was made.
   * @example 40
   */
  available: number;
}

/** Sums of lines. `grandTotal` or `total` = items + shipping - discount + tax. */
export class CartTotalsDto {
  items: MoneyDto;
  shipping: MoneyDto;
  discount: MoneyDto;
  tax: MoneyDto;
  grandTotal: MoneyDto;
}

/** What one vendor's part of the cart costs. */
export class CartVendorDto {
  /** @example vendor-1 */
  vendorId: string;
  items: MoneyDto;
  shipping: MoneyDto;
  discount: MoneyDto;
  tax: MoneyDto;
  total: MoneyDto;
}

/** A cart, priced by the Catalog Service. */
export class CartDto {
  /** @example 0199a1c2-7b1e-7c44-9d52-3f1f0c2b9a10 */
  id: string;
  /**
   * Absent for guests.
   * @example alice
   */
  customerId?: string;
  @ApiProperty({ enum: CART_STATUSES, enumName: 'CartStatus' })
  status: CartStatus;
  /** @example USD */
  currency: string;
  items: CartLineDto[];
  vendors: CartVendorDto[];
  totals: CartTotalsDto;
  couponCodes: string[];
  /**
   * The order that was made of it, once it is `ordered`.
   * @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77
   */
  orderId?: string;
  /**
   * Counts the changes; also the ETag.
   * @example 3
   */
  version: number;
  quotedAt: Date;
  expiresAt: Date;
  createdAt: Date;
  updatedAt: Date;
  /** A guest's token for this cart; only in the reply that made it. */
  token?: string;
}
