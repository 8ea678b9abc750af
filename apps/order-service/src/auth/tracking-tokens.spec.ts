import { decodeJwt } from 'jose';
import { GuestTokens } from './guest-tokens.js';
import { TokenVerifier } from './token-verifier.js';
import { configOf, GUEST_SECRET, keyOf, SECRET, signed, unauthenticated } from './tokens.spec-support.js';
import { TrackingTokens } from './tracking-tokens.js';

const config = configOf({ GUEST_TOKEN_SECRET: GUEST_SECRET, PUBLIC_BASE_URL: 'https://orders.example' });
const tokens = new TrackingTokens(config);
const now = Math.floor(Date.now() / 1000) * 1000;
const link = {
  orderId: '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77',
  linkId: '3b0f6c1e-5d1c-4a57-8f0e-9c2d4b6a7e11',
  createdAt: new Date(now),
  expiresAt: new Date(now + 3_600_000),
};
const claims = {
  iss: 'order-service/tracking',
  aud: 'tracking',
  sub: link.orderId,
  jti: link.linkId,
  roles: undefined,
};

describe('the token of a tracking link', () => {
  it('names the order and the link, and until when it is good', async () => {
    await expect(tokens.read(await tokens.sign(link))).resolves.toEqual(link);
  });

  it('is always the same, so that none has to be stored', async () => {
    const later = { ...link, createdAt: new Date(now + 999) };
    expect(await tokens.sign(link)).toBe(await tokens.sign(later));
    expect(await tokens.sign(link)).not.toBe(await tokens.sign({ ...link, linkId: link.orderId }));
  });

  it('says nothing of people, and fits into an address', async () => {
    const token = await tokens.sign(link);
    expect(Object.keys(decodeJwt(token)).toSorted()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sub']);
    expect(tokens.urlOf(token)).toBe(`https://orders.example/track/${token}`);
    expect(tokens.urlOf(token)).toMatch(/^[\w:/.-]{1,500}$/u);
  });

  it('is nothing once it has expired', async () => {
    await expect(
      tokens.read(await tokens.sign({ ...link, expiresAt: new Date(now - 1_000) })),
    ).resolves.toBeUndefined();
  });

  it.each([
    ['the key of guests itself', GUEST_SECRET],
    ["the users' key", SECRET],
  ])('is nothing when it was signed with %s', async (_, secret) => {
    await expect(tokens.read(await signed(claims, keyOf(secret)))).resolves.toBeUndefined();
  });

  it('is nothing when its words were changed, or without a signature', async () => {
    const [head = '', , signature = ''] = (await tokens.sign(link)).split('.');
    const other = Buffer.from(JSON.stringify({ ...claims, sub: link.linkId, exp: 9_999_999_999, iat: 1 }));
    await expect(tokens.read(`${head}.${other.toString('base64url')}.${signature}`)).resolves.toBeUndefined();
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    await expect(tokens.read(`${none}.${other.toString('base64url')}.`)).resolves.toBeUndefined();
  });

  it.each(['', 'x', 'a.b.c', 'é'.repeat(20), 'a'.repeat(100_000), `${'a.'.repeat(400)}a`])(
    'is nothing when it is %.20s',
    async (token) => {
      await expect(tokens.read(token)).resolves.toBeUndefined();
    },
  );

  it('does not pass for that of a guest or a user, nor those for it', async () => {
    const guests = new GuestTokens(config);
    await expect(tokens.read(await guests.sign('order', link.orderId))).resolves.toBeUndefined();
    await expect(tokens.read(await signed({}))).resolves.toBeUndefined();
    const token = await tokens.sign(link);
    await expect(guests.read(token)).resolves.toBeUndefined();
    const users = new TokenVerifier(configOf({ JWT_SECRET: SECRET, GUEST_TOKEN_SECRET: GUEST_SECRET }), guests);
    await expect(users.principal(token)).rejects.toEqual(unauthenticated('not valid'));
  });

  it('is not given without a key, and none is taken', async () => {
    const keyless = new TrackingTokens(configOf({}));
    const forbidden = expect.objectContaining({ code: 'forbidden' }) as unknown;
    expect(() => keyless.requireEnabled()).toThrow(forbidden as Error);
    await expect(keyless.sign(link)).rejects.toEqual(forbidden);
    await expect(keyless.read(await tokens.sign(link))).resolves.toBeUndefined();
  });
});
