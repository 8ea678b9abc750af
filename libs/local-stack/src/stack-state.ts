import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Where a running stack listens, for tools that want to join it. */
export interface StackState {
  mongodbUri: string;
  natsUrl: string;
  httpUrl: string;
  /** Process ids by part: `start`, `service`, `simulator`, `nats`, `mongodb`. */
  pids: Record<string, number>;
}

const DEFAULT_FILE = '.data/stack.json';

/** Written whole, so that a reader never sees half of it. */
export function writeStackState(state: StackState, file = DEFAULT_FILE): void {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(draft, file);
}

/** The stack that `npm start` runs in this folder, `undefined` when none runs. */
export function readStackState(file = DEFAULT_FILE): StackState | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StackState;
  } catch {
    return undefined;
  }
}

/** For the end of the stack. */
export function removeStackState(file = DEFAULT_FILE): void {
  rmSync(file, { force: true });
}
