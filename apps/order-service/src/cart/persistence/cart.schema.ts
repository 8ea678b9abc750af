import type { AppliedRequest } from '@marketplace/domain';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { QuotedLine } from '../../catalog-client/quoted-line.js';
import type { WaitingEvent } from '../domain/cart-outbox.js';
import type { CartStatus } from '../domain/cart.js';
import type { NoticedChanges } from '../domain/line-changes.js';

/** A cart as it is stored. */
@Schema({ collection: 'carts', versionKey: false, autoCreate: false, autoIndex: false, strict: 'throw' })
export class CartDocument {
  @Prop({ type: String, required: true })
  _id: string;

  /** Left out for guests: the unique index below is partial. */
  @Prop(String)
  customerId?: string;

  @Prop({ type: String, required: true })
  status: CartStatus;

  @Prop({ type: String, required: true })
  currency: string;

  @Prop({ type: [MongooseSchema.Types.Mixed], required: true })
  lines: QuotedLine[];

  @Prop({ type: [String], required: true })
  couponCodes: string[];

  @Prop({ type: MongooseSchema.Types.Mixed })
  changes?: NoticedChanges;

  @Prop(String)
  orderId?: string;

  @Prop(Number)
  orderAttempt?: number;

  @Prop(String)
  lapsedOrderId?: string;

  @Prop(String)
  mergedInto?: string;

  @Prop({ type: [MongooseSchema.Types.Mixed], required: true })
  appliedRequests: AppliedRequest[];

  /** Events that wait to be published; no field at all when there are none. */
  @Prop({ type: [MongooseSchema.Types.Mixed], default: undefined })
  outbox?: WaitingEvent[];

  /** When the latest of them was added: there while any waits, so that a partial index finds them. */
  @Prop(Date)
  outboxAt?: Date;

  @Prop({ type: Number, required: true })
  version: number;

  @Prop({ type: Date, required: true })
  quotedAt: Date;

  @Prop({ type: Date, required: true })
  expiresAt: Date;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, required: true })
  updatedAt: Date;
}

export const CartSchema = SchemaFactory.createForClass(CartDocument);

/** For the carts in which a customer's idempotency key is looked for. */
CartSchema.index(
  { customerId: 1, updatedAt: -1 },
  { name: 'carts_of_a_customer', partialFilterExpression: { customerId: { $exists: true } } },
);
/** A customer has at most one active cart, whoever races. */
CartSchema.index(
  { customerId: 1 },
  {
    name: 'one_active_cart_a_customer',
    unique: true,
    partialFilterExpression: { status: 'active', customerId: { $exists: true } },
  },
);

/** What the background jobs look for. Neither index holds more than what there is to do, or will be. */
CartSchema.index({ expiresAt: 1 }, { name: 'active_expiry', partialFilterExpression: { status: 'active' } });
CartSchema.index({ outboxAt: 1 }, { name: 'waiting_events', partialFilterExpression: { outboxAt: { $exists: true } } });
