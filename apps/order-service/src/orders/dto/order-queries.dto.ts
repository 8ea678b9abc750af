import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ArrayMaxSize,
} from 'class-validator';
import { IsEmailAddress, IsExternalId, IsText } from '../../common/fields.js';
import { ORDER_STATUSES, PAYMENT_STATUSES, type OrderStatus, type PaymentStatus } from '../domain/status.js';

export const MOST_LIST_ITEMS = 100;
export const DEFAULT_LIST_ITEMS = 20;

/** A date, or an RFC 3339 time with its offset: without one it would be taken for the server's own zone. */
const INSTANT =
  /^\d{4}-\d{2}-\d{2}(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/u;
const NO_INSTANT = {
  message: '$property must be a date or an RFC 3339 time with its offset, such as 2026-01-01T00:00:00Z',
};

/** A page of a list, newest first. */
export class PageQueryDto {
  /** Items a page, 1 to 100. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST_LIST_ITEMS)
  limit: number = DEFAULT_LIST_ITEMS;

  /** `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

/** A customer's order history. */
export class UserOrdersQueryDto extends PageQueryDto {
  /** Only orders in these statuses; several separated by commas. */
  @ApiProperty({ enum: ORDER_STATUSES, isArray: true, required: false })
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' ? value.split(',') : (value as unknown)))
  @ArrayMaxSize(ORDER_STATUSES.length)
  @IsIn(ORDER_STATUSES, { each: true })
  status?: OrderStatus[];

  /**
   * Placed at or after, RFC 3339. A date alone is its midnight in UTC.
   * @example 2026-01-01T00:00:00Z
   */
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(INSTANT, NO_INSTANT)
  from?: string;

  /**
   * Placed before, RFC 3339. A date alone is its midnight in UTC.
   * @example 2027-01-01T00:00:00Z
   */
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(INSTANT, NO_INSTANT)
  to?: string;
}

/** Orders of everybody, or of one vendor. */
export class OrdersQueryDto extends UserOrdersQueryDto {
  /** Only orders with a part of this vendor; `status` and `trackingNumber` then speak of that part. Implied for a vendor. */
  @IsOptional()
  @IsExternalId()
  vendorId?: string;

  /** Only orders of this customer. */
  @IsOptional()
  @IsExternalId()
  customerId?: string;

  /** Only orders whose payment is in this status. */
  @ApiProperty({ enum: PAYMENT_STATUSES, enumName: 'PaymentStatus', required: false })
  @IsOptional()
  @IsIn(PAYMENT_STATUSES)
  paymentStatus?: PaymentStatus;

  /**
   * The order's number, as people write it.
   * @example 7K2M-9QXT-4BC
   */
  @IsOptional()
  @IsText(40)
  number?: string;

  /**
   * The address that the order's messages go to.
   * @example alice@example.com
   */
  @IsOptional()
  @IsEmailAddress()
  email?: string;

  /**
   * A parcel's tracking number.
   * @example 00340434161094042557
   */
  @IsOptional()
  @IsText(100)
  trackingNumber?: string;
}

export class TimelineQueryDto {
  /** Only events after this sequence. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  after: number = 0;

  /** Items a page, 1 to 100. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST_LIST_ITEMS)
  limit: number = MOST_LIST_ITEMS;
}
