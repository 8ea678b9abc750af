import fc from 'fast-check';
import { retryPauseMs } from './retry-pause.js';

describe('the pause before unfinished work is tried again', () => {
  it('begins with the shortest, grows with the time that the work has waited, and is bounded', () => {
    expect([0, 10_000, 60_000, 90_000, 3_600_000].map((waitingMs) => retryPauseMs(waitingMs, 12_000, 0.5))).toEqual([
      12_000, 12_000, 15_000, 22_500, 25_000,
    ]);
  });

  it('is spread over a half, so that what failed together parts ways', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000_000),
        fc.integer({ min: 500, max: 20_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (waitingMs, shortestMs, random) => {
          const pauseMs = retryPauseMs(waitingMs, shortestMs, random);
          const middleMs = retryPauseMs(waitingMs, shortestMs, 0.5);
          expect(Math.abs(pauseMs - middleMs)).toBeLessThanOrEqual(middleMs / 4 + 1);
          expect(pauseMs).toBeLessThanOrEqual(31_250);
        },
      ),
    );
  });
});
