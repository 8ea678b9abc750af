import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { isDuplicateKey } from '../../common/database.js';
import type { AnchoredHead, AnchorPosition, AuditAnchor } from './audit-anchor.js';
import { anchorOf, AuditAnchorDocument } from './audit-anchor.schema.js';
import { OrderDocument } from './order.schema.js';

/** A head of a chain that has grown, and when. */
export type GrownHead = AnchoredHead & AnchorPosition;

/** Anchors of audit chains in MongoDB, and the chains that are to be anchored. */
@Injectable()
export class AuditAnchorsRepository {
  constructor(
    @InjectModel(OrderDocument.name) private readonly orders: Model<OrderDocument>,
    @InjectModel(AuditAnchorDocument.name) private readonly anchors: Model<AuditAnchorDocument>,
  ) {}

  async latest(): Promise<AuditAnchor | undefined> {
    const document = await this.anchors.findOne().sort({ _id: -1 }).lean<AuditAnchorDocument>();
    return document ? anchorOf(document) : undefined;
  }

  /** Chains whose latest entry is later than the position and not later than `until`, the longest waiting first. */
  async grownSince(position: AnchorPosition | undefined, until: Date, most: number): Promise<GrownHead[]> {
    const from = position ? { $gte: position.at } : {};
    const seen = position ? [{ 'auditHead.at': position.at, _id: { $lte: position.orderId } }] : [];
    const documents = await this.orders
      .find({ 'auditHead.at': { ...from, $lte: until }, ...(position ? { $nor: seen } : {}) }, { auditHead: 1 })
      .hint('audit_head')
      .sort({ 'auditHead.at': 1, _id: 1 })
      .limit(most)
      .lean<Pick<OrderDocument, '_id' | 'auditHead'>[]>();
    return documents.flatMap(({ _id, auditHead }) => (auditHead ? [{ orderId: _id, ...auditHead }] : []));
  }

  /** False when another replica has written this anchor. */
  async insert({ number, heads, ...anchor }: AuditAnchor): Promise<boolean> {
    try {
      await this.anchors.collection.insertOne({ _id: number, ...anchor, heads: [...heads] } as never);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}
