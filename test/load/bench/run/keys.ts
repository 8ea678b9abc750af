import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Buyer } from '../job.js';

const ISSUER = 'marketplace-bench';
const AUDIENCE = 'order-service';
const MODULUS_BITS = 2048;

/** Keys as production has them: callers' tokens are signed elsewhere, and the service knows the public key alone. */
export class Keys {
  readonly #privateKey: KeyObject;
  readonly #publicKey: string;

  constructor() {
    const pair = generateKeyPairSync('rsa', { modulusLength: MODULUS_BITS });
    this.#privateKey = pair.privateKey;
    this.#publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  }

  /** The settings of the service that go with them. */
  environment(): Record<string, string | undefined> {
    return {
      NODE_ENV: 'production',
      JWT_SECRET: undefined,
      JWT_PUBLIC_KEY: this.#publicKey,
      JWT_ALGORITHM: 'RS256',
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
      GUEST_TOKEN_SECRET: randomBytes(32).toString('base64url'),
      AUDIT_ANCHOR_SECRET: randomBytes(32).toString('base64url'),
      // A few callers ask for more than people do; what is counted all the same costs what it costs.
      RATE_LIMIT_READS: '100000000',
      RATE_LIMIT_CHANGES: '100000000',
      RATE_LIMIT_CREATIONS: '100000000',
    };
  }

  async token(sub: string, role: string): Promise<string> {
    return new SignJWT({ roles: [role] })
      .setProtectedHeader({ alg: 'RS256' })
      .setSubject(sub)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('12h')
      .sign(this.#privateKey);
  }

  /** Customers whom nobody knows yet. */
  async buyers(name: string, count: number): Promise<Buyer[]> {
    const ids = Array.from({ length: count }, (_, index) => `${name}-${index}`);
    return Promise.all(ids.map(async (id) => ({ id, token: await this.token(id, 'customer') })));
  }
}
