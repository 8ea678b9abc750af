/** How long something took, over all samples, in milliseconds. */
export interface Latency {
  count: number;
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  max: number;
}

const NONE: Latency = { count: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, max: 0 };

/** Exact figures: every sample is kept, as a run has thousands of them and not millions. */
export function latencyOf(samplesMs: readonly number[]): Latency {
  if (samplesMs.length === 0) return NONE;
  const sorted = Float64Array.from(samplesMs).sort();
  const total = sorted.reduce((sum, each) => sum + each, 0);
  return {
    count: sorted.length,
    mean: total / sorted.length,
    p50: percentile(sorted, 50),
    p90: percentile(sorted, 90),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
    max: percentile(sorted, 100),
  };
}

/**
 * The smallest sample that so many percent of all are no longer than (nearest rank).
 *
 * @param sorted ascending, not empty
 */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.min(Math.max(rank, 1), sorted.length) - 1] ?? Number.NaN;
}

/** So many samples a correction may add for one stall; a longer one says nothing new. */
const MOST_ADDED = 10_000;

/**
 * The samples that clients would have had who go on asking at their pace while a reply is late, as HdrHistogram corrects them: a client that
 * waits for its reply sees a stall once, where it would have met it as often as it fits in.
 *
 * @param intervalMs how often a client means to ask
 */
export function correctedForOmission(samplesMs: readonly number[], intervalMs: number): number[] {
  const corrected = [...samplesMs];
  if (intervalMs <= 0) return corrected;
  for (const sample of samplesMs) {
    let added = 0;
    for (let missed = sample - intervalMs; missed >= intervalMs && added < MOST_ADDED; missed -= intervalMs) {
      corrected.push(missed);
      added += 1;
    }
  }
  return corrected;
}
