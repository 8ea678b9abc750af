import { parseArgs } from 'node:util';
import { SCENARIOS, type Scenario } from './job.js';
import { UsageError } from '../../support/program.js';

export const USAGE = `Usage: npm run bench -- [options]

  --only <names>          scenarios, separated by commas: ${SCENARIOS.join(', ')}; all unless told
  --concurrency <counts>  clients at once, separated by commas; 1,16,64 unless told
  --seconds <n>           how long each is measured; 30 unless told
  --warm-up <n>           seconds before that, which do not count; 5 unless told
  --no-floor              leaves out the same work without the service
  --json <file>           writes every figure to a file
  --write                 writes tables and chart into docs/benchmarks.md, and the service's figures into docs/metrics-after-load.txt
  --profile <folder>      writes a CPU profile of the service there
  --help                  shows this

Exit code: 0 measured without errors, 1 something failed, 2 the command line cannot be followed.`;

export interface BenchArguments {
  isHelp: boolean;
  only: readonly Scenario[];
  concurrency: readonly number[];
  seconds: number;
  warmUpSeconds: number;
  hasFloor: boolean;
  jsonFile: string | undefined;
  isWritten: boolean;
  profileFolder: string | undefined;
}

const MOST_CLIENTS = 1_000;
const LONGEST_SECONDS = 3_600;

/** @throws UsageError when the arguments cannot be followed */
export function parseArguments(args: readonly string[]): BenchArguments {
  const given = optionsOf(args);
  return {
    isHelp: given.help ?? false,
    only: scenariosOf(given.only),
    concurrency: (given.concurrency ?? '1,16,64').split(',').map((text) => wholeOf('concurrency', text, MOST_CLIENTS)),
    seconds: numberOf('seconds', given.seconds ?? '30'),
    warmUpSeconds: numberOf('warm-up', given['warm-up'] ?? '5'),
    hasFloor: !given['no-floor'],
    jsonFile: fileOf('json', given.json),
    isWritten: given.write ?? false,
    profileFolder: fileOf('profile', given.profile),
  };
}

function scenariosOf(text: string | undefined): readonly Scenario[] {
  if (text === undefined) return SCENARIOS;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !SCENARIOS.some((known) => known === name));
  if (unknown.length > 0) throw new UsageError(`there is no scenario ${unknown.join(', ')}: ${SCENARIOS.join(', ')}`);
  return SCENARIOS.filter((known) => names.includes(known));
}

function wholeOf(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new UsageError(`--${name} takes whole numbers from 1 to ${most}, not "${text}"`);
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= LONGEST_SECONDS) return value;
  throw new UsageError(`--${name} takes seconds above 0 and up to ${LONGEST_SECONDS}, not "${text}"`);
}

function fileOf(name: string, text: string | undefined): string | undefined {
  if (text === '') throw new UsageError(`--${name} needs a name`);
  return text;
}

function optionsOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    only: text,
    concurrency: text,
    seconds: text,
    'warm-up': text,
    'no-floor': flag,
    json: text,
    write: flag,
    profile: text,
    help: flag,
  };
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
