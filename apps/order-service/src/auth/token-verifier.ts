import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import {
  createRemoteJWKSet,
  errors,
  importSPKI,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
  type JWTVerifyResult,
} from 'jose';
import { Config } from '../config/config.js';
import { GuestTokens } from './guest-tokens.js';
import { ROLES, type Principal, type Role } from './principal.js';

const CLOCK_SKEW_SECONDS = 5;

type Verify = (token: string, options: JWTVerifyOptions) => Promise<JWTVerifyResult>;

/** Turns a bearer token into a principal. One key and one algorithm are configured; a token cannot choose. */
@Injectable()
export class TokenVerifier {
  readonly #verify: Verify | undefined;
  readonly #algorithm: string;

  constructor(
    @Inject(Config) private readonly config: Config,
    @Inject(GuestTokens) private readonly guestTokens: GuestTokens,
  ) {
    this.#verify = verifierOf(config);
    this.#algorithm = config.JWT_SECRET ? 'HS256' : config.JWT_ALGORITHM;
  }

  /** @throws ProblemError `unauthenticated` */
  async principal(token: string): Promise<Principal> {
    const guest = await this.guestTokens.read(token);
    if (guest) return guest;
    if (!this.#verify) throw new ProblemError('unauthenticated', 'this service has no key to check tokens with');
    try {
      const { payload } = await this.#verify(token, {
        algorithms: [this.#algorithm],
        issuer: this.config.JWT_ISSUER,
        audience: this.config.JWT_AUDIENCE,
        clockTolerance: CLOCK_SKEW_SECONDS,
        requiredClaims: ['sub', 'exp'],
      });
      return userOf(payload);
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new ProblemError('unauthenticated', 'the token has expired');
      if (error instanceof errors.JOSEError) throw new ProblemError('unauthenticated', 'the token is not valid');
      throw error;
    }
  }
}

function verifierOf(config: Config): Verify | undefined {
  if (config.JWT_SECRET) {
    const secret = new TextEncoder().encode(config.JWT_SECRET);
    return async (token, options) => jwtVerify(token, secret, options);
  }
  if (config.JWT_PUBLIC_KEY) {
    const key = importSPKI(config.JWT_PUBLIC_KEY, config.JWT_ALGORITHM);
    return async (token, options) => jwtVerify(token, await key, options);
  }
  if (config.JWT_JWKS_URL) {
    const keys = createRemoteJWKSet(new URL(config.JWT_JWKS_URL));
    return async (token, options) => jwtVerify(token, keys, options);
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
