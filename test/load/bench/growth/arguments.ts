import { parseArgs } from 'node:util';
import { UsageError } from '../../../support/program.js';

export const USAGE = `Usage: npm run bench:growth -- [options]

  --sizes <counts>    orders in the database, separated by commas; 10000,100000,1000000 unless told
  --concurrency <n>   clients at once; 16 unless told
  --seconds <n>       how long each scenario is measured at each size; 20 unless told
  --json <file>       writes every figure to a file
  --write             writes the table into docs/benchmarks.md
  --help              shows this

Exit code: 0 every median stays within 1.3 times that of the smallest size, 1 it does not, or something failed,
2 the command line cannot be followed.`;

export interface GrowthArguments {
  isHelp: boolean;
  /** Ascending. */
  sizes: readonly number[];
  concurrency: number;
  seconds: number;
  jsonFile: string | undefined;
  isWritten: boolean;
}

const MOST_ORDERS = 10_000_000;
const MOST_CLIENTS = 1_000;
const LONGEST_SECONDS = 3_600;

/** @throws UsageError when the arguments cannot be followed */
export function parseArguments(args: readonly string[]): GrowthArguments {
  const given = optionsOf(args);
  const sizes = (given.sizes ?? '10000,100000,1000000').split(',').map((text) => wholeOf('sizes', text, MOST_ORDERS));
  if (given.json === '') throw new UsageError('--json needs the name of a file');
  return {
    isHelp: given.help ?? false,
    sizes: sizes.toSorted((one, other) => one - other),
    concurrency: wholeOf('concurrency', given.concurrency ?? '16', MOST_CLIENTS),
    seconds: wholeOf('seconds', given.seconds ?? '20', LONGEST_SECONDS),
    jsonFile: given.json,
    isWritten: given.write ?? false,
  };
}

function wholeOf(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new UsageError(`--${name} takes whole numbers from 1 to ${most}, not "${text}"`);
}

function optionsOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { sizes: text, concurrency: text, seconds: text, json: text, write: flag, help: flag };
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
