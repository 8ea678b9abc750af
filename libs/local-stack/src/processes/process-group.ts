import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** What to start and where its output goes. */
export interface ProcessGroupOptions {
  /** For messages, e.g. `MongoDB`. */
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Emptied at the start, then takes standard output and standard error. */
  logFile: string;
  /** Called with every line as well. Costs a pipe; without it the process writes to the file itself. */
  onLine?: (line: string) => void;
  /** Removed when this process is gone before it could stop the group and clear up. */
  throwAway?: string;
}

/** Waits for the end of its input, then kills the process group and removes the folder that its arguments name. */
export const GUARD_SCRIPT = 'read _; kill -9 "-$1"; [ -n "$2" ] && rm -rf "$2"';

const running = new Set<ProcessGroup>();
let endsWithThisProcess = false;

/**
 * A process in a process group of its own: signals meant for this process, such as Ctrl-C, do not reach it, and it ends with
 * everything it started. It never outlives this process, however that ends.
 */
export class ProcessGroup {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Settles when the process has ended. */
  readonly exited: Promise<Exit>;
  /** Set once the process has ended. */
  exit: Exit | undefined;

  private constructor(options: ProcessGroupOptions, child: ChildProcess, pid: number) {
    this.name = options.name;
    this.pid = pid;
    this.logFile = options.logFile;
    const guard = startGuard(pid, options.throwAway);
    running.add(this);
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.signalGroup('SIGKILL');
        guard?.kill('SIGKILL');
        running.delete(this);
        this.exit = { code, signal };
        resolve(this.exit);
      });
    });
  }

  /** @throws Error when the program cannot be started */
  static async start(options: ProcessGroupOptions): Promise<ProcessGroup> {
    killAllAtExit();
    mkdirSync(dirname(options.logFile), { recursive: true });
    const log = openSync(options.logFile, 'w');
    const output = options.onLine === undefined ? log : 'pipe';
    const child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: true,
      stdio: ['ignore', output, output],
    });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${options.name} could not be started: ${error.message}`)));
      child.once('spawn', () => resolve(child.pid as number));
    });
    const group = new ProcessGroup(options, child, pid);
    if (options.onLine === undefined) closeSync(log);
    else forwardLines([child.stdout, child.stderr], log, options.onLine);
    return group;
  }

  /** Asks the process to end and makes it end when it has not after `graceMs`. */
  async stop(graceMs = 10_000): Promise<Exit> {
    if (this.exit === undefined) this.signalGroup('SIGTERM');
    return this.endWithin(graceMs);
  }

  /** Waits for the process to end by itself and kills it when it has not after `graceMs`. */
  async endWithin(graceMs: number): Promise<Exit> {
    const timer = new AbortController();
    const late = delay(graceMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    const outcome = await Promise.race([this.exited, late]);
    timer.abort();
    return outcome === 'late' ? this.kill() : outcome;
  }

  /** Ends the process and everything it started at once, as a crash would. */
  async kill(): Promise<Exit> {
    this.signalGroup('SIGKILL');
    return this.exited;
  }

  /** Calls back when the process ends, for whatever reason. */
  onExit(listener: (exit: Exit) => void): void {
    void this.exited.then(listener);
  }

  /** The end of what the process wrote. */
  lastLines(count = 15): string {
    return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  }

  /** Whether the process has written this: unlike an answer on a port, that cannot come from another process. */
  hasWritten(text: string): boolean {
    return readFileSync(this.logFile, 'utf8').includes(text);
  }

  /** @throws Error with the end of the log when the process has ended */
  assertRunning(): void {
    if (this.exit === undefined) return;
    throw new Error(
      `${this.name} ended with ${describeExit(this.exit)}. The end of ${this.logFile}:\n${this.lastLines()}`,
    );
  }

  signalGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // The whole group has ended.
    }
  }
}

/** `code 1` or `signal SIGKILL`. */
export function describeExit(exit: Exit): string {
  return exit.signal === null ? `code ${exit.code}` : `signal ${exit.signal}`;
}

function killAllAtExit(): void {
  if (endsWithThisProcess) return;
  endsWithThisProcess = true;
  process.on('exit', () => {
    for (const group of running) group.signalGroup('SIGKILL');
  });
}

/**
 * A shell that waits on a pipe which closes when this process is gone, and then kills the group. No handler of this process
 * could do that after a kill -9, and test runners give their tests a copy of `process` whose handlers never run.
 */
function startGuard(groupId: number, throwAway = ''): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'sh', String(groupId), throwAway], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return guard;
}

function forwardLines(streams: readonly (Readable | null)[], log: number, onLine: (line: string) => void): void {
  let open = streams.length;
  for (const stream of streams) {
    if (stream === null) continue;
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => {
      writeSync(log, `${line}\n`);
      onLine(line);
    });
    lines.on('close', () => {
      open -= 1;
      if (open === 0) closeSync(log);
    });
  }
}
