import type { BenchReport, Cell } from '../bench-report.js';
import type { Measurement } from '../job.js';
import { barChart } from './chart.js';
import { renderReport } from './render.js';
import { figure, markdownTable } from './table.js';
import { between } from './write-into.js';

function measured(completed: number, more: Partial<Measurement> = {}): Measurement {
  const latency = { count: completed, mean: 12, p50: 10, p90: 15, p95: 20, p99: 30, max: 40 };
  const usage = { service: { cpuMs: completed * 5, residentBytes: 180 * 1024 * 1024 } };
  return { seconds: 10, completed, errors: {}, latency, corrected: latency, steps: {}, usage, ...more };
}

const cells: Cell[] = [
  { work: 'checkout', concurrency: 16, measurement: measured(1_200) },
  { work: 'checkout', concurrency: 16, ratePerSecond: 84, measurement: measured(840) },
  { work: 'read-order', concurrency: 16, measurement: measured(6_000, { errors: { 'GET /orders/:id: 503': 2 } }) },
  { work: 'floor-checkout', concurrency: 16, measurement: measured(1_500) },
  { work: 'floor-read-order', concurrency: 16, measurement: measured(10_000) },
];

const report: BenchReport = {
  startedAt: '2026-11-26T07:00:00.000Z',
  machine: {
    processor: 'a processor',
    cores: 2,
    memoryBytes: 24 * 1024 ** 3,
    system: 'linux',
    node: 'v20',
    mongodb: '7.0',
    nats: '2.9',
  },
  secondsEach: 10,
  readyMs: 900,
  idleResidentBytes: 140 * 1024 * 1024,
  cells,
  commands: [
    { kind: 'write', what: 'insert orders', commandsAnOrder: 1, statementsAnOrder: 1 },
    { kind: 'write', what: 'update carts by _id, outbox', commandsAnOrder: 0.01, statementsAnOrder: 1 },
  ],
  metrics: '',
};

/** The cells of a row, by the text that it begins with. */
function row(tables: string, ...begin: string[]): string[] {
  const rows = tables.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return rows.find((cellsOfRow) => begin.every((text, index) => cellsOfRow[index] === text)) ?? [];
}

describe('the report', () => {
  const { tables, chart } = renderReport(report);

  it('tells what is reached of what has to be', () => {
    expect(row(tables, 'settled orders, 16 clients')).toEqual([
      'settled orders, 16 clients',
      'at least 110/s',
      '120/s',
      'yes',
    ]);
    expect(row(tables, 'read-order, of bare Express').slice(2)).toEqual(['0.60', 'no']);
    expect(row(tables, 'writes an order').slice(2)).toEqual(['1.00', 'yes']);
  });

  it('has a row for each scenario, and one for its pace', () => {
    expect(row(tables, 'checkout', '16')).toEqual([
      'checkout',
      '16',
      '120',
      '10.0',
      '20.0',
      '30.0',
      '40.0',
      '20.0',
      '0',
    ]);
    expect(row(tables, 'checkout at 84/s', '16')[2]).toBe('84.0');
    expect(row(tables, 'read-order', '16').at(-1)).toBe('2');
  });

  it('compares with the floor of the same number of clients', () => {
    expect(tables).toContain('| checkout   |      16 |      120 |            150 |  0.80 |');
  });

  it('has a chart with a bar for each scenario and its floor', () => {
    expect(chart).toContain('120 of 150');
    expect(chart).toContain('checkout, 16 clients');
    expect(chart).not.toContain('floor-');
  });
});

describe('a chart', () => {
  it('says in its text what could be taken for markup', () => {
    expect(barChart('a < b & "c"', [])).toContain('<title>a &lt; b &amp; &quot;c&quot;</title>');
  });

  it('draws nothing for nothing', () => {
    expect(barChart('t', [{ label: 'none', value: 0 }])).toContain('width="0.0"');
  });
});

describe('tables', () => {
  it('stand as the formatter would have them', () => {
    expect(
      markdownTable(
        ['name', 'n'],
        [
          ['a', '1'],
          ['longer', '200'],
        ],
      ),
    ).toBe(['| name   |   n |', '| ------ | --: |', '| a      |   1 |', '| longer | 200 |'].join('\n'));
  });

  it.each([
    [1234.5, '1,235'],
    [99.96, '100.0'],
    [12.34, '12.3'],
    [0.123, '0.12'],
    [undefined, ''],
  ])('have figures with the digits that count: %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });

  it('are put between their markers, and nothing else is touched', () => {
    const document = 'before\n<!-- x: begin -->\nold\n<!-- x: end -->\nafter\n';
    expect(between(document, 'x', 'new')).toBe('before\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nafter\n');
    expect(() => between(document, 'y', 'new')).toThrow('no markers');
  });
});
