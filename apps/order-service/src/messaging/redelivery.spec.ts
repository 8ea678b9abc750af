import { FailureCounts, retryDelayMs } from './redelivery.js';

describe('the delay before a message comes again', () => {
  it('doubles with each delivery up to half a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 400].map((deliveries) => retryDelayMs(deliveries, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });

  it('is random, and half as long at least', () => {
    expect(retryDelayMs(3, 0)).toBe(2_000);
    expect(retryDelayMs(3, 0.5)).toBe(3_000);
    const drawn = new Set(Array.from({ length: 50 }, () => retryDelayMs(5)));
    expect(drawn.size).toBeGreaterThan(1);
  });
});

describe('the failures of messages', () => {
  it('are counted for each by itself, until it is forgotten', () => {
    const counts = new FailureCounts();
    expect([counts.add(1), counts.add(2), counts.add(1)]).toEqual([1, 1, 2]);
    counts.forget(1);
    expect([counts.add(1), counts.add(2)]).toEqual([1, 2]);
  });

  it('are forgotten of the message that failed longest ago when there are too many', () => {
    const counts = new FailureCounts();
    for (let sequence = 0; sequence < 10_000; sequence += 1) counts.add(sequence);
    counts.add(0);
    counts.add(10_000);
    expect([counts.add(0), counts.add(1)]).toEqual([3, 1]);
  });
});
