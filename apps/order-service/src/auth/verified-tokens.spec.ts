import { jest } from '@jest/globals';
import type { Principal } from './principal.js';
import { VerifiedTokens } from './verified-tokens.js';

const alice: Principal = { kind: 'user', id: 'alice', roles: ['customer'] };
const NOON = Date.parse('2026-01-01T12:00:00Z');

describe('tokens that were verified lately', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: NOON });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('are known for a minute', () => {
    const tokens = new VerifiedTokens(undefined);
    tokens.keep('token', alice, NOON + 3_600_000, undefined);
    expect(tokens.find('token')).toBe(alice);
    expect(tokens.find('other')).toBeUndefined();
    jest.setSystemTime(NOON + 60_000);
    expect(tokens.find('token')).toBeUndefined();
  });

  it('are forgotten when they expire', () => {
    const tokens = new VerifiedTokens(undefined);
    tokens.keep('token', alice, NOON + 5_000, undefined);
    jest.setSystemTime(NOON + 4_999);
    expect(tokens.find('token')).toBe(alice);
    jest.setSystemTime(NOON + 5_000);
    expect(tokens.find('token')).toBeUndefined();
  });

  it('are forgotten with the keys that they were verified with', () => {
    const keys = { fetchedAt: 1, isOld: false };
    const tokens = new VerifiedTokens(keys);
    tokens.keep('token', alice, NOON + 3_600_000, 1);
    expect(tokens.find('token')).toBe(alice);
    keys.fetchedAt = 2;
    expect(tokens.find('token')).toBeUndefined();
    // Its check had begun before the new keys came.
    tokens.keep('token', alice, NOON + 3_600_000, 1);
    expect(tokens.find('token')).toBeUndefined();
  });

  it('are not asked for while the keys are due to be fetched', () => {
    const keys = { fetchedAt: 1, isOld: false };
    const tokens = new VerifiedTokens(keys);
    tokens.keep('token', alice, NOON + 3_600_000, 1);
    keys.isOld = true;
    expect(tokens.find('token')).toBeUndefined();
  });

  it('take no more room than agreed', () => {
    const tokens = new VerifiedTokens(undefined);
    const names = Array.from({ length: 600 }, (_, index) => `${index}:`.padEnd(8 * 1024, 'x'));
    for (const name of names) tokens.keep(name, alice, NOON + 3_600_000, undefined);
    expect(names.filter((name) => tokens.find(name))).toHaveLength(512);
  });
});
