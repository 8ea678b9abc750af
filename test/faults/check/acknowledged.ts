import { totalDue } from '@marketplace/domain';
import {
  groupBy,
  isDead,
  type AcknowledgedChange,
  type Acknowledgement,
  type Facts,
  type StoredOrder,
} from './facts.js';
import type { Finding } from './harm.js';

const GONE_OUT = new Set(['shipped', 'partially_delivered', 'delivered', 'returned']);

/** Invariant 1, first half: what was acknowledged is there, as it was acknowledged; and what was refused is not. */
export function checkAcknowledged({ orders, carts, buyers }: Facts): Finding[] {
  const byId = new Map(orders.map((order) => [order._id, order]));
  const cartStatus = new Map(carts.map(({ _id, status }) => [_id, status]));
  const lost = (subject: string, detail: string): Finding => ({ harm: 'lost', subject, detail });
  const refused = new Set(buyers.refusedKeys);
  return [
    ...buyers.acknowledgements.flatMap((promise) =>
      differences(promise, byId.get(promise.orderId), buyers.askedToCancel).map((detail) =>
        lost(promise.orderId, detail),
      ),
    ),
    ...buyers.changes.flatMap(({ orderId, change }) =>
      isMade(byId.get(orderId), change) ? [] : [lost(orderId, `acknowledged, not there: ${JSON.stringify(change)}`)],
    ),
    ...orders
      .filter((order) => !isDead(order) && refused.has(order.shippingAddress.line2 ?? ''))
      .map((order) => lost(order._id, `it is ${order.status}, and its buyer was refused`)),
    ...buyers.carts
      .filter((id) => !cartStatus.has(id))
      .map((id) => lost(id, 'acknowledged, and there is no such cart')),
    ...buyers.complaints
      .filter(({ kind }) => kind === 'refused')
      .map(({ subject, at, detail }) => {
        const now = byId.get(subject)?.status ?? cartStatus.get(subject) ?? 'nothing that is stored';
        return lost(subject, `refused without reason at ${at.toISOString()}, and is ${now}: ${detail}`);
      }),
  ];
}

function differences(
  promise: Acknowledgement,
  order: StoredOrder | undefined,
  askedToCancel: ReadonlySet<string>,
): string[] {
  if (!order) return ['acknowledged, and there is no such order'];
  const lines = order.vendorOrders.flatMap((vendorOrder) => vendorOrder.lines);
  const totalMinor = totalDue(lines, (line) => line.amounts);
  const found: string[] = [];
  const compare = (what: string, stored: unknown, promised: unknown): void => {
    if (stored !== promised) found.push(`${what} is ${String(stored)}, acknowledged was ${String(promised)}`);
  };
  compare('the total', totalMinor, promise.totalMinor);
  compare('the acknowledged total', promise.totalMinor, promise.askedMinor);
  compare('what was ordered', unitsText(lines), unitsText(promise.units));
  compare('the customer', order.customerId, promise.customerId);
  compare('the cart', order.cartId, promise.cartId);
  if (!order.listedAt) found.push('it was never announced');
  if (order.status === 'payment_failed' && (promise.mustSucceed || promise.status !== 'pending')) {
    found.push(`it failed, acknowledged was ${promise.status} with good payments`);
  }
  if (order.status === 'cancelled' && !askedToCancel.has(order._id)) found.push('it is cancelled, and nobody asked');
  return found;
}

function unitsText(units: readonly { sku: string; quantity: number }[]): string {
  return units
    .map(({ sku, quantity }) => `${quantity} ${sku}`)
    .sort()
    .join(', ');
}

function isMade(order: StoredOrder | undefined, change: AcknowledgedChange['change']): boolean {
  if (!order) return false;
  switch (change.kind) {
    case 'shipped':
      return order.vendorOrders.some(({ vendorId, status }) => vendorId === change.vendorId && GONE_OUT.has(status));
    case 'cancelled':
      return order.vendorOrders.some(({ vendorId, status }) => vendorId === change.vendorId && status === 'cancelled');
    case 'units cancelled':
      return order.vendorOrders.some(({ lines }) =>
        lines.some((line) => line.sku === change.sku && line.cancelledQuantity >= change.quantity),
      );
    case 'refunded': {
      const refunds = order.vendorOrders.flatMap((vendorOrder) => vendorOrder.refunds);
      return refunds.reduce((sum, refund) => sum + refund.amountMinor, 0) >= change.amountMinor;
    }
  }
}

/** Invariant 1, second half: a cart gives at most one order, an Idempotency-Key has at most one effect. */
export function checkUnique({ orders, carts, buyers }: Facts): Finding[] {
  const doubled = (subject: string, detail: string): Finding => ({ harm: 'doubled', subject, detail });
  const several = (kind: string, groups: Map<string, StoredOrder[]>): Finding[] =>
    [...groups]
      .filter(([, group]) => group.length > 1)
      .map(([key, group]) => doubled(key, `${kind} has ${group.map(({ _id }) => _id).join(', ')}`));
  const live = orders.filter((order) => !isDead(order));
  const liveIds = new Set(live.map(({ _id }) => _id));
  const holders = new Map(carts.map((cart) => [cart._id, cart.orderId ?? 'no order']));
  return [
    ...several(
      'the cart',
      groupBy(live, ({ cartId }) => cartId),
    ),
    ...several(
      'the key',
      groupBy(orders, ({ shippingAddress }) => shippingAddress.line2),
    ),
    ...[...groupBy(buyers.acknowledgements, ({ key }) => key)]
      .filter(([, promises]) => new Set(promises.map(({ orderId }) => orderId)).size > 1)
      .map(([key]) => doubled(key, 'one key was answered with several orders')),
    ...live
      .filter(({ cartId }) => cartId !== undefined && !liveIds.has(holders.get(cartId) ?? ''))
      .map(({ _id, cartId }) =>
        doubled(_id, `its cart ${cartId} could be ordered again: it holds ${holders.get(cartId as string)}`),
      ),
  ];
}
