import { waitUntil, type MongoServer, type NatsServer } from '@marketplace/local-stack';
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
  // Longer than a load balancer takes to notice that a replica is not ready any more, on a busy machine.
  SHUTDOWN_DRAIN_MS: '1500',
  SHUTDOWN_TIMEOUT_MS: '6000',
  LOG_LEVEL: 'warn',
};

const RESTART_DEADLINE_MS = 60_000;
const SOCKET_TIMEOUT_MS = 5_000;

/** Three replicas of the service, the simulator, NATS and a database of their own, with what it takes to break each. */
export class FaultStack {
  readonly #reviving = new Map<Replica, Promise<void>>();

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
        // Wine may keep a connection of a killed server open, and nothing ever comes on it.
        socketTimeoutMS: SOCKET_TIMEOUT_MS,
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

  /** Changes of a collection that fit the condition, as they are told to followers. */
  watch(name: 'orders' | 'carts', condition: mongoose.mongo.Document): mongoose.mongo.ChangeStream {
    return this.mongo
      .db()
      .collection(name)
      .watch([{ $match: condition }], { maxAwaitTimeMS: 1_000 });
  }

  async adminCommand(command: mongoose.mongo.Document): Promise<mongoose.mongo.Document> {
    return this.mongo.db('admin').command(command);
  }

  /** The replicas that are not being started just now. */
  get alive(): Replica[] {
    return this.replicas.filter((replica) => !this.#reviving.has(replica));
  }

  /** Waits until so many replicas are alive, and the named one among them. */
  async whenAlive(count: number, named?: Replica): Promise<void> {
    const isSo = (): boolean =>
      this.alive.length >= count && (named === undefined || this.alive.some((replica) => replica === named));
    await waitUntil(`${count} replicas being alive`, isSo, { deadlineMs: RESTART_DEADLINE_MS });
  }

  /** Ends a replica as a crash would, and starts it again on its port in the background. */
  async crash(replica: Replica): Promise<void> {
    await replica.process.kill();
    this.reviveLater(replica);
  }

  /** Starts a replica that has ended again; {@link allAlive} tells what became of it. */
  reviveLater(replica: Replica): void {
    const reviving = this.#revive(replica);
    this.#reviving.set(replica, reviving);
    reviving.then(
      () => this.#reviving.delete(replica),
      () => undefined,
    );
  }

  /** @throws Error when a replica did not start again */
  async allAlive(): Promise<void> {
    await Promise.all(this.#reviving.values());
  }

  async #revive(replica: Replica): Promise<void> {
    const started = await this.parts.startReplica({}, { port: Number(new URL(replica.baseUrl).port) });
    replica.process = started.process;
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.#reviving.values());
    await this.farServices.close();
    await this.mongo.close();
    await this.parts.stop();
  }
}
