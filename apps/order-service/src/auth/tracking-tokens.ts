import { hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { errors, jwtVerify, SignJWT } from 'jose';
import { Config } from '../config/config.js';
import { guestSecretsOf } from './guest-tokens.js';

const ISSUER = 'order-service/tracking';
const AUDIENCE = 'tracking';
/** Longer ones were not made here. */
const MOST_CHARACTERS = 1_024;

/** What a token says: a link of an order, and until when it is good. */
export interface TrackingTokenClaims {
  readonly orderId: string;
  readonly linkId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/**
 * Signs and reads the tokens in tracking links. Their key is derived from that of the guests' tokens, and their issuer and
 * audience are their own: none of the service's tokens passes for another. A link always has the same token.
 */
@Injectable()
export class TrackingTokens {
  readonly #key: Uint8Array | undefined;
  /** Tokens signed with any of these are taken; new ones are signed with the first. */
  readonly #keys: readonly Uint8Array[];
  readonly #baseUrl: string;

  constructor(@Inject(Config) config: Config) {
    this.#keys = guestSecretsOf(config).map((secret) => new Uint8Array(hkdfSync('sha256', secret, '', ISSUER, 32)));
    [this.#key] = this.#keys;
    this.#baseUrl = config.publicBaseUrl;
  }

  /** Asked before a link is made: without a key nobody could ever open it. */
  requireEnabled(): void {
    if (!this.#key) throw new ProblemError('forbidden', 'this service gives no tracking links: it has no key for them');
  }

  async sign({ orderId, linkId, createdAt, expiresAt }: TrackingTokenClaims): Promise<string> {
    if (!this.#key) throw new ProblemError('forbidden', 'this service gives no tracking links: it has no key for them');
    return new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(orderId)
      .setJti(linkId)
      .setIssuedAt(createdAt)
      .setExpirationTime(expiresAt)
      .sign(this.#key);
  }

  /** The address of the page that shows the order to whoever holds the token. */
  urlOf(token: string): string {
    return `${this.#baseUrl}/track/${token}`;
  }

  /** What the token stands for; undefined when it was not made here, or has expired. */
  async read(token: string): Promise<TrackingTokenClaims | undefined> {
    if (token.length > MOST_CHARACTERS) return undefined;
    for (const key of this.#keys) {
      const claims = await claimsOf(token, key);
      if (claims) return claims;
    }
    return undefined;
  }
}

async function claimsOf(token: string, key: Uint8Array): Promise<TrackingTokenClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['sub', 'jti', 'iat', 'exp'],
    });
    const { sub = '', jti = '', iat = 0, exp = 0 } = payload;
    return { orderId: sub, linkId: jti, createdAt: new Date(iat * 1000), expiresAt: new Date(exp * 1000) };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
