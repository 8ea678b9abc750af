import { parseArgs } from 'node:util';
import { UsageError } from '../../support/program.js';

export const USAGE = `Usage: npm run replay -- --data <folder> [options]

  --data <folder>       folder with the Olist CSV files
  --concurrency <n>     customers served at a time (default 16)
  --limit <n>           only the first n orders by time of purchase
  --report <file.json>  writes figures, failures and durations to a file
  --url <url>           address of the Order Service (default: the running local stack)
  --nats <url>          address of NATS, for the simulator (default: the running local stack)`;

export interface ReplayArguments {
  dataFolder: string;
  concurrency: number;
  /** Infinite when every order is meant. */
  limit: number;
  reportFile?: string | undefined;
  url?: string | undefined;
  natsUrl?: string | undefined;
}

function positiveInteger(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new UsageError(`--${name} must be a positive integer, not "${text}"`);
  }
  return value;
}

/** @throws UsageError when the arguments cannot be followed. */
export function parseArguments(values: string[]): ReplayArguments {
  const text = { type: 'string' } as const;
  const options = { data: text, concurrency: text, limit: text, report: text, url: text, nats: text };
  let given;
  try {
    given = parseArgs({ args: values, options, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (!given.data) throw new UsageError('--data is missing');
  return {
    dataFolder: given.data,
    concurrency: positiveInteger('concurrency', given.concurrency, 16),
    limit: positiveInteger('limit', given.limit, Number.POSITIVE_INFINITY),
    reportFile: given.report,
    url: given.url,
    natsUrl: given.nats,
  };
}
