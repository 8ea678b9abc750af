import { retryDelayMs } from './retry.js';

const reply = (status: number, code?: string, retryAfter?: string) => ({
  status,
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  body: code === undefined ? undefined : { code },
});
const half = (): number => 0.5;

describe('retryDelayMs', () => {
  it('lets answers stand that asking again does not change', () => {
    for (const outcome of [reply(200), reply(201), reply(404, 'not_found'), reply(409, 'out_of_stock'), reply(500)]) {
      expect(retryDelayMs(outcome, 0)).toBeUndefined();
    }
  });

  it('waits as long as a busy service says, and a little more', () => {
    expect(retryDelayMs(reply(503, 'draining', '2'), 0, half)).toBe(2050);
    expect(retryDelayMs(reply(429, 'rate_limited', '1'), 5, half)).toBe(1050);
    expect(retryDelayMs(reply(409, 'idempotency_in_progress', '0'), 0, half)).toBe(50);
  });

  it('reads a date as well as seconds', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(retryDelayMs(reply(503, 'draining', 'Thu, 01 Jan 2026 00:00:03 GMT'), 0, half, now)).toBe(3050);
    expect(retryDelayMs(reply(503, 'draining', 'soon'), 0, half, now)).toBe(75);
  });

  it('waits longer and longer after connection failures, up to a bound', () => {
    const refused = new Error('connect ECONNREFUSED');
    expect([0, 1, 2, 3].map((attempt) => retryDelayMs(refused, attempt, half))).toEqual([75, 150, 300, 600]);
    expect(retryDelayMs(refused, 50, () => 1)).toBe(5000);
  });
});
