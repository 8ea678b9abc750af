import type { LedgerEntry } from '@marketplace/contracts';
import { groupBy, type Facts, type StoredOrder } from './facts.js';
import type { Finding } from './harm.js';

interface MovedMoney {
  tenderId: string;
  authorized: number;
  voided: number;
  captured: number;
  refunded: number;
}

const FIGURES = {
  authorization: 'authorized',
  void: 'voided',
  capture: 'captured',
  refund: 'refunded',
} as const satisfies Partial<Record<LedgerEntry['kind'], keyof MovedMoney>>;
type MoneyKind = keyof typeof FIGURES;

/**
 * Invariants 2 and 3, by the Payment Service's own ledger: a tender is charged once, every authorization has ended or is held
 * by an order that has something left to ship, captured is what was shipped, and refunded is what was promised.
 */
export function checkCharges({ orders, ledger }: Facts): Finding[] {
  const byOrder = new Map(orders.map((order) => [order._id, order]));
  const entries = ledger.filter(isMoney);
  const found: Finding[] = [];
  const paid = groupBy(entries, (entry) => entry.orderId);
  for (const [orderId, ofOrder] of paid) {
    const details = faultsOf(byOrder.get(orderId), paymentsOf(ofOrder));
    found.push(...details.map((detail) => ({ harm: 'doubleCharges' as const, subject: orderId, detail })));
  }
  for (const [key, group] of groupBy(entries, (entry) => `${entry.kind} ${entry.key}`)) {
    if (group.length === 1) continue;
    found.push({ harm: 'doubleCharges', subject: group[0]?.orderId ?? key, detail: `${key} had several effects` });
  }
  for (const order of orders.filter(({ _id }) => !paid.has(_id))) {
    if (shippedMinor(order) === 0) continue;
    found.push({ harm: 'doubleCharges', subject: order._id, detail: 'it was shipped and never paid' });
  }
  return found;
}

function isMoney(entry: LedgerEntry): entry is LedgerEntry & { kind: MoneyKind } {
  return Object.hasOwn(FIGURES, entry.kind);
}

function paymentsOf(entries: readonly (LedgerEntry & { kind: MoneyKind })[]): MovedMoney[] {
  const payments = new Map<string, MovedMoney>();
  for (const { kind, paymentId = '', tenderId = '', amount } of entries) {
    const money = payments.get(paymentId) ?? { tenderId, authorized: 0, voided: 0, captured: 0, refunded: 0 };
    money[FIGURES[kind]] += amount?.amount ?? 0;
    payments.set(paymentId, money);
  }
  return [...payments.values()];
}

function faultsOf(order: StoredOrder | undefined, payments: readonly MovedMoney[]): string[] {
  const found: string[] = [];
  const sum = (figure: (money: MovedMoney) => number): number => payments.reduce((all, each) => all + figure(each), 0);
  const charged = ({ authorized, voided }: MovedMoney): number => authorized - voided;
  const held = sum((money) => charged(money) - money.captured);
  if (!order) return sum(charged) === 0 ? [] : [`${sum(charged)} are taken for an order that is not there`];

  for (const [tenderId, ofTender] of groupBy(payments, (money) => money.tenderId)) {
    const live = ofTender.filter((money) => charged(money) > 0);
    const amount = order.payment.tenders.find(({ id }) => id === tenderId)?.amountMinor ?? 0;
    const taken = live.reduce((all, money) => all + charged(money), 0);
    if (live.length > 1) found.push(`tender ${tenderId} has ${live.length} live authorizations`);
    if (taken > amount) found.push(`tender ${tenderId} of ${amount} is charged ${taken}`);
  }
  if (held < 0) found.push(`${-held} were captured or voided that were not held`);
  if (held > 0 && openUnits(order) === 0) found.push(`${held} are still held, and nothing is left to ship`);
  const captured = sum((money) => money.captured);
  const refunded = sum((money) => money.refunded);
  if (captured !== shippedMinor(order)) found.push(`captured ${captured}, shipped ${shippedMinor(order)}`);
  if (refunded > captured) found.push(`refunded ${refunded} of ${captured} captured`);
  if (refunded !== promisedMinor(order)) found.push(`refunded ${refunded}, promised ${promisedMinor(order)}`);
  return found;
}

function openUnits(order: StoredOrder): number {
  return order.vendorOrders
    .flatMap(({ lines }) => lines)
    .reduce((sum, line) => sum + line.quantity - line.cancelledQuantity - line.shippedQuantity, 0);
}

function shippedMinor(order: StoredOrder): number {
  return order.vendorOrders
    .flatMap(({ shipments }) => shipments)
    .reduce((sum, shipment) => sum + shipment.amountMinor, 0);
}

function promisedMinor(order: StoredOrder): number {
  return order.vendorOrders.flatMap(({ refunds }) => refunds).reduce((sum, refund) => sum + refund.amountMinor, 0);
}
