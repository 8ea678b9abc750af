import type { AppliedRequest } from '@marketplace/domain';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { Role } from '../../auth/principal.js';

/** Who has asked for it: the changes are attributed to them. */
export interface Requester {
  readonly kind: Role | 'guest' | 'system';
  readonly id?: string;
}

/** The anonymising of one user, while it runs and for the record. */
@Schema({ collection: 'anonymisations', versionKey: false, autoCreate: false, autoIndex: false, strict: 'throw' })
export class AnonymisationDocument {
  /** Follows from the user's id, which is not kept once all is done. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop(String)
  userId?: string;

  @Prop({ type: String, required: true })
  status: 'running' | 'done';

  @Prop({ type: Boolean, required: true })
  includesOpen: boolean;

  @Prop({ type: MongooseSchema.Types.Mixed, required: true })
  requestedBy: Requester;

  @Prop({ type: Number, required: true })
  orders: number;

  @Prop({ type: Number, required: true })
  carts: number;

  /** Orders that were under way at the last look. */
  @Prop({ type: Number, required: true })
  waiting: number;

  /** Requests that have had their effect, by their idempotency keys. */
  @Prop({ type: [MongooseSchema.Types.Mixed], required: true })
  appliedRequests: AppliedRequest[];

  /** Counts the requests: of two that meet, one looks again. */
  @Prop({ type: Number, required: true })
  version: number;

  @Prop({ type: Date, required: true })
  requestedAt: Date;

  @Prop(Date)
  finishedAt?: Date;

  /** When any replica may go on. Moving it ahead is the lease. */
  @Prop(Date)
  dueAt?: Date;

  /** Names the replica's turn in which it was last taken up. */
  @Prop(String)
  lease?: string;
}

export const AnonymisationSchema = SchemaFactory.createForClass(AnonymisationDocument);

// What is left to do: nothing else is in it.
AnonymisationSchema.index({ dueAt: 1 }, { name: 'due', partialFilterExpression: { dueAt: { $exists: true } } });
