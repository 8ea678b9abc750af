import { setTimeout as delay } from 'node:timers/promises';
import { differenceOf, type Reconciliation } from './reconcile.js';

/** Captures and voids that were put off by a fault are settled within this time after it. */
const SETTLE_TIMEOUT_MS = 60_000;
const PAUSE_MS = 2_000;

/**
 * Compares, and compares again while something differs: a capture that the Payment Service was slow to answer goes on by
 * itself after the shipment. Gives the last comparison when the time is up.
 *
 * @param onWait told the number of differing rows before every pause
 */
export async function reconcileSettled(
  compare: () => Promise<Reconciliation>,
  onWait: (differing: number) => void,
  timeoutMs = SETTLE_TIMEOUT_MS,
  pauseMs = PAUSE_MS,
): Promise<Reconciliation> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const result = await compare();
    const differing = result.rows.filter((row) => differenceOf(row) !== 0).length;
    if (differing === 0 || Date.now() + pauseMs > giveUpAt) return result;
    onWait(differing);
    await delay(pauseMs);
  }
}
