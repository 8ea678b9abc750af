import {
  cellOf,
  cpuMsEach,
  errorCount,
  FLOOR_OF,
  perSecond,
  shareOfFloor,
  type BenchReport,
  type Cell,
} from '../bench-report.js';
import type { Scenario } from '../job.js';
import type { CommandCount } from '../run/commands.js';
import { barChart, type Bar } from './chart.js';
import { figure, markdownTable, megabytes } from './table.js';
import { renderTargets } from './targets.js';

/** Everything as Markdown, and the chart as SVG. */
export function renderReport(report: BenchReport): { tables: string; chart: string } {
  const parts = [
    renderMachine(report),
    renderTargets(report),
    '### Each scenario\n',
    renderCells(report.cells),
    '### Where the time goes\n',
    renderUsage(report.cells),
    '### Against the floor\n',
    renderFloor(report),
    '### Commands to MongoDB for one order\n',
    renderCommands(report.commands),
  ];
  return { tables: parts.join('\n\n').replaceAll('\n\n\n', '\n\n'), chart: renderChart(report) };
}

function renderMachine({ machine, startedAt, secondsEach }: BenchReport): string {
  const gigabytes = Math.round(machine.memoryBytes / 1024 ** 3);
  return [
    `Measured on ${startedAt.slice(0, 10)}, each for ${secondsEach} s, with everything on one machine: ${machine.cores} cores (${machine.processor}),`,
    `${gigabytes} GB, ${machine.system}, Node.js ${machine.node}. MongoDB ${machine.mongodb}; NATS ${machine.nats}.`,
  ].join('\n');
}

function renderCells(cells: readonly Cell[]): string {
  const headings = [
    'scenario',
    'clients',
    'a second',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    'max ms',
    'p95 corrected',
    'errors',
  ];
  const rows = cells.map(({ work, concurrency, ratePerSecond, measurement }) => {
    const { latency, corrected } = measurement;
    const pace = ratePerSecond === undefined ? '' : ` at ${ratePerSecond}/s`;
    const figures = [perSecond(measurement), latency.p50, latency.p95, latency.p99, latency.max, corrected.p95];
    return [`${work}${pace}`, String(concurrency), ...figures.map(figure), String(errorCount(measurement))];
  });
  return markdownTable(headings, rows);
}

function renderUsage(cells: readonly Cell[]): string {
  const processes = [...new Set(cells.flatMap(({ measurement }) => Object.keys(measurement.usage)))];
  const headings = ['CPU ms each', 'clients', ...processes, 'service MB', 'mongod MB'];
  const rows = cells.map(({ work, concurrency, ratePerSecond, measurement }) => [
    `${work}${ratePerSecond === undefined ? '' : ` at ${ratePerSecond}/s`}`,
    String(concurrency),
    ...processes.map((process) => figure(cpuMsEach(measurement, process))),
    megabytes(measurement.usage['service']?.residentBytes),
    megabytes(measurement.usage['mongod']?.residentBytes),
  ]);
  return markdownTable(headings, rows);
}

function renderFloor(report: BenchReport): string {
  const rows = compared(report).map(({ scenario, concurrency, own, floor }) => [
    scenario,
    String(concurrency),
    figure(own),
    figure(floor),
    figure(shareOfFloor(report, scenario, concurrency)),
  ]);
  return markdownTable(['scenario', 'clients', 'a second', 'floor a second', 'share'], rows);
}

function renderCommands(commands: readonly CommandCount[]): string {
  const rows = commands
    .filter(({ commandsAnOrder }) => commandsAnOrder >= 0.005)
    .map(({ what, kind, commandsAnOrder, statementsAnOrder }) => [
      what,
      kind,
      figure(commandsAnOrder),
      figure(statementsAnOrder),
    ]);
  return markdownTable(['command', 'kind', 'an order', 'documents an order'], rows);
}

function compared(report: BenchReport): { scenario: Scenario; concurrency: number; own: number; floor: number }[] {
  return report.cells.flatMap(({ work, concurrency, ratePerSecond, measurement }) => {
    if (ratePerSecond !== undefined) return [];
    const scenario = work as Scenario;
    const floor = FLOOR_OF[scenario] && cellOf(report, FLOOR_OF[scenario], concurrency);
    return floor ? [{ scenario, concurrency, own: perSecond(measurement), floor: perSecond(floor) }] : [];
  });
}

function renderChart(report: BenchReport): string {
  const scenarios = report.cells.filter(
    ({ work, ratePerSecond }) => !work.startsWith('floor-') && ratePerSecond === undefined,
  );
  const bars = scenarios.map(({ work, concurrency, measurement }): Bar => {
    const floor = FLOOR_OF[work as Scenario];
    const bare = floor && cellOf(report, floor, concurrency);
    const label = `${work}, ${concurrency} clients`;
    return { label, value: perSecond(measurement), ...(bare ? { floor: perSecond(bare) } : {}) };
  });
  return barChart('A second, with the floor behind it', bars);
}
