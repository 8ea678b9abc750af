import { decodeJwt } from 'jose';
import { GuestTokens } from './guest-tokens.js';
import { configOf, GUEST_SECRET, keyOf, SECRET, signed, unauthenticated } from './tokens.spec-support.js';

const tokens = new GuestTokens(configOf({ GUEST_TOKEN_SECRET: GUEST_SECRET }));
const guestClaims = { iss: 'order-service/guests', aud: 'order', sub: 'order-1', roles: undefined };
const read = async (token: string): Promise<unknown> => tokens.read(token);

const days = async (resource: 'cart' | 'order'): Promise<number> => {
  const { exp = 0, iat = 0 } = decodeJwt(await tokens.sign(resource, 'id-1'));
  return (exp - iat) / 86_400;
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe("a guest's token", () => {
  it.each(['cart', 'order'] as const)('stands for one %s', async (resource) => {
    const token = await tokens.sign(resource, 'id-1');
    await expect(read(token)).resolves.toEqual({ kind: 'guest', resource, id: 'id-1' });
  });

  it('lasts 30 days for a cart and 90 for an order', async () => {
    await expect(Promise.all([days('cart'), days('order')])).resolves.toEqual([30, 90]);
  });

  it('is told from that of a user by its issuer', async () => {
    await expect(read(await signed({}))).resolves.toBeUndefined();
    await expect(read('no token at all')).resolves.toBeUndefined();
    await expect(read('')).resolves.toBeUndefined();
  });

  it("is refused when it was signed with the users' key", async () => {
    await expect(read(await signed(guestClaims, keyOf(SECRET)))).rejects.toEqual(unauthenticated('not valid'));
  });

  it('is refused when its words were changed', async () => {
    const [head = '', , signature = ''] = (await tokens.sign('order', 'order-1')).split('.');
    const claims = { ...guestClaims, sub: 'order-2', exp: 9_999_999_999 };
    const forged = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
    await expect(read(forged)).rejects.toEqual(unauthenticated('not valid'));
  });

  it('is refused without a signature', async () => {
    const unsigned = `${part({ alg: 'none' })}.${part({ ...guestClaims, exp: 9_999_999_999 })}.`;
    await expect(read(unsigned)).rejects.toEqual(unauthenticated('not valid'));
  });

  it.each([
    ['expired', { exp: 1 }, 'expired'],
    ['for something else', { aud: 'tracking' }, 'not valid'],
    ['for ever', { exp: undefined }, 'not valid'],
    ['for nothing', { sub: undefined }, 'not valid'],
    ['for two kinds of things', { aud: ['cart', 'order'] }, 'not valid'],
  ])('is refused when it is %s', async (_, claims, about) => {
    const token = await signed({ ...guestClaims, ...claims }, keyOf(GUEST_SECRET));
    await expect(read(token)).rejects.toEqual(unauthenticated(about));
  });
});

describe('the secret of guests', () => {
  const OLD = 'the-secret-before-that-one-of-32-characters';
  const rotated = new GuestTokens(configOf({ GUEST_TOKEN_SECRET: GUEST_SECRET, GUEST_TOKEN_PREVIOUS_SECRET: OLD }));

  it('may change: tokens of the one before are taken, and new ones are of the new one', async () => {
    const old = await new GuestTokens(configOf({ GUEST_TOKEN_SECRET: OLD })).sign('cart', 'id-1');
    await expect(rotated.read(old)).resolves.toEqual({ kind: 'guest', resource: 'cart', id: 'id-1' });
    await expect(read(await rotated.sign('cart', 'id-1'))).resolves.toMatchObject({ id: 'id-1' });
    await expect(read(old)).rejects.toEqual(unauthenticated('not valid'));
  });

  it('makes no expired token good, whichever it was', async () => {
    for (const secret of [OLD, GUEST_SECRET]) {
      const token = await signed({ ...guestClaims, exp: 1 }, keyOf(secret));
      await expect(rotated.read(token)).rejects.toEqual(unauthenticated('expired'));
    }
    const foreign = await signed({ ...guestClaims, exp: 9_999_999_999 }, keyOf(SECRET));
    await expect(rotated.read(foreign)).rejects.toEqual(unauthenticated('not valid'));
  });
});

describe('a service without a key for guests', () => {
  const none = new GuestTokens(configOf({}));

  it('issues no token and takes none', async () => {
    await expect(none.sign('cart', 'cart-1')).rejects.toEqual(unauthenticated('no guests'));
    await expect(none.read(await tokens.sign('cart', 'cart-1'))).rejects.toEqual(unauthenticated('no guests'));
  });
});
