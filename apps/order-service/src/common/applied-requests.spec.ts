import { MOST_KEYS, type AppliedRequest } from '@marketplace/domain';
import { mongo } from 'mongoose';
import type { Principal } from '../auth/principal.js';
import { noted, ownRequest, wasApplied } from './applied-requests.js';

const request = { key: 'key-1', fingerprint: 'body-1' };
const NOW = new Date('2026-01-01T12:00:00Z');
const alice: Principal = { kind: 'user', id: 'alice', roles: ['customer'] };
const remembering = (...appliedRequests: AppliedRequest[]): { appliedRequests: AppliedRequest[] } => ({
  appliedRequests,
});

describe('a request that is repeated', () => {
  const aggregate = { appliedRequests: noted(remembering(), request, NOW) };

  it('is known by its key, and has its effect once', () => {
    expect(wasApplied(remembering(), request)).toBe(false);
    expect(wasApplied(aggregate, request)).toBe(true);
    expect(wasApplied(aggregate, { ...request, key: 'key-2' })).toBe(false);
    expect(wasApplied(aggregate, undefined)).toBe(false);
  });

  it('is refused when its key comes with another body', () => {
    expect(() => wasApplied(aggregate, { ...request, fingerprint: 'body-2' })).toThrow(
      expect.objectContaining({ code: 'idempotency_key_reused' }),
    );
  });
});

describe('the key of a caller', () => {
  it('is its own, and always the same', () => {
    const callers: Principal[] = [alice, { ...alice, id: 'bob' }, { kind: 'guest', resource: 'order', id: 'alice' }];
    const keys = callers.map((caller) => ownRequest(request, caller).key);
    expect(new Set(keys).size).toBe(callers.length);
    expect(ownRequest(request, { ...alice, roles: ['service'] })).toEqual({ ...request, key: keys[0] });
  });

  it('may be missing', () => {
    expect(ownRequest(undefined, alice)).toBeUndefined();
  });
});

describe('an aggregate with as many keys as it takes', () => {
  const longest = ownRequest({ key: 'k'.repeat(255), fingerprint: 'f'.repeat(43) }, { ...alice, id: 'a'.repeat(128) });
  const full = remembering(...Array.from({ length: MOST_KEYS }, () => ({ ...longest, at: NOW })));

  it('refuses the next, and says from when there is room', () => {
    const hourLater = new Date(NOW.getTime() + 60 * 60 * 1000);
    expect(() => noted(full, request, hourLater)).toThrow(
      expect.objectContaining({ code: 'rate_limited', extensions: { retryAfterSeconds: 23 * 60 * 60 } }),
    );
  });

  it('is still a small document', () => {
    expect(mongo.BSON.calculateObjectSize(full)).toBeLessThan(145_000);
  });
});
