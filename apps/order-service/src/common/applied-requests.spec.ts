import { remembered } from '@marketplace/domain';
import { wasApplied } from './applied-requests.js';

describe('a request that is repeated', () => {
  const request = { key: 'key-1', fingerprint: 'body-1' };
  const aggregate = { appliedRequests: remembered([], request, new Date()) };

  it('is known by its key, and has its effect once', () => {
    expect(wasApplied({ appliedRequests: [] }, request)).toBe(false);
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
