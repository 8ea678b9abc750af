import { statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { waitUntil } from '@marketplace/local-stack';
import { startProgress } from '../../replay/progress.js';
import { perSecond } from '../bench-report.js';
import type { Buyer, PlacedOrder } from '../job.js';
import { writeInto } from '../report/write-into.js';
import { BenchStack } from '../run/bench-stack.js';
import { describeMachine } from '../run/machine.js';
import { whenSettled } from '../run/record-order.js';
import { parseArguments, USAGE, type GrowthArguments } from './arguments.js';
import { Filling, readTemplates, type FilledOrder } from './fill.js';
import { GROWTH_SCENARIOS, renderGrowth, staysFast, type GrowthReport } from './growth-report.js';
import { EXIT_FAILED, runProgram } from '../../../support/program.js';

const DOCUMENT = 'docs/benchmarks.md';

const BUYERS = 2_000;
const TEMPLATES = 40;
const PLACING_CLIENTS = 4;
const WARM_UP_MS = 3_000;
const ANCHORED_WITHIN_MS = 180_000;
/** An order with its cart, their indexes and their journal, with room to spare. */
const BYTES_AN_ORDER = 20_000;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function requireRoom(orders: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  const needed = orders * BYTES_AN_ORDER;
  if (bavail * bsize > needed) return;
  throw new Error(`${orders} orders may need ${Math.ceil(needed / 1e9)} GB in ${tmpdir()}; there is less`);
}

/** The orders of the sample with their customers' tokens. */
async function readable(stack: BenchStack, sample: readonly FilledOrder[]): Promise<PlacedOrder[]> {
  const tokens = new Map<string, Promise<string>>();
  const buyerOf = async (id: string): Promise<Buyer> => {
    const token = tokens.get(id) ?? stack.keys.token(id, 'customer');
    tokens.set(id, token);
    return { id, token: await token };
  };
  return Promise.all(sample.map(async ({ customerId, ...order }) => ({ ...order, buyer: await buyerOf(customerId) })));
}

async function sizesOf(stack: BenchStack): Promise<{ dataBytes: number; indexBytes: number }> {
  const { dataSize, indexSize } = await stack.database.stats();
  return { dataBytes: Number(dataSize), indexBytes: Number(indexSize) };
}

/** Whatever is dated before the first anchor of audit chains is never anchored any more: else all that is filled in would be. */
async function whenAnchored(stack: BenchStack): Promise<void> {
  const isAnchored = async (): Promise<boolean> =>
    (await stack.database.collection('audit_anchors').countDocuments()) > 0;
  await waitUntil('the first anchor of audit chains', isAnchored, { deadlineMs: ANCHORED_WITHIN_MS, pollMs: 500 });
}

/** @returns seconds */
async function fillUpTo(size: number, filling: Filling): Promise<number> {
  const begunAt = performance.now();
  const before = filling.filled;
  const progress = startProgress(size, before, process.stdout.isTTY);
  try {
    await filling.upTo(size, progress);
  } finally {
    progress.stop();
  }
  const seconds = (performance.now() - begunAt) / 1000;
  const rate = Math.round((size - before) / seconds);
  say(`${size} orders are there: ${size - before} more after ${seconds.toFixed(1)} s, ${rate} a second`);
  return seconds;
}

async function measureAt(
  size: number,
  stack: BenchStack,
  filling: Filling,
  buyers: readonly Buyer[],
  { concurrency, seconds }: GrowthArguments,
  fillSeconds: number,
): Promise<GrowthReport['measured']> {
  const orders = await readable(stack, filling.sample);
  const measured: GrowthReport['measured'] = [];
  for (const work of GROWTH_SCENARIOS) {
    const timing = { warmUpMs: WARM_UP_MS, measureMs: seconds * 1000 };
    const { measurement } = await stack.run({ work, concurrency, ...timing, buyers, orders, staffToken: '' });
    if (!measurement) throw new Error(`${work} was not measured`);
    const { p50, p95 } = measurement.latency;
    say(
      `${size} orders, ${work}: ${perSecond(measurement).toFixed(1)}/s, p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`,
    );
    measured.push({ size, fillSeconds, ...(await sizesOf(stack)), scenario: work, measurement });
  }
  return measured;
}

async function measure(given: GrowthArguments, stack: BenchStack): Promise<GrowthReport> {
  const startedAt = new Date().toISOString();
  const buyers = await stack.keys.buyers('buyer', BUYERS);
  const placing = { warmUpMs: 0, measureMs: 0, orders: [], staffToken: '', concurrency: PLACING_CLIENTS } as const;
  const { orders: placed = [] } = await stack.run({
    ...placing,
    work: 'place-orders',
    buyers: await stack.keys.buyers('template', TEMPLATES),
    orderCount: TEMPLATES,
  });
  await whenSettled(stack);
  await whenAnchored(stack);
  const filling = new Filling(stack.database, await readTemplates(stack.database, placed));
  const measured: GrowthReport['measured'] = [];
  for (const size of given.sizes) {
    const fillSeconds = await fillUpTo(size, filling);
    measured.push(...(await measureAt(size, stack, filling, buyers, given, fillSeconds)));
  }
  const machine = await describeMachine();
  return { startedAt, machine, concurrency: given.concurrency, secondsEach: given.seconds, measured };
}

async function main(): Promise<number> {
  const given = parseArguments(process.argv.slice(2));
  if (given.isHelp) {
    say(USAGE);
    return 0;
  }
  await requireRoom(given.sizes.at(-1) ?? 0);
  const stack = await BenchStack.start(say);
  let report: GrowthReport;
  try {
    report = await measure(given, stack);
  } finally {
    await stack.stop();
  }
  if (given.jsonFile !== undefined)
    await writeFile(given.jsonFile, `${JSON.stringify({ ...report, staysFast: staysFast(report) }, null, 2)}\n`);
  const text = renderGrowth(report);
  say(`\n${text}`);
  if (given.isWritten) await writeInto(DOCUMENT, 'growth', text);
  return staysFast(report) ? 0 : EXIT_FAILED;
}

await runProgram(USAGE, main);
