import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMinSize,
  IsArray,
  IsDefined,
  IsIn,
  IsObject,
  IsOptional,
  IsUrl,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { CartItemRequestDto } from '../../cart/dto/cart-requests.dto.js';
import { MOST_CART_LINES, MOST_COUPON_CODES } from '../../cart/domain/cart.js';
import {
  IsCurrency,
  IsEmailAddress,
  IsExternalId,
  IsLanguageTag,
  IsResourceId,
  IsText,
  MostEntries,
} from '../../common/fields.js';
import { MoneyDto } from '../../common/money.dto.js';
import { REQUESTABLE_STATUSES, type RequestableStatus } from '../domain/fulfil.js';
import { CANCELLATION_REASON_CODES, type CancellationReasonCode } from '../domain/vendor-order.js';

export const MOST_TENDERS = 30;

/** A postal address. */
export class AddressDto {
  /**
   * The person or company.
   * @example Alice Example
   */
  @IsText(200)
  name: string;
  /**
   * Street and number.
   * @example 1 Market Street
   */
  @IsText(200)
  line1: string;
  /** @example Flat 2 */
  @IsOptional()
  @IsText(200)
  line2?: string;
  /** @example Springfield */
  @IsText(100)
  city: string;
  /** @example OR */
  @IsOptional()
  @IsText(100)
  region?: string;
  /** @example 97477 */
  @IsText(20)
  postalCode: string;
  /**
   * ISO 3166-1 alpha-2 code.
   * @example US
   */
  @Matches(/^[A-Z]{2}$/u, { message: '$property must be an ISO 3166-1 code such as US' })
  country: string;
}

/** One means of payment. */
export class PaymentRequestDto {
  /**
   * A reference to a payment method kept by the Payment Service; never card data.
   * @example tok_visa
   */
  @IsText(200)
  methodToken: string;

  /** The share of the total that it bears; one entry may leave it out and takes the rest. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyDto)
  amount?: MoneyDto;
}

/** An order of a cart, or of items without one. */
export class CreateOrderDto {
  /**
   * The cart to order; give either this or `items`.
   * @example 0199a1c2-7b1e-7c44-9d52-3f1f0c2b9a10
   */
  @ValidateIf((request: CreateOrderDto) => request.items === undefined || request.cartId !== undefined)
  @IsResourceId()
  cartId?: string;

  /** The items to order when there is no cart, 1 to 100. */
  @IsOptional()
  @ArrayMinSize(1)
  @MostEntries(MOST_CART_LINES)
  @ValidateNested({ each: true })
  @Type(() => CartItemRequestDto)
  @IsArray()
  items?: CartItemRequestDto[];

  /**
   * ISO 4217 code, with `items`; the marketplace's own currency when left out.
   * @example USD
   */
  @IsOptional()
  @IsCurrency()
  currency?: string;

  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressDto)
  shippingAddress: AddressDto;

  /** The shipping address when left out. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressDto)
  billingAddress?: AddressDto;

  /**
   * Where messages go; required for guests.
   * @example alice@example.com
   */
  @IsOptional()
  @IsEmailAddress()
  email?: string;

  /**
   * The language of messages to the buyer, a BCP 47 tag; when left out the one that the buyer's `Accept-Language` prefers.
   * @example de-CH
   */
  @IsOptional()
  @IsLanguageTag()
  locale?: string;

  /** Means of payment, at most 30, whose amounts add up to the order's total. */
  @ArrayMinSize(1)
  @MostEntries(MOST_TENDERS)
  @ValidateNested({ each: true })
  @Type(() => PaymentRequestDto)
  @IsArray()
  payments: PaymentRequestDto[];

  /**
   * The caller's own permanent id of the order, unique for that caller: a repetition answers with the order that has it.
   * @example import-2026-000123
   */
  @IsOptional()
  @IsExternalId()
  clientReference?: string;

  /**
   * Coupon codes for the quote, besides the cart's.
   * @example ["WELCOME10"]
   */
  @IsOptional()
  @MostEntries(MOST_COUPON_CODES)
  @IsText(64, { each: true })
  @IsArray()
  couponCodes?: string[];

  /** The total that the buyer saw; any other answers 409 `price_changed`, and nothing is charged. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyDto)
  expectedTotal?: MoneyDto;
}

/** How a parcel travels. */
export class ParcelDto {
  /** @example DHL */
  @IsText(100)
  carrier: string;
  /** @example 00340434161094042557 */
  @IsText(100)
  trackingNumber: string;
  /** @example https://carrier.example/track/00340434161094042557 */
  @IsOptional()
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true })
  @MaxLength(500)
  trackingUrl?: string;
}

/** A move of the order's status. */
export class UpdateOrderDto {
  @ApiProperty({ enum: REQUESTABLE_STATUSES, enumName: 'RequestableStatus', example: 'shipped' })
  @IsIn(REQUESTABLE_STATUSES)
  status: RequestableStatus;

  /**
   * Narrows the move to one vendor order; implied for a vendor.
   * @example vendor-1
   */
  @IsOptional()
  @IsExternalId()
  vendorId?: string;

  /**
   * Why, for people.
   * @example Ordered by mistake
   */
  @IsOptional()
  @IsText(500)
  reason?: string;

  /** Why, for machines; with `cancelled`. */
  @ApiPropertyOptional({ enum: CANCELLATION_REASON_CODES, enumName: 'CancellationReasonCode', example: 'out_of_stock' })
  @IsOptional()
  @IsIn(CANCELLATION_REASON_CODES)
  reasonCode?: CancellationReasonCode;

  /** The parcel, with `shipped`. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ParcelDto)
  shipment?: ParcelDto;
}

export class OrderPathDto {
  /**
   * The order.
   * @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77
   */
  @IsResourceId()
  id: string;
}

export class UserPathDto {
  /**
   * The customer.
   * @example alice
   */
  @IsExternalId()
  userId: string;
}
