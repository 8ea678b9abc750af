import { readFileSync } from 'node:fs';
import { UsageError } from './usage-error.js';

export interface Addresses {
  readonly mongodbUri: string;
  readonly natsUrl: string;
}

/** Where `npm start` writes down where its stack listens. */
const STACK_FILE = '.data/stack.json';

/**
 * The environment's addresses, or those of the stack that runs in this folder.
 *
 * @throws UsageError when neither names both
 */
export function resolveAddresses(
  environment: Readonly<Record<string, string | undefined>>,
  file = STACK_FILE,
): Addresses {
  const { MONGODB_URI: mongodbUri, NATS_URL: natsUrl } = environment;
  if (mongodbUri && natsUrl) return { mongodbUri, natsUrl };
  // One of each could belong to different stacks, and everything would drift.
  if (mongodbUri || natsUrl) throw new UsageError('MONGODB_URI and NATS_URL belong together: set both or none');
  const stack = readStack(file);
  if (!stack) throw new UsageError('set MONGODB_URI and NATS_URL, or run "npm start" in this folder');
  return stack;
}

/**
 * Where NATS listens, for a command that needs nothing else.
 *
 * @throws UsageError when neither the environment nor a stack names it
 */
export function resolveNatsUrl(environment: Readonly<Record<string, string | undefined>>, file = STACK_FILE): string {
  const natsUrl = environment['NATS_URL'] || readStack(file)?.natsUrl;
  if (!natsUrl) throw new UsageError('set NATS_URL, or run "npm start" in this folder');
  return natsUrl;
}

/**
 * Where MongoDB listens, for a command that needs nothing else.
 *
 * @throws UsageError when neither the environment nor a stack names it
 */
export function resolveMongodbUri(
  environment: Readonly<Record<string, string | undefined>>,
  file = STACK_FILE,
): string {
  const mongodbUri = environment['MONGODB_URI'] || readStack(file)?.mongodbUri;
  if (!mongodbUri) throw new UsageError('set MONGODB_URI, or run "npm start" in this folder');
  return mongodbUri;
}

function readStack(file: string): Addresses | undefined {
  try {
    const { mongodbUri, natsUrl } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Addresses>;
    return typeof mongodbUri === 'string' && typeof natsUrl === 'string' ? { mongodbUri, natsUrl } : undefined;
  } catch {
    return undefined;
  }
}
