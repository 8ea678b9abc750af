import type { QueryFilter } from 'mongoose';
import type { Scope } from '../../auth/principal.js';
import type { OrderDocument } from './order.schema.js';

/** Announced orders that the scope shows; undefined when the scope shows nothing at all. */
export function visibleTo(scope: Scope): QueryFilter<OrderDocument> | undefined {
  const owner = scopeFilter(scope);
  return owner && { $and: [owner], listedAt: { $exists: true } };
}

/** What the scope lets its holder see; undefined when that is nothing. */
function scopeFilter(scope: Scope): QueryFilter<OrderDocument> | undefined {
  if (scope.everything) return {};
  const ways: QueryFilter<OrderDocument>[] = [];
  if (scope.customerId !== undefined) ways.push({ customerId: scope.customerId });
  if (scope.vendorId !== undefined) ways.push({ 'vendorOrders.vendorId': scope.vendorId });
  // A guest's token ends when the order is a customer's.
  if (scope.orderId !== undefined) ways.push({ _id: scope.orderId, customerId: { $exists: false } });
  return ways.length > 1 ? { $or: ways } : ways[0];
}
