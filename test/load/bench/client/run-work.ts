import { setTimeout as delay } from 'node:timers/promises';
import type { Measurement } from '../job.js';
import { correctedForOmission, latencyOf } from '../latency.js';
import { readUsages, usedBetween, type Usages } from '../process-usage.js';
import type { Work } from './work.js';

export interface Load {
  concurrency: number;
  warmUpMs: number;
  measureMs: number;
  ratePerSecond?: number;
  pids: Readonly<Record<string, number>>;
}

/** What clients have noted since the warm-up. */
class Notes {
  readonly totalsMs: number[] = [];
  readonly stepsMs = new Map<string, number[]>();
  readonly errors: Record<string, number> = {};
  isMeasuring = false;

  step(name: string, ms: number): void {
    if (!this.isMeasuring) return;
    const known = this.stepsMs.get(name);
    if (known) known.push(ms);
    else this.stepsMs.set(name, [ms]);
  }

  total(ms: number): void {
    if (this.isMeasuring) this.totalsMs.push(ms);
  }

  error(error: unknown): void {
    if (!this.isMeasuring) return;
    const name = error instanceof Error ? error.message : String(error);
    this.errors[name] = (this.errors[name] ?? 0) + 1;
  }
}

/**
 * Has several clients do the work over and over, each its next piece when the last one is done, or at a pace. Whatever ends
 * after the warm-up and before the end is counted.
 */
export async function runWork(work: Work, load: Load): Promise<Measurement> {
  const notes = new Notes();
  const stop = new AbortController();
  const everybody = Array.from({ length: load.concurrency }, (_, client) => client);
  // Whoever fails is ready later: before each piece of work everybody is asked again.
  await Promise.allSettled(everybody.map(async (client) => work.ready?.(client)));
  const startedAt = performance.now();
  const clients = everybody.map(async (client) => runClient(work, client, load, notes, startedAt, stop.signal));
  await delay(load.warmUpMs);
  notes.isMeasuring = true;
  const measuredFrom = performance.now();
  const before = readUsages(load.pids);
  await delay(load.measureMs);
  notes.isMeasuring = false;
  const seconds = (performance.now() - measuredFrom) / 1000;
  const usage = usedBetween(before, readUsages(load.pids));
  stop.abort();
  await Promise.all(clients);
  return measurementOf(notes, seconds, usage, load);
}

async function runClient(
  work: Work,
  client: number,
  { concurrency, ratePerSecond }: Load,
  notes: Notes,
  startedAt: number,
  stopped: AbortSignal,
): Promise<void> {
  const intervalMs = ratePerSecond === undefined ? 0 : (concurrency / ratePerSecond) * 1000;
  let dueAt = startedAt + (client / concurrency) * intervalMs;
  const note = (name: string, ms: number): void => notes.step(name, ms);
  while (!stopped.aborted) {
    try {
      await work.ready?.(client);
      if (intervalMs > 0) await delay(Math.max(0, dueAt - performance.now()));
      // Whoever is late begins late, and its buyer has waited since it was due.
      const begunAt = performance.now();
      const lateMs = intervalMs > 0 ? begunAt - dueAt : 0;
      dueAt += intervalMs;
      const samplesMs = (await work.once(client, note)) ?? [performance.now() - begunAt];
      for (const sampleMs of samplesMs) notes.total(lateMs + sampleMs);
    } catch (error) {
      notes.error(error);
      // A service that is away must not be asked in a tight loop.
      await delay(10);
    }
  }
}

function measurementOf(notes: Notes, seconds: number, usage: Usages, load: Load): Measurement {
  const latency = latencyOf(notes.totalsMs);
  // At a pace the samples are timed from when they were due, and nothing is left out.
  const corrected =
    load.ratePerSecond === undefined ? latencyOf(correctedForOmission(notes.totalsMs, latency.p50)) : latency;
  return {
    seconds,
    completed: notes.totalsMs.length,
    errors: notes.errors,
    latency,
    corrected,
    steps: Object.fromEntries([...notes.stepsMs].map(([name, samples]) => [name, latencyOf(samples)])),
    usage,
  };
}
