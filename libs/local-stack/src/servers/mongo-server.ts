import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Log } from '../log.js';
import { startOnFreePort } from '../processes/free-port.js';
import { type Exit, ProcessGroup } from '../processes/process-group.js';
import { endStaleServer, recordServer } from '../processes/server-record.js';
import { waitUntil } from '../processes/wait-until.js';
import { type MongoBinary, resolveMongoBinary } from './mongo-binary.js';
import { ensureReplicaSet, replicaSetUri, requestShutdown } from './replica-set.js';
import { waitForWineToEnd } from './wine-processes.js';

const STOP_GRACE_MS = 3_000;
/** Linux has a file system in memory there; containers often a very small one. */
const MEMORY = '/dev/shm';
/** Far more than a run of all suites stores, with the journal and the log of operations. */
const ROOM_BYTES = 1024 ** 3;
/** The number of this message in MongoDB's structured log. */
const WAITS_FOR_CONNECTIONS = '"id":23016';

/** How to start a replica set. */
export interface MongoOptions {
  /** Kept between runs. Without it the data lie in a temporary folder and are removed at the end. */
  dataDir?: string;
  /** Data that are not kept lie in memory, where it has room for them: tests should not wait for a disk. */
  inMemory?: boolean;
  /** Preferred port of the first member; another is taken when it is not free. */
  port?: number;
  /** Servers in the replica set, 1 unless told. */
  members?: number;
  /** Folder of the servers' logs; next to the data unless told. */
  logDir?: string;
  log: Log;
}

/** One server of a replica set. */
export interface MongoMember {
  readonly port: number;
  /** Changes with every `restart`. */
  readonly pid: number;
  /** Ends the server as a crash would. */
  kill(): Promise<void>;
  /** Starts the server again on the same data and port, after `kill`. */
  restart(): Promise<void>;
}

/** A running replica set. */
export interface MongoServer {
  readonly uri: string;
  readonly members: readonly MongoMember[];
  readonly pids: readonly number[];
  /** Ends all servers in order; throw-away data are removed. */
  stop(): Promise<void>;
  /** Ends all servers as a crash would. */
  kill(): Promise<void>;
  /** Calls back when a server ends that nobody asked to. */
  onExit(callback: (exit: Exit) => void): void;
  lastLines(count?: number): string;
}

/**
 * Starts a MongoDB replica set on the loopback address and waits until it has a primary. The servers never outlive this process.
 *
 * @throws Error when no server program can be found, the data folder is in use, or a server ends while starting
 */
export async function startMongo(options: MongoOptions): Promise<MongoServer> {
  const binary = await resolveMongoBinary(options.log);
  const kept = options.dataDir !== undefined;
  const root = options.dataDir ?? (await mkdtemp(join(await throwAwayFolder(options), 'marketplace-mongodb-')));
  const members: Member[] = [];
  const starting = Array.from({ length: options.members ?? 1 }, async (_, index) => {
    members[index] = await Member.start(binary, options, index, join(root, `member-${index}`), kept);
  });
  try {
    await Promise.all(starting);
    await ensureReplicaSet(
      members.map((member) => member.port),
      () => members.forEach((member) => member.process.assertRunning()),
    );
  } catch (error) {
    await Promise.allSettled(starting);
    await Promise.all(members.map((member) => member.kill()));
    if (!kept) await rm(root, { recursive: true, force: true });
    throw error;
  }
  return new ReplicaSet(binary, members, kept ? undefined : root);
}

async function throwAwayFolder({ inMemory }: MongoOptions): Promise<string> {
  const free = inMemory
    ? await statfs(MEMORY).then(
        ({ bavail, bsize }) => bavail * bsize,
        () => 0,
      )
    : 0;
  return free >= ROOM_BYTES ? MEMORY : tmpdir();
}

class ReplicaSet implements MongoServer {
  readonly uri: string;

  constructor(
    private readonly binary: MongoBinary,
    readonly members: readonly Member[],
    private readonly throwAway: string | undefined,
  ) {
    this.uri = replicaSetUri(members.map((member) => member.port));
  }

  get pids(): readonly number[] {
    return this.members.map((member) => member.pid);
  }

  async stop(): Promise<void> {
    if (this.throwAway !== undefined) return this.kill();
    await Promise.all(this.members.map((member) => member.stop()));
    if (this.binary.underWine) await waitForWineToEnd(this.binary.path);
  }

  async kill(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
    if (this.throwAway !== undefined) await rm(this.throwAway, { recursive: true, force: true, maxRetries: 5 });
    if (this.binary.underWine) await waitForWineToEnd(this.binary.path);
  }

  onExit(callback: (exit: Exit) => void): void {
    for (const member of this.members) member.exitCallbacks.push(callback);
  }

  lastLines(count?: number): string {
    const ended = this.members.find((member) => member.process.exit !== undefined);
    return (ended ?? this.members[0])?.process.lastLines(count) ?? '';
  }
}

class Member implements MongoMember {
  readonly exitCallbacks: ((exit: Exit) => void)[] = [];
  private ending = false;

  private constructor(
    readonly port: number,
    private readonly launch: () => Promise<ProcessGroup>,
    public process: ProcessGroup,
  ) {
    this.watch();
  }

  static async start(binary: MongoBinary, options: MongoOptions, index: number, dataDir: string, kept: boolean) {
    mkdirSync(dataDir, { recursive: true });
    const earlierPort = kept ? await endStaleServer(dataDir, options.log) : undefined;
    const preferred = (index === 0 ? options.port : undefined) ?? earlierPort;
    return startOnFreePort(preferred, async (port) => {
      const launch = async () => {
        const name = index === 0 ? 'mongodb' : `mongodb-${index}`;
        const process = await ProcessGroup.start({
          name: 'MongoDB',
          command: binary.path,
          args: serverArguments(port, dataDir),
          cwd: dataDir,
          logFile: join(options.logDir ?? dataDir, `${name}.log`),
          throwAway: kept ? undefined : dirname(dataDir),
        });
        if (kept) recordServer(dataDir, process.pid, port);
        const abort = () => process.assertRunning();
        await waitUntil('The start of MongoDB', () => process.hasWritten(WAITS_FOR_CONNECTIONS), {
          deadlineMs: 60_000,
          abort,
        });
        return process;
      };
      return new Member(port, launch, await launch());
    });
  }

  get pid(): number {
    return this.process.pid;
  }

  async stop(): Promise<void> {
    this.ending = true;
    if (this.process.exit !== undefined) return;
    await requestShutdown(this.port);
    await this.process.endWithin(STOP_GRACE_MS);
  }

  async kill(): Promise<void> {
    this.ending = true;
    await this.process.kill();
  }

  async restart(): Promise<void> {
    await this.process.exited;
    this.process = await this.launch();
    this.ending = false;
    this.watch();
  }

  private watch(): void {
    this.process.onExit((exit) => {
      if (!this.ending) this.exitCallbacks.forEach((callback) => callback(exit));
    });
  }
}

function serverArguments(port: number, dataDir: string): string[] {
  const identity = ['--replSet', 'rs0', '--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', dataDir];
  // Development data are small: half of the machine's memory, the default, belongs to everything else here.
  return [...identity, '--wiredTigerCacheSizeGB', '1', '--oplogSize', '1024'];
}
