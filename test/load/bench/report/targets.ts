import { cellOf, cpuMsEach, perSecond, shareOfFloor, type BenchReport } from '../bench-report.js';
import type { CommandKind } from '../run/commands.js';
import { figure, markdownTable } from './table.js';

const CLIENTS = 16;
const MEGABYTE = 1024 * 1024;

interface Target {
  what: string;
  bound: number;
  isMost: boolean;
  unit: string;
  reached: number | undefined;
}

/** What the service has to reach, and what it does. */
export function renderTargets(report: BenchReport): string {
  const rows = targetsOf(report)
    .filter(({ reached }) => reached !== undefined && reached > 0)
    .map(({ what, bound, isMost, unit, reached = 0 }) => [
      what,
      `${isMost ? 'at most' : 'at least'} ${bound}${unit}`,
      `${figure(reached)}${unit}`,
      (isMost ? reached <= bound : reached >= bound) ? 'yes' : 'no',
    ]);
  return markdownTable(['target', 'bound', 'measured', 'met'], rows);
}

function targetsOf(report: BenchReport): Target[] {
  const checkout = cellOf(report, 'checkout', CLIENTS);
  const loaded = Math.max(...report.cells.map(({ work, measurement }) => residentOf(work, measurement)));
  const most = { isMost: true };
  const least = { isMost: false };
  return [
    {
      what: `settled orders, ${CLIENTS} clients`,
      bound: 110,
      ...least,
      unit: '/s',
      reached: checkout && perSecond(checkout),
    },
    { what: 'p95 of a whole order', bound: 250, ...most, unit: ' ms', reached: checkout?.latency.p95 },
    { what: 'writes an order', bound: 5, ...most, unit: '', reached: commandsOf(report, 'write') },
    { what: 'reads an order', bound: 4, ...most, unit: '', reached: commandsOf(report, 'read') },
    {
      what: 'CPU of the service an order',
      bound: 6,
      ...most,
      unit: ' ms',
      reached: checkout && cpuMsEach(checkout, 'service'),
    },
    { what: 'memory of the service, at most', bound: 200, ...most, unit: ' MB', reached: loaded / MEGABYTE },
    {
      what: 'memory of the service, idle',
      bound: 200,
      ...most,
      unit: ' MB',
      reached: report.idleResidentBytes / MEGABYTE,
    },
    { what: 'ready after', bound: 2_000, ...most, unit: ' ms', reached: report.readyMs },
    {
      what: 'checkout, of its floor',
      bound: 0.6,
      ...least,
      unit: '',
      reached: shareOfFloor(report, 'checkout', CLIENTS),
    },
    {
      what: 'read-order, of bare Express',
      bound: 0.7,
      ...least,
      unit: '',
      reached: shareOfFloor(report, 'read-order', CLIENTS),
    },
  ];
}

/** Commands that are made for every order; the share of those that are made for many at once is small. */
function commandsOf({ commands }: BenchReport, kind: CommandKind): number | undefined {
  const own = commands.filter((count) => count.kind === kind && count.commandsAnOrder >= 0.5);
  return own.length === 0 ? undefined : own.reduce((sum, { commandsAnOrder }) => sum + commandsAnOrder, 0);
}

function residentOf(work: string, { usage }: BenchReport['cells'][number]['measurement']): number {
  return work.startsWith('floor-') ? 0 : (usage['service']?.residentBytes ?? 0);
}
