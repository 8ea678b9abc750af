import type { TestStack } from '../support/stack.js';
import { Batch } from './batch.js';
import { Findings } from './findings.js';
import { MemoryWatch, type MemoryFigures } from './memory-watch.js';
import { Refusals } from './refusals.js';
import type { FuzzReport } from './report.js';
import { Sender } from './sender.js';
import { Storage } from './storage.js';
import { Wire } from './wire.js';

/** Requests on one set of carts and orders: whatever some of them do to these, the others should still find something to do. */
const BATCH = 1_000;
/** Nobody reads more of them at once. */
const MOST_FINDINGS = 20;
/** Garbage that is not collected yet, and a heap that fits itself to the load, move it by less; in a long run 4 kB that leak a request move it by more. */
const MOST_GROWTH = 1.2;

/**
 * Without limits that would answer for the handlers. Jobs that write by the clock have their turn within the time that digests have to
 * be the same, or never.
 */
export const FUZZ_SETTINGS = {
  LOG_LEVEL: 'warn',
  PAYMENT_WAIT_MS: '200',
  CART_SWEEP_INTERVAL_MS: '50',
  RECOVERY_INTERVAL_MS: '50',
  AUDIT_ANCHOR_INTERVAL_MS: '86400000',
  LIVE_STREAMS_PER_CALLER: '10000',
  RATE_LIMIT_READS: '0',
  RATE_LIMIT_CHANGES: '0',
  RATE_LIMIT_CREATIONS: '0',
  RATE_LIMIT_FAILED_AUTHENTICATIONS: '0',
};

export interface FuzzOptions {
  seed: number;
  requests: number;
  log: (line: string) => void;
}

/** Sends requests that are made up from docs/openapi.json to a stack with {@link FUZZ_SETTINGS}, and looks at what comes of them. */
export async function fuzz(stack: TestStack, { seed, requests, log }: FuzzOptions): Promise<FuzzReport> {
  const findings = new Findings(stack.baseUrl, seed);
  const wire = new Wire(stack.baseUrl);
  const storage = await Storage.open(stack.mongodbUri);
  const sender = new Sender(wire, findings);
  const refusals = new Refusals(storage, sender, findings);
  const memory = new MemoryWatch(stack.baseUrl);
  let madeUp = 0;
  try {
    while (madeUp < requests && findings.count < MOST_FINDINGS) {
      const batch = new Batch(stack, seed, madeUp, Math.min(BATCH, requests - madeUp));
      const refused = await sender.send(await batch.make(), [...Array(batch.size).keys()], batch.first);
      await refusals.requireNoTrace(batch, refused);
      await memory.sample();
      madeUp += batch.size;
      log(`${madeUp} requests, ${findings.count} findings`);
    }
  } finally {
    wire.close();
    await storage.close();
  }
  for (const fault of [...processFaults(stack), ...growth(memory.figures())]) findings.note(fault);
  const { sent, statuses } = sender;
  const counts = { seed, requests: madeUp, sent, statuses, comparedRefusals: refusals.compared };
  return { ...counts, memory: memory.figures(), findings: findings.list };
}

/** What the service has said itself, and whether it is still there to say something. */
function processFaults(stack: TestStack): string[] {
  const { exit } = stack.service;
  const lines = stack.logs().split('\n');
  return [
    ...(exit === undefined ? [] : [`the service has ended: ${JSON.stringify(exit)}`]),
    ...lines
      .filter((line) => /unexpected failure|unhandled|uncaught/iu.test(line))
      .map((line) => `the log has ${line}`),
  ];
}

function growth(figures: MemoryFigures | undefined): string[] {
  if (!figures || figures.atTheEndMb <= figures.afterWarmUpMb * MOST_GROWTH) return [];
  return [`memory grew from ${figures.afterWarmUpMb.toFixed(0)} to ${figures.atTheEndMb.toFixed(0)} MB`];
}
