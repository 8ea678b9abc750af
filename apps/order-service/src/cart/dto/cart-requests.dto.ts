import { IntersectionType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsJWT, IsOptional, MaxLength, ValidateNested } from 'class-validator';
import { IsCurrency, IsResourceId, IsSku, IsText, IsUnits, MostEntries } from '../../common/fields.js';
import { MOST_CART_LINES, MOST_COUPON_CODES, MOST_UNITS_A_LINE } from '../domain/cart.js';

/** Some units of a product. */
export class CartItemRequestDto {
  /**
   * The product.
   * @example demo-1
   */
  @IsSku()
  sku: string;

  /**
   * Units, 1 to 999.
   * @example 2
   */
  @IsUnits(1, MOST_UNITS_A_LINE)
  quantity: number;
}

/** A new cart. */
export class CreateCartDto {
  /**
   * ISO 4217 code; the marketplace's own currency when left out.
   * @example USD
   */
  @IsOptional()
  @IsCurrency()
  currency?: string;

  /** First items, at most 100. */
  @IsOptional()
  @MostEntries(MOST_CART_LINES)
  @ValidateNested({ each: true })
  @Type(() => CartItemRequestDto)
  @IsArray()
  items?: CartItemRequestDto[];

  /**
   * Coupon codes for the quote.
   * @example ["WELCOME10"]
   */
  @IsOptional()
  @MostEntries(MOST_COUPON_CODES)
  @IsText(64, { each: true })
  @IsArray()
  couponCodes?: string[];
}

/** The wanted number of units. */
export class SetQuantityDto {
  /**
   * Units, 0 to 999; 0 removes the line.
   * @example 3
   */
  @IsUnits(0, MOST_UNITS_A_LINE)
  quantity: number;
}

/** The coupon codes of a cart. */
export class SetCouponsDto {
  /**
   * All codes from now on, at most 10; none removes them all. A code that the catalog does not know gives no discount.
   * @example ["WELCOME10"]
   */
  @MostEntries(MOST_COUPON_CODES)
  @IsText(64, { each: true })
  @IsArray()
  couponCodes: string[];
}

/** A guest's cart to be taken over. */
export class MergeCartDto {
  /**
   * The guest's cart.
   * @example 0199a1c2-7b1e-7c44-9d52-3f1f0c2b9a10
   */
  @IsResourceId()
  fromCartId: string;

  /** The guest's token for that cart. */
  @IsJWT()
  @MaxLength(2048)
  fromToken: string;
}

export class CartPathDto {
  /**
   * The cart.
   * @example 0199a1c2-7b1e-7c44-9d52-3f1f0c2b9a10
   */
  @IsResourceId()
  cartId: string;
}

export class CartItemPathDto extends CartPathDto {
  /**
   * The product.
   * @example demo-1
   */
  @IsSku()
  sku: string;
}

/** NATS: units to add to a cart. */
export class AddItemRequestDto extends IntersectionType(CartPathDto, CartItemRequestDto) {}
