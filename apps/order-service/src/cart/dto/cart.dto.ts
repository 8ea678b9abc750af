import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { MoneyDto } from '../../common/money.dto.js';
import { CART_STATUSES, type CartStatus } from '../domain/cart.js';
import { LINE_CHANGE_KINDS, type LineChangeKind } from '../domain/line-changes.js';

const FUNDERS = ['vendor', 'marketplace'] as const;

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
  /** This line's share of the vendor's shipping. */
  shipping: MoneyDto;
  /** Taken off the whole line, by promotions and coupons. */
  discount: MoneyDto;
  /** Who bears the discount; only where there is one. */
  @ApiProperty({ enum: FUNDERS, enumName: 'DiscountFunder', required: false })
  discountFundedBy?: (typeof FUNDERS)[number];
  /** Tax on the whole line. */
  tax: MoneyDto;
  /**
   * Units that could be had when the quote was made; 0 for a product that is no longer sold, whose price is its last one.
   * @example 40
   */
  available: number;
  /**
   * Whether `available` covers `quantity`. Stock is only held by an order.
   * @example true
   */
  isAvailable: boolean;
}

/** Something that a new quote says differently of a line that was in the cart before. */
@ApiExtraModels(MoneyDto)
export class CartChangeDto {
  /** @example demo-1 */
  sku: string;
  /**
   * `price`: of a unit. `shipping`, `discount` and `tax`: of the line; told where they did not follow from a change of the
   * vendor's lines or of the coupons. `availability`: the units that can be had; told where they do not cover the line, or
   * did not before.
   */
  @ApiProperty({ enum: LINE_CHANGE_KINDS, enumName: 'CartChangeKind' })
  kind: LineChangeKind;
  /** Money, or units for `availability`. */
  @ApiProperty({ oneOf: [{ $ref: getSchemaPath(MoneyDto) }, { type: 'integer', minimum: 0 }] })
  before: MoneyDto | number;
  /** Money, or units for `availability`. */
  @ApiProperty({ oneOf: [{ $ref: getSchemaPath(MoneyDto) }, { type: 'integer', minimum: 0 }] })
  after: MoneyDto | number;
}

/** Who bears a vendor's discount: the parts add up to it. */
export class DiscountFundingDto {
  vendor: MoneyDto;
  marketplace: MoneyDto;
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
  /** Only where there is a discount. */
  discountFunding?: DiscountFundingDto;
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
  /** The codes that the prices were asked with. One that the catalog does not know gives no discount. */
  couponCodes: string[];
  /**
   * What new quotes have changed; absent when nothing has. A change of prices that a reader's request brings to light stays
   * here for all readers until the owner next changes the cart. The answer to that change tells only what its own quote
   * says differently, and what came up in the meantime while somebody else was reading. Of a figure that changed more than
   * once `before` is the first and `after` the current one; one that is back where it was is left out.
   */
  changes?: CartChangeDto[];
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
