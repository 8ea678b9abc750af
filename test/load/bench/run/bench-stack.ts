import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  answersOk,
  findFreePort,
  runNodeProcess,
  startMongo,
  startNodeProcess,
  type MongoServer,
  type ProcessGroup,
} from '@marketplace/local-stack';
import mongoose from 'mongoose';
import { startTestStack, type Replica, type ReplicaOptions, type TestStack } from '../../../support/stack.js';
import type { Job, JobResult } from '../job.js';
import { pidOf } from '../process-usage.js';
import { Keys } from './keys.js';

const HERE = resolve('dist/test/load/bench');
const CLIENT_MARGIN_MS = 600_000;

/** MongoDB, NATS, the simulated far services and one process of the service, as production runs it, all on throw-away data. */
export class BenchStack {
  #jobs = 0;

  private constructor(
    readonly mongo: MongoServer,
    readonly parts: TestStack,
    readonly keys: Keys,
    private readonly client: mongoose.mongo.MongoClient,
    readonly folder: string,
  ) {}

  static async start(log: (line: string) => void, nodeArgs: readonly string[] = []): Promise<BenchStack> {
    const keys = new Keys();
    const folder = await mkdtemp(join(tmpdir(), 'marketplace-bench-'));
    const mongo = await startMongo({ log });
    try {
      const env = keys.environment();
      const parts = await startTestStack({ mongodbServer: mongo.uri, ownNats: true, env, hasSourceMaps: true });
      const client = await new mongoose.mongo.MongoClient(parts.mongodbUri).connect();
      const stack = new BenchStack(mongo, parts, keys, client, folder);
      if (nodeArgs.length > 0) await stack.restartService({}, { nodeArgs });
      return stack;
    } catch (error) {
      await mongo.stop();
      throw error;
    }
  }

  get baseUrl(): string {
    return this.parts.baseUrl;
  }

  get database(): mongoose.mongo.Db {
    return this.client.db();
  }

  /** The processes that share the machine, by name. Those of a client are its own to add. */
  pids(service: ProcessGroup = this.parts.service): Record<string, number> {
    const wine = pidOf('wineserver');
    return {
      service: service.pid,
      mongod: this.mongo.pids[0] ?? 0,
      ...(wine === undefined ? {} : { wineserver: wine }),
      nats: this.parts.nats?.pid ?? 0,
      simulator: this.parts.simulator.pid,
    };
  }

  /** Ends the service and starts it anew, with other settings or in another way. */
  async restartService(env: Record<string, string> = {}, how: ReplicaOptions = {}): Promise<Replica> {
    await this.parts.service.stop();
    const replica = await this.parts.startReplica(env, how);
    this.parts.service = replica.process;
    this.parts.baseUrl = replica.baseUrl;
    return replica;
  }

  /** Starts Express with nothing but queries, and gives its address. */
  async startBareServer(): Promise<Replica> {
    const port = await findFreePort();
    const baseUrl = `http://127.0.0.1:${port}`;
    const server = await startNodeProcess({
      name: 'The bare server',
      script: join(HERE, 'floor/bare-server.js'),
      env: { NODE_ENV: 'production', PORT: String(port), MONGODB_URI: this.parts.mongodbUri },
      logFile: join(this.folder, 'bare-server.log'),
      isReady: answersOk(`${baseUrl}/ready`),
    });
    return { baseUrl, process: server };
  }

  /** Has a client process do a job. What the stack knows of it need not be given. */
  async run(job: Omit<Job, 'baseUrl' | 'mongodbUri' | 'natsUrl' | 'pids'> & Partial<Job>): Promise<JobResult> {
    this.#jobs += 1;
    const file = (kind: string): string => join(this.folder, `${job.work}-${this.#jobs}-${kind}`);
    const { mongodbUri, natsUrl } = this.parts;
    const whole: Job = { baseUrl: this.baseUrl, mongodbUri, natsUrl, pids: this.pids(), ...job };
    await writeFile(file('job.json'), JSON.stringify(whole));
    await runNodeProcess({
      name: `The clients of ${job.work}`,
      script: join(HERE, 'client/main.js'),
      args: [file('job.json'), file('result.json')],
      logFile: file('client.log'),
      deadlineMs: job.warmUpMs + job.measureMs + CLIENT_MARGIN_MS,
    });
    return JSON.parse(await readFile(file('result.json'), 'utf8')) as JobResult;
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.parts.stop();
    await this.mongo.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * How long the service takes from nothing until it is ready, as the first probe that succeeds tells; those come every 50 ms.
 */
export async function timeStart(stack: BenchStack): Promise<number> {
  await stack.parts.service.stop();
  const startedAt = performance.now();
  const replica = await stack.parts.startReplica();
  const readyMs = performance.now() - startedAt;
  stack.parts.service = replica.process;
  stack.parts.baseUrl = replica.baseUrl;
  return readyMs;
}
