import { sumOf } from '@marketplace/domain';
import { resolveAddresses } from './addresses.js';
import { parseArguments, type ReplayArguments, USAGE } from './arguments.js';
import { catalogOf } from './catalog.js';
import { readDataset } from './dataset.js';
import { formatCount, formatDuration } from './decimal.js';
import { expectationsOf } from './expectations.js';
import { HttpClient } from './http-client.js';
import { OrderServiceApi } from './order-service-api.js';
import { planReplay, type ReplayPlan } from './plan.js';
import { startProgress } from './progress.js';
import { readBack } from './read-back.js';
import { reconcile } from './reconcile.js';
import { isPassed, renderOutcome, writeReport } from './report.js';
import { findKnownOrders, runReplay, workListOf } from './runner.js';
import { reconcileSettled } from './settle.js';
import { Simulator } from './simulator.js';
import { Tokens } from './tokens.js';
import { EXIT_FAILED, runProgram, UsageError } from '../../support/program.js';

const EXIT_INTERRUPTED = 130;

const PROBE_TIMEOUT_MS = 5_000;

const CONTINUES = 'Run it again to continue where it stopped.';

/** Ends the run in order on the first Ctrl-C; a second one ends it at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    console.log('\nFinishing the orders in work; press Ctrl-C again to stop at once.');
    controller.abort();
  });
  return controller.signal;
}

/** Says at once, and not after all retries, that nothing listens at the address. */
async function assertServiceAnswers(url: URL, tokens: Tokens): Promise<void> {
  const client = new HttpClient(url, 1, PROBE_TIMEOUT_MS);
  try {
    await client.request({ method: 'GET', path: '/health/live', token: await tokens.admin() });
  } catch (error) {
    throw new Error(`the Order Service does not answer at ${url.origin}: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    client.close();
  }
}

async function readPlan(given: ReplayArguments): Promise<ReplayPlan> {
  const plan = planReplay(await readDataset(given.dataFolder), given.limit);
  if (plan.orders.length === 0) throw new UsageError(`${given.dataFolder} holds no order that can be replayed`);
  const units = sumOf(plan.source, (order) => order.units.length);
  console.log(`${formatCount(plan.orders.length)} orders, ${formatCount(units)} units.`);
  return plan;
}

async function replay(given: ReplayArguments, plan: ReplayPlan, api: OrderServiceApi, simulator: Simulator) {
  const startedAt = new Date();
  const products = catalogOf(plan.orders);
  await simulator.loadCatalog(products);
  const known = await findKnownOrders(api, plan.orders);
  const work = workListOf(plan.orders, known);
  console.log(
    `Catalog: ${formatCount(products.length)} products. Service: ${formatCount(work.complete)} orders complete, ` +
      `${formatCount(work.begun)} begun, ${formatCount(plan.orders.length - work.complete - work.begun)} to place.`,
  );

  const signal = interruption();
  const replayStartedAt = Date.now();
  const progress = startProgress(plan.orders.length, work.complete, process.stdout.isTTY);
  const run = await runReplay(api, work, {
    concurrency: given.concurrency,
    known,
    onOrder: (failed) => progress.advance(failed),
    signal,
  }).finally(() => progress.stop());
  const replayMs = Date.now() - replayStartedAt;

  if (run.unavailable !== undefined) {
    console.error(`The service was not available for too long (${run.unavailable}). ${CONTINUES}`);
    return EXIT_FAILED;
  }
  if (signal.aborted) {
    console.log(`Stopped after ${formatCount(run.finished)} orders in ${formatDuration(replayMs)}. ${CONTINUES}`);
    return EXIT_INTERRUPTED;
  }

  const expected = expectationsOf(plan.source);
  const tenders = sumOf(plan.orders, (order) => order.tenders.length);
  const reconciliation = await reconcileSettled(
    async () => reconcile(expected, tenders, await readBack(api, simulator, expected.orders)),
    (differing) => console.log(`  ${differing} figures differ; waiting for payments to settle`),
  );
  const totalMs = Date.now() - startedAt.getTime();
  const outcome = { plan, work, run, reconciliation, startedAt, replayMs, totalMs };
  console.log(renderOutcome(outcome));
  if (given.reportFile) await writeReport(given.reportFile, outcome);
  return isPassed(outcome) ? 0 : EXIT_FAILED;
}

async function main(): Promise<number> {
  const given = parseArguments(process.argv.slice(2));
  const addresses = resolveAddresses(given);
  const plan = await readPlan(given);
  const tokens = new Tokens(process.env['JWT_SECRET']);
  await assertServiceAnswers(addresses.url, tokens);
  const client = new HttpClient(addresses.url, given.concurrency);
  const simulator = await Simulator.connect(addresses.natsUrl);
  try {
    return await replay(given, plan, new OrderServiceApi(client, tokens), simulator);
  } finally {
    client.close();
    await simulator.close();
  }
}

await runProgram(USAGE, main);
