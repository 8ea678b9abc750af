import { amountsDue, amountsOf, portion, sumOf, unitShare, type Amounts } from '@marketplace/domain';
import type { Order, OrderLine, VendorOrder } from './order.js';

/** Units of the line that have neither been shipped nor cancelled. */
export function openQuantity(line: OrderLine): number {
  return line.quantity - line.shippedQuantity - line.cancelledQuantity;
}

/** The share of the line's amounts that the next `count` open units bear. */
export function nextUnitsShare(line: OrderLine, count: number): Amounts {
  const from = line.shippedQuantity + line.cancelledQuantity;
  const share = (amount: number): number => unitShare(amount, line.quantity, from, count);
  return {
    items: share(line.amounts.items),
    shipping: share(line.amounts.shipping),
    discount: share(line.amounts.discount),
    tax: share(line.amounts.tax),
  };
}

/** Commission on the items of a line after the discounts that its vendor bears, for the units shipped so far. */
export function lineCommission(line: OrderLine, shipped: Amounts): number {
  const base = shipped.items - (line.discountFundedBy === 'vendor' ? shipped.discount : 0);
  return portion(Math.max(0, base), line.commissionRateBasisPoints);
}

/** The figures of a vendor order in minor units. */
export interface VendorOrderTotals extends Amounts {
  readonly grandTotal: number;
  readonly cancelled: number;
  readonly captured: number;
  readonly refunded: number;
  readonly commission: number;
  readonly payout: number;
}

export function vendorOrderTotals(vendorOrder: VendorOrder): VendorOrderTotals {
  const placed = amountsOf(vendorOrder.lines, (line) => line.amounts);
  const captured = sumOf(vendorOrder.shipments, (shipment) => shipment.capturedMinor);
  const refunded = sumOf(vendorOrder.refunds, (refund) => refund.refundedMinor);
  // Commission is earned as its shipment is captured and given back as its refund is paid out, so that
  // commission + payout = captured - refunded at any moment.
  const commission =
    sumOf(vendorOrder.shipments, (shipment) =>
      proRata(shipment.commissionMinor, shipment.capturedMinor, shipment.amountMinor),
    ) -
    sumOf(vendorOrder.refunds, (refund) => proRata(refund.commissionMinor, refund.refundedMinor, refund.amountMinor));
  return {
    ...placed,
    grandTotal: amountsDue(placed),
    cancelled: sumOf(vendorOrder.lines, (line) => amountsDue(line.cancelledAmounts)),
    captured,
    refunded,
    commission,
    payout: captured - refunded - commission,
  };
}

/** The part of an amount that belongs to `done` of `total`: all of it when there is nothing to wait for. */
function proRata(amountMinor: number, doneMinor: number, totalMinor: number): number {
  return totalMinor === 0 ? amountMinor : Number((BigInt(amountMinor) * BigInt(doneMinor)) / BigInt(totalMinor));
}

/** The order's figures: the sums of those of its vendor orders. */
export function orderTotals(vendorOrders: readonly VendorOrder[]): Omit<VendorOrderTotals, 'commission' | 'payout'> {
  const totals = vendorOrders.map(vendorOrderTotals);
  return {
    items: sumOf(totals, (total) => total.items),
    shipping: sumOf(totals, (total) => total.shipping),
    discount: sumOf(totals, (total) => total.discount),
    tax: sumOf(totals, (total) => total.tax),
    grandTotal: sumOf(totals, (total) => total.grandTotal),
    cancelled: sumOf(totals, (total) => total.cancelled),
    captured: sumOf(totals, (total) => total.captured),
    refunded: sumOf(totals, (total) => total.refunded),
  };
}

export function grandTotal(order: Pick<Order, 'vendorOrders'>): number {
  return orderTotals(order.vendorOrders).grandTotal;
}

/** The units of an order that have neither been shipped nor cancelled. */
export function openUnits(order: Pick<Order, 'vendorOrders'>): number {
  return sumOf(order.vendorOrders, (vendorOrder) => sumOf(vendorOrder.lines, openQuantity));
}
