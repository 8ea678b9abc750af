import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  answersOk,
  databaseUri,
  DEVELOPMENT_GUEST_TOKEN_SECRET,
  DEVELOPMENT_JWT_AUDIENCE,
  DEVELOPMENT_JWT_ISSUER,
  DEVELOPMENT_JWT_SECRET,
  findFreePort,
  type NatsOptions,
  type NatsServer,
  type ProcessGroup,
  runNodeProcess,
  signDevelopmentToken,
  simulatorAnswers,
  startNats,
  startNodeProcess,
  type TokenSubject,
} from '@marketplace/local-stack';
import { copyStructure, dropDatabase } from './database.js';

const SERVICE = resolve('dist/apps/order-service/bundle');
/** The same as modules of their own, which others can reach into. */
const SERVICE_MODULES = resolve('dist/apps/order-service/src');
const SIMULATOR = resolve('dist/apps/marketplace-simulator/bundle/main.js');
const READY_DEADLINE_MS = 60_000;
/** Maps are read when the first error is looked at, which takes longer than most tests. The bundles keep the names. */
const NO_SOURCE_MAPS = '--no-enable-source-maps';

/** How a suite's stack differs from the usual one. */
export interface TestStackOptions {
  /** Added to the service's environment; `undefined` takes a variable away. */
  env?: Record<string, string | undefined>;
  /** Added to the simulator's environment. */
  simulatorEnv?: Record<string, string | undefined>;
  /** The MongoDB to make its database in, instead of the run's. */
  mongodbServer?: string;
  /** A NATS server of its own even where NATS_URL names one, for suites that end it. */
  ownNats?: boolean | Pick<NatsOptions, 'configFile' | 'env'>;
  /** The service reads source maps, as in production: for what is measured. */
  hasSourceMaps?: boolean;
}

/** How a replica of the service is started. */
export interface ReplicaOptions {
  /** A free one unless told. */
  port?: number;
  /** Arguments of Node.js itself. */
  nodeArgs?: readonly string[];
  /** Not the bundle, so that what is loaded before the service can reach into it. */
  asModules?: boolean;
}

/** A replica of the service that a suite has started. */
export interface Replica {
  baseUrl: string;
  process: ProcessGroup;
}

/** What another process must know of a stack to use it. */
export interface StackAddresses {
  mongodbUri: string;
  natsUrl: string;
  baseUrl: string;
  /** Of the service and the simulator. */
  logFiles: readonly string[];
}

/**
 * The built service and the built simulator, on a database of their own in the run's MongoDB and on a NATS server of their own.
 * Start it in `beforeAll`, and `stop` it in `afterAll` whatever became of the tests.
 */
export class TestStack {
  service!: ProcessGroup;
  simulator!: ProcessGroup;
  baseUrl!: string;
  /** The suite's NATS server, `undefined` where NATS_URL names one to use. */
  nats: NatsServer | undefined;
  natsUrl!: string;

  private readonly processes: ProcessGroup[] = [];
  /** Those of whoever runs the stack, where that is another process. */
  private foreignLogFiles: readonly string[] = [];
  private isJoined = false;
  private logFiles = 0;

  private constructor(
    /** Names the suite's database too. */
    readonly mongodbUri: string,
    private readonly folder: string,
    private readonly options: TestStackOptions,
  ) {}

  static async start(options: TestStackOptions = {}): Promise<TestStack> {
    const server = options.mongodbServer ?? process.env.TEST_MONGODB_URI;
    if (!server) throw new Error('TEST_MONGODB_URI is not set: the suites run through jest --selectProjects e2e');
    const name = `test_${randomBytes(6).toString('hex')}`;
    const folder = await mkdtemp(join(tmpdir(), 'marketplace-test-'));
    const stack = new TestStack(databaseUri(server, name), folder, options);
    try {
      await stack.startParts();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** A stack that another process runs: the service, the simulator and NATS are that one's; replicas of one's own may be added. */
  static async join({ mongodbUri, natsUrl, baseUrl, logFiles }: StackAddresses): Promise<TestStack> {
    const stack = new TestStack(mongodbUri, await mkdtemp(join(tmpdir(), 'marketplace-test-')), {});
    return Object.assign(stack, { natsUrl, baseUrl, foreignLogFiles: logFiles, isJoined: true });
  }

  /** For a process that joins. */
  get addresses(): StackAddresses {
    const { mongodbUri, natsUrl, baseUrl } = this;
    return { mongodbUri, natsUrl, baseUrl, logFiles: this.processes.map(({ logFile }) => logFile) };
  }

  /** A token that the service accepts, for a customer, vendor or member of staff. */
  token(subject: TokenSubject): Promise<string> {
    return signDevelopmentToken(subject);
  }

  /**
   * Starts the service again on its port.
   *
   * @param how `crash` ends it with SIGKILL, `drain` (unless told) with SIGTERM; `env` changes its environment from now on
   */
  async restartService(how: { ending?: 'crash' | 'drain'; env?: TestStackOptions['env'] } = {}): Promise<void> {
    await (how.ending === 'crash' ? this.service.kill() : this.service.stop());
    this.options.env = { ...this.options.env, ...how.env };
    const replica = await this.startReplica({}, { port: Number(new URL(this.baseUrl).port) });
    this.service = replica.process;
  }

  /** Starts one more process of the service on the same database and NATS. */
  async startReplica(env: TestStackOptions['env'] = {}, how: ReplicaOptions = {}): Promise<Replica> {
    const port = how.port ?? (await findFreePort());
    const baseUrl = `http://127.0.0.1:${port}`;
    const started = await startNodeProcess({
      name: 'The service',
      script: join(how.asModules ? SERVICE_MODULES : SERVICE, 'main.js'),
      nodeArgs: [...(this.options.hasSourceMaps ? [] : [NO_SOURCE_MAPS]), ...(how.nodeArgs ?? [])],
      env: { ...this.serviceEnvironment(port), ...this.options.env, ...env },
      logFile: this.newLogFile('service'),
      isReady: answersOk(`${baseUrl}/health/ready`),
      readyDeadlineMs: READY_DEADLINE_MS,
    });
    this.processes.push(started);
    return { baseUrl, process: started };
  }

  /** Starts the simulator again, with what it has kept. */
  async restartSimulator(): Promise<void> {
    await this.simulator.stop();
    await this.startSimulator();
  }

  /** Everything that the service and the simulator have written so far, oldest process first. */
  logs(): string {
    const files = [...this.foreignLogFiles, ...this.processes.map(({ logFile }) => logFile)];
    return files.map((file) => readFileSync(file, 'utf8')).join('');
  }

  /** Ends all processes of this stack's own and drops its database. */
  async stop(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.stop(5_000)));
    await this.nats?.stop();
    if (!this.isJoined) await dropDatabase(this.mongodbUri);
    await rm(this.folder, { recursive: true, force: true });
  }

  private async startParts(): Promise<void> {
    await Promise.all([this.startNatsServer(), this.prepareDatabase()]);
    // Both have come to an end of their start before one that failed is told of, as only then both can be ended.
    const [replica, simulator] = await Promise.allSettled([this.startReplica(), this.startSimulator()]);
    if (replica.status === 'rejected') throw replica.reason;
    if (simulator.status === 'rejected') throw simulator.reason;
    this.service = replica.value.process;
    this.baseUrl = replica.value.baseUrl;
  }

  private async startNatsServer(): Promise<void> {
    const { ownNats } = this.options;
    const given = ownNats ? undefined : process.env.NATS_URL;
    this.nats = given
      ? undefined
      : await startNats({ ...(typeof ownNats === 'object' ? ownNats : {}), log: () => undefined });
    this.natsUrl = this.nats?.url ?? (given as string);
  }

  /** As the run's own MongoDB has it already, where that is used. */
  private prepareDatabase(): Promise<void> {
    const prepared = process.env.TEST_PREPARED_DATABASE_URI;
    if (prepared && this.options.mongodbServer === undefined) return copyStructure(prepared, this.mongodbUri);
    return runNodeProcess({
      name: 'Preparing the database',
      script: join(SERVICE, 'prepare-database.js'),
      env: { MONGODB_URI: this.mongodbUri },
      logFile: join(this.folder, 'prepare-database.log'),
    });
  }

  private async startSimulator(): Promise<void> {
    this.simulator = await startNodeProcess({
      name: 'The simulator',
      script: SIMULATOR,
      nodeArgs: [NO_SOURCE_MAPS],
      env: { NATS_URL: this.natsUrl, SIMULATOR_DATA_DIR: join(this.folder, 'simulator'), ...this.options.simulatorEnv },
      logFile: this.newLogFile('simulator'),
      throwAway: this.folder,
      isReady: simulatorAnswers(this.natsUrl),
      readyDeadlineMs: READY_DEADLINE_MS,
    });
    this.processes.push(this.simulator);
  }

  /** Processes that start side by side must not share one. */
  private newLogFile(program: string): string {
    this.logFiles += 1;
    return join(this.folder, `${program}-${this.logFiles}.log`);
  }

  private serviceEnvironment(port: number): Record<string, string> {
    return {
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: String(port),
      MONGODB_URI: this.mongodbUri,
      NATS_URL: this.natsUrl,
      JWT_SECRET: DEVELOPMENT_JWT_SECRET,
      JWT_ISSUER: DEVELOPMENT_JWT_ISSUER,
      JWT_AUDIENCE: DEVELOPMENT_JWT_AUDIENCE,
      GUEST_TOKEN_SECRET: DEVELOPMENT_GUEST_TOKEN_SECRET,
      // That of the first replica, for all of them.
      PUBLIC_BASE_URL: this.baseUrl ?? `http://127.0.0.1:${port}`,
    };
  }
}

/** Starts a suite's own stack and waits until the service is ready. */
export function startTestStack(options?: TestStackOptions): Promise<TestStack> {
  return TestStack.start(options);
}

/**
 * The stack of this worker of jest's, on which its suites that need no settings of their own follow each other: nothing may depend on what
 * is stored or counted already, and dials are put back. Its settings are those of `SharedStacks`.
 */
export async function joinTestStack(): Promise<TestStack> {
  const { TEST_SHARED_STACKS_URL, JEST_WORKER_ID } = process.env;
  const reply = await fetch(`${TEST_SHARED_STACKS_URL}/${JEST_WORKER_ID}`);
  if (!reply.ok) throw new Error(`The shared stack could not be started: ${await reply.text()}`);
  return TestStack.join((await reply.json()) as StackAddresses);
}
