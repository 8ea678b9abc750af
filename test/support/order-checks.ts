import { waitUntil } from '@marketplace/local-stack';
import type { LedgerEntry } from '@marketplace/contracts';
import type { Client, Marketplace, Money, Order, Page, TimelineEntry, Units, VendorOrder } from './client.js';

/** The whole history of an order as the caller sees it, whatever the size of a page. */
export async function timelineOf(client: Client, orderId: string): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  for (let after: string | null = '0'; after !== null;) {
    const path: string = `/orders/${orderId}/timeline?after=${after}`;
    const { body } = await client.get<Page<TimelineEntry>>(path);
    entries.push(...body.items);
    after = body.nextCursor;
  }
  return entries;
}

/** One vendor's part of an order that has it. */
export function partOf(order: Order, vendorId: string): VendorOrder {
  const found = order.vendorOrders.find((vendorOrder) => vendorOrder.vendorId === vendorId);
  if (!found) throw new Error(`the order has no part of ${vendorId}`);
  return found;
}

/** Units by sku, added up. */
export function unitsBySku(units: readonly Units[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { sku, quantity } of units) counts[sku] = (counts[sku] ?? 0) + quantity;
  return counts;
}

export function total<T>(items: readonly T[], figure: (item: T) => number): number {
  return items.reduce((sum, item) => sum + figure(item), 0);
}

const STOCK_KINDS: ReadonlySet<LedgerEntry['kind']> = new Set(['reservation', 'commit', 'release']);

const minor = (money: Money): number => money.amount;
const openUnits = ({ items }: VendorOrder): number =>
  total(items, (line) => line.quantity - line.shippedQuantity - line.cancelledQuantity);

/**
 * Waits until every movement of money and stock that the order calls for has been made, and demands that all figures agree:
 * among themselves, with the events, and with what the far services have accepted.
 *
 * @param staff reads the order whole
 * @returns the order as it is then
 */
export async function expectSumsToHold(market: Marketplace, staff: Client, orderId: string): Promise<Order> {
  const order = await waitUntil(
    `order ${orderId} is settled`,
    async () => {
      const { body } = await staff.get<Order>(`/orders/${orderId}`);
      return (await isSettled(market, body)) ? body : undefined;
    },
    { deadlineMs: 15_000, pollMs: 100 },
  );
  const [ledger, timeline] = await Promise.all([market.ledger(orderId), timelineOf(staff, orderId)]);
  expect(timeline.map(({ sequence }) => sequence)).toEqual(timeline.map((_, index) => index + 1));
  expectUnits(order);
  expectMoney(order, timeline, ledger);
  for (const vendorOrder of order.vendorOrders) expectVendorMoney(vendorOrder, timeline);
  return order;
}

async function isSettled(market: Marketplace, order: Order): Promise<boolean> {
  const { vendorOrders, payment, totals } = order;
  const refunds = vendorOrders.flatMap((vendorOrder) => vendorOrder.refunds);
  if (refunds.some((refund) => refund.refunded.amount !== refund.amount.amount)) return false;
  if (total(vendorOrders, openUnits) === 0) {
    if (payment.captured.amount !== totals.grandTotal.amount - totals.cancelled.amount) return false;
    if (payment.authorized.amount !== payment.captured.amount) return false;
  }
  const lines = vendorOrders.flatMap(({ items }) => items);
  const kept = lines.map(({ sku, quantity, cancelledQuantity }) => ({ sku, quantity: quantity - cancelledQuantity }));
  return equal(unitsHeld(await stockLedger(market, order.id)), unitsBySku(kept));
}

/** What the Inventory Service has done for an order. Each attempt at it has reserved under a name of its own. */
export async function stockLedger(market: Marketplace, orderId: string): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const ofAttempt = await market.ledger(attempt === 1 ? orderId : `${orderId}:${attempt}`);
    if (ofAttempt.length === 0) return entries;
    entries.push(...ofAttempt.filter(({ kind }) => STOCK_KINDS.has(kind)));
  }
}

/** Units by sku that are reserved and have not been released. */
export function unitsHeld(ledger: readonly LedgerEntry[]): Record<string, number> {
  const itemsOf = (kind: LedgerEntry['kind']): Units[] =>
    ledger.filter((entry) => entry.kind === kind).flatMap(({ items }) => items ?? []);
  const held = unitsBySku(itemsOf('reservation'));
  for (const { sku, quantity } of itemsOf('release')) held[sku] = (held[sku] ?? 0) - quantity;
  return held;
}

function equal(a: Record<string, number>, b: Record<string, number>): boolean {
  return Object.keys({ ...a, ...b }).every((key) => a[key] === b[key]);
}

/** What lines count is what shipments and cancellations hold, and every one of these has an id of its own. */
function expectUnits(order: Order): void {
  for (const { items, shipments, cancellations } of order.vendorOrders) {
    const shipped = unitsBySku(shipments.flatMap((shipment) => shipment.items));
    const cancelled = unitsBySku(cancellations.flatMap((cancellation) => cancellation.items));
    for (const line of items) {
      expect(line).toMatchObject({
        shippedQuantity: shipped[line.sku] ?? 0,
        cancelledQuantity: cancelled[line.sku] ?? 0,
      });
      expect(line.shippedQuantity + line.cancelledQuantity).toBeLessThanOrEqual(line.quantity);
      expect(line.deliveredQuantity).toBeLessThanOrEqual(line.shippedQuantity);
      expect(line.returnedQuantity).toBeLessThanOrEqual(line.deliveredQuantity);
      expect(line.refundedQuantity).toBeLessThanOrEqual(line.shippedQuantity);
    }
  }
  for (const kind of ['shipments', 'cancellations', 'returns', 'refunds'] as const) {
    const ids = order.vendorOrders.flatMap((vendorOrder) => vendorOrder[kind].map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  }
}

function expectMoney(order: Order, timeline: readonly TimelineEntry[], ledger: readonly LedgerEntry[]): void {
  const { totals, payment, vendorOrders } = order;
  for (const figure of ['items', 'shipping', 'discount', 'tax', 'grandTotal', 'cancelled', 'refunded'] as const) {
    expect({ figure, amount: total(vendorOrders, (each) => minor(each.totals[figure])) }).toEqual({
      figure,
      amount: totals[figure].amount,
    });
  }
  const accepted = (kind: LedgerEntry['kind'], tenderId?: string): number =>
    total(
      ledger.filter((entry) => entry.kind === kind && (tenderId === undefined || entry.tenderId === tenderId)),
      (entry) => entry.amount?.amount ?? 0,
    );
  for (const tender of payment.tenders) {
    expect({ tender: tender.id, captured: tender.captured.amount, refunded: tender.refunded.amount }).toEqual({
      tender: tender.id,
      captured: accepted('capture', tender.id),
      refunded: accepted('refund', tender.id),
    });
    expect(tender.authorized.amount).toBe(accepted('authorization', tender.id) - accepted('void', tender.id));
    expect(tender.captured.amount).toBeLessThanOrEqual(tender.authorized.amount);
    expect(tender.refunded.amount).toBeLessThanOrEqual(tender.captured.amount);
  }
  expect(total(payment.tenders, (tender) => minor(tender.captured))).toBe(payment.captured.amount);
  expect(total(payment.tenders, (tender) => minor(tender.refunded))).toBe(payment.refunded.amount);
  expect(totals.refunded.amount).toBe(payment.refunded.amount);
  expect(moved(timeline, 'payment-captured')).toBe(payment.captured.amount);
  expect(moved(timeline, 'refunded')).toBe(payment.refunded.amount);
  expect(moved(timeline, 'payment-voided')).toBe(accepted('void'));
  const keys = ledger.filter(({ kind }) => kind !== 'notification').map(({ kind, key }) => `${kind} ${key}`);
  expect(new Set(keys).size).toBe(keys.length);
}

function expectVendorMoney(vendorOrder: VendorOrder, timeline: readonly TimelineEntry[]): void {
  const { vendorId, totals, cancellations, refunds } = vendorOrder;
  const own = timeline.filter((entry) => entry.vendorId === vendorId);
  const captured = moved(own, 'payment-captured');
  const refunded = moved(own, 'refunded');
  const due = minor(totals.items) + minor(totals.shipping) - minor(totals.discount) + minor(totals.tax);
  expect({ vendorId, due }).toEqual({ vendorId, due: totals.grandTotal.amount });
  expect({ vendorId, shared: minor(totals.commission) + minor(totals.payout) }).toEqual({
    vendorId,
    shared: captured - refunded,
  });
  expect({ vendorId, refunded: totals.refunded.amount }).toEqual({ vendorId, refunded });
  expect(total(refunds, (refund) => minor(refund.refunded))).toBe(refunded);
  expect(total(cancellations, (cancellation) => minor(cancellation.amount))).toBe(totals.cancelled.amount);
  if (openUnits(vendorOrder) === 0) {
    expect({ vendorId, captured }).toEqual({ vendorId, captured: minor(totals.grandTotal) - minor(totals.cancelled) });
  }
}

/** The sum of the money in all events of a type. */
function moved(timeline: readonly TimelineEntry[], type: string): number {
  return total(
    timeline.filter((entry) => entry.type === type),
    ({ data }) => (data as { amount: Money }).amount.amount,
  );
}
