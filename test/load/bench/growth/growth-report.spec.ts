import type { Latency } from '../latency.js';
import type { Measurement } from '../job.js';
import { growthOf, renderGrowth, staysFast, type GrownMeasurement } from './growth-report.js';

function measured(size: number, p50: number, errors: Measurement['errors'] = {}): GrownMeasurement {
  const latency: Latency = { count: 10, mean: p50, p50, p90: p50, p95: 2 * p50, p99: p50, max: p50 };
  const measurement = { seconds: 1, completed: 10, errors, latency, corrected: latency, steps: {}, usage: {} };
  return { size, fillSeconds: 1, dataBytes: 2 ** 20, indexBytes: 2 ** 21, scenario: 'history', measurement };
}

describe('growth', () => {
  const small = measured(10_000, 10);

  it('is of the median, against the smallest size', () => {
    expect(growthOf({ measured: [small] }, measured(100_000, 12))).toBeCloseTo(1.2);
  });

  it.each<[string, GrownMeasurement[], boolean]>([
    ['within 1.3 times', [small, measured(100_000, 13)], true],
    ['beyond 1.3 times', [small, measured(100_000, 13.1)], false],
    ['with errors', [small, measured(100_000, 10, { failed: 1 })], false],
  ])('%s', (_, all, isFast) => {
    expect(staysFast({ measured: all })).toBe(isFast);
  });

  it('is told in a table', () => {
    const machine = { processor: '', cores: 1, memoryBytes: 0, system: '', node: '', mongodb: '', nats: '' };
    const report = { startedAt: '2026-11-26T07:00:00Z', machine, concurrency: 16, secondsEach: 20 };
    const text = renderGrowth({ ...report, measured: [small, measured(1_000_000, 12)] });
    const lines = text.split('\n');
    expect(lines.at(-1)).toBe('Every median stays within 1.3 times that of the smallest size, without errors.');
    const cells = lines
      .at(-3)
      ?.split('|')
      .map((cell) => cell.trim());
    expect(cells).toEqual(['', 'history', '1,000,000', '1', '2', '10.0', '12.0', '24.0', '1.20', '0', '']);
  });
});
