import { HARMS, type Harm } from './check/harm.js';
import { SERVICE_SETTINGS } from './fault-stack.js';
import type { TrialReport } from './trial.js';

/** Most findings that are printed of a scenario; the file has all. */
const MOST_PRINTED = 20;

const HARM_HEADINGS: Readonly<Record<Harm, string>> = {
  lost: 'lost',
  doubled: 'doubled',
  doubleCharges: 'double charges',
  oversold: 'oversold',
  eventGaps: 'event gaps',
  unsettled: 'unsettled after recovery',
};

const SETTINGS = Object.entries(SERVICE_SETTINGS)
  .map(([name, value]) => `\`${name}=${value}\``)
  .join(', ');

export function isHarmless(report: TrialReport): boolean {
  return HARMS.every((harm) => report.harms[harm] === 0);
}

/** The tables, as Markdown. */
export function renderTables(reports: readonly TrialReport[]): string {
  const headings = [
    'scenario',
    'load',
    'faults injected',
    'orders acknowledged',
    ...HARMS.map((harm) => HARM_HEADINGS[harm]),
    'longest recovery',
  ];
  const rows = reports.map((report) => [
    report.scenario,
    report.load,
    report.faults,
    String(report.acknowledged),
    ...HARMS.map((harm) => String(report.harms[harm])),
    `${(report.longestRecoveryMs / 1000).toFixed(1)} s`,
  ]);
  return [
    table(headings, rows),
    '',
    `The service ran with ${SETTINGS}. Longest recovery: of the orders that were unsettled when a process had been killed, or when an`,
    'outage had healed, the time until none of them was; and after the last of these, until nothing at all was unsettled.',
    ...measurementTable(reports),
  ].join('\n');
}

function measurementTable(reports: readonly TrialReport[]): string[] {
  const rows = reports.flatMap(({ scenario, measurements = [] }) =>
    measurements.map(({ name, before, during, unit }) => [
      scenario,
      name,
      `${before.toFixed(1)} ${unit}`,
      `${during.toFixed(1)} ${unit}`,
      before === 0 ? '-' : (during / before).toFixed(2),
    ]),
  );
  if (rows.length === 0) return [];
  return ['', table(['scenario', 'what', 'before', 'during', 'ratio'], rows)];
}

/** What was found, in words, as far as it can be read. */
export function renderFindings({ scenario, findings }: TrialReport): string[] {
  const shown = findings.slice(0, MOST_PRINTED).map(({ harm, subject, detail }) => `  ${harm}: ${subject}: ${detail}`);
  const more = findings.length - shown.length;
  if (shown.length === 0) return [];
  return [`${scenario}:`, ...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(headings), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
