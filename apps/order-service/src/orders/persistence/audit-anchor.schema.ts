import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { AnchoredHead, AnchorPosition, AuditAnchor } from './audit-anchor.js';

const { Mixed } = MongooseSchema.Types;

/** An anchor as it is stored: its number is its id, so that of two replicas that make the next one only one does. */
@Schema({ collection: 'audit_anchors', versionKey: false, autoCreate: false, autoIndex: false, strict: 'throw' })
export class AuditAnchorDocument {
  @Prop({ type: Number, required: true })
  _id: number;

  @Prop({ type: Date, required: true })
  at: Date;

  @Prop({ type: [Mixed], required: true })
  heads: AnchoredHead[];

  @Prop({ type: Mixed, required: true })
  reached: AnchorPosition;

  @Prop(String)
  previous: string;

  @Prop({ type: Boolean, required: true })
  isKeyed: boolean;

  @Prop({ type: String, required: true })
  hash: string;
}

export const AuditAnchorSchema = SchemaFactory.createForClass(AuditAnchorDocument);

// What was anchored of an order.
AuditAnchorSchema.index({ 'heads.orderId': 1 }, { name: 'anchored_order' });

export function anchorOf({ _id, ...document }: AuditAnchorDocument): AuditAnchor {
  return { number: _id, ...document };
}
