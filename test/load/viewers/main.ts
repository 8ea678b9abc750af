import { writeFile } from 'node:fs/promises';
import { startMongo } from '@marketplace/local-stack';
import { describeMachine } from '../bench/run/machine.js';
import { parseArguments, USAGE, UsageError } from './arguments.js';
import { isFaultless, renderReport } from './report.js';
import { ViewersTrial } from './trial.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const given = parseArguments(process.argv.slice(2));
  if (given.isHelp) {
    say(USAGE);
    return 0;
  }
  const mongo = await startMongo({ log: say });
  try {
    const report = await ViewersTrial.run(mongo, given, say);
    const machine = await describeMachine();
    if (given.jsonFile !== undefined)
      await writeFile(given.jsonFile, `${JSON.stringify({ machine, report }, null, 2)}\n`);
    say(`\n${renderReport(report, machine)}`);
    return isFaultless(report) ? 0 : EXIT_FAILED;
  } finally {
    await mongo.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${USAGE}\n`);
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
}
