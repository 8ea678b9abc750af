import {
  addAmounts,
  allocate,
  amountsDue,
  subtractAmounts,
  sum,
  sumOf,
  unitShare,
  type Amounts,
} from '@marketplace/domain';
import { ProblemError } from '@marketplace/contracts';
import { advance, newOperation, withVendorOrder } from './advance.js';
import { lineCommission } from './amounts.js';
import type { ChangeContext, Order, OrderLine, Payment, Refund, RefundLine, VendorOrder } from './order.js';
import { selectUnits, type Selection, type UnitRequest } from './unit-selection.js';

export interface RefundRequest extends UnitRequest {
  /** Gives back an amount, for no units. Left out together with `items`: gives back everything that can be. */
  readonly amountMinor?: number | undefined;
  /** Who bears an amount: the vendor, unless told. */
  readonly fundedBy?: 'vendor' | 'marketplace' | undefined;
  readonly reason: string;
  readonly returnId?: string | undefined;
}

/** Shipped units whose price has not been given back. */
export function refundableQuantity(line: OrderLine): number {
  return line.shippedQuantity - line.refundedQuantity;
}

/** What can still be given back for a line: what was shipped, less all that was given back. */
export function refundableMinor(line: OrderLine): number {
  return (
    amountsDue(line.shippedAmounts) -
    amountsDue(line.refundedAmounts) -
    line.vendorGoodwillMinor -
    line.marketplaceGoodwillMinor
  );
}

/**
 * Gives money back: for units at what they cost, with the commission on them; or an amount, spread over the lines by what
 * can still be given back for each. Queued with the tenders in reverse order, and never more than was captured.
 *
 * @throws ProblemError `refund_exceeds_captured`, `quantity_unavailable`
 */
export function refund(order: Order, request: RefundRequest, context: ChangeContext): Order {
  if (request.amountMinor !== undefined) return refundAmount(order, request.amountMinor, request, context);
  const selections = selectUnits(order, request, refundableQuantity);
  // Everything that can be given back leaves out the parts for which nothing has been captured yet.
  const captured = selections.filter(({ vendorId }) => isCaptured(vendorOrderOf(order, vendorId)));
  const wanted = request.items || captured.length === 0 ? selections : captured;
  return wanted.reduce((next, selection) => refundUnits(next, selection, request, context), order);
}

function refundUnits(order: Order, selection: Selection, request: RefundRequest, context: ChangeContext): Order {
  const vendorOrder = vendorOrderOf(order, selection.vendorId);
  const refunded = vendorOrder.lines.map((line) => refundLine(line, selection.units.get(line.sku) ?? 0));
  return queueRefund(order, vendorOrder, 'items', refunded, request, context);
}

interface RefundedLine {
  readonly line: OrderLine;
  readonly refund?: RefundLine;
}

function refundLine(line: OrderLine, count: number): RefundedLine {
  if (count === 0) return { line };
  const retained = subtractAmounts(line.shippedAmounts, line.refundedAmounts);
  const left = refundableQuantity(line);
  const part = (amount: number): number => unitShare(amount, left, 0, count);
  const share: Amounts = {
    items: part(retained.items),
    shipping: part(retained.shipping),
    discount: part(retained.discount),
    tax: part(retained.tax),
  };
  const amountMinor = Math.min(amountsDue(share), refundableMinor(line));
  // Goodwill given for these units before counts towards their price; what the marketplace bore of it goes back to it.
  const absorbedMinor = amountsDue(share) - amountMinor;
  const byMarketplace = Math.min(absorbedMinor, line.marketplaceGoodwillMinor);
  const refundedAmounts = addAmounts(line.refundedAmounts, share);
  const commissionMinor =
    lineCommission(line, retained) - lineCommission(line, subtractAmounts(line.shippedAmounts, refundedAmounts));
  return {
    line: {
      ...line,
      refundedQuantity: line.refundedQuantity + count,
      refundedAmounts,
      marketplaceGoodwillMinor: line.marketplaceGoodwillMinor - byMarketplace,
      vendorGoodwillMinor: line.vendorGoodwillMinor - (absorbedMinor - byMarketplace),
    },
    refund: { sku: line.sku, quantity: count, amountMinor, commissionMinor: commissionMinor - byMarketplace },
  };
}

function refundAmount(order: Order, amountMinor: number, request: RefundRequest, context: ChangeContext): Order {
  const concerned = order.vendorOrders.filter(
    ({ vendorId }) => request.vendorId === undefined || vendorId === request.vendorId,
  );
  const possible = concerned.map((vendorOrder) =>
    Math.max(0, Math.min(sumOf(vendorOrder.lines, refundableMinor), capturedLeft(vendorOrder))),
  );
  if (amountMinor > sum(possible)) throw exceeds(amountMinor, sum(possible), order.currency);
  const shares = allocate(amountMinor, possible);
  return concerned.reduce((next, { vendorId }, index) => {
    const share = shares[index] ?? 0;
    if (share === 0) return next;
    const vendorOrder = vendorOrderOf(next, vendorId);
    const parts = allocate(share, vendorOrder.lines.map(refundableMinor));
    const refunded = vendorOrder.lines.map((line, at) => goodwillLine(line, parts[at] ?? 0, request.fundedBy));
    return queueRefund(next, vendorOrder, 'amount', refunded, request, context);
  }, order);
}

function goodwillLine(line: OrderLine, amountMinor: number, fundedBy: RefundRequest['fundedBy']): RefundedLine {
  if (amountMinor === 0) return { line };
  return fundedBy === 'marketplace'
    ? {
        line: { ...line, marketplaceGoodwillMinor: line.marketplaceGoodwillMinor + amountMinor },
        refund: { sku: line.sku, quantity: 0, amountMinor, commissionMinor: amountMinor },
      }
    : {
        line: { ...line, vendorGoodwillMinor: line.vendorGoodwillMinor + amountMinor },
        refund: { sku: line.sku, quantity: 0, amountMinor, commissionMinor: 0 },
      };
}

function queueRefund(
  order: Order,
  vendorOrder: VendorOrder,
  kind: Refund['kind'],
  refunded: readonly RefundedLine[],
  request: RefundRequest,
  context: ChangeContext,
): Order {
  const lines = refunded.flatMap(({ refund: part }) => (part ? [part] : []));
  const amountMinor = sumOf(lines, (line) => line.amountMinor);
  const possible = capturedLeft(vendorOrder);
  if (amountMinor > possible) throw exceeds(amountMinor, possible, order.currency);
  const made: Refund = {
    id: `f${sumOf(order.vendorOrders, ({ refunds }) => refunds.length) + 1}`,
    kind,
    fundedBy: kind === 'amount' ? (request.fundedBy ?? 'vendor') : 'vendor',
    lines,
    amountMinor,
    commissionMinor: sumOf(lines, (line) => line.commissionMinor),
    refundedMinor: 0,
    ...(request.returnId === undefined ? {} : { returnId: request.returnId }),
    reason: request.reason,
    by: context.actor.kind,
    at: context.now,
  };
  const changed = { ...vendorOrder, lines: refunded.map(({ line }) => line), refunds: [...vendorOrder.refunds, made] };
  const payment = payBack(order, vendorOrder.vendorId, made, context);
  return advance(order, { vendorOrders: withVendorOrder(order, changed), payment }, [], context);
}

/** The last tender that was captured pays back first. */
function payBack(order: Order, vendorId: string, made: Refund, context: ChangeContext): Payment {
  let operations = order.payment.operations;
  let left = made.amountMinor;
  for (const tender of order.payment.tenders.toReversed()) {
    const queued = sumOf(operations, (operation) =>
      operation.tenderId === tender.id && operation.refundId !== undefined && operation.status !== 'done'
        ? operation.amountMinor
        : 0,
    );
    const amount = Math.min(left, tender.capturedMinor - tender.refundedMinor - queued);
    if (amount <= 0) continue;
    const cause = { vendorId, refundId: made.id };
    operations = [...operations, newOperation(order, operations, 'refund', tender.id, amount, context, cause)];
    left -= amount;
  }
  if (left > 0) throw exceeds(made.amountMinor, made.amountMinor - left, order.currency);
  return { ...order.payment, operations };
}

/** What costs nothing waits for no capture. */
function isCaptured({ shipments }: VendorOrder): boolean {
  return shipments.some(({ amountMinor, capturedMinor }) => capturedMinor > 0 || amountMinor === 0);
}

/** What was captured for a vendor order and is not on its way back. */
function capturedLeft(vendorOrder: VendorOrder): number {
  return (
    sumOf(vendorOrder.shipments, (shipment) => shipment.capturedMinor) -
    sumOf(vendorOrder.refunds, (made) => made.amountMinor)
  );
}

function vendorOrderOf(order: Order, vendorId: string): VendorOrder {
  const found = order.vendorOrders.find((vendorOrder) => vendorOrder.vendorId === vendorId);
  if (!found) throw new Error(`order ${order.id} has no vendor order of ${vendorId}`);
  return found;
}

function exceeds(amountMinor: number, possibleMinor: number, currency: string): ProblemError {
  return new ProblemError('refund_exceeds_captured', `at most ${possibleMinor} can be given back, not ${amountMinor}`, {
    refundable: { amount: possibleMinor, currency },
  });
}
