import { type Exit, ProcessGroup, describeExit } from './processes/process-group.js';
import { waitUntil } from './processes/wait-until.js';

/**
 * As the image starts programs too. Garbage is collected before it is much beside what is in use: a young generation of half the
 * default of Node.js 24, and an old one that may grow by half (docs/benchmarks.md has what that costs).
 */
export const PROGRAM_FLAGS = ['--enable-source-maps', '--max-semi-space-size=16', '--heap-growing-percent=50'] as const;

/** For glibc: buffers are freed by other threads than took them, and arenas of their own would keep what is free apart. */
export const PROGRAM_ENVIRONMENT = { MALLOC_ARENA_MAX: '1' } as const;

/** A Node.js program to start, such as the service or the simulator. */
export interface NodeProcessOptions {
  /** For messages. */
  name: string;
  /** JavaScript file, then its arguments. */
  script: string;
  args?: readonly string[];
  /** Arguments of Node.js itself, such as `--import`. */
  nodeArgs?: readonly string[];
  /** Added to this process's environment; `undefined` takes a variable away. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Emptied at the start. */
  logFile: string;
  onLine?: (line: string) => void;
  /** A folder to remove when this process is gone before it could clear up. */
  throwAway?: string;
  /** Tells whether the process is ready; polled until it does. May throw for "not yet". */
  isReady?: (process: ProcessGroup) => Promise<boolean> | boolean;
  /** 30 s unless told. */
  readyDeadlineMs?: number;
}

/**
 * Starts a Node.js program in a process group of its own and waits until it is ready.
 *
 * @throws Error with the end of its log when it ends or is not ready in time; it is then ended
 */
export async function startNodeProcess(options: NodeProcessOptions): Promise<ProcessGroup> {
  const child = await ProcessGroup.start({
    name: options.name,
    command: process.execPath,
    args: [...PROGRAM_FLAGS, ...(options.nodeArgs ?? []), options.script, ...(options.args ?? [])],
    env: environmentWith(options.env),
    cwd: options.cwd,
    logFile: options.logFile,
    onLine: options.onLine,
    throwAway: options.throwAway,
  });
  const { isReady } = options;
  if (isReady === undefined) return child;
  try {
    await waitUntil(`${options.name} becoming ready`, () => isReady(child), {
      deadlineMs: options.readyDeadlineMs ?? 30_000,
      abort: () => child.assertRunning(),
    });
    return child;
  } catch (error) {
    if (child.exit !== undefined) throw error;
    await child.kill();
    throw new Error(`${(error as Error).message}. The end of ${child.logFile}:\n${child.lastLines()}`, {
      cause: error,
    });
  }
}

/**
 * Runs a Node.js program to its end.
 *
 * @throws Error with the end of its log when it fails or takes longer than `deadlineMs` (60 s)
 */
export async function runNodeProcess(options: NodeProcessOptions & { deadlineMs?: number }): Promise<void> {
  const child = await startNodeProcess(options);
  const exit: Exit = await child.endWithin(options.deadlineMs ?? 60_000);
  if (exit.code === 0) return;
  throw new Error(`${options.name} ended with ${describeExit(exit)}:\n${child.lastLines()}`);
}

/** A readiness check: a GET of the address answers 200. */
export function answersOk(url: string): () => Promise<boolean> {
  return async () => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).status === 200;
}

/** NODE_OPTIONS is for the process that was started with it (a test runner's, for one) and not for those it starts. */
function environmentWith(added: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
  const merged = { ...PROGRAM_ENVIRONMENT, ...process.env, NODE_OPTIONS: undefined, ...added };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}
