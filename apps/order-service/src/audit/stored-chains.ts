import mongoose, { type Connection, type mongo } from 'mongoose';
import { connectionOptions } from '../common/database.module.js';
import type { Config } from '../config/config.js';
import type { AuditAnchor } from '../orders/persistence/audit-anchor.js';
import { anchorOf, AuditAnchorSchema, type AuditAnchorDocument } from '../orders/persistence/audit-anchor.schema.js';
import { orderOf } from '../orders/persistence/order.repository.js';
import { OrderSchema, type OrderDocument } from '../orders/persistence/order.schema.js';
import type { AnchoredIn, StoredChain } from './stored-chain.js';

/** Orders with their chains, and anchors, read past the models: what is stored is what is verified. */
export class StoredChains {
  private constructor(
    private readonly connection: Connection,
    private readonly orders: mongo.Collection<OrderDocument>,
    private readonly anchorDocuments: mongo.Collection<AuditAnchorDocument>,
  ) {}

  static async open(config: Config): Promise<StoredChains> {
    const connection = await mongoose.createConnection(config.MONGODB_URI, connectionOptions(config)).asPromise();
    const collection = (schema: mongoose.Schema): unknown => connection.collection(String(schema.get('collection')));
    return new StoredChains(
      connection,
      collection(OrderSchema) as mongo.Collection<OrderDocument>,
      collection(AuditAnchorSchema) as mongo.Collection<AuditAnchorDocument>,
    );
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** Every order, or the one that is named, some at a time. */
  async *batches(size: number, orderId: string | undefined): AsyncGenerator<StoredChain[]> {
    const filter = orderId === undefined ? {} : { _id: orderId };
    const cursor = this.orders.find(filter, { sort: { _id: 1 }, batchSize: size });
    let batch: OrderDocument[] = [];
    for await (const document of cursor) {
      batch.push(document);
      if (batch.length < size) continue;
      yield await this.#withAnchors(batch);
      batch = [];
    }
    if (batch.length > 0) yield await this.#withAnchors(batch);
  }

  /** One order as it is now. Its anchors are read before it, so that they cannot hold what it has not. */
  async find(orderId: string): Promise<StoredChain | undefined> {
    const anchored = await this.#anchored([orderId]);
    const document = await this.orders.findOne({ _id: orderId });
    return document ? chainOf(document, anchored.get(orderId)) : undefined;
  }

  async *anchors(): AsyncGenerator<AuditAnchor> {
    for await (const document of this.anchorDocuments.find({}, { sort: { _id: 1 } })) yield anchorOf(document);
  }

  /** Which of the orders are not stored. */
  async missing(orderIds: readonly string[]): Promise<string[]> {
    const ids = [...new Set(orderIds)];
    const found = await this.orders.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray();
    const stored = new Set(found.map(({ _id }) => _id));
    return ids.filter((id) => !stored.has(id));
  }

  async #withAnchors(documents: readonly OrderDocument[]): Promise<StoredChain[]> {
    const anchored = await this.#anchored(documents.map(({ _id }) => _id));
    return documents.map((document) => chainOf(document, anchored.get(document._id)));
  }

  async #anchored(orderIds: readonly string[]): Promise<Map<string, AnchoredIn[]>> {
    const wanted = new Map<string, AnchoredIn[]>(orderIds.map((id) => [id, []]));
    const anchors = this.anchorDocuments.find({ 'heads.orderId': { $in: [...orderIds] } }, { sort: { _id: 1 } });
    for await (const { _id: anchor, heads } of anchors) {
      for (const { orderId, sequence, hash } of heads) wanted.get(orderId)?.push({ anchor, sequence, hash });
    }
    return wanted;
  }
}

function chainOf(document: OrderDocument, anchored: readonly AnchoredIn[] = []): StoredChain {
  return { order: orderOf(document), entries: document.audit ?? [], salts: document.auditSalts ?? [], anchored };
}
