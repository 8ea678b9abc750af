import { addAmounts, amountsDue, sumOf, totalDue, type Amounts } from '@marketplace/domain';
import { nextUnitsShare, openQuantity, openUnits, orderTotals, vendorOrderTotals } from './amounts.js';
import type { Order, OrderLine, Tender, VendorOrder } from './order.js';
import { orderStatus, paymentStatus } from './status.js';

type Rule = readonly [name: string, holds: boolean];

/** The rules that an order breaks; none may be broken at any moment of its life. */
export function brokenRules(order: Order): string[] {
  return broken([
    ...order.vendorOrders.flatMap((vendorOrder) => vendorOrder.lines.flatMap(lineRules)),
    ...order.vendorOrders.flatMap(vendorOrderRules),
    ...order.payment.tenders.flatMap((tender) => tenderRules(order, tender)),
    ...orderRules(order),
    ...stockRules(order),
  ]);
}

/** The rules that an order breaks although every payment has been decided and every movement of money is done. */
export function brokenRulesOnceSettled(order: Order): string[] {
  const lines = order.vendorOrders.flatMap((vendorOrder) => vendorOrder.lines);
  const { grandTotal, cancelled, captured } = orderTotals(order.vendorOrders);
  const shipped = totalDue(lines, (line) => line.shippedAmounts);
  const open = totalDue(lines, openAmounts);
  const held = sumOf(
    order.payment.tenders,
    ({ authorizedMinor, voidedMinor, capturedMinor }) => authorizedMinor - voidedMinor - capturedMinor,
  );
  return broken([
    ['what was shipped is captured', captured === shipped],
    ['cancelled + shipped + open = total', cancelled + shipped + open === grandTotal],
    ['nothing is held for a closed order', openUnits(order) > 0 || held === 0],
    ['what is open is held', order.status === 'pending' || held >= open],
    ['no operation is left', order.payment.operations.every((operation) => operation.status === 'done')],
  ]);
}

/** Makes every later change in place an error. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
  return value;
}

function broken(rules: readonly Rule[]): string[] {
  return rules.filter(([, holds]) => !holds).map(([name]) => name);
}

function openAmounts(line: OrderLine): Amounts {
  return nextUnitsShare(line, openQuantity(line));
}

function lineRules(line: OrderLine): Rule[] {
  const quantities = [line.cancelledQuantity, line.shippedQuantity, line.deliveredQuantity, line.returnedQuantity];
  const parts = [line.shippedAmounts, line.cancelledAmounts, openAmounts(line)];
  return [
    [`${line.sku}: quantities are never negative`, quantities.every((quantity) => quantity >= 0)],
    [`${line.sku}: never more units than ordered`, line.cancelledQuantity + line.shippedQuantity <= line.quantity],
    [`${line.sku}: only what was shipped is delivered`, line.deliveredQuantity <= line.shippedQuantity],
    [`${line.sku}: only what was delivered is returned`, line.returnedQuantity <= line.deliveredQuantity],
    [`${line.sku}: the parts add up to the line`, equal(parts.reduce(addAmounts), line.amounts)],
    [`${line.sku}: no part is negative`, parts.every((part) => Object.values(part).every((amount) => amount >= 0))],
  ];
}

function equal(a: Amounts, b: Amounts): boolean {
  return a.items === b.items && a.shipping === b.shipping && a.discount === b.discount && a.tax === b.tax;
}

function vendorOrderRules(vendorOrder: VendorOrder): Rule[] {
  const { vendorId, lines, shipments } = vendorOrder;
  const { commission, payout, captured, refunded } = vendorOrderTotals(vendorOrder);
  const shipped = totalDue(lines, (line) => line.shippedAmounts);
  return [
    [`${vendorId}: commission + payout = captured - refunded`, commission + payout === captured - refunded],
    [`${vendorId}: the commission is not negative`, commission >= 0],
    [
      `${vendorId}: the shipments are worth what was shipped`,
      sumOf(shipments, ({ amountMinor }) => amountMinor) === shipped,
    ],
    [`${vendorId}: no more is captured than was shipped`, shipments.every((s) => s.capturedMinor <= s.amountMinor)],
  ];
}

function tenderRules(order: Order, tender: Tender): Rule[] {
  const { id, authorizedMinor, voidedMinor, capturedMinor, refundedMinor } = tender;
  const queued = order.payment.operations.filter(
    (operation) => operation.tenderId === id && operation.kind === 'capture' && operation.status !== 'done',
  );
  const queuedMinor = sumOf(queued, (operation) => operation.amountMinor);
  return [
    [`${id}: no figure is negative`, Math.min(authorizedMinor, voidedMinor, capturedMinor, refundedMinor) >= 0],
    [`${id}: no more is authorized than asked for`, authorizedMinor <= tender.amountMinor],
    [`${id}: captured <= authorized - voided`, capturedMinor + queuedMinor <= authorizedMinor - voidedMinor],
    [`${id}: refunded <= captured`, refundedMinor <= capturedMinor],
  ];
}

function orderRules(order: Order): Rule[] {
  const totals = orderTotals(order.vendorOrders);
  const vendors = order.vendorOrders.map(vendorOrderTotals);
  const figures = Object.keys(totals) as (keyof typeof totals)[];
  const computed = orderStatus(order.vendorOrders.map(({ status }) => status));
  const tenders = order.payment.tenders;
  return [
    ...figures.map((figure): Rule => [
      `${figure}: the vendor orders add up to the order`,
      sumOf(vendors, (vendor) => vendor[figure]) === totals[figure],
    ]),
    ['the tenders bear the total', sumOf(tenders, (tender) => tender.amountMinor) === totals.grandTotal],
    [
      'the tenders captured what the shipments got',
      sumOf(tenders, (tender) => tender.capturedMinor) === totals.captured,
    ],
    ['the total is that of its parts', totals.grandTotal === amountsDue(totals)],
    ['the history has no gaps', order.history.every((entry, index) => entry.sequence === index + 1)],
    ['the history ends with the status', (order.history.at(-1)?.status ?? order.status) === order.status],
    ['operations have keys of their own', areDistinct(order.payment.operations.map((operation) => operation.key))],
    ['the payment status follows from the tenders', order.payment.status === paymentStatus(tenders)],
    [
      'the status follows from the vendor orders',
      order.status === computed || (order.status === 'payment_failed' && computed === 'cancelled'),
    ],
  ];
}

/** Of an announced order that has not been worked on: every stock operation is still queued. */
function stockRules(order: Order): Rule[] {
  if (order.stock.status !== 'reserved') return [];
  const { pending } = order.stock;
  const released = pending.filter(({ kind }) => kind === 'release').flatMap(({ items }) => items);
  const lines = order.vendorOrders.flatMap((vendorOrder) => vendorOrder.lines);
  return [
    ['stock operations have ids of their own', areDistinct(pending.map(({ id }) => id))],
    ...lines.map((line): Rule => [
      `${line.sku}: every cancelled unit is released once`,
      sumOf(released, ({ sku, quantity }) => (sku === line.sku ? quantity : 0)) === line.cancelledQuantity,
    ]),
  ];
}

function areDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
