import { LRUCache } from 'lru-cache';
import type { Principal } from './principal.js';

const LONGEST_MS = 60_000;
/** The tokens themselves are most of what is kept. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** Keys that change: see RemoteKeySet. */
interface Keys {
  readonly fetchedAt: number;
  readonly isOld: boolean;
}

interface Verified {
  readonly principal: Principal;
  readonly goodUntil: number;
  readonly keysFetchedAt: number | undefined;
}

/**
 * Whom the tokens stand for that were verified lately: checking a signature costs more than reading an order, and callers send the same
 * token with request after request.
 *
 * A signature that was good stays good as long as its key is trusted, and so does what the token says until it expires. So an entry ends
 * with the token, and with the keys that it was verified with: keys that are fetched anew end all of them, and while the keys are due to be
 * fetched none is looked up, so that a key that was withdrawn is refused as soon as without this. Whether a token's cart or order is still
 * its holder's says the database, with every request.
 */
export class VerifiedTokens {
  readonly #tokens = new LRUCache<string, Verified>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (_verified, token) => token.length,
  });

  constructor(private readonly keys: Keys | undefined) {}

  find(token: string): Principal | undefined {
    if (this.keys?.isOld) return undefined;
    const known = this.#tokens.get(token);
    if (!known || known.goodUntil <= Date.now() || known.keysFetchedAt !== this.keys?.fetchedAt) return undefined;
    return known.principal;
  }

  /**
   * @param expiresAt milliseconds since the epoch
   * @param keysFetchedAt of the keys before the token was checked: those that came meanwhile may have refused it
   */
  keep(token: string, principal: Principal, expiresAt: number, keysFetchedAt: number | undefined): void {
    const goodUntil = Math.min(expiresAt, Date.now() + LONGEST_MS);
    this.#tokens.set(token, { principal, goodUntil, keysFetchedAt });
  }
}
