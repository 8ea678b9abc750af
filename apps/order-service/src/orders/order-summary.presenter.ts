import { money } from '@marketplace/domain';
import type { Scope } from '../auth/principal.js';
import { orderTotals } from './domain/amounts.js';
import type { ShownOrder } from './domain/order.js';
import { orderStatus } from './domain/status.js';
import type { OrderSummaryDto } from './dto/order-summary.dto.js';
import { seesOnlyVendor } from './order.presenter.js';

/** The order in short, as the holder of a scope may see it. */
export function presentSummary(order: ShownOrder, scope: Scope): OrderSummaryDto {
  const vendorId = seesOnlyVendor(order, scope);
  const visible = order.vendorOrders.filter((part) => vendorId === undefined || part.vendorId === vendorId);
  const isWhole = vendorId === undefined;
  return {
    id: order.id,
    number: order.number,
    status: isWhole ? order.status : orderStatus(visible.map((part) => part.status)),
    currency: order.currency,
    ...(isWhole && order.customerId !== undefined ? { customerId: order.customerId } : {}),
    vendorOrders: visible.map((part) => ({ vendorId: part.vendorId, status: part.status })),
    totals: { grandTotal: money(orderTotals(visible).grandTotal, order.currency) },
    ...(isWhole ? { payment: { status: order.payment.status } } : {}),
    version: order.version,
    placedAt: order.placedAt,
    updatedAt: order.updatedAt,
  };
}
