import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MoneyDto, SignedMoneyDto } from '../../common/money.dto.js';
import { CancellationDto, HoldDto, RefundDto, ReturnDto, ShipmentItemDto } from './after-sales.dto.js';
import {
  ORDER_STATUSES,
  PAYMENT_STATUSES,
  SHIPMENT_STATUSES,
  VENDOR_ORDER_STATUSES,
  type OrderStatus,
  type PaymentStatus,
  type ShipmentStatus,
  type VendorOrderStatus,
} from '../domain/status.js';
import { AddressDto } from './order-requests.dto.js';

/** Units of one product of one vendor, and how far they have come. */
export class OrderLineDto {
  /** @example demo-1 */
  sku: string;
  /** @example Demo product 1 */
  name: string;
  /** @example 2 */
  quantity: number;
  unitPrice: MoneyDto;
  /** Unit price times quantity. */
  lineTotal: MoneyDto;
  /** Discount on the line. */
  discount: MoneyDto;
  @ApiPropertyOptional({ enum: ['vendor', 'marketplace'], enumName: 'Funder', description: 'Who bears the discount' })
  discountFundedBy?: 'vendor' | 'marketplace';
  /** The line's share of the shipping. */
  shipping: MoneyDto;
  tax: MoneyDto;
  /** @example 0 */
  cancelledQuantity: number;
  /** @example 2 */
  shippedQuantity: number;
  /** @example 0 */
  deliveredQuantity: number;
  /** @example 0 */
  returnedQuantity: number;
  /**
   * Units whose price was given back.
   * @example 0
   */
  refundedQuantity: number;
}

/** A parcel. */
export class ShipmentDto {
  /** @example s1 */
  id: string;
  @ApiProperty({ enum: SHIPMENT_STATUSES, enumName: 'ShipmentStatus' })
  status: ShipmentStatus;
  /** @example DHL */
  carrier?: string;
  /** @example 00340434161094042557 */
  trackingNumber?: string;
  /** @example https://carrier.example/track/00340434161094042557 */
  trackingUrl?: string;
  items: ShipmentItemDto[];
  shippedAt: Date;
  deliveredAt?: Date;
}

/** A vendor order's money. `grandTotal` is as placed and never changes; `cancelled` says how much of it fell away. */
export class VendorOrderTotalsDto {
  items: MoneyDto;
  shipping: MoneyDto;
  discount: MoneyDto;
  tax: MoneyDto;
  grandTotal: MoneyDto;
  cancelled: MoneyDto;
  /** The marketplace's share of what was captured and not refunded. Less than nothing where it bears more goodwill than that. */
  commission: SignedMoneyDto;
  /** The vendor's share: captured - refunded - commission. Less than nothing where a refund costs the vendor more than it got. */
  payout: SignedMoneyDto;
  refunded: MoneyDto;
}

/** What one vendor ships. */
export class VendorOrderDto {
  /** @example vendor-1 */
  vendorId: string;
  @ApiProperty({ enum: VENDOR_ORDER_STATUSES, enumName: 'VendorOrderStatus' })
  status: VendorOrderStatus;
  items: OrderLineDto[];
  totals: VendorOrderTotalsDto;
  shipments: ShipmentDto[];
  cancellations: CancellationDto[];
  returns: ReturnDto[];
  refunds: RefundDto[];
  /** Since when the vendor should have begun. */
  overdueSince?: Date;
  /** When the payout became due: delivered, and the time to return is over. */
  payoutEligibleAt?: Date;
}

/** The order's money; the sums of its vendor orders. */
export class OrderTotalsDto {
  items: MoneyDto;
  shipping: MoneyDto;
  discount: MoneyDto;
  tax: MoneyDto;
  grandTotal: MoneyDto;
  cancelled: MoneyDto;
  refunded: MoneyDto;
}

/** What the buyer has to do for the payment to go on. */
export class NextActionDto {
  /** @example redirect */
  type: 'redirect';
  /** @example https://bank.example/confirm/123 */
  url: string;
}

/** One means of payment. */
export class TenderDto {
  /** @example t1 */
  id: string;
  @ApiProperty({ enum: PAYMENT_STATUSES, enumName: 'PaymentStatus' })
  status: PaymentStatus;
  amount: MoneyDto;
  /** Held at the moment or captured: what was authorized less what was voided. */
  authorized: MoneyDto;
  captured: MoneyDto;
  refunded: MoneyDto;
  /** Why it was declined. */
  reason?: string;
}

/** The payment, over all tenders. */
export class PaymentDto {
  @ApiProperty({ enum: PAYMENT_STATUSES, enumName: 'PaymentStatus' })
  status: PaymentStatus;
  /** What was authorized less what was voided. */
  authorized: MoneyDto;
  captured: MoneyDto;
  refunded: MoneyDto;
  nextAction?: NextActionDto;
  /** When the first authorization lapses that goods still to be shipped are to be paid from; absent when none will. */
  authorizationExpiresAt?: Date;
  /** An authorization is about to lapse: ship, or cancel what cannot be shipped in time. Since when that is known. */
  authorizationExpiringSince?: Date;
  tenders: TenderDto[];
}

/** An order. A vendor sees its own vendor order and the shipping address only. */
export class OrderDto {
  /** @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77 */
  id: string;
  /**
   * For people: short, unambiguous, with a check symbol.
   * @example 7K2M-9QXT-4BC
   */
  number: string;
  /** @example import-2026-000123 */
  clientReference?: string;
  /**
   * Absent for guests.
   * @example alice
   */
  customerId?: string;
  /** @example alice@example.com */
  email?: string;
  /**
   * The language of messages to the buyer, a BCP 47 tag.
   * @example de-CH
   */
  locale?: string;
  @ApiProperty({ enum: ORDER_STATUSES, enumName: 'OrderStatus' })
  status: OrderStatus;
  /** @example USD */
  currency: string;
  vendorOrders: VendorOrderDto[];
  totals: OrderTotalsDto;
  /** Not shown to vendors. */
  payment?: PaymentDto;
  shippingAddress: AddressDto;
  billingAddress?: AddressDto;
  /** The order is kept from being processed and shipped; shown to vendors and staff. */
  hold?: HoldDto;

  /** Since when the order no longer tells whose it was. */
  anonymisedAt?: Date;
  /**
   * Counts the changes; also the ETag.
   * @example 4
   */
  version: number;
  placedAt: Date;
  updatedAt: Date;
  /** A guest's token for this order; only in the reply that placed it. */
  accessToken?: string;
}

/** A page of orders, newest first. */
export class OrderPageDto {
  items: OrderDto[];
  /** Give it as `cursor` for the next page; null on the last one. */
  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor: string | null;
}
