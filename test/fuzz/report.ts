import type { MemoryFigures } from './memory-watch.js';

export interface FuzzReport {
  seed: number;
  /** Made up. */
  requests: number;
  /** With those that were sent again because they had been refused. */
  sent: number;
  statuses: Readonly<Record<string, number>>;
  /** Changes that were refused while the database was seen not to change. */
  comparedRefusals: number;
  memory: MemoryFigures | undefined;
  findings: readonly string[];
}

/** What was counted, for people. */
export function renderReport({
  seed,
  requests,
  sent,
  statuses,
  comparedRefusals,
  memory,
  findings,
}: FuzzReport): string {
  const counts = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
  return [
    ...findings,
    `seed ${seed}: ${requests} requests, ${sent} sent with those sent again`,
    `replies: ${counts.join(', ')}`,
    `changes refused without a trace in the database: ${comparedRefusals}`,
    ...(memory
      ? [
          `memory: ${memory.afterWarmUpMb.toFixed(0)} MB after warming up, ${memory.atTheEndMb.toFixed(0)} MB at the end`,
        ]
      : []),
    `${findings.length} findings`,
  ].join('\n');
}
