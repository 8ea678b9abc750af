import { readStackState } from '@marketplace/local-stack';
import { UsageError } from '../../support/program.js';
import type { ReplayArguments } from './arguments.js';

export interface Addresses {
  url: URL;
  natsUrl: string;
}

/**
 * Where the service and NATS listen: as the command line says, otherwise where the local stack in this folder does.
 *
 * @throws UsageError when neither says.
 */
export function resolveAddresses(given: Pick<ReplayArguments, 'url' | 'natsUrl'>): Addresses {
  const stack = given.url && given.natsUrl ? undefined : readStackState();
  const url = given.url ?? stack?.httpUrl;
  const natsUrl = given.natsUrl ?? stack?.natsUrl;
  if (!url || !natsUrl) {
    throw new UsageError('no local stack is running here: start it with "npm start", or give --url and --nats');
  }
  if (!URL.canParse(url)) throw new UsageError(`--url "${url}" is not an address`);
  return { url: new URL(url), natsUrl };
}
