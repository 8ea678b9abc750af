import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startNodeProcess } from '@marketplace/local-stack';
import { SERVICE_SETTINGS, type FaultStack } from '../fault-stack.js';
import type { Finding, Harm } from './harm.js';

const RECONCILE = resolve('dist/apps/order-service/bundle/reconcile.js');
const DEADLINE_MS = 180_000;

/** Which harm it is when one of the command's checks fails. */
const HARM_OF: Readonly<Record<string, Harm>> = { history: 'eventGaps', events: 'eventGaps', work: 'unsettled' };

interface ReconcileReport {
  drift: { orderId: string; differences: { check: string; detail: string }[] }[];
}

/** What the command `reconcile` says: a witness that was written for another purpose, by other rules. */
export async function reconcileFindings({ parts }: FaultStack): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'marketplace-reconcile-'));
  try {
    const report = join(folder, 'report.json');
    const child = await startNodeProcess({
      name: 'Reconciling',
      script: RECONCILE,
      args: ['--grace-seconds', '0', '--report', report],
      env: {
        MONGODB_URI: parts.mongodbUri,
        NATS_URL: parts.natsUrl,
        PAYMENT_TIMEOUT_MS: SERVICE_SETTINGS.PAYMENT_TIMEOUT_MS,
      },
      logFile: join(folder, 'reconcile.log'),
    });
    await child.endWithin(DEADLINE_MS);
    const { drift } = JSON.parse(
      await readFile(report, 'utf8').catch(() => failed(child.lastLines())),
    ) as ReconcileReport;
    return drift.flatMap(({ orderId, differences }) =>
      differences.map(({ check, detail }) => ({
        harm: HARM_OF[check] ?? 'doubleCharges',
        subject: orderId,
        detail: `reconcile, ${check}: ${detail}`,
      })),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function failed(output: string): never {
  throw new Error(`reconcile left no report:\n${output}`);
}
