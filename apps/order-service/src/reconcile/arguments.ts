import { parseArgs } from 'node:util';
import { UsageError } from '../common/usage-error.js';

export const USAGE = `Usage: npm run reconcile -- [options]

  --report <file.json>    writes the outcome to a file
  --grace-seconds <n>     work on an order that is younger is in flight, not drift (default 60)
  --help                  shows this

MONGODB_URI and NATS_URL name the databases; without them those of the stack that runs in this folder are used.
Exit code: 0 nothing drifts, 1 something drifts or could not be checked, 2 the command line cannot be followed.`;

export interface ReconcileArguments {
  readonly help: boolean;
  readonly graceMs: number;
  readonly reportFile: string | undefined;
}

const MOST_GRACE_SECONDS = 86_400;

/** @throws UsageError when the arguments cannot be followed */
export function parseArguments(args: readonly string[]): ReconcileArguments {
  const { help = false, report, 'grace-seconds': grace = '60' } = optionsOf(args);
  if (report === '') throw new UsageError('--report needs the name of a file');
  const seconds = Number(grace);
  if (!/^\d+$/u.test(grace) || seconds > MOST_GRACE_SECONDS) {
    throw new UsageError(`--grace-seconds must be a whole number from 0 to ${MOST_GRACE_SECONDS}, not "${grace}"`);
  }
  return { help, graceMs: seconds * 1000, reportFile: report };
}

function optionsOf(args: readonly string[]): { help?: boolean; report?: string; 'grace-seconds'?: string } {
  const text = { type: 'string' } as const;
  const options = { help: { type: 'boolean' }, report: text, 'grace-seconds': text } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
