import { amountsDue, sumOf } from '@marketplace/domain';
import { givenBackMinor } from '../orders/domain/give-back.js';
import type { Order, PaymentOperation, Tender, VendorOrder } from '../orders/domain/order.js';
import { same, type Rule } from './finding.js';

/** What was shipped is paid for, what was paid back had been paid, and the tenders say the same. */
export function moneyRules(order: Order): Rule[] {
  const { tenders, operations } = order.payment;
  const shipments = order.vendorOrders.flatMap((vendorOrder) => vendorOrder.shipments);
  const refunds = order.vendorOrders.flatMap((vendorOrder) => vendorOrder.refunds);
  const done = (kind: PaymentOperation['kind']): readonly PaymentOperation[] =>
    operations.filter((operation) => operation.kind === kind && operation.status === 'done');
  const givenBack = givenBackMinor(order.payment);
  return [
    same(
      'captured of the tenders and of the shipments, with what was given back',
      sumOf(tenders, (tender) => tender.capturedMinor),
      sumOf(shipments, (shipment) => shipment.capturedMinor) + givenBack,
    ),
    same(
      'refunded of the tenders and of the refunds, with what was given back',
      sumOf(tenders, (tender) => tender.refundedMinor),
      sumOf(refunds, (refund) => refund.refundedMinor) + givenBack,
    ),
    ...order.vendorOrders.flatMap((vendorOrder) => vendorOrderRules(vendorOrder, operations)),
    ...tenders.flatMap((tender) => tenderRules(tender, done, givenBackMinor(order.payment, tender.id))),
    ...operations
      .filter(({ status }) => status === 'failed')
      .map(({ id, lastError }): Rule => [false, `${id} has failed and waits for people: ${lastError ?? 'no reason'}`]),
  ];
}

function vendorOrderRules(vendorOrder: VendorOrder, operations: readonly PaymentOperation[]): Rule[] {
  const { vendorId, lines, shipments, refunds } = vendorOrder;
  const shipped = sumOf(lines, (line) => amountsDue(line.shippedAmounts));
  const captured = sumOf(shipments, ({ capturedMinor }) => capturedMinor);
  const givenBack = sumOf(refunds, ({ amountMinor }) => amountMinor);
  return [
    same(
      `${vendorId}: worth of the parcels and of the shipped units`,
      sumOf(shipments, (s) => s.amountMinor),
      shipped,
    ),
    [givenBack <= captured, `${vendorId}: refunds of ${givenBack} are more than was captured (${captured})`],
    ...shipments.map(({ id, amountMinor, capturedMinor }) =>
      same(
        `${id}: captured and to be captured of its worth`,
        capturedMinor + leftOf(operations, ({ shipmentId }) => shipmentId === id),
        amountMinor,
      ),
    ),
    ...refunds.map(({ id, amountMinor, refundedMinor }) =>
      same(
        `${id}: refunded and to be refunded of its amount`,
        refundedMinor + leftOf(operations, ({ refundId }) => refundId === id),
        amountMinor,
      ),
    ),
  ];
}

function leftOf(operations: readonly PaymentOperation[], isMeant: (operation: PaymentOperation) => boolean): number {
  return sumOf(operations, (operation) =>
    operation.status !== 'done' && isMeant(operation) ? operation.amountMinor : 0,
  );
}

function tenderRules(
  { id, amountMinor, authorizedMinor, voidedMinor, capturedMinor, refundedMinor }: Tender,
  done: (kind: PaymentOperation['kind']) => readonly PaymentOperation[],
  givenBack: number,
): Rule[] {
  const moved = (kind: PaymentOperation['kind']): number =>
    sumOf(done(kind), (operation) => (operation.tenderId === id ? operation.amountMinor : 0));
  const figures = [amountMinor, authorizedMinor, voidedMinor, capturedMinor, refundedMinor];
  return [
    [figures.every((figure) => figure >= 0), `${id}: a figure is negative`],
    [authorizedMinor <= amountMinor, `${id}: ${authorizedMinor} authorized is more than its ${amountMinor}`],
    [
      capturedMinor <= authorizedMinor - voidedMinor,
      `${id}: ${capturedMinor} captured is more than was held (${authorizedMinor} - ${voidedMinor})`,
    ],
    [refundedMinor <= capturedMinor, `${id}: ${refundedMinor} refunded is more than was captured (${capturedMinor})`],
    same(`${id}: captured and its operations`, capturedMinor, moved('capture') + givenBack),
    same(`${id}: voided and its operations`, voidedMinor, moved('void')),
    same(`${id}: refunded and its operations`, refundedMinor, moved('refund')),
  ];
}
