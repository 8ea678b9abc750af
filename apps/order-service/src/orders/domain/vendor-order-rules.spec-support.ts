import { addAmounts, amountsDue, subtractAmounts, sumOf, totalDue, type Amounts } from '@marketplace/domain';
import { lineCommission, nextUnitsShare, openQuantity, vendorOrderTotals, type VendorOrderTotals } from './amounts.js';
import type { OrderLine, Refund, Units, VendorOrder } from './order.js';
import { refundableMinor } from './refund.js';
import type { VendorOrderStatus } from './status.js';

export type Rule = readonly [name: string, holds: boolean];

export function broken(of: string, rules: readonly Rule[]): string[] {
  return rules.filter(([, holds]) => !holds).map(([name]) => `${of}: ${name}`);
}

/** Nothing is changed in place, so what keeps its identity still keeps its rules. */
const sound = new WeakSet<object>();

/** The rules that one vendor order and its lines break by themselves. */
export function brokenVendorOrderRules(vendorOrder: VendorOrder): string[] {
  if (sound.has(vendorOrder)) return [];
  const found = [
    ...vendorOrder.lines.flatMap((line) => (sound.has(line) ? [] : brokenLineRules(line))),
    ...broken(vendorOrder.vendorId, [
      ...moneyRules(vendorOrder),
      ...unitRules(vendorOrder),
      ...vendorOrder.refunds.flatMap(refundRules),
    ]),
  ];
  if (found.length === 0) sound.add(vendorOrder);
  return found;
}

export interface VendorOrderFigures {
  readonly totals: VendorOrderTotals;
  /** The value of what was shipped, and of what may still be, in minor units. */
  readonly shipped: number;
  readonly open: number;
}

const figures = new WeakMap<VendorOrder, VendorOrderFigures>();

/** The figures of a vendor order, reckoned once for each state of it. */
export function figuresOf(vendorOrder: VendorOrder): VendorOrderFigures {
  const known = figures.get(vendorOrder);
  if (known) return known;
  const { lines } = vendorOrder;
  const made = {
    totals: vendorOrderTotals(vendorOrder),
    shipped: totalDue(lines, (line) => line.shippedAmounts),
    open: totalDue(lines, openAmounts),
  };
  figures.set(vendorOrder, made);
  return made;
}

/** What the marketplace earns in the end: its rate on what the vendor keeps, less the goodwill that it bears. */
export function promisedCommission({ lines }: VendorOrder): number {
  return sumOf(lines, (line) => {
    const retained = subtractAmounts(line.shippedAmounts, line.refundedAmounts);
    return lineCommission(line, retained) - line.marketplaceGoodwillMinor;
  });
}

function openAmounts(line: OrderLine): Amounts {
  return nextUnitsShare(line, openQuantity(line));
}

function brokenLineRules(line: OrderLine): string[] {
  const { cancelledQuantity, shippedQuantity, deliveredQuantity, returnedQuantity, refundedQuantity } = line;
  const quantities = [cancelledQuantity, shippedQuantity, deliveredQuantity, returnedQuantity, refundedQuantity];
  const parts = [line.shippedAmounts, line.cancelledAmounts, openAmounts(line)];
  const retained = subtractAmounts(line.shippedAmounts, line.refundedAmounts);
  const goodwill = [line.vendorGoodwillMinor, line.marketplaceGoodwillMinor];
  const found = broken(line.sku, [
    ['quantities are never negative', quantities.every((quantity) => Number.isInteger(quantity) && quantity >= 0)],
    ['never more units than ordered', cancelledQuantity + shippedQuantity <= line.quantity],
    ['only what was shipped is delivered', deliveredQuantity <= shippedQuantity],
    ['only what was delivered is returned', returnedQuantity <= deliveredQuantity],
    ['only what was shipped is refunded', refundedQuantity <= shippedQuantity],
    ['the parts add up to the line', equal(parts.reduce(addAmounts), line.amounts)],
    ['no part is negative', [...parts, retained].every(isNotNegative)],
    ['goodwill is never negative', goodwill.every((amount) => amount >= 0)],
    ['what can be given back is never negative', refundableMinor(line) >= 0],
    [
      'nothing is kept of what was refunded in full, and nothing was given on top',
      refundedQuantity < shippedQuantity || (isNothing(retained) && goodwill.every((amount) => amount === 0)),
    ],
  ]);
  if (found.length === 0) sound.add(line);
  return found;
}

function equal(a: Amounts, b: Amounts): boolean {
  return a.items === b.items && a.shipping === b.shipping && a.discount === b.discount && a.tax === b.tax;
}

function isNotNegative(amounts: Amounts): boolean {
  return Object.values(amounts).every((amount) => amount >= 0) && amountsDue(amounts) >= 0;
}

function isNothing(amounts: Amounts): boolean {
  return Object.values(amounts).every((amount) => amount === 0);
}

function moneyRules(vendorOrder: VendorOrder): Rule[] {
  const { lines, shipments, refunds, cancellations } = vendorOrder;
  const { totals, shipped } = figuresOf(vendorOrder);
  const { commission, payout, captured, refunded, cancelled } = totals;
  const decided =
    sumOf(shipments, ({ commissionMinor }) => commissionMinor) -
    sumOf(refunds, ({ commissionMinor }) => commissionMinor);
  const givenBack = sumOf(
    lines,
    (line) => amountsDue(line.refundedAmounts) + line.vendorGoodwillMinor + line.marketplaceGoodwillMinor,
  );
  const withdrawn = sumOf(cancellations, ({ amountMinor }) => amountMinor);
  return [
    ['commission + payout = captured - refunded', commission + payout === captured - refunded],
    ['the commissions add up to what is promised', decided === promisedCommission(vendorOrder)],
    ['parcels are worth what was shipped', sumOf(shipments, ({ amountMinor }) => amountMinor) === shipped],
    ['no parcel captures more than its worth', shipments.every((s) => s.capturedMinor <= s.amountMinor)],
    ['refunds are worth what was given back', sumOf(refunds, ({ amountMinor }) => amountMinor) === givenBack],
    ['refunded and to be refunded <= captured', givenBack <= captured],
    ['refunded <= to be refunded', refunded <= givenBack],
    // An order that fails or expires ends without cancellations of its own.
    ['cancellations are worth what fell away', isPart(withdrawn, cancelled, vendorOrder.status !== 'cancelled')],
  ];
}

function isPart(part: number, whole: number, isWhole: boolean): boolean {
  return isWhole ? part === whole : part <= whole;
}

function refundRules(made: Refund): Rule[] {
  return [
    [`${made.id}: the lines add up`, sumOf(made.lines, ({ amountMinor }) => amountMinor) === made.amountMinor],
    [
      `${made.id}: the commissions of the lines add up`,
      sumOf(made.lines, ({ commissionMinor }) => commissionMinor) === made.commissionMinor,
    ],
    [`${made.id}: no more is paid out`, made.refundedMinor >= 0 && made.refundedMinor <= made.amountMinor],
    [
      `${made.id}: an amount is for no units, and units are for some`,
      made.lines.every((line) => line.quantity > 0 === (made.kind === 'items') && line.amountMinor >= 0),
    ],
  ];
}

function unitRules(vendorOrder: VendorOrder): Rule[] {
  const { lines, shipments, cancellations, returns, refunds, status, deliveredAt } = vendorOrder;
  const shipped = unitsIn(shipments.flatMap(({ items }) => items));
  const delivered = unitsIn(shipments.flatMap((parcel) => (parcel.status === 'delivered' ? parcel.items : [])));
  const withdrawn = unitsIn(cancellations.flatMap(({ items }) => items));
  const refunded = unitsIn(refunds.flatMap((made) => made.lines));
  const returning = unitsIn(returns.flatMap((each) => (each.status === 'rejected' ? [] : each.items)));
  const returned = unitsIn(
    returns.flatMap((each) => (each.status === 'received' || each.status === 'refunded' ? each.items : [])),
  );
  const every = (holds: (line: OrderLine) => boolean): boolean => lines.every(holds);
  const isLive = status !== 'cancelled';
  return [
    ['the status is the computed one', status === statusOf(vendorOrder)],
    [
      'it has arrived when it is delivered',
      (deliveredAt !== undefined) === (status === 'delivered' || status === 'returned'),
    ],
    ['parcels hold what was shipped', every((line) => shipped(line) === line.shippedQuantity)],
    ['delivered parcels hold what was delivered', every((line) => delivered(line) === line.deliveredQuantity)],
    ['cancellations name what was cancelled', every((line) => isPart(withdrawn(line), line.cancelledQuantity, isLive))],
    ['refunds name what was refunded', every((line) => refunded(line) === line.refundedQuantity)],
    ['returns name what came back', every((line) => returned(line) === line.returnedQuantity)],
    ['no more comes back than arrived', every((line) => returning(line) <= line.deliveredQuantity)],
  ];
}

function unitsIn(items: readonly Units[]): (line: OrderLine) => number {
  const units = new Map<string, number>();
  for (const { sku, quantity } of items) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return ({ sku }) => units.get(sku) ?? 0;
}

/** The status that the units and parcels of a vendor order make, told once more in other words. */
function statusOf({ status, lines, shipments }: VendorOrder): VendorOrderStatus {
  const count = (units: (line: OrderLine) => number): number => sumOf(lines, units);
  const isOpen = lines.some((line) => openQuantity(line) > 0);
  if (shipments.length === 0) {
    const isWaiting = status === 'pending' || status === 'confirmed' || status === 'processing';
    return isOpen ? (isWaiting ? status : 'pending') : 'cancelled';
  }
  if (isOpen) return 'partially_shipped';
  const arrived = count((line) => line.deliveredQuantity);
  const isMoving = shipments.some((parcel) => parcel.status === 'in_transit');
  if (arrived === 0) return 'shipped';
  if (isMoving) return 'partially_delivered';
  return count((line) => line.returnedQuantity) === arrived ? 'returned' : 'delivered';
}
