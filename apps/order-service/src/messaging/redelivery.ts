const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const MOST_COUNTED = 10_000;

/** How long to wait before a message comes again: longer each time, and random, so that what failed together parts ways. */
export function retryDelayMs(deliveries: number, random = Math.random()): number {
  const longest = Math.min(FIRST_RETRY_MS * 2 ** (deliveries - 1), LONGEST_RETRY_MS);
  return Math.round(longest * (0.5 + random / 2));
}

/** Counts failures by the sequence of their message. Of so many that nobody can look at them the oldest are forgotten. */
export class FailureCounts {
  readonly #counts = new Map<number, number>();

  add(sequence: number): number {
    const count = (this.#counts.get(sequence) ?? 0) + 1;
    this.#counts.delete(sequence);
    this.#counts.set(sequence, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MOST_COUNTED && oldest !== undefined) this.#counts.delete(oldest);
    return count;
  }

  forget(sequence: number): void {
    this.#counts.delete(sequence);
  }
}
