import { ProblemError } from '@marketplace/contracts';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type CryptoKey,
  type FetchImplementation,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
} from 'jose';
import { log } from '../common/logger.js';

/** Deadline of one request to the key server, in milliseconds. */
const FETCH_TIMEOUT_MS = 3_000;
/** While there are no keys at all, the key server is asked again after this long at the earliest, in milliseconds. */
const RETRY_MS = 1_000;
const MOST_KEY_SET_CHARACTERS = 256 * 1024;

export interface KeySetTiming {
  /** Keys older than this are fetched anew, in the background. */
  readonly maxAgeMs: number;
  /** A token that names an unknown key has the set fetched anew, but not more often than this. */
  readonly cooldownMs: number;
}

/**
 * The keys of the issuer, kept in the process and followed as they change. Once they have been had, a key server that is away stops nobody: the last
 * ones go on. Callers cannot make the service ask more often, whatever keys their tokens name.
 */
export class RemoteKeySet {
  readonly #keys;
  #attemptedAt = -Infinity;
  #fetchedAt = -Infinity;
  #isAway = false;

  constructor(
    private readonly url: URL,
    private readonly timing: KeySetTiming,
  ) {
    // When to ask is decided here: left to itself, the set would fail once its keys are old and the key server is away.
    const never = { cacheMaxAge: Infinity, cooldownDuration: Infinity };
    this.#keys = createRemoteJWKSet(url, { ...never, timeoutDuration: FETCH_TIMEOUT_MS, [customFetch]: fetchUsable });
  }

  /** When the keys that are there were fetched, in milliseconds since the epoch. */
  get fetchedAt(): number {
    return this.#fetchedAt;
  }

  /** Whether the keys are to be fetched anew with the next token. */
  get isOld(): boolean {
    return Date.now() - this.#fetchedAt > this.timing.maxAgeMs;
  }

  /** Fetches the keys before the first token needs them. */
  async warmUp(): Promise<void> {
    await this.#reload();
  }

  /**
   * The one key that fits the header of a token.
   *
   * @throws ProblemError `keys_unavailable` while the keys have never been had
   * @throws JOSEError when no key fits, or more than one
   */
  async keyFor(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    if (!this.#keys.jwks()) {
      if (this.#keys.reloading || this.#mayAskAfter(RETRY_MS)) await this.#reload();
      if (!this.#keys.jwks()) throw keysUnavailable();
    }
    const { cooldownMs } = this.timing;
    if (this.isOld && this.#mayAskAfter(cooldownMs)) void this.#reload();
    try {
      return await this.#keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (!this.#keys.reloading && !this.#mayAskAfter(cooldownMs)) throw error;
      await this.#reload();
      return this.#keys(header, token);
    }
  }

  #mayAskAfter(pauseMs: number): boolean {
    return Date.now() - this.#attemptedAt >= pauseMs;
  }

  /** Asks the key server, or waits for its answer where it is being asked. Should it fail, the keys stay as they are. */
  async #reload(): Promise<void> {
    this.#attemptedAt = Date.now();
    try {
      await this.#keys.reload();
      this.#fetchedAt = Date.now();
      if (this.#isAway) log.info({ url: this.url.href }, 'the key server answers again');
      this.#isAway = false;
    } catch (error) {
      // Said once an outage, not once a token.
      if (!this.#isAway) log.error({ url: this.url.href, reason: String(error) }, 'the key server does not answer');
      this.#isAway = true;
    }
  }
}

/** An answer without a key would take away those that are there: it is a fault of the key server's, and no rotation. */
const fetchUsable: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options);
  if (response.status !== 200) throw new Error(`it answered ${response.status}`);
  const text = await response.text();
  if (text.length > MOST_KEY_SET_CHARACTERS) throw new Error('its answer is too long');
  const { keys } = JSON.parse(text) as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length === 0) throw new Error('its answer holds no keys');
  return new Response(text);
};

function keysUnavailable(): ProblemError {
  return new ProblemError('keys_unavailable', 'the keys that tokens are checked with cannot be had; try again');
}
