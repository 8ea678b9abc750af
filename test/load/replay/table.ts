import { formatCount, formatMinor } from './decimal.js';
import { type CheckRow, differenceOf } from './reconcile.js';

const HEADINGS = ['', 'expected', 'actual', 'difference'] as const;

const format = (row: CheckRow, value: number): string =>
  row.unit === 'money' ? formatMinor(value) : formatCount(value);

/** Renders the comparisons as a table with a heading for every section. A row that differs is marked. */
export function renderTable(rows: readonly CheckRow[]): string {
  const cells = rows.map((row) => [
    row.check,
    format(row, row.expected),
    format(row, row.actual),
    format(row, differenceOf(row)),
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const line = (values: readonly string[]): string =>
    values
      .map((value, column) => (column === 0 ? value.padEnd(widths[0] ?? 0) : value.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const lines: string[] = [line(HEADINGS)];
  const rule = '-'.repeat(widths.reduce((total, width) => total + width + 2, -2));
  let section: string | undefined;
  rows.forEach((row, index) => {
    if (row.section !== section) lines.push(rule);
    section = row.section;
    lines.push(`${line(cells[index] ?? [])}${differenceOf(row) === 0 ? '' : '  <<<'}`);
  });
  return [...lines, rule].join('\n');
}
