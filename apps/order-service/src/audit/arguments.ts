import { parseArgs } from 'node:util';
import { UsageError } from '../common/usage-error.js';
import type { WitnessedAnchor } from './verify-anchors.js';

export const USAGE = `Usage: npm run audit:verify -- [options]

  --order <id>             verifies the chain of one order, and prints it
  --anchor <number:hash>   an anchor as the log of the service tells of it: it must be there, and the same
  --help                   shows this

MONGODB_URI names the database; without it that of the stack that runs in this folder is used. AUDIT_ANCHOR_SECRET is needed where the
service has it.
Exit code: 0 everything holds, 1 something does not or could not be verified, 2 the command line cannot be followed.`;

export interface AuditArguments {
  readonly help: boolean;
  readonly orderId: string | undefined;
  readonly witnessed: WitnessedAnchor | undefined;
}

const ANCHOR = /^(?<number>[1-9]\d{0,9}):(?<hash>[\w-]{43})$/u;

/** @throws UsageError when the arguments cannot be followed */
export function parseArguments(args: readonly string[]): AuditArguments {
  const { help = false, order, anchor } = optionsOf(args);
  if (order === '') throw new UsageError('--order needs the id of an order');
  const { number, hash } = ANCHOR.exec(anchor ?? '')?.groups ?? {};
  if (anchor !== undefined && hash === undefined) {
    throw new UsageError('--anchor needs the number and the hash of an anchor, as "12:<43 characters>"');
  }
  return {
    help,
    orderId: order?.toLowerCase(),
    witnessed: hash === undefined ? undefined : { number: Number(number), hash },
  };
}

function optionsOf(args: readonly string[]): { help?: boolean; order?: string; anchor?: string } {
  const text = { type: 'string' } as const;
  const options = { help: { type: 'boolean' }, order: text, anchor: text } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
