import { ApiProperty } from '@nestjs/swagger';
import { MoneyDto } from '../../common/money.dto.js';
import {
  ORDER_STATUSES,
  PAYMENT_STATUSES,
  VENDOR_ORDER_STATUSES,
  type OrderStatus,
  type PaymentStatus,
  type VendorOrderStatus,
} from '../domain/status.js';

/** What one vendor ships, in short. */
export class VendorOrderSummaryDto {
  /** @example vendor-1 */
  vendorId: string;
  @ApiProperty({ enum: VENDOR_ORDER_STATUSES, enumName: 'VendorOrderStatus' })
  status: VendorOrderStatus;
}

export class OrderSummaryTotalsDto {
  /** As placed; what fell away since is not taken off. */
  grandTotal: MoneyDto;
}

export class PaymentSummaryDto {
  @ApiProperty({ enum: PAYMENT_STATUSES, enumName: 'PaymentStatus' })
  status: PaymentStatus;
}

/** An order in short, for lists over NATS: a message does not hold as much as an HTTP reply. A vendor sees its own part only. */
export class OrderSummaryDto {
  /** @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77 */
  id: string;
  /** @example 7K2M-9QXT-4BC */
  number: string;
  @ApiProperty({ enum: ORDER_STATUSES, enumName: 'OrderStatus' })
  status: OrderStatus;
  /** @example USD */
  currency: string;
  /**
   * Absent for guests; not shown to vendors.
   * @example alice
   */
  customerId?: string;
  vendorOrders: VendorOrderSummaryDto[];
  totals: OrderSummaryTotalsDto;
  /** Not shown to vendors. */
  payment?: PaymentSummaryDto;
  /** @example 4 */
  version: number;
  placedAt: Date;
  updatedAt: Date;
}

/** A page of orders in short, newest first. It ends before its limit where the reply would outgrow a message. */
export class OrderSummaryPageDto {
  items: OrderSummaryDto[];
  /** Give it as `cursor` for the next page; null on the last one. */
  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor: string | null;
}
