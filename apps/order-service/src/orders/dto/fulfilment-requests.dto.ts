import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMinSize, IsArray, IsDefined, IsIn, IsObject, IsOptional, Matches, ValidateNested } from 'class-validator';
import { MOST_CART_LINES } from '../../cart/domain/cart.js';
import { CartItemRequestDto } from '../../cart/dto/cart-requests.dto.js';
import { IsExternalId, IsText, MostEntries } from '../../common/fields.js';
import { MoneyDto } from '../../common/money.dto.js';
import { CANCELLATION_REASON_CODES, type CancellationReasonCode } from '../domain/vendor-order.js';
import { AddressDto, OrderPathDto, ParcelDto } from './order-requests.dto.js';

/** Which units of an order are meant: all that can be, unless told. */
export class UnitsDto {
  /**
   * Narrows the request to one vendor order; implied for a vendor.
   * @example vendor-1
   */
  @IsOptional()
  @IsExternalId()
  vendorId?: string;

  /** The units meant, 1 to 100 lines; all that are left when there is none. */
  @IsOptional()
  @ArrayMinSize(1)
  @MostEntries(MOST_CART_LINES)
  @ValidateNested({ each: true })
  @Type(() => CartItemRequestDto)
  @IsArray()
  items?: CartItemRequestDto[];
}

/** Units that will not be shipped. */
export class CancelUnitsDto extends UnitsDto {
  /**
   * Why, for people.
   * @example Ordered by mistake
   */
  @IsText(500)
  reason: string;

  /** Why, for machines. */
  @ApiPropertyOptional({ enum: CANCELLATION_REASON_CODES, enumName: 'CancellationReasonCode', example: 'out_of_stock' })
  @IsOptional()
  @IsIn(CANCELLATION_REASON_CODES)
  reasonCode?: CancellationReasonCode;
}

/** A parcel and what is in it; one parcel for each vendor order concerned. */
export class ShipUnitsDto extends IntersectionType(UnitsDto, ParcelDto) {}

const SHIPMENT_MOVES = ['delivered', 'lost'] as const;

/** What the carrier says. */
export class UpdateShipmentDto {
  @ApiProperty({ enum: SHIPMENT_MOVES, enumName: 'ShipmentMove', example: 'delivered' })
  @IsIn(SHIPMENT_MOVES)
  status: (typeof SHIPMENT_MOVES)[number];
}

/** Delivered units to send back. */
export class RequestReturnDto extends UnitsDto {
  /**
   * Why, for people.
   * @example Does not fit
   */
  @IsText(500)
  reason: string;
}

const RETURN_MOVES = ['approved', 'received', 'refunded', 'rejected'] as const;

/** A decision on a return. */
export class UpdateReturnDto {
  @ApiProperty({ enum: RETURN_MOVES, enumName: 'ReturnMove', example: 'approved' })
  @IsIn(RETURN_MOVES)
  status: (typeof RETURN_MOVES)[number];

  /**
   * Why, for people; shown with a rejection.
   * @example The item was used
   */
  @IsOptional()
  @IsText(500)
  reason?: string;
}

const FUNDERS = ['vendor', 'marketplace'] as const;

/** Money to give back: for units, or an amount, or everything that can be. */
export class RefundOrderDto extends UnitsDto {
  /** An amount for no units, spread over what can still be given back; instead of `items`. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyDto)
  amount?: MoneyDto;

  /** Who bears an amount; the vendor unless told. */
  @ApiPropertyOptional({ enum: FUNDERS, enumName: 'Funder', example: 'marketplace' })
  @IsOptional()
  @IsIn(FUNDERS)
  fundedBy?: (typeof FUNDERS)[number];

  /**
   * Why, for people.
   * @example Arrived late
   */
  @IsText(500)
  reason: string;
}

/** Why an order must wait. */
export class HoldOrderDto {
  /**
   * For people.
   * @example Address looks like a forwarder
   */
  @IsText(500)
  reason: string;
}

/** Another address to ship to. */
export class ChangeAddressDto {
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressDto)
  shippingAddress: AddressDto;
}

export class ShipmentPathDto extends OrderPathDto {
  /**
   * The parcel.
   * @example s1
   */
  @Matches(/^s\d{1,6}$/u, { message: '$property must be the id of a shipment, such as s1' })
  shipmentId: string;
}

export class ReturnPathDto extends OrderPathDto {
  /**
   * The return.
   * @example r1
   */
  @Matches(/^r\d{1,6}$/u, { message: '$property must be the id of a return, such as r1' })
  returnId: string;
}
