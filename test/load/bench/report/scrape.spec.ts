import { readableScrape } from './scrape.js';

const METRIC = ['# TYPE took_seconds histogram', 'took_seconds_bucket{le="1"} 2', 'took_seconds_count 2'];

describe('figures of the service as a text', () => {
  it('are whole where they are few', () => {
    expect(readableScrape(`${METRIC.join('\n')}\n`, 'After a load.')).toBe(`# After a load.\n${METRIC.join('\n')}\n`);
  });

  it('are without buckets where they are many, and say so', () => {
    const many = Array.from({ length: 200 }, () => METRIC).flat();
    const lines = readableScrape(many.join('\n'), 'After a load.').split('\n');
    expect(lines[1]).toBe('# 200 lines of buckets of histograms (_bucket) are left out here.');
    expect(lines.filter((line) => line.includes('_bucket{'))).toEqual([]);
    expect(lines.filter((line) => line === 'took_seconds_count 2')).toHaveLength(200);
  });
});
