import fc from 'fast-check';
import { correctedForOmission, latencyOf, percentile } from './latency.js';

const oneTo = (most: number): number[] => Array.from({ length: most }, (_, index) => index + 1);

describe('percentiles', () => {
  it.each([
    [50, 50],
    [95, 95],
    [99, 99],
    [100, 100],
    [0, 1],
    [99.5, 100],
  ])('the %s th of 1 to 100 is %s', (percent, expected) => {
    expect(percentile(oneTo(100), percent)).toBe(expected);
  });

  it('of one sample are that sample', () => {
    expect(latencyOf([7])).toEqual({ count: 1, mean: 7, p50: 7, p90: 7, p95: 7, p99: 7, max: 7 });
  });

  it('of nothing are nothing', () => {
    expect(latencyOf([])).toMatchObject({ count: 0, p50: 0, max: 0 });
  });

  it('rise, and are samples, whatever came in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (samples) => {
        const { p50, p90, p95, p99, max } = latencyOf(samples);
        const figures = [p50, p90, p95, p99, max];
        expect(figures.toSorted((one, other) => one - other)).toEqual(figures);
        expect(figures.every((figure) => samples.includes(figure))).toBe(true);
        expect(max).toBe(Math.max(...samples));
      }),
    );
  });
});

describe('what a stall hides', () => {
  it('is added: who asks every 10 ms would have waited 90, 80 ... 10 ms as well', () => {
    expect(correctedForOmission([100], 10)).toEqual([100, 90, 80, 70, 60, 50, 40, 30, 20, 10]);
  });

  it('is nothing where replies come in time', () => {
    expect(correctedForOmission([5, 10, 12], 10)).toEqual([5, 10, 12]);
  });

  it('is nothing where nobody means to ask at a pace', () => {
    expect(correctedForOmission([100], 0)).toEqual([100]);
  });

  it('makes the percentiles no better', () => {
    const samples = [...Array.from({ length: 99 }, () => 1), 1_000];
    expect(latencyOf(samples).p95).toBe(1);
    expect(latencyOf(correctedForOmission(samples, 1)).p95).toBeGreaterThan(900);
  });
});
