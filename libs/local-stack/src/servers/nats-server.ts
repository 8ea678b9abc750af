import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../log.js';
import { startOnFreePort } from '../processes/free-port.js';
import { type Exit, ProcessGroup } from '../processes/process-group.js';
import { endStaleServer, recordServer } from '../processes/server-record.js';
import { waitUntil } from '../processes/wait-until.js';
import { resolveNatsBinary } from './nats-binary.js';

const STOP_GRACE_MS = 3_000;

/** How to start a NATS server. */
export interface NatsOptions {
  /** JetStream's folder, kept between runs. Without it the data lie in a temporary folder and are removed at the end. */
  dataDir?: string;
  /** Preferred port; another is taken when it is not free. */
  port?: number;
  /** Folder of the server's log; next to the data unless told. */
  logDir?: string;
  /** A configuration file besides: users and their permissions, TLS. */
  configFile?: string;
  /** Added to the server's environment, for the variables of that file. */
  env?: Record<string, string>;
  log: Log;
}

/** A running NATS server with JetStream. */
export interface NatsServer {
  readonly url: string;
  /** Changes with every `restart`. */
  readonly pid: number;
  /** Ends the server in order; throw-away data are removed. */
  stop(): Promise<void>;
  /** Ends the server as a crash would; the data stay. */
  kill(): Promise<void>;
  /** Starts the server again on the same data and port, after `kill`. */
  restart(): Promise<void>;
  /** Calls back when the server ends without having been asked to. */
  onExit(callback: (exit: Exit) => void): void;
  lastLines(count?: number): string;
}

/**
 * Starts a NATS server with JetStream on the loopback address and waits until it takes clients. It never outlives this process.
 *
 * @throws Error when no server program can be found, the data folder is in use, or the server ends while starting
 */
export async function startNats(options: NatsOptions): Promise<NatsServer> {
  const binary = await resolveNatsBinary(options.log);
  const env = { ...process.env, ...options.env };
  const kept = options.dataDir !== undefined;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'marketplace-nats-')));
  const earlierPort = kept ? await endStaleServer(dataDir, options.log) : undefined;
  return startOnFreePort(options.port ?? earlierPort, async (port) => {
    const launch = async () => {
      const process = await ProcessGroup.start({
        name: 'NATS',
        command: binary,
        env,
        args: [
          ...(options.configFile === undefined ? [] : ['--config', options.configFile]),
          '--addr',
          '127.0.0.1',
          '--port',
          String(port),
          '--jetstream',
          '--store_dir',
          dataDir,
        ],
        logFile: join(options.logDir ?? dataDir, 'nats.log'),
        throwAway: kept ? undefined : dataDir,
      });
      if (kept) recordServer(dataDir, process.pid, port);
      const abort = () => process.assertRunning();
      await waitUntil('The start of NATS', () => process.hasWritten('Server is ready') && greets(port), {
        deadlineMs: 30_000,
        abort,
      });
      return process;
    };
    return new Server(`nats://127.0.0.1:${port}`, launch, await launch(), kept ? undefined : dataDir);
  });
}

class Server implements NatsServer {
  private readonly exitCallbacks: ((exit: Exit) => void)[] = [];
  private ending = false;

  constructor(
    readonly url: string,
    private readonly launch: () => Promise<ProcessGroup>,
    private process: ProcessGroup,
    private readonly throwAway: string | undefined,
  ) {
    this.watch();
  }

  get pid(): number {
    return this.process.pid;
  }

  async stop(): Promise<void> {
    this.ending = true;
    await this.process.stop(STOP_GRACE_MS);
    if (this.throwAway !== undefined) await rm(this.throwAway, { recursive: true, force: true, maxRetries: 5 });
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

  onExit(callback: (exit: Exit) => void): void {
    this.exitCallbacks.push(callback);
  }

  lastLines(count?: number): string {
    return this.process.lastLines(count);
  }

  private watch(): void {
    this.process.onExit((exit) => {
      if (!this.ending) this.exitCallbacks.forEach((callback) => callback(exit));
    });
  }
}

/** A NATS server greets every client with its description, which says whether JetStream is ready. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const finish = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.once('data', (greeting) => finish(greeting.toString().includes('"jetstream":true')));
    socket.once('error', () => finish(false));
    socket.once('timeout', () => finish(false));
  });
}
