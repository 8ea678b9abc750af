import type { Floor, Measurement, Scenario } from './job.js';
import type { CommandCount } from './run/commands.js';
import type { Machine } from './run/machine.js';

/** One scenario, or its floor, with so many clients. */
export interface Cell {
  work: Scenario | Floor;
  concurrency: number;
  /** Set where work was begun at a pace. */
  ratePerSecond?: number;
  measurement: Measurement;
}

export interface BenchReport {
  startedAt: string;
  machine: Machine;
  secondsEach: number;
  /** From the start of the process until it is ready. */
  readyMs: number;
  /** Memory of the service before anything was asked of it. */
  idleResidentBytes: number;
  cells: Cell[];
  commands: CommandCount[];
  /** What `/metrics` told when the scenarios had been measured. */
  metrics: string;
}

/** What each scenario is compared with. */
export const FLOOR_OF: Partial<Record<Scenario, Floor>> = {
  checkout: 'floor-checkout',
  'read-order': 'floor-read-order',
  history: 'floor-history',
};

export function perSecond({ completed, seconds }: Measurement): number {
  return completed / seconds;
}

/** CPU time of a process for one piece of work. */
export function cpuMsEach({ completed, usage }: Measurement, process: string): number | undefined {
  const used = usage[process];
  return used && completed > 0 ? used.cpuMs / completed : undefined;
}

export function errorCount({ errors }: Measurement): number {
  return Object.values(errors).reduce((sum, count) => sum + count, 0);
}

export function cellOf(
  { cells }: Pick<BenchReport, 'cells'>,
  work: Scenario | Floor,
  concurrency: number,
): Measurement | undefined {
  return cells.find(
    (cell) => cell.work === work && cell.concurrency === concurrency && cell.ratePerSecond === undefined,
  )?.measurement;
}

/** Throughput as a share of the floor's, at the same number of clients. */
export function shareOfFloor(
  report: Pick<BenchReport, 'cells'>,
  work: Scenario,
  concurrency: number,
): number | undefined {
  const floor = FLOOR_OF[work];
  const own = cellOf(report, work, concurrency);
  const bare = floor && cellOf(report, floor, concurrency);
  return own && bare && bare.completed > 0 ? perSecond(own) / perSecond(bare) : undefined;
}
