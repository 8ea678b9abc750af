import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type CryptoKey, type JWTPayload } from 'jose';
import { GuestTokens } from './guest-tokens.js';
import type { Principal } from './principal.js';
import { TokenVerifier } from './token-verifier.js';
import { configOf, GUEST_SECRET, keyOf, SECRET, signed, unauthenticated } from './tokens.spec-support.js';

function verifier(environment: Record<string, string>): TokenVerifier {
  const config = configOf(environment);
  return new TokenVerifier(config, new GuestTokens(config));
}

const now = (): number => Math.floor(Date.now() / 1000);
const alice: Principal = { kind: 'user', id: 'alice', roles: ['customer'] };

describe('a token signed with the shared secret', () => {
  const verify = verifier({ JWT_SECRET: SECRET, GUEST_TOKEN_SECRET: GUEST_SECRET });
  const principal = async (claims: JWTPayload): Promise<Principal> => verify.principal(await signed(claims));

  it('names a user and its roles', async () => {
    await expect(principal({})).resolves.toEqual(alice);
    await expect(principal({ sub: 'bob', roles: ['vendor', 'customer'], vendorId: 'vendor-1' })).resolves.toEqual({
      kind: 'user',
      id: 'bob',
      roles: ['vendor', 'customer'],
      vendorId: 'vendor-1',
    });
  });

  it.each<[string, JWTPayload, object]>([
    ['roles that nobody knows', { roles: ['root', 'customer', 7] }, { roles: ['customer'] }],
    ['roles that are no list', { roles: 'admin' }, { roles: [] }],
    ['no roles', { roles: undefined }, { roles: [] }],
  ])('grants nothing by %s', async (_, claims, expected) => {
    await expect(principal(claims)).resolves.toMatchObject(expected);
  });

  it.each([['', 7, { $ne: '' }]])('takes no vendor id that is no text', async (vendorId) => {
    await expect(principal({ roles: ['vendor'], vendorId })).resolves.not.toHaveProperty('vendorId');
  });

  it.each<[string, JWTPayload, string]>([
    ['expired', { exp: now() - 60 }, 'expired'],
    ['good for ever', { exp: undefined }, 'not valid'],
    ['not good yet', { nbf: now() + 3_600 }, 'not valid'],
    ['for another audience', { aud: 'another-service' }, 'not valid'],
    ['for no audience', { aud: undefined }, 'not valid'],
    ['of another issuer', { iss: 'somebody' }, 'not valid'],
    ['of no issuer', { iss: undefined }, 'not valid'],
    ['of nobody', { sub: undefined }, 'not valid'],
    ['of an empty name', { sub: '' }, 'names no user'],
    ['of an endless name', { sub: 'a'.repeat(129) }, 'names no user'],
  ])('is refused when it is %s', async (_, claims, about) => {
    await expect(principal(claims)).rejects.toEqual(unauthenticated(about));
  });

  it('is still taken when the clocks differ a little', async () => {
    await expect(principal({ exp: now() - 2 })).resolves.toEqual(alice);
  });

  it('is refused when it was signed with another key, or not at all', async () => {
    const forged = await signed({}, keyOf('some-other-secret-that-is-long-enough-too'));
    await expect(verify.principal(forged)).rejects.toEqual(unauthenticated('not valid'));
    const [head = '', claims = ''] = (await signed({})).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const token of [`${none}.${claims}.`, `${head}.${claims}.`, 'a.b.c', 'nonsense', '']) {
      await expect(verify.principal(token)).rejects.toEqual(unauthenticated('not valid'));
    }
  });

  it('is refused with another algorithm of the same key', async () => {
    await expect(verify.principal(await signed({}, keyOf(SECRET), 'HS384'))).rejects.toEqual(
      unauthenticated('not valid'),
    );
  });

  it('may be that of a guest, which has a key of its own', async () => {
    const guests = new GuestTokens(configOf({ GUEST_TOKEN_SECRET: GUEST_SECRET }));
    await expect(verify.principal(await guests.sign('order', 'order-1'))).resolves.toEqual({
      kind: 'guest',
      resource: 'order',
      id: 'order-1',
    });
    const pretended = await signed({ iss: 'order-service/guests', aud: 'order', sub: 'order-1' });
    await expect(verify.principal(pretended)).rejects.toEqual(unauthenticated('not valid'));
  });
});

describe.each(['RS256', 'ES256', 'EdDSA'])('a token signed for the public key, %s', (algorithm) => {
  let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
  let pem: string;
  let verify: TokenVerifier;

  beforeAll(async () => {
    keys = await generateKeyPair(algorithm, { extractable: true });
    pem = await exportSPKI(keys.publicKey);
    verify = verifier({ JWT_PUBLIC_KEY: pem, JWT_ALGORITHM: algorithm });
  });

  it('names a user', async () => {
    await expect(verify.principal(await signed({}, keys.privateKey, algorithm))).resolves.toEqual(alice);
  });

  it('is refused when another key signed it, or when it is expired or for somebody else', async () => {
    const { privateKey } = await generateKeyPair(algorithm);
    await expect(verify.principal(await signed({}, privateKey, algorithm))).rejects.toEqual(
      unauthenticated('not valid'),
    );
    const expired = await signed({ exp: now() - 60 }, keys.privateKey, algorithm);
    await expect(verify.principal(expired)).rejects.toEqual(unauthenticated('expired'));
    const other = await signed({ aud: 'another-service' }, keys.privateKey, algorithm);
    await expect(verify.principal(other)).rejects.toEqual(unauthenticated('not valid'));
  });

  it('is refused when the public key was used as a shared secret', async () => {
    await expect(verify.principal(await signed({}, keyOf(pem)))).rejects.toEqual(unauthenticated('not valid'));
  });
});

describe('a token signed for the key set', () => {
  let server: Server;
  let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
  let verify: TokenVerifier;

  beforeAll(async () => {
    keys = await generateKeyPair('RS256', { extractable: true });
    const body = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), alg: 'RS256', use: 'sig' }] });
    server = createServer((_, response) => response.setHeader('Content-Type', 'application/json').end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    verify = verifier({ JWT_JWKS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json` });
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('names a user', async () => {
    await expect(verify.principal(await signed({}, keys.privateKey, 'RS256'))).resolves.toEqual(alice);
  });

  it('is refused when a key outside the set signed it', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    await expect(verify.principal(await signed({}, privateKey, 'RS256'))).rejects.toEqual(unauthenticated('not valid'));
  });
});

describe('a service without a key', () => {
  it('takes no token', async () => {
    await expect(verifier({}).principal(await signed({}))).rejects.toEqual(unauthenticated('no key'));
  });
});
