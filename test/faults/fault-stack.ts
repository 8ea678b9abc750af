import type { MongoServer, NatsServer } from '@marketplace/local-stack';
import mongoose from 'mongoose';
import type { Replica } from '../support/stack.js';
import { startTestStack, type TestStack } from '../support/stack.js';
import type { StoredCart, StoredOrder } from './check/facts.js';
import { FarServices } from './far-services.js';

/** Quick recovery, so that a run of some minutes holds many faults. Everything else is as the service comes. */
export const SERVICE_SETTINGS = {
  RECOVERY_AFTER_MS: '1500',
  RECOVERY_INTERVAL_MS: '200',
  PAYMENT_TIMEOUT_MS: '1000',
  SHUTDOWN_DRAIN_MS: '800',
  SHUTDOWN_TIMEOUT_MS: '6000',
  LOG_LEVEL: 'warn',
};

/** Three replicas of the service, the simulator, NATS and a database of their own, with what it takes to break each. */
export class FaultStack {
  private constructor(
    readonly parts: TestStack,
    readonly replicas: readonly Replica[],
    readonly farServices: FarServices,
    private readonly mongo: mongoose.mongo.MongoClient,
    /** The MongoDB of this stack alone, where members of it may be killed. */
    readonly mongoServer: MongoServer | undefined,
  ) {}

  /** @param mongo the MongoDB to use: a server to break, or the connection string of one that must be left alone */
  static async start(mongo?: MongoServer | string): Promise<FaultStack> {
    const server = typeof mongo === 'string' ? mongo : mongo?.uri;
    const parts = await startTestStack({
      env: SERVICE_SETTINGS,
      ownNats: true,
      ...(server === undefined ? {} : { mongodbServer: server }),
    });
    try {
      const first = { baseUrl: parts.baseUrl, process: parts.service };
      const others = await Promise.all([parts.startReplica(), parts.startReplica()]);
      const client = await new mongoose.mongo.MongoClient(parts.mongodbUri, {
        serverSelectionTimeoutMS: 2_000,
      }).connect();
      const farServices = await FarServices.connect(parts.natsUrl);
      return new FaultStack(
        parts,
        [first, ...others],
        farServices,
        client,
        typeof mongo === 'string' ? undefined : mongo,
      );
    } catch (error) {
      await parts.stop();
      throw error;
    }
  }

  get addresses(): string[] {
    return this.replicas.map(({ baseUrl }) => baseUrl);
  }

  get nats(): NatsServer {
    return this.parts.nats as NatsServer;
  }

  get orders(): mongoose.mongo.Collection<StoredOrder> {
    return this.mongo.db().collection<StoredOrder>('orders');
  }

  get carts(): mongoose.mongo.Collection<StoredCart> {
    return this.mongo.db().collection<StoredCart>('carts');
  }

  /** Ends a replica as a crash would. */
  async kill(replica: Replica): Promise<void> {
    await replica.process.kill();
  }

  /** Starts a replica that has ended again, on its port, and waits until it is ready. */
  async revive(replica: Replica): Promise<void> {
    const started = await this.parts.startReplica({}, Number(new URL(replica.baseUrl).port));
    replica.process = started.process;
  }

  async stop(): Promise<void> {
    await this.farServices.close();
    await this.mongo.close();
    await this.parts.stop();
  }
}
