import { amountsDue, IllegalTransitionError, sumOf } from '@marketplace/domain';
import { advance, withVendorOrder, type NewEvent } from './advance.js';
import { nextUnitsShare, openQuantity } from './amounts.js';
import { unwoundBy } from './authorize-payment.js';
import { closePayment } from './close-payment.js';
import type { Cancellation, CancellationReasonCode, ChangeContext, Order, VendorOrder } from './order.js';
import { cancelUnitsOf, releaseStock } from './open-units.js';
import { vendorOrderMachine } from './status.js';
import { selectUnits, unitsOf, type Selection, type UnitRequest } from './unit-selection.js';
import { arrivalOf, withStatus } from './vendor-order-status.js';

export interface CancellationReason {
  readonly reason?: string | undefined;
  readonly reasonCode?: CancellationReasonCode | undefined;
}

/**
 * Cancels some units or all that have not left: their share of the money falls away, and their stock goes back.
 *
 * @param beforeShipment refuses units of a vendor order of which anything has left, as for customers
 * @throws IllegalTransitionError, ProblemError `quantity_unavailable`
 */
export function cancelUnits(
  order: Order,
  request: UnitRequest,
  why: CancellationReason,
  beforeShipment: boolean,
  context: ChangeContext,
): Order {
  const named = order.vendorOrders.filter(
    ({ vendorId }) => request.vendorId === undefined || vendorId === request.vendorId,
  );
  const wanted = new Set(request.items?.map(({ sku }) => sku));
  // Parts that were cancelled before do not stand in the way of the others, unless they are all there is.
  const live = named.filter(({ status }) => status !== 'cancelled');
  const concerned = request.items
    ? named.filter(({ lines }) => lines.some(({ sku }) => wanted.has(sku)))
    : live.length > 0
      ? live
      : named;
  const blocked = concerned.find((vendorOrder) => !mayCancel(vendorOrder, beforeShipment));
  if (blocked && (beforeShipment || concerned.every((vendorOrder) => !mayCancel(vendorOrder, beforeShipment)))) {
    throw new IllegalTransitionError(
      'vendor order',
      blocked.status,
      'cancelled',
      vendorOrderMachine.allowedFrom(blocked.status),
    );
  }
  const selections = selectUnits(order, request, openQuantity);
  return cancelSelections(order, selections, why, context);
}

/** Units that have not left can be cancelled even when others have, but not by those who must do it before. */
function mayCancel(vendorOrder: VendorOrder, beforeShipment: boolean): boolean {
  if (vendorOrderMachine.allows(vendorOrder.status, 'cancelled')) return true;
  return !beforeShipment && vendorOrder.status === 'partially_shipped';
}

/** Cancels what was selected, and lets go of the money that nothing will be shipped for any more. */
export function cancelSelections(
  order: Order,
  selections: readonly Selection[],
  why: CancellationReason,
  context: ChangeContext,
): Order {
  const events: NewEvent[] = [];
  let next = order;
  for (const selection of selections) {
    const vendorOrder = next.vendorOrders.find(({ vendorId }) => vendorId === selection.vendorId);
    if (!vendorOrder) continue;
    const cancellation = cancellationOf(next, vendorOrder, selection, why, context);
    const cancelled = {
      ...cancelUnitsOf(vendorOrder, selection.units),
      cancellations: [...vendorOrder.cancellations, cancellation],
    };
    const changed = withStatus(cancelled, context.now);
    next = { ...next, vendorOrders: withVendorOrder(next, changed) };
    const { id, items, amountMinor, reason, reasonCode } = cancellation;
    events.push({
      type: 'cancelled',
      vendorId: vendorOrder.vendorId,
      data: {
        cancellationId: id,
        items,
        amount: { amount: amountMinor, currency: order.currency },
        ...(reason === undefined ? {} : { reason }),
        ...(reasonCode === undefined ? {} : { reasonCode }),
        from: vendorOrder.status,
        to: changed.status,
      },
    });
    events.push(...arrivalOf(vendorOrder, changed));
  }
  const stock = releaseStock(order, selections.flatMap(unitsOf));
  const ended = next.vendorOrders.every((vendorOrder) => vendorOrder.status === 'cancelled');
  const payment = ended
    ? { ...order.payment, operations: unwoundBy(next, order.payment.tenders, context) }
    : closePayment(next, order.payment, context);
  return advance(order, { vendorOrders: next.vendorOrders, stock, payment }, events, context);
}

function cancellationOf(
  order: Order,
  vendorOrder: VendorOrder,
  selection: Selection,
  { reason, reasonCode }: CancellationReason,
  context: ChangeContext,
): Cancellation {
  const shares = vendorOrder.lines.map((line) => nextUnitsShare(line, selection.units.get(line.sku) ?? 0));
  return {
    id: `c${sumOf(order.vendorOrders, ({ cancellations }) => cancellations.length) + 1}`,
    items: unitsOf(selection),
    amountMinor: sumOf(shares, amountsDue),
    ...(reason === undefined ? {} : { reason }),
    ...(reasonCode === undefined ? {} : { reasonCode }),
    by: context.actor.kind,
    at: context.now,
  };
}
