import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { AppliedRequest } from '@marketplace/domain';
import type {
  Address,
  AuditHead,
  HistoryEntry,
  Hold,
  Payment,
  Stock,
  TrackingLink,
  TrackingMail,
  VendorOrder,
} from '../domain/order.js';
import type { OrderStatus } from '../domain/status.js';
import type { AuditEntry, AuditSalts } from './audit-chain.js';

const { Mixed } = MongooseSchema.Types;

/**
 * An order as it is stored: the aggregate in one document. What is nested is built by the domain alone and never by a
 * caller's input, so the schema leaves it to the domain's types and casts only what queries name.
 */
@Schema({
  collection: 'orders',
  versionKey: false,
  autoCreate: false,
  autoIndex: false,
  strict: 'throw',
  minimize: false,
})
export class OrderDocument {
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, required: true })
  number: string;

  @Prop(String)
  clientReference?: string;

  @Prop(String)
  cartId?: string;

  @Prop(Boolean)
  returnsCart?: boolean;

  @Prop(String)
  customerId?: string;

  @Prop(String)
  email?: string;

  @Prop(String)
  locale?: string;

  @Prop({ type: String, required: true })
  createdBy: string;

  @Prop(String)
  requestFingerprint?: string;

  @Prop({ type: Number, required: true })
  attempt: number;

  @Prop({ type: String, required: true })
  currency: string;

  @Prop({ type: String, required: true })
  status: OrderStatus;

  @Prop({ type: [Mixed], required: true })
  vendorOrders: VendorOrder[];

  @Prop({ type: Mixed, required: true })
  payment: Payment;

  @Prop({ type: Mixed, required: true })
  stock: Stock;

  @Prop({ type: Mixed, required: true })
  shippingAddress: Address;

  @Prop({ type: Mixed })
  billingAddress?: Address;

  @Prop({ type: Mixed })
  hold?: Hold;

  @Prop({ type: [Mixed], default: undefined })
  trackingLinks?: readonly TrackingLink[];

  @Prop({ type: Mixed })
  trackingMail?: TrackingMail;

  @Prop({ type: [Mixed], required: true })
  appliedRequests: AppliedRequest[];

  @Prop({ type: [Mixed], required: true })
  history: HistoryEntry[];

  @Prop({ type: Number, required: true })
  publishedSequence: number;

  @Prop({ type: Mixed })
  auditHead?: AuditHead;

  /** Who did what to the order, chained: see docs/audit.md. Read by those who verify it, and by nobody else. */
  @Prop({ type: [Mixed], default: undefined })
  audit?: AuditEntry[];

  @Prop({ type: [Mixed], default: undefined })
  auditSalts?: AuditSalts[];

  @Prop({ type: Number, required: true })
  version: number;

  @Prop(Date)
  anonymisedAt?: Date;

  @Prop({ type: Date, required: true })
  placedAt: Date;

  @Prop(Date)
  listedAt?: Date;

  @Prop({ type: Date, required: true })
  updatedAt: Date;

  /** When any replica may take up what is left to do, or when time alone changes the order. Moving it ahead is the lease. */
  @Prop(Date)
  workDueAt?: Date;

  /** Names the batch in which the order was last taken up. */
  @Prop(String)
  lease?: string;
}

export const OrderSchema = SchemaFactory.createForClass(OrderDocument);

// Numbers are drawn at random: this is what makes them unique. Finds an order by its number.
OrderSchema.index({ number: 1 }, { name: 'number', unique: true });
// Keeps a caller's own reference to one order for ever.
OrderSchema.index(
  { createdBy: 1, clientReference: 1 },
  { name: 'client_reference', unique: true, partialFilterExpression: { clientReference: { $exists: true } } },
);
// Finds overdue work. It holds only orders with work left, a few at any time.
OrderSchema.index({ workDueAt: 1 }, { name: 'work_due', partialFilterExpression: { workDueAt: { $exists: true } } });
// Finds the audit chains that have grown since the last anchor.
OrderSchema.index(
  { 'auditHead.at': 1, _id: 1 },
  { name: 'audit_head', partialFilterExpression: { 'auditHead.at': { $exists: true } } },
);

// Lists: what the filter demands first, then the order of the list, so that a page is read where it lies and nothing is
// sorted. Orders that were never announced are in none of them. OrderListsRepository names the index of each filter.
const NEWEST_FIRST = { listedAt: -1, _id: -1 } as const;
const LISTED = { listedAt: { $exists: true } };

// The list without a filter, or with a period alone.
OrderSchema.index(NEWEST_FIRST, { name: 'listed', partialFilterExpression: LISTED });
// A customer's history; the status is at its end so that the history's own filter is decided without reading orders. Orders that
// were never announced are in this index too, although in no list: to be forgotten they must be found.
OrderSchema.index(
  { customerId: 1, ...NEWEST_FIRST, status: 1 },
  { name: 'customer', partialFilterExpression: { customerId: { $exists: true } } },
);
// Orders of everybody in some statuses: the ranges of several are merged in the order of the list.
OrderSchema.index({ status: 1, ...NEWEST_FIRST }, { name: 'status', partialFilterExpression: LISTED });
// Payments that need somebody's attention are few among many.
OrderSchema.index(
  { 'payment.status': 1, ...NEWEST_FIRST },
  { name: 'payment_status', partialFilterExpression: LISTED },
);
// A vendor's orders.
OrderSchema.index({ 'vendorOrders.vendorId': 1, ...NEWEST_FIRST }, { name: 'vendor', partialFilterExpression: LISTED });
// A vendor's orders by the status of its own part. The status leads, lest this index be tried, with a sort, without one.
OrderSchema.index(
  { 'vendorOrders.status': 1, 'vendorOrders.vendorId': 1, ...NEWEST_FIRST },
  { name: 'vendor_status', partialFilterExpression: LISTED },
);
// A guest's orders, for support.
OrderSchema.index(
  { email: 1, ...NEWEST_FIRST },
  { name: 'email', partialFilterExpression: { ...LISTED, email: { $exists: true } } },
);
// The order that a parcel belongs to.
OrderSchema.index(
  { 'vendorOrders.shipments.trackingNumber': 1, ...NEWEST_FIRST },
  {
    name: 'tracking_number',
    partialFilterExpression: { ...LISTED, 'vendorOrders.shipments.trackingNumber': { $exists: true } },
  },
);
