import { writeFile } from 'node:fs/promises';
import { startMongo } from '@marketplace/local-stack';
import { describeMachine } from '../bench/run/machine.js';
import { parseArguments, USAGE } from './arguments.js';
import { isFaultless, renderReport } from './report.js';
import { ViewersTrial } from './trial.js';
import { EXIT_FAILED, runProgram } from '../../support/program.js';

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

await runProgram(USAGE, main);
