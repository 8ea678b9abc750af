import { addAmounts, amountsDue, sumOf, type Amounts } from '@marketplace/domain';
import { nextUnitsShare, openQuantity, orderTotals, vendorOrderTotals } from '../orders/domain/amounts.js';
import { givenBackMinor } from '../orders/domain/give-back.js';
import { ledgerOf } from '../orders/domain/ledger.js';
import type { Order, OrderLine, VendorOrder } from '../orders/domain/order.js';
import { orderStatus, paymentStatus } from '../orders/domain/status.js';
import { broken, same, type Finding, type Rule } from './finding.js';
import { moneyRules } from './money-checks.js';

/** What does not agree within an order. All of it is written at once, so none of it may be under way. */
export function checkOrder(order: Order): Finding[] {
  return [
    ...broken('totals', () => totalsRules(order)),
    ...broken('units', () => order.vendorOrders.flatMap(unitRules)),
    ...broken('money', () => moneyRules(order)),
    ...broken('status', () => statusRules(order)),
    ...broken('history', () => historyRules(order)),
    ...broken('ledger', () => ledgerRules(order)),
  ];
}

function totalsRules(order: Order): Rule[] {
  const totals = orderTotals(order.vendorOrders);
  const parts = order.vendorOrders.map(vendorOrderTotals);
  const figures = Object.keys(totals) as (keyof typeof totals)[];
  const lines = order.vendorOrders.flatMap((vendorOrder) => vendorOrder.lines);
  const { tenders } = order.payment;
  return [
    ...figures.map((figure) =>
      same(
        figure,
        sumOf(parts, (part) => part[figure]),
        totals[figure],
      ),
    ),
    same('grandTotal', totals.grandTotal, amountsDue(totals)),
    same(
      'tenders of the total',
      sumOf(tenders, (tender) => tender.amountMinor),
      totals.grandTotal,
    ),
    ...lines.flatMap(lineRules),
    ...order.vendorOrders.flatMap(cancellationRules),
  ];
}

function lineRules(line: OrderLine): Rule[] {
  // A share of units that cannot be is told by the units themselves.
  if (openQuantity(line) < 0 || line.shippedQuantity < 0 || line.cancelledQuantity < 0) return [];
  const parts = addAmounts(
    addAmounts(line.shippedAmounts, line.cancelledAmounts),
    nextUnitsShare(line, openQuantity(line)),
  );
  const components = Object.keys(line.amounts) as (keyof Amounts)[];
  return components.map((component) =>
    same(`${line.sku}: shipped + cancelled + open ${component}`, parts[component], line.amounts[component]),
  );
}

function cancellationRules({ vendorId, lines, cancellations }: VendorOrder): Rule[] {
  const cancelled = sumOf(lines, (line) => amountsDue(line.cancelledAmounts));
  const recorded = sumOf(cancellations, ({ amountMinor }) => amountMinor);
  // What falls away with a failed or expired order has no record of its own.
  return [
    [recorded <= cancelled, `${vendorId}: cancellations of ${recorded} are more than was cancelled (${cancelled})`],
  ];
}

function unitRules(vendorOrder: VendorOrder): Rule[] {
  return vendorOrder.lines.flatMap((line) => {
    const { sku, quantity, cancelledQuantity, shippedQuantity, deliveredQuantity, returnedQuantity, refundedQuantity } =
      line;
    const all = [quantity, cancelledQuantity, shippedQuantity, deliveredQuantity, returnedQuantity, refundedQuantity];
    const { shipments, refunds, returns, cancellations } = vendorOrder;
    const arrived = shipments.filter(({ status }) => status === 'delivered');
    const back = returns.filter(({ status }) => status === 'received' || status === 'refunded');
    return [
      [all.every((count) => Number.isSafeInteger(count) && count >= 0), `${sku}: a quantity is not a count`],
      [cancelledQuantity + shippedQuantity <= quantity, `${sku}: more units shipped and cancelled than ordered`],
      [refundedQuantity <= shippedQuantity, `${sku}: more units refunded than shipped`],
      same(`${sku}: units in parcels and shipped`, unitsIn(shipments, sku), shippedQuantity),
      same(`${sku}: units in parcels that arrived and delivered`, unitsIn(arrived, sku), deliveredQuantity),
      same(`${sku}: units in returns that came back and returned`, unitsIn(back, sku), returnedQuantity),
      same(
        `${sku}: units in refunds and refunded`,
        unitsIn(
          refunds.map(({ lines }) => ({ items: lines })),
          sku,
        ),
        refundedQuantity,
      ),
      [unitsIn(cancellations, sku) <= cancelledQuantity, `${sku}: more units in cancellations than were cancelled`],
    ];
  });
}

function unitsIn(lists: readonly { items: readonly { sku: string; quantity: number }[] }[], sku: string): number {
  return sumOf(
    lists.flatMap(({ items }) => items),
    (units) => (units.sku === sku ? units.quantity : 0),
  );
}

function statusRules(order: Order): Rule[] {
  const computed = orderStatus(order.vendorOrders.map(({ status }) => status));
  const expected = order.status === 'payment_failed' ? 'cancelled' : order.status;
  const payment = paymentStatus(order.payment.tenders);
  const told = order.history.at(-1)?.status ?? order.status;
  return [
    [computed === expected, `the order is ${order.status}, its parts make it ${computed}`],
    [payment === order.payment.status, `the payment is ${order.payment.status}, its tenders make it ${payment}`],
    [told === order.status, `the order is ${order.status}, its history ends with ${told}`],
    ...order.vendorOrders.map(({ vendorId, status, lines }): Rule => {
      const open = sumOf(lines, openQuantity);
      const ended = status === 'cancelled';
      return [!ended || open === 0, `${vendorId}: it is cancelled, and ${open} units are open`];
    }),
  ];
}

function historyRules({ history, publishedSequence }: Order): Rule[] {
  const gap = history.findIndex((entry, index) => entry.sequence !== index + 1);
  const last = history.at(-1)?.sequence ?? 0;
  return [
    [gap === -1, `entry ${gap + 1} has the sequence ${history[gap]?.sequence}`],
    [publishedSequence <= last, `${publishedSequence} events are published, and there are only ${last}`],
  ];
}

function ledgerRules(order: Order): Rule[] {
  const { totals: figures } = ledgerOf(order);
  const totals = orderTotals(order.vendorOrders);
  const { tenders } = order.payment;
  const givenBack = givenBackMinor(order.payment);
  return [
    same('placed', figures.placed, totals.grandTotal),
    same('cancelled', figures.cancelled, totals.cancelled),
    same('captured', figures.captured, totals.captured + givenBack),
    same('refunded', figures.refunded, totals.refunded + givenBack),
    same(
      'authorized',
      figures.authorized,
      sumOf(tenders, (tender) => tender.authorizedMinor),
    ),
    same(
      'voided',
      figures.voided,
      sumOf(tenders, (tender) => tender.voidedMinor),
    ),
    same('commission + payout', figures.commission + figures.payout, figures.captured - figures.refunded),
    ...order.vendorOrders.flatMap((vendorOrder): Rule[] => {
      const { vendorId } = vendorOrder;
      const part = vendorOrderTotals(vendorOrder);
      const own = ledgerOf(order, vendorId).totals;
      return [
        same(`${vendorId}: commission`, own.commission, part.commission),
        same(`${vendorId}: payout`, own.payout, part.payout),
      ];
    }),
  ];
}
