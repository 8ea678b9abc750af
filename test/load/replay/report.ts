import { sumOf } from '@marketplace/domain';
import { writeFile } from 'node:fs/promises';
import { CURRENCY, formatCount, formatDuration, formatMinor } from './decimal.js';
import type { ReplayPlan } from './plan.js';
import { differenceOf, type Reconciliation } from './reconcile.js';
import type { RunResult, WorkList } from './runner.js';
import { renderTable } from './table.js';

const MOST_LISTED = 20;

/** Everything a run has to say at its end. */
export interface ReplayOutcome {
  plan: ReplayPlan;
  work: WorkList;
  run: RunResult;
  reconciliation: Reconciliation;
  startedAt: Date;
  /** Time from the first order to the last, in milliseconds. */
  replayMs: number;
  /** Time of the whole run, catalog and reconciliation included, in milliseconds. */
  totalMs: number;
}

/** Whether every order went through and nothing differs. */
export function isPassed({ run, reconciliation }: Pick<ReplayOutcome, 'run' | 'reconciliation'>): boolean {
  return run.failures.length === 0 && reconciliation.rows.every((row) => differenceOf(row) === 0);
}

/** How the data's own payments compare with items and freight, in one sentence. */
export function paymentsSentence(plan: ReplayPlan): string {
  const paidMinor = sumOf(
    plan.source.flatMap((order) => order.payments),
    (payment) => payment.amountMinor,
  );
  const totalMinor = sumOf(plan.orders, (order) => order.totalMinor);
  const fitted = plan.orders.filter((order) => order.fitted).length;
  return (
    `The data's own payments differ from items + freight in ${formatCount(fitted)} of ${formatCount(plan.orders.length)} ` +
    `orders (paid ${formatMinor(paidMinor)}, items + freight ${formatMinor(totalMinor)}); these pay their true total.`
  );
}

const ratePerSecond = ({ run, replayMs }: ReplayOutcome): number => (run.finished * 1000) / Math.max(1, replayMs);

/** What a run prints at its end. */
export function renderOutcome(outcome: ReplayOutcome): string {
  const { plan, work, run, reconciliation } = outcome;
  const failures = run.failures.map((failure) => `order ${failure.reference}: ${failure.code}, ${failure.message}`);
  const skipped = plan.skipped.map((order) => `order ${order.reference}: ${order.reason}`);
  return [
    `Replayed ${formatCount(run.finished)} orders in ${formatDuration(outcome.replayMs)} ` +
      `(${ratePerSecond(outcome).toFixed(1)}/s), ${formatCount(work.begun)} of them begun by an earlier run; ` +
      `${formatCount(work.complete)} were complete before, ${formatCount(run.failures.length)} failed.`,
    ...listed('Failed', failures),
    ...listed('Left out, because the service has no counterpart for them', skipped),
    paymentsSentence(plan),
    '',
    `Reconciliation (money in ${CURRENCY})`,
    renderTable(reconciliation.rows),
    ...listed('Differences', reconciliation.findings),
    `${isPassed(outcome) ? 'No difference.' : 'NOT RECONCILED.'} Total time ${formatDuration(outcome.totalMs)}.`,
  ].join('\n');
}

function listed(heading: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, MOST_LISTED).map((line) => `  ${line}`);
  const more = lines.length > MOST_LISTED ? [`  and ${formatCount(lines.length - MOST_LISTED)} more`] : [];
  return [`${heading}:`, ...shown, ...more];
}

/** Writes figures, failures and durations as JSON. Money is in minor units, durations are in seconds. */
export async function writeReport(file: string, outcome: ReplayOutcome): Promise<void> {
  const { plan, work, run, reconciliation } = outcome;
  const report = {
    passed: isPassed(outcome),
    startedAt: outcome.startedAt.toISOString(),
    replaySeconds: outcome.replayMs / 1000,
    totalSeconds: outcome.totalMs / 1000,
    ordersPerSecond: ratePerSecond(outcome),
    currency: CURRENCY,
    orders: {
      planned: plan.orders.length,
      finished: run.finished,
      begunBefore: work.begun,
      completeBefore: work.complete,
      paymentsDiffer: plan.orders.filter((order) => order.fitted).length,
    },
    rows: reconciliation.rows.map((row) => ({ ...row, difference: differenceOf(row) })),
    findings: reconciliation.findings,
    failures: run.failures,
    skipped: plan.skipped,
  };
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
}
