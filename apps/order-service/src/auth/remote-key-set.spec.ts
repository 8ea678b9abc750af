import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { GuestTokens } from './guest-tokens.js';
import { TokenVerifier } from './token-verifier.js';
import { configOf, unauthenticated } from './tokens.spec-support.js';

const COOLDOWN_MS = 400;

/** An issuer's key server: what it answers, and how often it was asked. */
class KeyServer {
  keys: JWK[] = [];
  asked = 0;
  answer: 'keys' | 'an error' | 'nonsense' | 'nothing' = 'keys';
  readonly #server: Server;

  constructor() {
    this.#server = createServer((_, response) => {
      this.asked += 1;
      if (this.answer === 'nothing') return response.destroy();
      if (this.answer === 'an error') response.statusCode = 500;
      const body = this.answer === 'nonsense' ? '<html>' : JSON.stringify({ keys: this.keys });
      return response.setHeader('Content-Type', 'application/json').end(body);
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/jwks.json`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A signing key of the issuer, and its public half as the key server shows it. */
class SigningKey {
  private constructor(
    readonly kid: string,
    readonly alg: string,
    private readonly privateKey: CryptoKey,
    readonly shown: JWK,
  ) {}

  static async make(kid: string, alg = 'RS256'): Promise<SigningKey> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    return new SigningKey(kid, alg, privateKey, { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' });
  }

  async token(header: { kid?: string; alg?: string } = {}): Promise<string> {
    return new SignJWT({ roles: ['customer'] })
      .setProtectedHeader({ alg: this.alg, kid: this.kid, ...header })
      .setSubject('alice')
      .setIssuer('marketplace-development')
      .setAudience('order-service')
      .setExpirationTime('1 hour')
      .sign(this.privateKey);
  }
}

describe('the keys of the issuer', () => {
  const server = new KeyServer();
  let first: SigningKey;
  let second: SigningKey;
  const { now } = Date;
  let aheadMs: number;

  beforeAll(async () => {
    await server.listen();
    [first, second] = [await SigningKey.make('k1'), await SigningKey.make('k2')];
  });
  afterAll(async () => server.close());
  beforeEach(() => {
    Object.assign(server, { keys: [first.shown], asked: 0, answer: 'keys' });
    aheadMs = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs);
  });
  afterEach(() => jest.restoreAllMocks());

  /** As if so much time had gone by: it is not waited for. */
  const later = (ms: number): void => void (aheadMs += ms);

  const verifier = (settings: Record<string, string> = {}): TokenVerifier => {
    const config = configOf({ JWT_JWKS_URL: server.url, JWT_JWKS_COOLDOWN_MS: String(COOLDOWN_MS), ...settings });
    return new TokenVerifier(config, new GuestTokens(config));
  };
  const alice = expect.objectContaining({ id: 'alice' }) as unknown;
  const keysUnavailable = expect.objectContaining({ code: 'keys_unavailable' }) as unknown;

  it('are fetched once for many tokens, and before the first one when the process starts', async () => {
    const verify = verifier();
    const token = await first.token();
    await Promise.all(Array.from({ length: 20 }, async () => expect(verify.principal(token)).resolves.toEqual(alice)));
    expect(server.asked).toBe(1);
    const warm = verifier();
    warm.onApplicationBootstrap();
    await expect(warm.principal(token)).resolves.toEqual(alice);
    expect(server.asked).toBe(2);
  });

  it('are followed when they rotate: a key that comes is found, one that goes is refused', async () => {
    const verify = verifier({ JWT_JWKS_MAX_AGE_MS: '1000' });
    await expect(verify.principal(await first.token())).resolves.toEqual(alice);
    later(COOLDOWN_MS);
    server.keys = [first.shown, second.shown];
    await expect(verify.principal(await second.token())).resolves.toEqual(alice);
    await expect(verify.principal(await first.token())).resolves.toEqual(alice);
    server.keys = [second.shown];
    later(1_001);
    // The first token afterwards has them fetched, and does not wait for that.
    await verify.principal(await second.token());
    const deadline = Date.now() + 5_000;
    let refusal: unknown;
    while (refusal === undefined && Date.now() < deadline) {
      refusal = await verify.principal(await first.token()).then(
        () => undefined,
        (error: unknown) => error,
      );
    }
    expect(refusal).toEqual(unauthenticated('not valid'));
  });

  it('are not asked for more often because of tokens that name others', async () => {
    const verify = verifier({ JWT_JWKS_COOLDOWN_MS: '60000' });
    await verify.principal(await first.token());
    for (let index = 0; index < 30; index += 1) {
      const forged = await second.token({ kid: `unknown-${index}` });
      await expect(verify.principal(forged)).rejects.toEqual(unauthenticated('not valid'));
    }
    expect(server.asked).toBe(1);
  });

  it.each(['an error', 'nonsense', 'nothing'] as const)(
    'go on as they are while the key server answers with %s',
    async (answer) => {
      const verify = verifier({ JWT_JWKS_MAX_AGE_MS: '1000' });
      await verify.principal(await first.token());
      server.answer = answer;
      later(1_001);
      for (let index = 0; index < 5; index += 1)
        await expect(verify.principal(await first.token())).resolves.toEqual(alice);
      await expect(verify.principal(await second.token())).rejects.toEqual(unauthenticated('not valid'));
      expect(server.asked).toBeLessThanOrEqual(3);
    },
  );

  it('stay when the key server has none to show', async () => {
    const verify = verifier();
    await verify.principal(await first.token());
    server.keys = [];
    later(COOLDOWN_MS);
    await expect(verify.principal(await second.token())).rejects.toEqual(unauthenticated('not valid'));
    await expect(verify.principal(await first.token())).resolves.toEqual(alice);
  });

  it('that were never had make no token good nor bad: it is to be sent again', async () => {
    server.answer = 'an error';
    const verify = verifier();
    await Promise.all(
      Array.from({ length: 10 }, async () =>
        expect(verify.principal(await first.token())).rejects.toEqual(keysUnavailable),
      ),
    );
    expect(server.asked).toBe(1);
    server.answer = 'keys';
    await expect(verify.principal(await first.token())).rejects.toEqual(keysUnavailable);
    later(1_000);
    await expect(verify.principal(await first.token())).resolves.toEqual(alice);
    expect(server.asked).toBe(2);
  });

  it('are good for their own algorithm, and only where it is one of those that are set', async () => {
    const elliptic = await SigningKey.make('k3', 'ES256');
    server.keys = [first.shown, elliptic.shown];
    await expect(verifier().principal(await elliptic.token())).rejects.toEqual(unauthenticated('not valid'));
    const both = verifier({ JWT_ALGORITHM: 'RS256,ES256' });
    await expect(both.principal(await elliptic.token())).resolves.toEqual(alice);
    await expect(both.principal(await first.token())).resolves.toEqual(alice);
    await expect(both.principal(await elliptic.token({ kid: 'k1' }))).rejects.toEqual(unauthenticated('not valid'));
  });

  it('that are secrets are none', async () => {
    const secret = new TextEncoder().encode('a secret of at least thirty-two characters');
    server.keys = [{ kty: 'oct', kid: 'k4', alg: 'HS256', k: Buffer.from(secret).toString('base64url') }];
    const token = await new SignJWT({ sub: 'alice', iss: 'marketplace-development', aud: 'order-service' })
      .setProtectedHeader({ alg: 'HS256', kid: 'k4' })
      .setExpirationTime('1 hour')
      .sign(secret);
    await expect(verifier().principal(token)).rejects.toEqual(unauthenticated('not valid'));
  });
});
