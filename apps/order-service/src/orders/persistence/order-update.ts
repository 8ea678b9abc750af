import type { UpdateQuery } from 'mongoose';
import type { Order } from '../domain/order.js';
import type { OrderDocument } from './order.schema.js';

/** Top-level fields that a change may replace as a whole. */
const WHOLE_FIELDS = [
  'clientReference',
  'customerId',
  'createdBy',
  'requestFingerprint',
  'returnsCart',
  'status',
  'email',
  'locale',
  'shippingAddress',
  'billingAddress',
  'hold',
  'trackingLinks',
  'trackingMail',
  'listedAt',
  'anonymisedAt',
  'auditHead',
  'updatedAt',
] as const satisfies readonly (keyof Order)[];

const VENDOR_ORDER_FIELDS = [
  'status',
  'lines',
  'shipments',
  'cancellations',
  'returns',
  'refunds',
  'confirmedAt',
  'deliveredAt',
  'overdueSince',
  'payoutEligibleAt',
] as const;
const PAYMENT_FIELDS = ['status', 'tenders', 'operations', 'expiryFlaggedAt'] as const;
const STOCK_FIELDS = ['status', 'reservationId', 'short'] as const;

/**
 * The smallest update that turns one state of an order into the next. The domain changes nothing in place and shares
 * whatever stayed the same, so comparing references finds exactly what to write.
 */
export function orderUpdate(before: Order, after: Order, workDueAt: Date | undefined): UpdateQuery<OrderDocument> {
  const set: Record<string, unknown> = { version: after.version };
  const unset: Record<string, true> = {};
  const put = (path: string, value: unknown): void => {
    if (value === undefined) unset[path] = true;
    else set[path] = value;
  };
  const putChanged = <T extends object>(path: string, old: T, now: T, fields: readonly (keyof T & string)[]): void => {
    if (old === now) return;
    for (const field of fields) if (!isSame(old[field], now[field])) put(`${path}${field}`, now[field]);
  };

  putChanged('', before, after, WHOLE_FIELDS);
  after.vendorOrders.forEach((vendorOrder, index) => {
    const old = before.vendorOrders[index];
    if (old) putChanged(`vendorOrders.${index}.`, old, vendorOrder, VENDOR_ORDER_FIELDS);
  });
  putChanged('payment.', before.payment, after.payment, PAYMENT_FIELDS);
  putChanged('stock.', before.stock, after.stock, STOCK_FIELDS);
  const newRequests = goingOn(before.appliedRequests, after.appliedRequests);
  if (!newRequests) put('appliedRequests', after.appliedRequests);
  // The history only grows, but for what is taken out of it when the order is anonymised.
  const newEvents = goingOn(before.history, after.history);
  if (!newEvents) put('history', after.history);
  put('workDueAt', workDueAt);

  const push = {
    ...added('appliedRequests', newRequests ?? []),
    ...added('history', newEvents ?? []),
    ...added(
      'stock.pending',
      after.stock.pending.filter((operation) => !before.stock.pending.some((old) => old.id === operation.id)),
    ),
  };
  return {
    $set: set,
    ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}),
    ...(Object.keys(push).length > 0 ? { $push: push } : {}),
  };
}

/** A list that was built anew out of the same elements is still the same. */
function isSame(old: unknown, now: unknown): boolean {
  if (!Array.isArray(old) || !Array.isArray(now)) return old === now;
  return old.length === now.length && old.every((element, index) => element === now[index]);
}

/** What was appended to a list; undefined where it changed in another way. */
function goingOn<T>(old: readonly T[], now: readonly T[]): readonly T[] | undefined {
  return isSame(old, now.slice(0, old.length)) ? now.slice(old.length) : undefined;
}

function added(path: string, items: readonly unknown[]): Record<string, { $each: readonly unknown[] }> {
  return items.length > 0 ? { [path]: { $each: items } } : {};
}
