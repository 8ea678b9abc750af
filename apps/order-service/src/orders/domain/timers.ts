import { advance, isUnsettled, withVendorOrder } from './advance.js';
import { vendorOrderTotals } from './amounts.js';
import { expiryWarningAt, flagExpiry } from './authorization-expiry.js';
import { unwoundBy } from './authorize-payment.js';
import { cancelEverything, openByVendor } from './open-units.js';
import type { ChangeContext, Order, VendorOrder } from './order.js';

/** How long things may take, in milliseconds. */
export interface Timing {
  /** An order that is not paid for by then expires. */
  readonly unpaidExpiryMs: number;
  /** A vendor that has not begun by then is flagged. */
  readonly vendorActWithinMs: number;
  /** So long before an authorization lapses its order is flagged, if goods are still to be paid from it. */
  readonly expiryWarningMs: number;
  /** Delivered goods may be sent back for so long; then the vendor's money is due. */
  readonly returnWindowMs: number;
}

/** When time alone will change the order next; undefined when it never will. */
export function nextTimerAt(order: Order, timing: Timing): Date | undefined {
  const instants = order.vendorOrders.flatMap((vendorOrder) => [
    ...instant(actBy(order, vendorOrder, timing)),
    ...instant(payoutAt(vendorOrder, timing)),
  ]);
  if (order.status === 'pending') instants.push(expiresAt(order, timing));
  instants.push(...instant(expiryWarningAt(order, timing.expiryWarningMs)));
  return instants.length === 0 ? undefined : new Date(Math.min(...instants.map((at) => at.getTime())));
}

/** Does what the time has come for. */
export function runTimers(order: Order, timing: Timing, context: ChangeContext): Order {
  if (order.status === 'pending' && isUnsettled(order) && expiresAt(order, timing) <= context.now) {
    return expireOrder(order, context);
  }
  const warned = isOver(expiryWarningAt(order, timing.expiryWarningMs), context) ? flagExpiry(order, context) : order;
  return order.vendorOrders.reduce((next, vendorOrder) => {
    if (isOver(actBy(order, vendorOrder, timing), context)) {
      const flagged = { ...vendorOrder, overdueSince: context.now };
      return advance(next, { vendorOrders: withVendorOrder(next, flagged) }, [], context);
    }
    if (isOver(payoutAt(vendorOrder, timing), context)) return makePayoutEligible(next, vendorOrder, context);
    return next;
  }, warned);
}

/** Nobody paid in time: everything is given up, and the cart given back. */
function expireOrder(order: Order, context: ChangeContext): Order {
  // Before stock is held nobody has heard of the order; its own checkout, or the recovery of it, ends it.
  if (order.stock.status === 'reserving') return order;
  const payment = { ...order.payment, operations: unwoundBy(order, order.payment.tenders, context) };
  const returnsCart = order.cartId === undefined ? {} : { returnsCart: true };
  const ended = { ...cancelEverything(order), payment, ...returnsCart };
  return advance(order, ended, [{ type: 'expired', data: openByVendor(order) }], context);
}

function makePayoutEligible(order: Order, vendorOrder: VendorOrder, context: ChangeContext): Order {
  const eligible = { ...vendorOrder, payoutEligibleAt: context.now };
  const { vendorId } = vendorOrder;
  const amount = { amount: vendorOrderTotals(vendorOrder).payout, currency: order.currency };
  const vendorOrders = withVendorOrder(order, eligible);
  return advance(order, { vendorOrders }, [{ type: 'payout-eligible', vendorId, data: { amount } }], context);
}

function expiresAt(order: Order, timing: Timing): Date {
  return later(order.placedAt, timing.unpaidExpiryMs);
}

/** Not while the order is held: then the vendor may not begin. */
function actBy(order: Order, vendorOrder: VendorOrder, timing: Timing): Date | undefined {
  const { status, confirmedAt, overdueSince } = vendorOrder;
  const waits = !order.hold && status === 'confirmed' && confirmedAt !== undefined && overdueSince === undefined;
  return waits ? later(confirmedAt, timing.vendorActWithinMs) : undefined;
}

/** Not while a return is under way, nor before all is captured: what is due must be what is told. */
function payoutAt(vendorOrder: VendorOrder, timing: Timing): Date | undefined {
  const { status, deliveredAt, payoutEligibleAt, returns, shipments } = vendorOrder;
  const arrived = (status === 'delivered' || status === 'returned') && deliveredAt !== undefined;
  const underWay = returns.some((each) => each.status !== 'refunded' && each.status !== 'rejected');
  const captured = shipments.every((shipment) => shipment.capturedMinor === shipment.amountMinor);
  return arrived && captured && !underWay && payoutEligibleAt === undefined
    ? later(deliveredAt, timing.returnWindowMs)
    : undefined;
}

function later(from: Date, milliseconds: number): Date {
  return new Date(from.getTime() + milliseconds);
}

function instant(at: Date | undefined): Date[] {
  return at ? [at] : [];
}

function isOver(at: Date | undefined, { now }: ChangeContext): boolean {
  return at !== undefined && at <= now;
}
