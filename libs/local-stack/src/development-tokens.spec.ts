import { jwtVerify } from 'jose';
import {
  DEVELOPMENT_GUEST_TOKEN_SECRET,
  DEVELOPMENT_JWT_AUDIENCE,
  DEVELOPMENT_JWT_ISSUER,
  DEVELOPMENT_JWT_SECRET,
  signDevelopmentToken,
} from './development-tokens.js';

describe('development tokens', () => {
  const claims = { issuer: DEVELOPMENT_JWT_ISSUER, audience: DEVELOPMENT_JWT_AUDIENCE };
  const verify = (token: string, secret: string) => jwtVerify(token, new TextEncoder().encode(secret), claims);

  it('carry who they speak for', async () => {
    const token = await signDevelopmentToken({ sub: 'vera', roles: ['vendor'], vendorId: 'V1', ttlSeconds: 60 });
    const { payload } = await verify(token, DEVELOPMENT_JWT_SECRET);
    expect(payload).toMatchObject({ sub: 'vera', roles: ['vendor'], vendorId: 'V1' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
  });

  it('are signed with the secret that is given', async () => {
    const secret = 'another secret of at least 32 characters';
    const token = await signDevelopmentToken({ sub: 'alice', roles: ['customer'], secret });
    await expect(verify(token, secret)).resolves.toBeDefined();
    await expect(verify(token, DEVELOPMENT_JWT_SECRET)).rejects.toThrow('signature');
  });

  it('have secrets that tell what they are for', () => {
    for (const secret of [DEVELOPMENT_JWT_SECRET, DEVELOPMENT_GUEST_TOKEN_SECRET]) {
      expect(secret).toMatch(/^development-.{20,}/);
    }
    expect(DEVELOPMENT_JWT_SECRET).not.toBe(DEVELOPMENT_GUEST_TOKEN_SECRET);
  });
});
