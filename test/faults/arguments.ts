import { parseArgs } from 'node:util';
import { UsageError } from '../support/program.js';

export const USAGE = `Usage: npm run test:faults -- [options]

  --only <names>      scenarios to run, separated by commas; all unless told
  --form <form>       long (default) or short: how many faults, and how much load
  --report <file.md>  writes the tables to a file
  --json <file>       writes every figure and finding to a file
  --list              names the scenarios
  --help              shows this

Exit code: 0 no harm was found, 1 some was or a scenario could not be run, 2 the command line cannot be followed.`;

export interface FaultArguments {
  show: 'help' | 'list' | undefined;
  only: readonly string[];
  form: 'short' | 'long';
  reportFile: string | undefined;
  jsonFile: string | undefined;
}

/**
 * @param known names of all scenarios
 * @throws UsageError when the arguments cannot be followed
 */
export function parseArguments(args: readonly string[], known: readonly string[]): FaultArguments {
  const { help, list, only, form = 'long', report, json } = optionsOf(args);
  const names = only === undefined ? known : only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new UsageError(`there is no scenario ${unknown.join(', ')}: ${known.join(', ')}`);
  if (form !== 'long' && form !== 'short') throw new UsageError(`--form must be long or short, not "${form}"`);
  for (const [name, file] of Object.entries({ report, json })) {
    if (file === '') throw new UsageError(`--${name} needs the name of a file`);
  }
  return { show: help ? 'help' : list ? 'list' : undefined, only: names, form, reportFile: report, jsonFile: json };
}

function optionsOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { only: text, form: text, report: text, json: text, list: flag, help: flag };
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
