import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder outside the repository where prepared server programs are kept, so that a fresh clone reuses them.
 * Follows the XDG Base Directory specification.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'marketplace-order-service');
}
