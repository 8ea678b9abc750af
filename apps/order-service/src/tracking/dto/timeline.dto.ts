import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ORDER_EVENT_TYPES, type OrderEventType } from '@marketplace/contracts';
import { ORDER_STATUSES, type OrderStatus } from '../../orders/domain/status.js';

/** One event of an order. What is not the viewer's keeps its place, `hidden`, so that the sequence has no gaps. */
export class TimelineEntryDto {
  /**
   * 1, 2, 3 ... without gaps.
   * @example 3
   */
  sequence: number;
  /** The event belongs to another vendor; nothing else is told of it. */
  hidden?: boolean;
  @ApiProperty({ enum: ORDER_EVENT_TYPES, enumName: 'OrderEventType', required: false, example: 'shipped' })
  type?: OrderEventType;
  at?: Date;
  /**
   * Who caused it.
   * @example vendor
   */
  by?: string;
  /**
   * The vendor order concerned, where the event is about one.
   * @example vendor-1
   */
  vendorId?: string;
  @ApiProperty({ enum: ORDER_STATUSES, enumName: 'OrderStatus', required: false })
  status?: OrderStatus;
  /** What belongs to the type, for example the parcel or the amount. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  data?: Record<string, unknown>;
}

/** The events of an order, oldest first. */
export class TimelineDto {
  items: TimelineEntryDto[];
  /** Give it as `after` for the next page; null when there is no more yet. */
  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor: string | null;
}
