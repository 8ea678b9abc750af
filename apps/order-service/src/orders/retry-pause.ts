/** Added to the deadline of a call and the longest pause of a circuit, it keeps within the 60 s in which everything settles after an outage. */
const LONGEST_PAUSE_MS = 25_000;

/**
 * How long to leave unfinished work alone before it is tried again: the longer it has been waiting the longer, within
 * bounds, and at random within a half, so that what failed together does not come again together.
 *
 * @param waitingMs since the order has changed last
 * @param shortestMs the pause after the first failure
 * @param random 0 to 1
 */
export function retryPauseMs(waitingMs: number, shortestMs: number, random = Math.random()): number {
  const pauseMs = Math.max(shortestMs, Math.min(waitingMs / 4, LONGEST_PAUSE_MS));
  return Math.round(pauseMs * (0.75 + random / 2));
}
