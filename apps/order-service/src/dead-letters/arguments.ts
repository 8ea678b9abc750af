import { parseArgs } from 'node:util';
import { UsageError } from '../common/usage-error.js';

export const USAGE = `Usage: npm run dead-letters -- <command>

  list [--limit <n>] [--json]    the oldest dead letters (default 50)
  show <sequence>                one with its headers and its body
  redrive <sequence> | --all     sends it to its subject once more, and removes it when that is acknowledged
  drop <sequence>                removes it for good
  --help                         shows this

NATS_URL names the server; without it that of the stack that runs in this folder is used.
Exit code: 0 done, 1 there is no such dead letter or it could not be done, 2 the command line cannot be followed.`;

const DEFAULT_LIMIT = 50;
const MOST_LISTED = 10_000;

export type DeadLetterCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'list'; readonly limit: number; readonly json: boolean }
  | { readonly kind: 'redrive-all' }
  | { readonly kind: 'show' | 'redrive' | 'drop'; readonly sequence: number };

type Options = ReturnType<typeof optionsOf>['values'];

/** @throws UsageError when the arguments cannot be followed */
export function parseArguments(args: readonly string[]): DeadLetterCommand {
  const { values, positionals } = optionsOf(args);
  if (values.help) return { kind: 'help' };
  const [kind, ...rest] = positionals;
  const allowed: readonly string[] = { list: ['limit', 'json'], redrive: ['all'] }[kind ?? ''] ?? [];
  const stray = Object.keys(values).find((name) => !allowed.includes(name));
  if (stray !== undefined) throw new UsageError(`--${stray} does not belong to "${kind ?? ''}"`);
  switch (kind) {
    case 'list':
      if (rest.length > 0) throw new UsageError('"list" takes no sequence');
      return { kind, limit: limitOf(values), json: values.json ?? false };
    case 'redrive':
      if (values.all && rest.length === 0) return { kind: 'redrive-all' };
      if (values.all) throw new UsageError('"redrive" takes a sequence or --all, not both');
      return { kind, sequence: sequenceOf(rest) };
    case 'show':
    case 'drop':
      return { kind, sequence: sequenceOf(rest) };
    default:
      throw new UsageError(kind === undefined ? 'say what to do' : `"${kind}" is no command`);
  }
}

function limitOf({ limit = String(DEFAULT_LIMIT) }: Options): number {
  const number = Number(limit);
  if (/^\d+$/u.test(limit) && number >= 1 && number <= MOST_LISTED) return number;
  throw new UsageError(`--limit must be a whole number from 1 to ${MOST_LISTED}, not "${limit}"`);
}

function sequenceOf([text, ...more]: readonly string[]): number {
  if (text === undefined || more.length > 0)
    throw new UsageError('name the sequence of one dead letter, as "list" shows it');
  const number = Number(text);
  if (/^\d+$/u.test(text) && number >= 1 && Number.isSafeInteger(number)) return number;
  throw new UsageError(`"${text}" is no sequence`);
}

function optionsOf(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const options = { help: flag, json: flag, all: flag, limit: { type: 'string' } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
