import { errorCount, perSecond } from '../bench-report.js';
import type { Measurement, Scenario } from '../job.js';
import { figure, markdownTable, megabytes } from '../report/table.js';
import type { Machine } from '../run/machine.js';

export const GROWTH_SCENARIOS = ['checkout', 'read-order', 'history'] as const satisfies readonly Scenario[];

/** How much slower the median may become. */
export const MOST_GROWTH = 1.3;

/** What was measured with so many orders in the database. */
export interface GrownMeasurement {
  size: number;
  /** How long it took to fill in what was not there yet. */
  fillSeconds: number;
  dataBytes: number;
  indexBytes: number;
  scenario: Scenario;
  measurement: Measurement;
}

export interface GrowthReport {
  startedAt: string;
  machine: Machine;
  concurrency: number;
  secondsEach: number;
  measured: GrownMeasurement[];
}

/** Of the medians, how many times that of the smallest size. */
export function growthOf({ measured }: Pick<GrowthReport, 'measured'>, one: GrownMeasurement): number {
  const smallest = measured.find(({ scenario }) => scenario === one.scenario);
  return smallest ? one.measurement.latency.p50 / smallest.measurement.latency.p50 : Number.NaN;
}

export function staysFast(report: Pick<GrowthReport, 'measured'>): boolean {
  return report.measured.every(
    (one) => growthOf(report, one) <= MOST_GROWTH && errorCount(one.measurement) === 0 && one.measurement.completed > 0,
  );
}

export function renderGrowth(report: GrowthReport): string {
  const { startedAt, concurrency, secondsEach, measured } = report;
  const rows = measured.map((one) => [
    one.scenario,
    one.size.toLocaleString('en-US'),
    megabytes(one.dataBytes),
    megabytes(one.indexBytes),
    figure(perSecond(one.measurement)),
    figure(one.measurement.latency.p50),
    figure(one.measurement.latency.p95),
    figure(growthOf(report, one)),
    String(errorCount(one.measurement)),
  ]);
  const headings = [
    'scenario',
    'orders',
    'data MB',
    'indexes MB',
    'a second',
    'p50 ms',
    'p95 ms',
    'p50 grows to',
    'errors',
  ];
  return [
    `Measured on ${startedAt.slice(0, 10)}, ${concurrency} clients, each for ${secondsEach} s. "p50 grows to" is how many times the median at the smallest`,
    `size it is; at most ${MOST_GROWTH} is wanted.`,
    '',
    markdownTable(headings, rows),
    '',
    staysFast(report)
      ? `Every median stays within ${MOST_GROWTH} times that of the smallest size, without errors.`
      : `Not every median stays within ${MOST_GROWTH} times that of the smallest size without errors.`,
  ].join('\n');
}
