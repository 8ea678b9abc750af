import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEVELOPMENT_JWT_AUDIENCE, DEVELOPMENT_JWT_ISSUER, waitUntil } from '@marketplace/local-stack';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { expectProblem, Marketplace, type Reply } from '../support/client.js';
import { startTestStack, type TestStack } from '../support/stack.js';

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

const keyNamed = async (kid: string): Promise<SigningKey> => ({
  kid,
  ...(await generateKeyPair('RS256', { extractable: true })),
});
const shown = async ({ kid, publicKey }: SigningKey): Promise<JWK> => ({ ...(await exportJWK(publicKey)), kid });

const tokenOf = async (key: CryptoKey | Uint8Array, header: { alg: string; kid: string }): Promise<string> =>
  new SignJWT({ roles: ['customer'] })
    .setProtectedHeader(header)
    .setSubject('alice')
    .setIssuer(DEVELOPMENT_JWT_ISSUER)
    .setAudience(DEVELOPMENT_JWT_AUDIENCE)
    .setExpirationTime('1 hour')
    .sign(key);

describe("the issuer's key set", () => {
  let stack: TestStack;
  let market: Marketplace;
  let keyServer: Server;
  let first: SigningKey;
  let second: SigningKey;
  let published: JWK[];

  beforeAll(async () => {
    [first, second] = [await keyNamed('first'), await keyNamed('second')];
    published = [await shown(first)];
    keyServer = createServer((_, response) => response.end(JSON.stringify({ keys: published })));
    await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
    stack = await startTestStack({
      env: {
        JWT_SECRET: undefined,
        JWT_JWKS_URL: `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/jwks.json`,
        JWT_JWKS_COOLDOWN_MS: '100',
        JWT_JWKS_MAX_AGE_MS: '1000',
      },
    });
    market = await Marketplace.open(stack);
  }, 90_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
    await endKeyServer();
  });

  async function endKeyServer(): Promise<void> {
    keyServer.closeAllConnections();
    await new Promise((resolve) => keyServer.close(resolve));
  }

  const readWith = async (token: string): Promise<Reply<unknown>> =>
    market.anonymous.with(token).get('/orders/user/alice');
  const signedBy = async ({ privateKey, kid }: SigningKey): Promise<string> =>
    tokenOf(privateKey, { alg: 'RS256', kid });
  const expectRefused = async (token: string): Promise<void> => {
    expectProblem(await readWith(token), 401, 'unauthenticated');
  };

  it('is what tokens are checked with', async () => {
    expect((await readWith(await signedBy(first))).status).toBe(200);
    await expectRefused(await signedBy(second));
    await expectRefused(await signedBy({ ...second, kid: 'first' }));
  });

  it('makes no secret of what everybody can read: a token signed with the public key is refused', async () => {
    const publicKey = new TextEncoder().encode(await exportSPKI(first.publicKey));
    await expectRefused(await tokenOf(publicKey, { alg: 'HS256', kid: 'first' }));
    const modulus = Buffer.from(String(published[0]?.n), 'base64url');
    await expectRefused(await tokenOf(modulus, { alg: 'HS256', kid: 'first' }));
  });

  it('is good for the algorithm that is set, whatever else the key could sign', async () => {
    const pss = await crypto.subtle.importKey(
      'pkcs8',
      await crypto.subtle.exportKey('pkcs8', first.privateKey),
      { name: 'RSA-PSS', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    await expectRefused(await tokenOf(pss, { alg: 'PS256', kid: 'first' }));
  });

  it('is followed as it changes, without a restart', async () => {
    published = [await shown(first), await shown(second)];
    const token = await signedBy(second);
    await waitUntil('the new key is known', async () => (await readWith(token)).status === 200);
    expect((await readWith(await signedBy(first))).status).toBe(200);
    published = [await shown(second)];
    const old = await signedBy(first);
    await waitUntil('the old key is forgotten', async () => (await readWith(old)).status === 401);
    expect((await readWith(token)).status).toBe(200);
  });

  it('goes on as it is while the key server is away', async () => {
    await endKeyServer();
    const token = await signedBy(second);
    await waitUntil('the service has noticed', async () => {
      expect((await readWith(token)).status).toBe(200);
      return stack.logs().includes('the key server does not answer');
    });
    expect((await readWith(token)).status).toBe(200);
    await expectRefused(await signedBy(first));
  });
});
