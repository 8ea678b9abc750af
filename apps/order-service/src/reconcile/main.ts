// The decorators of the configuration are read through it; Nest, which brings it otherwise, comes later.
import 'reflect-metadata';
import { connect } from '@nats-io/transport-node';
import { resolveAddresses } from '../common/addresses.js';
import { UsageError } from '../common/usage-error.js';
import type { Config } from '../config/config.js';
import { ConfigError, parseConfig } from '../config/parse-config.js';
import { natsOptions, natsSettings } from '../messaging/nats-options.js';
import { timingOf } from '../orders/timing.js';
import { parseArguments, USAGE, type ReconcileArguments } from './arguments.js';
import { PaymentRecords } from './payment-records.js';
import { reconcile, type Reconciled } from './reconcile.js';
import { render, writeReport } from './report.js';
import { StoredOrders } from './stored-orders.js';

const EXIT_DRIFT = 1;
const EXIT_USAGE = 2;

/** The addresses, and what the service's own configuration says of times. */
function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const { mongodbUri, natsUrl } = resolveAddresses(environment);
  return parseConfig({
    MONGODB_URI: mongodbUri,
    ...natsSettings(environment),
    NATS_URL: natsUrl,
    PAYMENT_TIMEOUT_MS: environment['PAYMENT_TIMEOUT_MS'],
    UNPAID_ORDER_EXPIRY_MINUTES: environment['UNPAID_ORDER_EXPIRY_MINUTES'],
  });
}

async function run(config: Config, graceMs: number, startedAt: Date): Promise<Reconciled> {
  const nats = await connect(natsOptions(config, 'reconcile'));
  try {
    const orders = await StoredOrders.open(config);
    try {
      const since = new Date(startedAt.getTime() - graceMs);
      const unpaidSince = new Date(since.getTime() - timingOf(config).unpaidExpiryMs);
      const payments = new PaymentRecords(nats, config.PAYMENT_TIMEOUT_MS);
      return await reconcile({ orders, payments, nats }, { since, unpaidSince });
    } finally {
      await orders.close();
    }
  } finally {
    await nats.close();
  }
}

async function main({ help, graceMs, reportFile }: ReconcileArguments): Promise<number> {
  if (help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const startedAt = new Date();
  const reconciled = await run(readConfig(process.env), graceMs, startedAt);
  const tookMs = Date.now() - startedAt.getTime();
  process.stdout.write(`${render(reconciled, tookMs)}\n`);
  if (reportFile !== undefined) await writeReport(reportFile, reconciled, { startedAt, tookMs, graceMs });
  return reconciled.outcome.drifting === 0 ? 0 : EXIT_DRIFT;
}

try {
  process.exitCode = await main(parseArguments(process.argv.slice(2)));
} catch (error) {
  const isUsage = error instanceof UsageError || error instanceof ConfigError;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${USAGE}\n`);
  process.exitCode = isUsage ? EXIT_USAGE : EXIT_DRIFT;
}
