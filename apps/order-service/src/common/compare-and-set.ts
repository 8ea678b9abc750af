import { setTimeout as delay } from 'node:timers/promises';
import { ProblemError } from '@marketplace/contracts';

const MOST_ATTEMPTS = 12;

/**
 * Repeats an attempt that answers undefined when somebody else's write came first. The pauses grow and are random, so
 * that rivals part ways.
 *
 * @throws ProblemError `overloaded` when the contention does not end
 */
export async function untilWritten<T>(attempt: (number: number) => Promise<T | undefined>): Promise<T> {
  for (let number = 0; number < MOST_ATTEMPTS; number += 1) {
    const written = await attempt(number);
    if (written !== undefined) return written;
    await delay(Math.random() * Math.min(4 * 2 ** number, 250));
  }
  throw new ProblemError('overloaded', 'too many changes of this resource at once; try again');
}

/** Refuses a change that was meant for another version (`If-Match`). */
export function requireVersion(current: number, expected: number | undefined): void {
  if (expected === undefined || expected === current) return;
  throw new ProblemError('version_conflict', `the current version is ${current}`, { version: current });
}
