import { figure, markdownTable, megabytes } from '../bench/report/table.js';
import type { Machine } from '../bench/run/machine.js';
import type { TrialReport } from './trial.js';

export function isFaultless({ faults }: TrialReport): boolean {
  return faults.missed + faults.doubled + faults.outOfOrder === 0;
}

export function renderReport(report: TrialReport, machine: Machine): string {
  const { delivery, faults } = report;
  const rows: [string, string][] = [
    ['viewers on one process, orders', `${report.viewers}, ${report.orders}`],
    ['opened and up to date after', `${figure(report.openSeconds)} s`],
    [
      'resident memory before, with idle viewers, after the changes',
      [report.residentBefore, report.residentIdle, report.residentAfter].map((bytes) => megabytes(bytes)).join(', ') +
        ' MB',
    ],
    ['memory per idle viewer', `${figure(report.bytesPerIdleViewer / 1024)} kB`],
    ['changes, a second', `${report.changes}, ${figure(report.changesPerSecond)}`],
    ['events delivered', String(report.deliveries)],
    ['CPU of the process for them', `${figure(report.cpuMs / 1_000)} s`],
    [
      'change to delivery: p50, p95, p99, longest',
      [delivery.p50, delivery.p95, delivery.p99, delivery.max].map((ms) => figure(ms)).join(', ') + ' ms',
    ],
    ['missed, doubled, out of order', `${faults.missed}, ${faults.doubled}, ${faults.outOfOrder}`],
  ];
  const { processor, cores, memoryBytes, system, node, mongodb, nats } = machine;
  const where =
    `${processor}, ${cores} cores, ${megabytes(memoryBytes)} MB, ${system}, Node.js ${node}; MongoDB ${mongodb}; NATS ${nats}. ` +
    'Viewers, both processes of the service and all servers share it.';
  return `${where}\n\n${markdownTable(['figure', 'measured'], rows)}`;
}
