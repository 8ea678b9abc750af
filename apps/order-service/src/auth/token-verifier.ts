import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { errors, importSPKI, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { Config } from '../config/config.js';
import { GuestTokens } from './guest-tokens.js';
import { ROLES, type Principal, type Role } from './principal.js';
import { RemoteKeySet } from './remote-key-set.js';
import { ExpiredTokenError } from './token-problems.js';
import { VerifiedTokens } from './verified-tokens.js';

/** Longer ones are not even looked at: reading them would be work done for anybody. */
const MOST_TOKEN_CHARACTERS = 8 * 1024;

/** How tokens of users are checked: where their keys come from, and the algorithms that these keys are good for. */
interface Trust {
  readonly keyFor: JWTVerifyGetKey;
  readonly algorithms: string[];
}

/** Turns a bearer token into a principal. Keys and algorithms are configured; a token cannot choose others. */
@Injectable()
export class TokenVerifier implements OnApplicationBootstrap {
  readonly #keySet: RemoteKeySet | undefined;
  readonly #trust: Trust | undefined;
  readonly #verified: VerifiedTokens;

  constructor(
    @Inject(Config) private readonly config: Config,
    @Inject(GuestTokens) private readonly guestTokens: GuestTokens,
  ) {
    const { JWT_JWKS_URL, JWT_JWKS_MAX_AGE_MS, JWT_JWKS_COOLDOWN_MS } = config;
    if (JWT_JWKS_URL) {
      const timing = { maxAgeMs: JWT_JWKS_MAX_AGE_MS, cooldownMs: JWT_JWKS_COOLDOWN_MS };
      this.#keySet = new RemoteKeySet(new URL(JWT_JWKS_URL), timing);
    }
    this.#trust = trustOf(config, this.#keySet);
    this.#verified = new VerifiedTokens(this.#keySet);
  }

  onApplicationBootstrap(): void {
    void this.#keySet?.warmUp();
  }

  /** @throws ProblemError `unauthenticated`; `keys_unavailable` */
  async principal(token: string): Promise<Principal> {
    if (token.length > MOST_TOKEN_CHARACTERS) throw new ProblemError('unauthenticated', 'the token is not valid');
    const known = this.#verified.find(token);
    if (known) return known;
    const guest = await this.guestTokens.read(token);
    if (guest) return guest;
    return this.#user(token);
  }

  async #user(token: string): Promise<Principal> {
    if (!this.#trust) throw new ProblemError('unauthenticated', 'this service has no key to check tokens with');
    const { keyFor, algorithms } = this.#trust;
    const keysFetchedAt = this.#keySet?.fetchedAt;
    try {
      const { payload } = await jwtVerify(token, keyFor, {
        algorithms,
        issuer: this.config.JWT_ISSUER,
        audience: this.config.JWT_AUDIENCE,
        clockTolerance: this.config.JWT_CLOCK_SKEW_SECONDS,
        requiredClaims: ['sub', 'exp'],
      });
      const user = userOf(payload);
      this.#verified.keep(token, user, (payload.exp ?? 0) * 1_000, keysFetchedAt);
      return user;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new ExpiredTokenError();
      if (error instanceof errors.JOSEError) throw new ProblemError('unauthenticated', 'the token is not valid');
      throw error;
    }
  }
}

/** Of several sources of keys the strictest is the one that counts. */
function trustOf(config: Config, keySet: RemoteKeySet | undefined): Trust | undefined {
  const algorithms = config.JWT_ALGORITHM.split(',');
  if (keySet) return { keyFor: async (header, token) => keySet.keyFor(header, token), algorithms };
  if (config.JWT_PUBLIC_KEY) {
    // One key has one type, and that has one algorithm; the configuration was checked for it.
    const key = importSPKI(config.JWT_PUBLIC_KEY, config.JWT_ALGORITHM);
    return { keyFor: async () => key, algorithms };
  }
  if (config.JWT_SECRET) {
    const secret = new TextEncoder().encode(config.JWT_SECRET);
    return { keyFor: async () => secret, algorithms: ['HS256'] };
  }
  return undefined;
}

function userOf(payload: JWTPayload): Principal {
  const { sub, roles, vendorId } = payload;
  const known = Array.isArray(roles) ? roles.filter((role): role is Role => ROLES.includes(role as Role)) : [];
  if (!sub || sub.length > 128) throw new ProblemError('unauthenticated', 'the token names no user');
  return {
    kind: 'user',
    id: sub,
    roles: known,
    ...(typeof vendorId === 'string' && vendorId !== '' ? { vendorId } : {}),
  };
}
