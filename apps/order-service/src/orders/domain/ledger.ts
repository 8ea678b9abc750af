import { amountsDue, amountsOf, sumOf } from '@marketplace/domain';
import { vendorOrderTotals } from './amounts.js';
import {
  FIGURE_OF_KIND,
  LEDGER_FIGURES,
  type Ledger,
  type LedgerCause,
  type LedgerEntry,
  type LedgerFigure,
  type OutstandingOperation,
} from './ledger-entry.js';
import {
  amountIn,
  authorized,
  causeOf,
  chargebacks,
  doneOperations,
  givenUp,
  paymentOf,
  settledAt,
  type Draft,
} from './ledger-of-tender.js';
import type { Order, PaymentOperation, Refund, Shipment, VendorOrder } from './order.js';

/**
 * Every entry of money of an order with its cause, derived from the aggregate: nothing is kept twice. Each amount is signed
 * by what it does to its figure, so that the sums of the entries are the figures of the order at any moment.
 *
 * @param vendorId narrows the ledger to one vendor order; what is kept by tender alone is then left out
 */
export function ledgerOf(order: Order, vendorId?: string): Ledger {
  const vendorOrders = order.vendorOrders.filter((each) => vendorId === undefined || each.vendorId === vendorId);
  const tenders = vendorId === undefined ? order.payment.tenders : [];
  // Within one instant what causes comes before what is caused.
  const drafts = [
    ...vendorOrders.flatMap((each) => placed(order, each)),
    ...tenders.map((tender) => authorized(order, tender)),
    ...vendorOrders.flatMap((each) => cancelled(order, each)),
    ...vendorOrders.flatMap((each) => each.shipments.flatMap((shipment) => captured(order, each, shipment))),
    ...vendorOrders.flatMap((each) => each.refunds.flatMap((refund) => refunded(order, each, refund))),
    ...tenders.flatMap((tender) => givenUp(order, tender)),
    ...tenders.flatMap((tender) => chargebacks(order, tender)),
    ...vendorOrders.flatMap((each) => payoutEligible(order, each)),
  ];
  const entries = drafts
    .filter((draft) => draft.amountMinor !== 0)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .map((draft, index): LedgerEntry => {
      const figure = FIGURE_OF_KIND[draft.kind];
      return { sequence: index + 1, ...draft, ...(figure === undefined ? {} : { figure }) };
    });
  return { entries, totals: totalsOf(entries), outstanding: outstandingOf(order, vendorId) };
}

function totalsOf(entries: readonly LedgerEntry[]): Ledger['totals'] {
  const total = (figure: LedgerFigure): number =>
    sumOf(entries, (entry) => (entry.figure === figure ? entry.amountMinor : 0));
  return Object.fromEntries(LEDGER_FIGURES.map((figure) => [figure, total(figure)])) as Record<LedgerFigure, number>;
}

function placed({ placedAt: at }: Order, { vendorId, lines }: VendorOrder): Draft[] {
  const entry = { kind: 'placed' as const, at, vendorId, cause: { type: 'placement' as const } };
  const { items, shipping, tax } = amountsOf(lines, (line) => line.amounts);
  const funders = [...new Set(lines.map((line) => line.discountFundedBy))];
  return [
    { ...entry, component: 'items', amountMinor: items },
    ...funders.map((fundedBy): Draft => ({
      ...entry,
      component: 'discount',
      ...(fundedBy === undefined ? {} : { fundedBy }),
      amountMinor: -sumOf(lines, (line) => (line.discountFundedBy === fundedBy ? line.amounts.discount : 0)),
    })),
    { ...entry, component: 'shipping', amountMinor: shipping },
    { ...entry, component: 'tax', amountMinor: tax },
  ];
}

function cancelled(order: Order, { vendorId, lines, cancellations }: VendorOrder): Draft[] {
  const recorded = cancellations.map(({ id, at, amountMinor }): Draft => ({
    kind: 'cancelled',
    at,
    amountMinor,
    vendorId,
    cause: { type: 'cancellation', id },
  }));
  // An order that fails, expires or is abandoned takes its units with it, without a record of their own.
  const ended = order.history.findLast(({ type }) => type === 'payment-declined' || type === 'expired');
  const fallenAway =
    sumOf(lines, (line) => amountsDue(line.cancelledAmounts)) - sumOf(recorded, ({ amountMinor }) => amountMinor);
  return [
    ...recorded,
    {
      kind: 'cancelled',
      at: ended?.at ?? order.updatedAt,
      amountMinor: fallenAway,
      vendorId,
      cause: { type: 'closing', ...(ended ? { id: ended.type } : {}) },
    },
  ];
}

function captured(order: Order, vendorOrder: VendorOrder, shipment: Shipment): Draft[] {
  const operations = doneOperations(order, 'capture').filter(({ shipmentId }) => shipmentId === shipment.id);
  // The figures of the shipment alone, as they stood after so much of it was captured.
  const after = (capturedMinor: number): Earned =>
    vendorOrderTotals({ ...vendorOrder, lines: [], refunds: [], shipments: [{ ...shipment, capturedMinor }] });
  // A parcel that costs nothing waits for no capture.
  if (shipment.amountMinor === 0) {
    const { commission, payout } = after(0);
    const cause: LedgerCause = { type: 'shipment', id: shipment.id };
    const entry = { at: shipment.shippedAt, vendorId: vendorOrder.vendorId, cause };
    return [
      { ...entry, kind: 'commission', amountMinor: commission },
      { ...entry, kind: 'payout', amountMinor: payout },
    ];
  }
  return operations.flatMap((operation, index) => {
    const { commission, payout } = earnedBy(operations, index, after);
    const entry = { at: settledAt(operation), vendorId: vendorOrder.vendorId, cause: causeOf(order, operation) };
    return [
      { ...entry, kind: 'captured', amountMinor: operation.amountMinor, ...paymentOf(operation) },
      { ...entry, kind: 'commission', amountMinor: commission },
      { ...entry, kind: 'payout', amountMinor: payout },
    ];
  });
}

function refunded(order: Order, vendorOrder: VendorOrder, refund: Refund): Draft[] {
  const operations = doneOperations(order, 'refund').filter(({ refundId }) => refundId === refund.id);
  const after = (refundedMinor: number): Earned =>
    vendorOrderTotals({ ...vendorOrder, lines: [], shipments: [], refunds: [{ ...refund, refundedMinor }] });
  const { fundedBy } = refund;
  // Units whose whole price was given back as goodwill before cost nothing any more, but their commission goes back.
  if (refund.amountMinor === 0) {
    const { commission, payout } = after(0);
    const { id, returnId } = refund;
    const cause: LedgerCause = { type: 'refund', id, ...(returnId === undefined ? {} : { returnId }) };
    const entry = { at: refund.at, vendorId: vendorOrder.vendorId, fundedBy, cause };
    return [
      { ...entry, kind: 'commission-reversed', amountMinor: commission },
      { ...entry, kind: 'payout-reduced', amountMinor: payout },
    ];
  }
  return operations.flatMap((operation, index) => {
    const { commission, payout } = earnedBy(operations, index, after);
    const cause = causeOf(order, operation);
    const entry = { at: settledAt(operation), vendorId: vendorOrder.vendorId, fundedBy, cause };
    return [
      { ...entry, kind: 'refunded', amountMinor: operation.amountMinor, ...paymentOf(operation) },
      { ...entry, kind: fundedBy === 'marketplace' ? 'goodwill' : 'commission-reversed', amountMinor: commission },
      { ...entry, kind: 'payout-reduced', amountMinor: payout },
    ];
  });
}

type Earned = Readonly<Record<'commission' | 'payout', number>>;

/** What one of several operations for the same thing changed. The differences add up, whatever rounding each step takes. */
function earnedBy(operations: readonly PaymentOperation[], index: number, after: (moved: number) => Earned): Earned {
  const movedBefore = sumOf(operations.slice(0, index), ({ amountMinor }) => amountMinor);
  const before = after(movedBefore);
  const next = after(movedBefore + (operations[index]?.amountMinor ?? 0));
  return { commission: next.commission - before.commission, payout: next.payout - before.payout };
}

function payoutEligible({ history }: Order, { vendorId }: VendorOrder): Draft[] {
  return history
    .filter((entry) => entry.type === 'payout-eligible' && entry.vendorId === vendorId)
    .map(({ at, data }) => ({
      kind: 'payout-eligible',
      at,
      amountMinor: amountIn(data),
      vendorId,
      cause: { type: 'delivery' },
    }));
}

function outstandingOf(order: Order, vendorId: string | undefined): OutstandingOperation[] {
  return order.payment.operations.flatMap((operation) => {
    const { kind, status, amountMinor, tenderId, createdAt, attempts, lastError, key } = operation;
    if (status === 'done' || (vendorId !== undefined && operation.vendorId !== vendorId)) return [];
    return [
      {
        kind,
        status,
        amountMinor,
        tenderId,
        ...(operation.vendorId === undefined ? {} : { vendorId: operation.vendorId }),
        cause: causeOf(order, operation),
        createdAt,
        attempts,
        ...(lastError === undefined ? {} : { lastError }),
        idempotencyKey: key,
      },
    ];
  });
}
