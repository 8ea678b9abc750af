import { money } from '@marketplace/domain';
import type { Cancellation, Refund, Return, Units } from './domain/order.js';
import type { CancellationDto, RefundDto, ReturnDto, ShipmentItemDto } from './dto/after-sales.dto.js';

export function presentCancellation(cancellation: Cancellation, currency: string): CancellationDto {
  return {
    id: cancellation.id,
    items: cancellation.items.map(presentUnits),
    amount: money(cancellation.amountMinor, currency),
    ...(cancellation.reason === undefined ? {} : { reason: cancellation.reason }),
    ...(cancellation.reasonCode === undefined ? {} : { reasonCode: cancellation.reasonCode }),
    by: cancellation.by,
    at: cancellation.at,
  };
}

export function presentReturn(returned: Return): ReturnDto {
  return {
    id: returned.id,
    status: returned.status,
    items: returned.items.map(presentUnits),
    reason: returned.reason,
    ...(returned.rejectionReason === undefined ? {} : { rejectionReason: returned.rejectionReason }),
    ...(returned.refundId === undefined ? {} : { refundId: returned.refundId }),
    requestedAt: returned.requestedAt,
    updatedAt: returned.updatedAt,
  };
}

export function presentRefund(refund: Refund, currency: string): RefundDto {
  return {
    id: refund.id,
    kind: refund.kind,
    fundedBy: refund.fundedBy,
    lines: refund.lines.map(({ sku, quantity, amountMinor }) => ({
      sku,
      quantity,
      amount: money(amountMinor, currency),
    })),
    amount: money(refund.amountMinor, currency),
    refunded: money(refund.refundedMinor, currency),
    reason: refund.reason,
    ...(refund.returnId === undefined ? {} : { returnId: refund.returnId }),
    at: refund.at,
  };
}

function presentUnits({ sku, quantity }: Units): ShipmentItemDto {
  return { sku, quantity };
}
