// The decorators of the configuration are read through it; Nest, which brings it otherwise, comes later.
import 'reflect-metadata';
import { resolveMongodbUri } from '../common/addresses.js';
import { UsageError } from '../common/usage-error.js';
import { ConfigError, parseConfig } from '../config/parse-config.js';
import { parseArguments, USAGE, type AuditArguments } from './arguments.js';
import { render } from './report.js';
import { StoredChains } from './stored-chains.js';
import { verifyAudit } from './verify.js';

const EXIT_FAULTY = 1;
const EXIT_USAGE = 2;

async function main({ help, orderId, witnessed }: AuditArguments): Promise<number> {
  if (help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const config = parseConfig({
    MONGODB_URI: resolveMongodbUri(process.env),
    AUDIT_ANCHOR_SECRET: process.env['AUDIT_ANCHOR_SECRET'],
  });
  const startedAt = Date.now();
  const chains = await StoredChains.open(config);
  try {
    const verified = await verifyAudit(chains, { orderId, witnessed, secret: config.AUDIT_ANCHOR_SECRET });
    process.stdout.write(`${render(verified, Date.now() - startedAt)}\n`);
    if (orderId !== undefined && verified.orders === 0 && verified.faulty === 0) {
      process.stderr.write('there is no such order\n');
      return EXIT_FAULTY;
    }
    return verified.faulty === 0 ? 0 : EXIT_FAULTY;
  } finally {
    await chains.close();
  }
}

try {
  process.exitCode = await main(parseArguments(process.argv.slice(2)));
} catch (error) {
  const isUsage = error instanceof UsageError || error instanceof ConfigError;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${USAGE}\n`);
  process.exitCode = isUsage ? EXIT_USAGE : EXIT_FAULTY;
}
