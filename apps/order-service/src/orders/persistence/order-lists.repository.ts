import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import type { Scope } from '../../auth/principal.js';
import type { Position } from '../../common/cursor.js';
import type { ShownOrder } from '../domain/order.js';
import type { OrderStatus, PaymentStatus } from '../domain/status.js';
import { orderOf, SHOWN } from './order.repository.js';
import { OrderDocument } from './order.schema.js';

/** What a list of orders is narrowed to; every field is optional. */
export interface OrderListQuery {
  readonly customerId?: string | undefined;
  /** Orders with a part of this vendor; `status` and `trackingNumber` then speak of that part. */
  readonly vendorId?: string | undefined;
  readonly status?: readonly OrderStatus[] | undefined;
  readonly paymentStatus?: PaymentStatus | undefined;
  readonly number?: string | undefined;
  readonly email?: string | undefined;
  readonly trackingNumber?: string | undefined;
  /** Placed at or after. */
  readonly from?: Date | undefined;
  /** Placed before. */
  readonly to?: Date | undefined;
  readonly after?: Position | undefined;
  readonly limit: number;
}

export interface OrderPage {
  readonly orders: readonly ShownOrder[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: Position | undefined;
}

const END_OF_TIME = new Date(8.64e15);

/** Lists of announced orders, newest first, by keyset: no skipping, no counting. */
@Injectable()
export class OrderListsRepository {
  constructor(@InjectModel(OrderDocument.name) private readonly model: Model<OrderDocument>) {}

  /** @param scope all orders, or those of one customer or of one vendor; anything else is shown nothing */
  async list(query: OrderListQuery, scope: Scope): Promise<OrderPage> {
    const scoped = within(query, scope);
    if (!scoped) return { orders: [], next: undefined };
    const found = this.model.find({ $and: conditions(scoped) }, SHOWN).limit(query.limit + 1);
    const index = indexOf(scoped);
    if (index !== undefined) found.hint(index);
    // A number is unique: there is nothing to sort, and its index could not.
    if (query.number === undefined) found.sort({ listedAt: -1, _id: -1 });
    const documents = await found.lean<OrderDocument[]>();
    const orders = documents.slice(0, query.limit).map(orderOf);
    const last = documents.length > query.limit ? orders.at(-1) : undefined;
    return { orders, next: last?.listedAt && { at: last.listedAt, id: last.id } };
  }
}

/**
 * The query narrowed to the one owner whose orders the scope shows; undefined when they have nothing in common. Each
 * condition is stated once: given the same one twice, MongoDB no longer sees that the index is in the order asked for.
 */
function within(query: OrderListQuery, scope: Scope): OrderListQuery | undefined {
  if (scope.everything) return query;
  const { customerId, vendorId } = scope;
  if (customerId !== undefined && vendorId === undefined) {
    return (query.customerId ?? customerId) === customerId ? { ...query, customerId } : undefined;
  }
  if (vendorId !== undefined && customerId === undefined) {
    return (query.vendorId ?? vendorId) === vendorId ? { ...query, vendorId } : undefined;
  }
  return undefined;
}

function conditions(query: OrderListQuery): QueryFilter<OrderDocument>[] {
  const filters = [...periodConditions(query), ...vendorConditions(query)];
  if (query.customerId !== undefined) filters.push({ customerId: query.customerId });
  if (query.status && query.vendorId === undefined) filters.push({ status: { $in: [...query.status] } });
  if (query.paymentStatus !== undefined) filters.push({ 'payment.status': query.paymentStatus });
  if (query.number !== undefined) filters.push({ number: query.number });
  if (query.email !== undefined) filters.push({ email: query.email });
  if (query.trackingNumber !== undefined) {
    filters.push({ 'vendorOrders.shipments.trackingNumber': query.trackingNumber });
  }
  return filters;
}

function periodConditions({ after, from, to }: OrderListQuery): QueryFilter<OrderDocument>[] {
  // A bound above is always there: it tells the planner that the partial indexes hold every order of the list.
  const until = after && (!to || after.at < to) ? { $lte: after.at } : { $lt: to ?? END_OF_TIME };
  const filters: QueryFilter<OrderDocument>[] = [{ listedAt: { ...until, ...(from ? { $gte: from } : {}) } }];
  // What was shown of the cursor's instant is excluded, and not what follows included: the planner would take the
  // branches of an $or for scans of their own, and may then sort what they find.
  if (after) filters.push({ $nor: [{ listedAt: after.at, _id: { $gte: after.id } }] });
  return filters;
}

function vendorConditions({ vendorId, status, trackingNumber }: OrderListQuery): QueryFilter<OrderDocument>[] {
  if (vendorId === undefined) return [];
  if (!status && trackingNumber === undefined) return [{ 'vendorOrders.vendorId': vendorId }];
  // All of it must hold for one and the same part of the order.
  const part = {
    vendorId,
    ...(status ? { status: { $in: [...status] } } : {}),
    ...(trackingNumber === undefined ? {} : { 'shipments.trackingNumber': trackingNumber }),
  };
  return [{ vendorOrders: { $elemMatch: part } }];
}

/**
 * The index to read, by its name: a plan that MongoDB has kept from a frequent value would serve a rare one badly.
 * Undefined where two filters are met by many orders each and only the data can tell which one by fewer.
 */
function indexOf(query: OrderListQuery): string | undefined {
  if (query.number !== undefined) return 'number';
  if (query.trackingNumber !== undefined) return 'tracking_number';
  if (query.email !== undefined) return 'email';
  if (query.customerId !== undefined) return 'customer';
  const wide: string[] = [];
  if (query.vendorId !== undefined) wide.push(query.status ? 'vendor_status' : 'vendor');
  else if (query.status) wide.push('status');
  if (query.paymentStatus !== undefined) wide.push('payment_status');
  return wide.length > 1 ? undefined : (wide[0] ?? 'listed');
}
