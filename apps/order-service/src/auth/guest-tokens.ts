import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { decodeJwt, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { Config } from '../config/config.js';
import type { Principal } from './principal.js';
import { ExpiredTokenError } from './token-problems.js';

const ISSUER = 'order-service/guests';
const LIFETIME_DAYS = { cart: 30, order: 90 } as const;

/** Signs and reads the tokens of guests: own issuer, audience and key, each good for one cart or one order. */
@Injectable()
export class GuestTokens {
  readonly #secret: Uint8Array | undefined;
  /** Tokens signed with any of these are taken; new ones are signed with the first. */
  readonly #secrets: readonly Uint8Array[];

  constructor(@Inject(Config) config: Config) {
    this.#secrets = guestSecretsOf(config).map((secret) => new TextEncoder().encode(secret));
    [this.#secret] = this.#secrets;
  }

  /** Asked before anything is done for a guest: without a key the guest could never come back to it. */
  requireEnabled(): void {
    if (!this.#secret) throw new ProblemError('unauthenticated', 'this service serves no guests: sign in');
  }

  async sign(resource: 'cart' | 'order', id: string): Promise<string> {
    if (!this.#secret) throw new ProblemError('unauthenticated', 'this service serves no guests: sign in');
    return new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setAudience(resource)
      .setSubject(id)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_DAYS[resource]} days`)
      .sign(this.#secret);
  }

  /** The guest that the token stands for; undefined when the token is not one of a guest at all. */
  async read(token: string): Promise<Principal | undefined> {
    if (!isGuestToken(token)) return undefined;
    if (this.#secrets.length === 0) throw new ProblemError('unauthenticated', 'this service serves no guests');
    for (const secret of this.#secrets) {
      const payload = await payloadOf(token, secret);
      if (payload)
        return { kind: 'guest', resource: payload.aud === 'order' ? 'order' : 'cart', id: payload.sub ?? '' };
    }
    throw new ProblemError('unauthenticated', 'the token is not valid');
  }
}

/** The secret that tokens are signed with, and the one before it, whose tokens are still good. */
export function guestSecretsOf({
  GUEST_TOKEN_SECRET: current,
  GUEST_TOKEN_PREVIOUS_SECRET: previous,
}: Config): string[] {
  if (current === undefined) return [];
  return previous === undefined ? [current] : [current, previous];
}

/** What the token says; undefined when it is not signed with the secret, or not as such a token is. */
async function payloadOf(token: string, secret: Uint8Array): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: ['cart', 'order'],
      requiredClaims: ['sub', 'exp'],
    });
    // One audience: a token for both would be one for neither.
    return typeof payload.aud === 'string' ? payload : undefined;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new ExpiredTokenError();
    return undefined;
  }
}

/** Only chooses the key to check with; what the token says is believed after that. */
function isGuestToken(token: string): boolean {
  try {
    return decodeJwt(token).iss === ISSUER;
  } catch {
    return false;
  }
}
