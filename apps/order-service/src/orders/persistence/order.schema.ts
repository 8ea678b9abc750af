import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { Address, HistoryEntry, Payment, Stock, VendorOrder } from '../domain/order.js';
import type { OrderStatus } from '../domain/status.js';

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

  @Prop({ type: [Mixed], required: true })
  history: HistoryEntry[];

  @Prop({ type: Number, required: true })
  publishedSequence: number;

  @Prop({ type: Number, required: true })
  version: number;

  @Prop({ type: Date, required: true })
  placedAt: Date;

  @Prop(Date)
  listedAt?: Date;

  @Prop({ type: Date, required: true })
  updatedAt: Date;

  /** When any replica may take up what is left to do; absent when nothing is. Moving it ahead is the lease. */
  @Prop(Date)
  workDueAt?: Date;
}

export const OrderSchema = SchemaFactory.createForClass(OrderDocument);

OrderSchema.index({ number: 1 }, { name: 'number', unique: true });
OrderSchema.index(
  { createdBy: 1, clientReference: 1 },
  { name: 'client_reference', unique: true, partialFilterExpression: { clientReference: { $exists: true } } },
);
OrderSchema.index({ workDueAt: 1 }, { name: 'work_due', partialFilterExpression: { workDueAt: { $exists: true } } });

// Lists: equality first, then the order of the list. Orders that were never announced are in none of them.
const LISTED = { partialFilterExpression: { listedAt: { $exists: true } } };
OrderSchema.index({ listedAt: -1, _id: -1 }, { name: 'listed', ...LISTED });
OrderSchema.index({ customerId: 1, listedAt: -1, _id: -1 }, { name: 'customer', ...LISTED });
OrderSchema.index({ status: 1, listedAt: -1, _id: -1 }, { name: 'status', ...LISTED });
OrderSchema.index({ 'payment.status': 1, listedAt: -1, _id: -1 }, { name: 'payment_status', ...LISTED });
OrderSchema.index({ 'vendorOrders.vendorId': 1, listedAt: -1, _id: -1 }, { name: 'vendor', ...LISTED });
OrderSchema.index(
  { 'vendorOrders.vendorId': 1, 'vendorOrders.status': 1, listedAt: -1, _id: -1 },
  { name: 'vendor_status', ...LISTED },
);
OrderSchema.index(
  { email: 1, listedAt: -1, _id: -1 },
  { name: 'email', partialFilterExpression: { email: { $exists: true } } },
);
OrderSchema.index(
  { 'vendorOrders.shipments.trackingNumber': 1, listedAt: -1, _id: -1 },
  { name: 'tracking_number', partialFilterExpression: { 'vendorOrders.shipments.trackingNumber': { $exists: true } } },
);
