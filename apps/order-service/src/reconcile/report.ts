import { writeFile } from 'node:fs/promises';
import { table } from '../common/table.js';
import { CHECK_NAMES, CHECKS } from './finding.js';
import type { DriftingOrder } from './outcome.js';
import type { Reconciled } from './reconcile.js';

/** Most drifting orders that are printed; the file has more. */
const MOST_PRINTED = 20;

export function render({ outcome, events }: Reconciled, tookMs: number): string {
  const { tallies, orders, drifting, named } = outcome;
  const rows = CHECK_NAMES.map((check) => {
    const { checked, inFlight, drift } = tallies[check];
    return [check, String(checked), String(inFlight), String(drift), CHECKS[check]];
  });
  const more = drifting - Math.min(named.length, MOST_PRINTED);
  return [
    table([['check', 'orders', 'in flight', 'drift', ''], ...rows]),
    '',
    ...named.slice(0, MOST_PRINTED).flatMap(lines),
    ...(more > 0 ? [`... and ${more} more`, ''] : []),
    `${orders} orders and ${events} events in ${(tookMs / 1000).toFixed(1)} s: ` +
      (drifting === 0 ? 'nothing drifts.' : `${drifting} drift.`),
  ].join('\n');
}

export async function writeReport(
  file: string,
  { outcome, events }: Reconciled,
  run: { startedAt: Date; tookMs: number; graceMs: number },
): Promise<void> {
  const { orders, drifting, tallies, named } = outcome;
  const report = {
    startedAt: run.startedAt.toISOString(),
    tookMs: run.tookMs,
    graceMs: run.graceMs,
    orders,
    events,
    drifting,
    checks: CHECK_NAMES.map((check) => ({ check, about: CHECKS[check], ...tallies[check] })),
    drift: named,
  };
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
}

function lines({ orderId, number, differences }: DriftingOrder): string[] {
  return [
    number === undefined ? orderId : `${orderId} (${number})`,
    ...differences.map(({ check, detail }) => `  ${check}: ${detail}`),
    '',
  ];
}
