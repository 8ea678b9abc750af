import { amountsDue, sumOf } from '@marketplace/domain';
import { openUnits, orderTotals } from './amounts.js';
import { givenBackMinor, isGiveBack, toGiveBackMinor } from './give-back.js';
import type { Order, PaymentOperation, Tender } from './order.js';
import { orderStatus, paymentStatus } from './status.js';
import { broken, brokenVendorOrderRules, figuresOf, promisedCommission } from './vendor-order-rules.spec-support.js';
import type { Rule } from './vendor-order-rules.spec-support.js';

/** The rules that an order breaks; none may be broken at any moment of its life. */
export function brokenRules(order: Order): string[] {
  return [
    ...order.vendorOrders.flatMap(brokenVendorOrderRules),
    ...order.payment.tenders.flatMap((tender) => broken(tender.id, tenderRules(order, tender))),
    ...broken('order', orderRules(order)),
    ...brokenOperationRules(order),
    ...brokenStockRules(order),
  ];
}

/** The rules that an order breaks although every payment has been decided and every movement of money is done. */
export function brokenRulesOnceSettled(order: Order): string[] {
  const { grandTotal, cancelled, captured } = orderTotals(order.vendorOrders);
  const shipped = sumOf(order.vendorOrders, (each) => figuresOf(each).shipped);
  const open = sumOf(order.vendorOrders, (each) => figuresOf(each).open);
  const held = sumOf(
    order.payment.tenders,
    ({ authorizedMinor, voidedMinor, capturedMinor }) => authorizedMinor - voidedMinor - capturedMinor,
  );
  return [
    ...broken('order', [
      ['what was shipped is captured', captured === shipped],
      ['cancelled + shipped + open = total', cancelled + shipped + open === grandTotal],
      ['nothing is held for a closed order', openUnits(order) > 0 || held === 0],
      ['what is open is held', order.status === 'pending' || held >= open],
      ['no operation is left', order.payment.operations.every((operation) => operation.status === 'done')],
    ]),
    ...order.vendorOrders.flatMap((vendorOrder) => {
      const { totals, shipped: sent } = figuresOf(vendorOrder);
      const promised = promisedCommission(vendorOrder);
      return broken(vendorOrder.vendorId, [
        ['what was shipped is captured', totals.captured === sent],
        ['what was promised back is back', totals.refunded === sumOf(vendorOrder.refunds, (made) => made.amountMinor)],
        [
          'the commission is that on what the vendor keeps, less what the marketplace gave',
          totals.commission === promised,
        ],
        ['the payout is the rest', totals.payout === totals.captured - totals.refunded - promised],
      ]);
    }),
  ];
}

/**
 * The rules that an order breaks although the price of every unit that was shipped has been given back: goodwill counts
 * towards the price of the units it was given for, so nobody keeps anything and nobody has borne anything.
 */
export function brokenRulesOnceGivenBack(order: Order): string[] {
  return [
    ...order.vendorOrders.flatMap((vendorOrder) => {
      const { captured, refunded, commission, payout } = figuresOf(vendorOrder).totals;
      return broken(vendorOrder.vendorId, [
        ['all that was captured is back', captured === refunded],
        ['no commission is left', commission === 0],
        ['no payout is left', payout === 0],
        [
          'goodwill is absorbed',
          vendorOrder.lines.every((line) => line.vendorGoodwillMinor === 0 && line.marketplaceGoodwillMinor === 0),
        ],
      ]);
    }),
    ...order.payment.tenders.flatMap((tender) =>
      broken(tender.id, [['all that was captured is back', tender.capturedMinor === tender.refundedMinor]]),
    ),
  ];
}

/** Makes every later change in place an error. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
  return value;
}

function queuedMinor(order: Order, { id }: Tender, kind: PaymentOperation['kind']): number {
  return sumOf(order.payment.operations, (operation) =>
    operation.tenderId === id && operation.kind === kind && operation.status !== 'done' && !isGiveBack(operation)
      ? operation.amountMinor
      : 0,
  );
}

function tenderRules(order: Order, tender: Tender): Rule[] {
  const { authorizedMinor, voidedMinor, capturedMinor, refundedMinor } = tender;
  const capturing = queuedMinor(order, tender, 'capture');
  const refunding = queuedMinor(order, tender, 'refund');
  const toGiveBack = toGiveBackMinor(order.payment, tender.id);
  return [
    ['no figure is negative', Math.min(authorizedMinor, voidedMinor, capturedMinor, refundedMinor) >= 0],
    ['no more is authorized than asked for', authorizedMinor <= tender.amountMinor],
    [
      'captured, to be captured and to be given back <= authorized - voided',
      capturedMinor + capturing + toGiveBack <= authorizedMinor - voidedMinor,
    ],
    ['refunded and to be refunded <= captured', refundedMinor + refunding <= capturedMinor],
  ];
}

function orderRules(order: Order): Rule[] {
  const totals = orderTotals(order.vendorOrders);
  const vendors = order.vendorOrders.map((each) => figuresOf(each).totals);
  const figures = Object.keys(totals) as (keyof typeof totals)[];
  const computed = orderStatus(order.vendorOrders.map(({ status }) => status));
  const tenders = order.payment.tenders;
  const open = sumOf(order.vendorOrders, (each) => figuresOf(each).open);
  const shipped = sumOf(order.vendorOrders, (each) => figuresOf(each).shipped);
  const givenBack = givenBackMinor(order.payment);
  return [
    ['the vendor orders add up', figures.every((name) => sumOf(vendors, (vendor) => vendor[name]) === totals[name])],
    ['the tenders bear the total', sumOf(tenders, (tender) => tender.amountMinor) === totals.grandTotal],
    [
      'tenders captured what parcels got, and what was given back',
      sumOf(tenders, (tender) => tender.capturedMinor) === totals.captured + givenBack,
    ],
    [
      'tenders refunded what refunds paid, and what was given back',
      sumOf(tenders, (tender) => tender.refundedMinor) === totals.refunded + givenBack,
    ],
    ['refunded <= captured', totals.refunded <= totals.captured],
    ['captured <= shipped', totals.captured <= shipped],
    ['shipped + cancelled + open = placed', shipped + totals.cancelled + open === totals.grandTotal],
    ['the total is that of its parts', totals.grandTotal === amountsDue(totals)],
    ['the history has no gaps', order.history.every((entry, index) => entry.sequence === index + 1)],
    ['the history ends with the status', (order.history.at(-1)?.status ?? order.status) === order.status],
    ['operations have keys of their own', areDistinct(order.payment.operations.map(({ key }) => key))],
    ['operations have ids of their own', areDistinct(order.payment.operations.map(({ id }) => id))],
    ['parts have ids of their own', PARTS.every((part) => areDistinct(idsOf(order, part)))],
    ['the payment status follows from the tenders', order.payment.status === paymentStatus(tenders)],
    [
      'the status follows from the vendor orders',
      order.status === computed || (order.status === 'payment_failed' && computed === 'cancelled'),
    ],
  ];
}

const PARTS = ['shipments', 'cancellations', 'returns', 'refunds'] as const;

function idsOf(order: Order, part: (typeof PARTS)[number]): string[] {
  return order.vendorOrders.flatMap((vendorOrder) => vendorOrder[part].map(({ id }) => id));
}

/** Every parcel and every refund has its money moved by operations that add up to it. */
function brokenOperationRules(order: Order): string[] {
  const decided = new Map<string, number>();
  const moved = new Map<string, number>();
  for (const { shipmentId, refundId, status, amountMinor } of order.payment.operations) {
    const cause = shipmentId ?? refundId;
    if (cause === undefined) continue;
    decided.set(cause, (decided.get(cause) ?? 0) + amountMinor);
    if (status === 'done') moved.set(cause, (moved.get(cause) ?? 0) + amountMinor);
  }
  const isMoved = (id: string, amountMinor: number, movedMinor: number): boolean =>
    (decided.get(id) ?? 0) === amountMinor && (moved.get(id) ?? 0) === movedMinor;
  return order.vendorOrders.flatMap(({ vendorId, shipments, refunds }) =>
    broken(vendorId, [
      ['parcels are captured by operations', shipments.every((s) => isMoved(s.id, s.amountMinor, s.capturedMinor))],
      [
        'refunds are paid by operations',
        refunds.every((made) => isMoved(made.id, made.amountMinor, made.refundedMinor)),
      ],
    ]),
  );
}

/** Of an announced order that has not been worked on: every stock operation is still queued. */
function brokenStockRules(order: Order): string[] {
  if (order.stock.status !== 'reserved') return [];
  const { pending } = order.stock;
  const released = new Map<string, number>();
  for (const { kind, items } of pending) {
    if (kind !== 'release') continue;
    for (const { sku, quantity } of items) released.set(sku, (released.get(sku) ?? 0) + quantity);
  }
  const lines = order.vendorOrders.flatMap((vendorOrder) => vendorOrder.lines);
  return broken('stock', [
    ['operations have ids of their own', areDistinct(pending.map(({ id }) => id))],
    [
      'every cancelled unit is released once',
      lines.every(({ sku, cancelledQuantity }) => (released.get(sku) ?? 0) === cancelledQuantity),
    ],
  ]);
}

function areDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
