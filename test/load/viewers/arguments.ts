import { parseArgs } from 'node:util';
import { UsageError } from '../../support/program.js';

export const USAGE = `Usage: npm run load:viewers -- [options]

  --viewers <n>       streams on one process of the service; 2000 unless told
  --orders <n>        orders that they watch, as many on each; 100 unless told
  --rate <n>          changes a second, made through another process; 10 unless told
  --json <file>       writes every figure to a file
  --help              shows this

Exit code: 0 every viewer got every event once and in order, 1 some did not or the run failed, 2 the command line cannot be followed.`;

const MOST = 50_000;

export interface ViewersArguments {
  isHelp: boolean;
  viewers: number;
  orders: number;
  ratePerSecond: number;
  jsonFile: string | undefined;
}

/** @throws UsageError when the arguments cannot be followed */
export function parseArguments(args: readonly string[]): ViewersArguments {
  const given = optionsOf(args);
  if (given.json === '') throw new UsageError('--json needs the name of a file');
  const viewers = wholeOf('viewers', given.viewers ?? '2000');
  const orders = wholeOf('orders', given.orders ?? '100');
  if (orders > viewers) throw new UsageError('--orders must not be more than --viewers: nobody would watch them');
  const ratePerSecond = wholeOf('rate', given.rate ?? '10');
  return { isHelp: given.help ?? false, viewers, orders, ratePerSecond, jsonFile: given.json };
}

function wholeOf(name: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/u.test(text) && value >= 1 && value <= MOST) return value;
  throw new UsageError(`--${name} takes a whole number from 1 to ${MOST}, not "${text}"`);
}

function optionsOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { viewers: text, orders: text, rate: text, json: text, help: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
