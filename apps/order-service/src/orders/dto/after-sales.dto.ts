import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MoneyDto } from '../../common/money.dto.js';
import { RETURN_STATUSES, type ReturnStatus } from '../domain/status.js';
import { CANCELLATION_REASON_CODES, type CancellationReasonCode } from '../domain/vendor-order.js';

/** Some units of a product. */
export class ShipmentItemDto {
  /** @example demo-1 */
  sku: string;
  /** @example 2 */
  quantity: number;
}

/** Units that will not be shipped. */
export class CancellationDto {
  /** @example c1 */
  id: string;
  items: ShipmentItemDto[];
  /** What fell away with them. */
  amount: MoneyDto;
  /** @example Ordered by mistake */
  reason?: string;
  @ApiPropertyOptional({ enum: CANCELLATION_REASON_CODES, enumName: 'CancellationReasonCode' })
  reasonCode?: CancellationReasonCode;
  /**
   * Who cancelled.
   * @example customer
   */
  by: string;
  at: Date;
}

/** Delivered units that come back. */
export class ReturnDto {
  /** @example r1 */
  id: string;
  @ApiProperty({ enum: RETURN_STATUSES, enumName: 'ReturnStatus' })
  status: ReturnStatus;
  items: ShipmentItemDto[];
  /** @example Does not fit */
  reason: string;
  /** @example The item was used */
  rejectionReason?: string;
  /**
   * The refund that it came to.
   * @example f1
   */
  refundId?: string;
  requestedAt: Date;
  updatedAt: Date;
}

/** What a refund gave back for one line. */
export class RefundLineDto {
  /** @example demo-1 */
  sku: string;
  /**
   * Units; 0 for goodwill.
   * @example 1
   */
  quantity: number;
  amount: MoneyDto;
}

/** Money that goes back to the buyer. */
export class RefundDto {
  /** @example f1 */
  id: string;
  @ApiProperty({ enum: ['items', 'amount'], enumName: 'RefundKind' })
  kind: 'items' | 'amount';
  @ApiProperty({ enum: ['vendor', 'marketplace'], enumName: 'Funder' })
  fundedBy: 'vendor' | 'marketplace';
  lines: RefundLineDto[];
  amount: MoneyDto;
  /** How much of it has been paid out. */
  refunded: MoneyDto;
  /** @example Arrived late */
  reason: string;
  /** @example r1 */
  returnId?: string;
  at: Date;
}

/** Why an order must wait. */
export class HoldDto {
  /** @example Address looks like a forwarder */
  reason: string;
  /** @example support */
  by: string;
  at: Date;
}
