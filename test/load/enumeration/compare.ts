export interface Comparison {
  /** How far the medians differ. */
  readonly difference: number;
  /** How often one of `a` is larger than one of `b`, ties counted by halves: 0.5 where nothing tells them apart. */
  readonly share: number;
  /** How many deviations that is away from 0.5 (Mann-Whitney U). */
  readonly z: number;
}

/** Two samples held against each other. */
export function compare(a: readonly number[], b: readonly number[]): Comparison {
  const all = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))];
  all.sort((one, other) => one.value - other.value);
  let rankSum = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1;
    // Ties share the mean of their ranks.
    const rank = (start + 1 + end) / 2;
    for (let index = start; index < end; index += 1) if (all[index]?.isA) rankSum += rank;
    start = end;
  }
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const mean = (a.length * b.length) / 2;
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
  const difference = quantile(a, 0.5) - quantile(b, 0.5);
  return { difference, share: u / (a.length * b.length), z: (u - mean) / deviation };
}

export function describeComparison({ difference, share, z }: Comparison): string {
  return `medians differ by ${difference.toFixed(1)} us; the first takes longer in ${(100 * share).toFixed(1)} %, z = ${z.toFixed(2)}`;
}

export function describeTimes(times: readonly number[]): string {
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(times, share).toFixed(0));
  return `median ${median} us, half of them within ${low} to ${high} us, of ${times.length}`;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
