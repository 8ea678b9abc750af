import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STREAMS } from '@marketplace/contracts';
import { startMongo, waitUntil, type MongoServer } from '@marketplace/local-stack';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import mongoose from 'mongoose';
import { Marketplace } from '../support/client.js';
import { runServiceProgram, type ProgramRun } from '../support/service-program.js';
import { startTestStack, type TestStack } from '../support/stack.js';

/** The shortest that there is, 100 ms. */
const SHORT_WINDOW_NANOSECONDS = 100_000_000;
const PRIMARY_WITHIN_MS = 60_000;
const AUDIT_ANCHOR_SECRET = 'a-secret-of-the-anchors-0123456789';
/** Anchors are there at once, and what fits no order is given up soon. */
const SETTINGS = {
  AUDIT_ANCHOR_SECRET,
  AUDIT_ANCHOR_INTERVAL_MS: '100',
  AUDIT_ANCHOR_AFTER_MS: '200',
  PAYMENT_EVENT_MAX_DELIVERIES: '2',
};

export interface StoredOrder {
  _id: string;
  number: string;
  auditHead: { hash: string };
}

interface StoredAnchor {
  _id: number;
  hash: string;
  heads: { hash: string }[];
}

/** What `npm run reconcile` says of an order. */
export interface DriftingOrder {
  orderId: string;
  differences: { check: string; detail: string }[];
}

/** A stack whose MongoDB is kept in a folder: it can be backed up as a snapshot of its volume would be, lost, and restored. */
export class RestorableShop {
  private constructor(
    private readonly mongo: MongoServer,
    readonly stack: TestStack,
    readonly market: Marketplace,
    private readonly folder: string,
  ) {}

  static async open(): Promise<RestorableShop> {
    const folder = await mkdtemp(join(tmpdir(), 'marketplace-restore-'));
    const mongo = await startMongo({ dataDir: join(folder, 'data'), log: () => undefined });
    const stack = await startTestStack({ mongodbServer: mongo.uri, ownNats: true, env: { ...SETTINGS } });
    return new RestorableShop(mongo, stack, await Marketplace.open(stack), folder);
  }

  /** Everything in the database, as it is now. */
  async contents(): Promise<{ orders: StoredOrder[]; carts: unknown[]; anchors: StoredAnchor[] }> {
    return this.#withDatabase(async (database) => ({
      orders: await database.collection<StoredOrder>('orders').find().sort({ _id: 1 }).toArray(),
      carts: await database.collection('carts').find().sort({ _id: 1 }).toArray(),
      anchors: await database.collection<StoredAnchor>('audit_anchors').find().sort({ _id: 1 }).toArray(),
    }));
  }

  /** Until nothing is left to be done, or to be published, for any order. */
  async whenIdle(): Promise<void> {
    const open = {
      $or: [
        { 'stock.pending.0': { $exists: true } },
        { $expr: { $ne: ['$publishedSequence', { $size: '$history' }] } },
      ],
    };
    const isIdle = async (): Promise<boolean> => (await this.market.collection('orders').countDocuments(open)) === 0;
    await waitUntil('no work is left on any order', isIdle, { deadlineMs: 20_000, pollMs: 100 });
  }

  /** How many orders have a chain whose head no anchor holds. */
  async waitingForAnchor(): Promise<number> {
    const { orders, anchors } = await this.contents();
    const held = new Set(anchors.flatMap(({ heads }) => heads.map(({ hash }) => hash)));
    return orders.filter(({ auditHead }) => !held.has(auditHead.hash)).length;
  }

  /** Copies the data folder while MongoDB writes nothing: what a snapshot of the volume is. */
  async backUp(): Promise<void> {
    await this.#withDatabase(async (_, admin) => {
      await admin.command({ fsync: 1, lock: true });
      try {
        await cp(this.#data, this.#backup, { recursive: true });
      } finally {
        await admin.command({ fsyncUnlock: 1 });
      }
    });
  }

  /** All replicas and the database are gone, and with it its data. NATS and the far services go on. */
  async lose(): Promise<void> {
    await this.stack.service.kill();
    await this.#member.kill();
    await rm(this.#data, { recursive: true });
  }

  /** As the runbook says, up to where the service may start. */
  async restore(): Promise<void> {
    await cp(this.#backup, this.#data, { recursive: true });
    await this.#member.restart();
    const isPrimary = async (): Promise<boolean> =>
      this.#withDatabase(async (_, admin) => (await admin.command({ hello: 1 }))['isWritablePrimary'] === true);
    await waitUntil('a primary', isPrimary, { deadlineMs: PRIMARY_WITHIN_MS });
    const prepared = await this.#run('prepare-database');
    if (prepared.code !== 0) throw new Error(prepared.stdout + prepared.stderr);
  }

  async startService(): Promise<void> {
    await this.stack.restartService({ ending: 'crash' });
  }

  /** Has the streams take nothing more for a repeat of what they were told before the loss. */
  async forgetRepeats(): Promise<void> {
    const nats = await connect({ servers: this.stack.natsUrl });
    try {
      const { streams } = await jetstreamManager(nats);
      for (const { name } of [STREAMS.orders, STREAMS.carts]) {
        await streams.update(name, { duplicate_window: SHORT_WINDOW_NANOSECONDS });
      }
      const probe = async (): Promise<boolean> =>
        !(await jetstream(nats).publish('evt.carts.probe.probed', '{}', { msgID: 'probe' })).duplicate;
      await probe();
      await waitUntil('a repeat is taken', probe, { deadlineMs: 20_000, pollMs: 200 });
    } finally {
      await nats.close();
    }
  }

  async verifyAudit(...args: string[]): Promise<ProgramRun> {
    return this.#run('audit-verify', ...args);
  }

  async reconcile(): Promise<{ run: ProgramRun; drift: DriftingOrder[] }> {
    const file = join(this.folder, 'reconcile.json');
    const run = await this.#run('reconcile', '--grace-seconds', '0', '--report', file);
    const { drift } = JSON.parse(await readFile(file, 'utf8')) as { drift: DriftingOrder[] };
    return { run, drift };
  }

  async deadLetters(): Promise<{ code: string; detail: string }[]> {
    const { stdout } = await this.#run('dead-letters', 'list', '--json');
    return JSON.parse(stdout) as { code: string; detail: string }[];
  }

  async close(): Promise<void> {
    await this.market.close();
    await this.stack.stop();
    await this.mongo.kill();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #member() {
    const [member] = this.mongo.members;
    if (!member) throw new Error('there is no server');
    return member;
  }

  get #data(): string {
    return join(this.folder, 'data', 'member-0');
  }

  get #backup(): string {
    return join(this.folder, 'backup');
  }

  async #run(program: string, ...args: string[]): Promise<ProgramRun> {
    const { mongodbUri, natsUrl } = this.stack;
    return runServiceProgram(program, { MONGODB_URI: mongodbUri, NATS_URL: natsUrl, AUDIT_ANCHOR_SECRET }, ...args);
  }

  async #withDatabase<T>(task: (database: mongoose.mongo.Db, admin: mongoose.mongo.Admin) => Promise<T>): Promise<T> {
    const client = await new mongoose.mongo.MongoClient(this.stack.mongodbUri).connect();
    try {
      return await task(client.db(), client.db().admin());
    } finally {
      await client.close();
    }
  }
}
