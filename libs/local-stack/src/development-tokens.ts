import { SignJWT } from 'jose';

/** Shared by the service and the token tool in development and tests. Refused nowhere but meant for nothing else. */
export const DEVELOPMENT_JWT_SECRET = 'development-only-signing-key-of-customers-vendors-and-staff';
/** Signs the tokens that the service issues to guests in development and tests. */
export const DEVELOPMENT_GUEST_TOKEN_SECRET = 'development-only-signing-key-of-guest-carts-and-orders';
export const DEVELOPMENT_JWT_ISSUER = 'marketplace-development';
export const DEVELOPMENT_JWT_AUDIENCE = 'order-service';

const DEFAULT_TTL_SECONDS = 3_600;

/** Who a development token speaks for. */
export interface TokenSubject {
  /** User id. */
  sub: string;
  roles: readonly string[];
  /** For the role `vendor`. */
  vendorId?: string;
  /** An hour unless told. Negative for a token that has expired. */
  ttlSeconds?: number;
  /** The development secret unless told. */
  secret?: string;
}

/** Signs a token (JWT, HS256) that the service accepts when it runs with the development secret. */
export function signDevelopmentToken(subject: TokenSubject): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const claims = { roles: subject.roles, ...(subject.vendorId === undefined ? {} : { vendorId: subject.vendorId }) };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject.sub)
    .setIssuer(DEVELOPMENT_JWT_ISSUER)
    .setAudience(DEVELOPMENT_JWT_AUDIENCE)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + (subject.ttlSeconds ?? DEFAULT_TTL_SECONDS))
    .sign(new TextEncoder().encode(subject.secret ?? DEVELOPMENT_JWT_SECRET));
}
