import { startMongo } from '@marketplace/local-stack';
import { startTestStack } from '../support/stack.js';
import { parseArguments, USAGE, UsageError, type FuzzArguments } from './arguments.js';
import { fuzz, FUZZ_SETTINGS } from './fuzz.js';
import { renderReport } from './report.js';

const EXIT_FOUND = 1;
const EXIT_USAGE = 2;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function run({ seed, requests }: FuzzArguments): Promise<number> {
  say(`Seed ${seed}`);
  const mongo = await startMongo({ log: say });
  try {
    const stack = await startTestStack({ env: FUZZ_SETTINGS, ownNats: true, mongodbServer: mongo.uri });
    try {
      const report = await fuzz(stack, { seed, requests, log: say });
      say(renderReport(report));
      return report.findings.length === 0 ? 0 : EXIT_FOUND;
    } finally {
      await stack.stop();
    }
  } finally {
    await mongo.stop();
  }
}

async function main(): Promise<number> {
  const given = parseArguments(process.argv.slice(2));
  if (!given.help) return run(given);
  say(USAGE);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${USAGE}\n`);
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FOUND;
}
