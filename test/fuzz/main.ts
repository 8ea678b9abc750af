import { startMongo } from '@marketplace/local-stack';
import { startTestStack } from '../support/stack.js';
import { parseArguments, USAGE, type FuzzArguments } from './arguments.js';
import { fuzz, FUZZ_SETTINGS } from './fuzz.js';
import { renderReport } from './report.js';
import { EXIT_FAILED, runProgram } from '../support/program.js';

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function run({ seed, requests }: FuzzArguments): Promise<number> {
  say(`Seed ${seed}`);
  const mongo = await startMongo({ log: say });
  try {
    const stack = await startTestStack({ env: FUZZ_SETTINGS, ownNats: true, mongodbServer: mongo.uri });
    try {
      const report = await fuzz(stack, { seed, requests, log: say });
      say(renderReport(report));
      return report.findings.length === 0 ? 0 : EXIT_FAILED;
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

await runProgram(USAGE, main);
