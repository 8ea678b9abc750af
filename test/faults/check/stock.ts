import type { LedgerEntry } from '@marketplace/contracts';
import { groupBy, isDead, type Facts, type StoredOrder, type Units } from './facts.js';
import type { Finding } from './harm.js';

/**
 * Invariant 4, by the Inventory Service's own ledger: what is reserved and was not given back are the units of live orders, and
 * of no product more than there ever was.
 */
export function checkStock({ orders, ledger, buyers }: Facts): Finding[] {
  const found: Finding[] = [];
  const add = (subject: string, detail: string): number => found.push({ harm: 'oversold', subject, detail });
  const byOrder = groupBy(ledger, orderOf);
  const byId = new Map(orders.map((order) => [order._id, order]));
  const sold = new Map<string, number>();
  for (const orderId of new Set([...byOrder.keys(), ...byId.keys()])) {
    const order = byId.get(orderId);
    const entries = byOrder.get(orderId) ?? [];
    const held = heldUnits(entries);
    for (const [sku, units] of held) sold.set(sku, (sold.get(sku) ?? 0) + units);
    const wanted = liveUnits(order);
    for (const sku of new Set([...held.keys(), ...wanted.keys()])) {
      const [has, wants] = [held.get(sku) ?? 0, wanted.get(sku) ?? 0];
      if (has !== wants) add(orderId, `${has} of ${sku} are reserved, ${wants} are ordered`);
    }
    if (order && wasConfirmed(order) && !entries.some(({ kind }) => kind === 'commit' || kind === 'release')) {
      add(orderId, 'its reservation was never committed');
    }
  }
  for (const [sku, stock] of buyers.stock) {
    const units = sold.get(sku) ?? 0;
    if (units > stock) add(sku, `${units} units are sold of ${stock}`);
  }
  return found;
}

/** A reservation is named by its order; a later attempt under the same key adds its number. */
function orderOf({ kind, orderId }: LedgerEntry): string | undefined {
  return kind === 'reservation' || kind === 'release' || kind === 'commit' ? orderId?.split(':')[0] : undefined;
}

function heldUnits(entries: readonly LedgerEntry[]): Map<string, number> {
  const held = new Map<string, number>();
  for (const { kind, items = [] } of entries) {
    if (kind === 'commit') continue;
    for (const { sku, quantity } of items) {
      held.set(sku, (held.get(sku) ?? 0) + (kind === 'reservation' ? quantity : -quantity));
    }
  }
  return held;
}

function liveUnits(order: StoredOrder | undefined): Map<string, number> {
  if (!order || isDead(order)) return new Map();
  const lines = order.vendorOrders.flatMap((vendorOrder) => vendorOrder.lines);
  return unitsBySku(lines.map((line) => ({ sku: line.sku, quantity: line.quantity - line.cancelledQuantity })));
}

function unitsBySku(units: readonly Units[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { sku, quantity } of units) counts.set(sku, (counts.get(sku) ?? 0) + quantity);
  return counts;
}

function wasConfirmed(order: StoredOrder): boolean {
  return order.history.some(({ type }) => type === 'confirmed');
}
