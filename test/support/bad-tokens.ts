import { DEVELOPMENT_JWT_AUDIENCE, DEVELOPMENT_JWT_ISSUER, DEVELOPMENT_JWT_SECRET } from '@marketplace/local-stack';
import { SignJWT, UnsecuredJWT } from 'jose';

/** Tokens that would make their bearer an admin if any of them were believed, by what is wrong with each. */
export async function badTokens(): Promise<Record<string, string>> {
  const good = await signed({});
  const [header, , signature] = good.split('.');
  const claims = { sub: 'x', roles: ['admin'], exp: 9_999_999_999 };
  const changed = Buffer.from(JSON.stringify(claims)).toString('base64url');
  const unsigned = new UnsecuredJWT({ roles: ['admin'] })
    .setSubject('admin-1')
    .setIssuer(DEVELOPMENT_JWT_ISSUER)
    .setAudience(DEVELOPMENT_JWT_AUDIENCE)
    .setExpirationTime('1 hour');
  return {
    expired: await signed({ expiresAt: '1 minute ago' }),
    'not good yet': await signed({ notBefore: '1 hour' }),
    'signed with another secret': await signed({ secret: 'another secret of at least thirty-two characters' }),
    'of algorithm none': unsigned.encode(),
    'of another algorithm': await signed({ algorithm: 'HS512' }),
    'for another audience': await signed({ audience: 'catalog-service' }),
    'of another issuer': await signed({ issuer: 'somebody-else' }),
    "of the guests' issuer": await signed({ issuer: 'order-service/guests', audience: 'order' }),
    'with a changed payload': `${header}.${changed}.${signature}`,
    'with a changed signature': `${good.slice(0, -6)}AAAAAA`,
    'that is none': 'not-a-token',
  };
}

interface Changes {
  secret?: string;
  audience?: string;
  issuer?: string;
  algorithm?: string;
  expiresAt?: string;
  notBefore?: string;
}

/** A token of an admin that the service accepts, but for what is changed. */
export async function signed(changes: Changes): Promise<string> {
  const token = new SignJWT({ roles: ['admin'] })
    .setProtectedHeader({ alg: changes.algorithm ?? 'HS256' })
    .setSubject('admin-1')
    .setIssuer(changes.issuer ?? DEVELOPMENT_JWT_ISSUER)
    .setAudience(changes.audience ?? DEVELOPMENT_JWT_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(changes.expiresAt ?? '1 hour');
  if (changes.notBefore !== undefined) token.setNotBefore(changes.notBefore);
  return token.sign(new TextEncoder().encode(changes.secret ?? DEVELOPMENT_JWT_SECRET));
}
