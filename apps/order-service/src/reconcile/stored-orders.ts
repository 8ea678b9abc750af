import mongoose, { type Connection, type mongo } from 'mongoose';
import { connectionOptions } from '../common/database.module.js';
import type { Config } from '../config/config.js';
import type { Order } from '../orders/domain/order.js';
import { orderOf } from '../orders/persistence/order.repository.js';
import { OrderSchema, type OrderDocument } from '../orders/persistence/order.schema.js';

/** All orders in MongoDB, announced or not, read past the models: what is stored is what is checked. */
export class StoredOrders {
  private constructor(
    private readonly connection: Connection,
    private readonly collection: mongo.Collection<OrderDocument>,
  ) {}

  static async open(config: Config): Promise<StoredOrders> {
    const connection = await mongoose.createConnection(config.MONGODB_URI, connectionOptions(config)).asPromise();
    const name = OrderSchema.get('collection') ?? 'orders';
    return new StoredOrders(connection, connection.collection(name) as unknown as mongo.Collection<OrderDocument>);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** Every order, some at a time, so that memory does not grow with their number. */
  async *batches(size: number): AsyncGenerator<Order[]> {
    const cursor = this.collection.find({}, { sort: { _id: 1 }, batchSize: size });
    let batch: Order[] = [];
    for await (const document of cursor) {
      batch.push(orderOf(document));
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  async find(orderId: string): Promise<Order | undefined> {
    const document = await this.collection.findOne({ _id: orderId });
    return document ? orderOf(document) : undefined;
  }
}
