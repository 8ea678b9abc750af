import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import type { Scope } from '../../auth/principal.js';
import type { Position } from '../../common/cursor.js';
import type { Order } from '../domain/order.js';
import type { OrderStatus, PaymentStatus } from '../domain/status.js';
import { orderOf, scopeFilter } from './order.repository.js';
import { OrderDocument } from './order.schema.js';

/** What a list of orders is narrowed to; every field is optional. */
export interface OrderListQuery {
  readonly customerId?: string | undefined;
  readonly vendorId?: string | undefined;
  readonly status?: readonly OrderStatus[] | undefined;
  /** Makes `status` speak of this vendor's part. */
  readonly statusOfVendorId?: string | undefined;
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
  readonly orders: readonly Order[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: Position | undefined;
}

const END_OF_TIME = new Date(8.64e15);

/** Lists of announced orders, newest first, by keyset: no skipping, no counting. */
@Injectable()
export class OrderListsRepository {
  constructor(@InjectModel(OrderDocument.name) private readonly model: Model<OrderDocument>) {}

  async list(query: OrderListQuery, scope: Scope): Promise<OrderPage> {
    const owner = scopeFilter(scope);
    if (!owner) return { orders: [], next: undefined };
    const documents = await this.model
      .find({ $and: [owner, ...conditions(query)] })
      .sort({ listedAt: -1, _id: -1 })
      .limit(query.limit + 1)
      .lean<OrderDocument[]>();
    const orders = documents.slice(0, query.limit).map(orderOf);
    const last = documents.length > query.limit ? orders.at(-1) : undefined;
    return { orders, next: last?.listedAt && { at: last.listedAt, id: last.id } };
  }
}

function conditions(query: OrderListQuery): QueryFilter<OrderDocument>[] {
  const { after, from, to } = query;
  // A bound above is always there: it tells the planner that the partial indexes hold every order of the list.
  const until = after && (!to || after.at < to) ? { $lte: after.at } : { $lt: to ?? END_OF_TIME };
  const filters: QueryFilter<OrderDocument>[] = [{ listedAt: { ...until, ...(from ? { $gte: from } : {}) } }];
  if (after) filters.push({ $or: [{ listedAt: { $lt: after.at } }, { listedAt: after.at, _id: { $lt: after.id } }] });
  if (query.customerId !== undefined) filters.push({ customerId: query.customerId });
  if (query.paymentStatus !== undefined) filters.push({ 'payment.status': query.paymentStatus });
  if (query.number !== undefined) filters.push({ number: query.number });
  if (query.email !== undefined) filters.push({ email: query.email });
  if (query.trackingNumber !== undefined) {
    filters.push({ 'vendorOrders.shipments.trackingNumber': query.trackingNumber });
  }
  filters.push(...statusConditions(query));
  return filters;
}

function statusConditions({
  status,
  vendorId,
  statusOfVendorId,
  trackingNumber,
}: OrderListQuery): QueryFilter<OrderDocument>[] {
  const filters: QueryFilter<OrderDocument>[] = [];
  if (vendorId !== undefined && vendorId !== statusOfVendorId) filters.push({ 'vendorOrders.vendorId': vendorId });
  if (statusOfVendorId !== undefined) {
    const parcel = trackingNumber === undefined ? {} : { 'shipments.trackingNumber': trackingNumber };
    const own = { vendorId: statusOfVendorId, ...(status ? { status: { $in: status } } : {}), ...parcel };
    filters.push({ vendorOrders: { $elemMatch: own } });
  } else if (status) {
    filters.push({ status: { $in: [...status] } });
  }
  return filters;
}
