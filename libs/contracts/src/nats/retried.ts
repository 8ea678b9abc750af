import { setTimeout as delay } from 'node:timers/promises';
import type { ProblemCode } from '../problem-codes.js';
import { ProblemError } from '../problem.error.js';

const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Repeats an attempt until it succeeds, is refused, or its deadline is near. Pauses grow and are random, so that callers that failed
 * together do not come back together.
 *
 * @param attempt is told the instant until which it may take
 * @throws ProblemError a refusal, or after the deadline a failure that might still have passed; otherwise what `unanswered` makes of the
 *   last failure
 */
export async function retried<Result>(
  attempt: (deadlineAt: number) => Promise<Result>,
  how: { deadlineMs: number; passing: ReadonlySet<ProblemCode>; unanswered: (cause: unknown) => Error },
): Promise<Result> {
  const deadlineAt = Date.now() + how.deadlineMs;
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt(deadlineAt);
    } catch (error) {
      if (error instanceof ProblemError && !how.passing.has(error.code)) throw error;
      const pauseMs = pauseAfter(failures, error);
      if (Date.now() + pauseMs >= deadlineAt) throw error instanceof ProblemError ? error : how.unanswered(error);
      await delay(pauseMs);
    }
  }
}

/** Between half and all of a pause that doubles; at least what the failure itself asks for. */
function pauseAfter(failures: number, error: unknown): number {
  const longest = Math.min(SHORTEST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  const asked = error instanceof ProblemError ? Number(error.extensions['retryAfterSeconds'] ?? 0) * 1_000 : 0;
  return Math.max(asked, longest * (0.5 + Math.random() / 2));
}
