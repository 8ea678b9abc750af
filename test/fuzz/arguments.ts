import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { UsageError } from '../support/program.js';

export const USAGE = `Usage: npm run test:fuzz -- [options]

  --requests <n>  how many requests to make up, 20000 unless told
  --seed <n>      makes the same requests again; a random one unless told
  --help          shows this

Exit code: 0 nothing was found, 1 something was or the run could not be made, 2 the command line cannot be followed.`;

const USUAL_REQUESTS = 20_000;
const MOST = 2 ** 31 - 1;

export interface FuzzArguments {
  help: boolean;
  requests: number;
  seed: number;
}

/** @throws UsageError when the arguments cannot be followed */
export function parseArguments(args: readonly string[]): FuzzArguments {
  const { help = false, requests, seed } = optionsOf(args);
  return {
    help,
    requests: requests === undefined ? USUAL_REQUESTS : wholeNumber('requests', requests, 1),
    seed: seed === undefined ? randomInt(MOST) : wholeNumber('seed', seed, 0),
  };
}

function optionsOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { requests: text, seed: text, help: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/u.test(text) && value >= least && value <= MOST) return value;
  throw new UsageError(`--${name} must be a whole number from ${least} to ${MOST}, not "${text}"`);
}
