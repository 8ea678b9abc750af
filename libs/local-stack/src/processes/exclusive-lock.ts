import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isSameAlive, type ProcessIdentity } from './process-identity.js';

const POLL_MS = 200;

/** A held lock, or who holds it. */
export type LockAttempt = { release: () => void } | { heldBy: number };

/**
 * Takes a lock file for this process if no living process has it. The lock of an owner that no longer lives is taken over.
 */
export function tryLock(lockFile: string): LockAttempt {
  mkdirSync(dirname(lockFile), { recursive: true });
  const mine = JSON.stringify(identify(process.pid));
  for (;;) {
    if (createWhole(lockFile, mine)) return { release: () => rmSync(lockFile, { force: true }) };
    const content = readIfThere(lockFile);
    if (content === undefined) continue;
    const owner = parseIdentity(content);
    if (owner !== undefined && isSameAlive(owner)) return { heldBy: owner.pid };
    removeAbandoned(lockFile, content);
  }
}

/**
 * Runs `work` while holding a lock file, so that two processes never prepare the same thing at once.
 *
 * @param options.onWait called once when another process holds the lock
 * @throws Error when the lock is not free within `deadlineMs` (15 minutes)
 */
export async function withLock<T>(
  lockFile: string,
  work: () => Promise<T>,
  options: { deadlineMs?: number; onWait?: (ownerPid: number) => void } = {},
): Promise<T> {
  const deadline = Date.now() + (options.deadlineMs ?? 15 * 60_000);
  let attempt = tryLock(lockFile);
  if ('heldBy' in attempt) options.onWait?.(attempt.heldBy);
  while ('heldBy' in attempt) {
    if (Date.now() > deadline) throw new Error(`${lockFile} has been held for too long by process ${attempt.heldBy}`);
    await delay(POLL_MS);
    attempt = tryLock(lockFile);
  }
  try {
    return await work();
  } finally {
    attempt.release();
  }
}

/** Linked into place from a finished file, so that nobody ever reads a lock without its owner. */
function createWhole(lockFile: string, content: string): boolean {
  const draft = `${lockFile}.${randomUUID()}`;
  writeFileSync(draft, content);
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

/** Moves the lock aside before removing it, and puts it back if another process has taken it over in between. */
function removeAbandoned(lockFile: string, abandoned: string): void {
  const aside = `${lockFile}.${randomUUID()}`;
  try {
    renameSync(lockFile, aside);
  } catch {
    return;
  }
  if (readFileSync(aside, 'utf8') !== abandoned) {
    try {
      linkSync(aside, lockFile);
    } catch {
      // A third process was faster: the one that took over sees its lock gone only if it looks again, which none does.
    }
  }
  rmSync(aside);
}

function readIfThere(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(text) as Partial<ProcessIdentity> | null;
    return typeof value?.pid === 'number' && typeof value.startedAt === 'string'
      ? (value as ProcessIdentity)
      : undefined;
  } catch {
    return undefined;
  }
}
