import { writeFile } from 'node:fs/promises';
import { startMongo, type MongoServer } from '@marketplace/local-stack';
import { parseArguments, USAGE, type FaultArguments } from './arguments.js';
import { FaultStack } from './fault-stack.js';
import { isHarmless, renderFindings, renderTables } from './report.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios.js';
import { runTrial, type TrialReport } from './trial.js';
import { EXIT_FAILED, runProgram } from '../support/program.js';

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Every scenario has a stack and a database of its own, so that it answers for itself alone. */
async function runAlone(scenario: Scenario, form: FaultArguments['form'], shared: MongoServer): Promise<TrialReport> {
  const startedAt = Date.now();
  const log = (line: string): void => {
    say(`${scenario.name} ${Math.round((Date.now() - startedAt) / 1000)} s: ${line}`);
  };
  const own =
    scenario.mongoMembers === undefined
      ? undefined
      : await startMongo({ members: scenario.mongoMembers, log: () => undefined });
  try {
    const stack = await FaultStack.start(own ?? shared.uri);
    try {
      log('started');
      return await runTrial(scenario, form, stack, log);
    } finally {
      await stack.stop();
    }
  } finally {
    await own?.stop();
  }
}

async function run({ only, form, reportFile, jsonFile }: FaultArguments): Promise<number> {
  const chosen = SCENARIOS.filter(({ name, run: forms }) => only.includes(name) && forms[form] !== undefined);
  const reports: TrialReport[] = [];
  const failures: string[] = [];
  /** After every scenario, so that a run that is ended keeps what it found. */
  const save = async (): Promise<void> => {
    if (reportFile !== undefined) await writeFile(reportFile, `${renderTables(reports)}\n`);
    if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify({ reports, failures }, null, 2)}\n`);
  };
  const shared = await startMongo({ log: say });
  try {
    for (const scenario of chosen) {
      try {
        const report = await runAlone(scenario, form, shared);
        reports.push(report);
        for (const line of renderFindings(report)) say(line);
      } catch (error) {
        failures.push(`${scenario.name} could not be run: ${error instanceof Error ? error.stack : String(error)}`);
        say(failures.at(-1) ?? '');
      }
      await save();
    }
  } finally {
    await shared.stop();
  }
  say(`\n${renderTables(reports)}`);
  for (const failure of failures) say(failure);
  return failures.length === 0 && reports.every(isHarmless) ? 0 : EXIT_FAILED;
}

async function main(): Promise<number> {
  const names = SCENARIOS.map(({ name }) => name);
  const given = parseArguments(process.argv.slice(2), names);
  if (given.show === undefined) return run(given);
  say(given.show === 'help' ? USAGE : names.join('\n'));
  return 0;
}

await runProgram(USAGE, main);
