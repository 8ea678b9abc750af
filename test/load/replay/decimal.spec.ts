import { formatCount, formatDuration, formatMinor, parseMinor } from './decimal.js';

describe('parseMinor', () => {
  it.each([
    ['99.9', 9990],
    ['144.0', 14400],
    ['27.65', 2765],
    ['0.0', 0],
    ['0.01', 1],
    ['13', 1300],
    ['1.500', 150],
    // 1.15 * 100 and 4.35 * 100 are not whole numbers as floats.
    ['1.15', 115],
    ['4.35', 435],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
  ])('reads %s as %i', (text, minor) => {
    expect(parseMinor(text)).toBe(minor);
  });

  it.each(['', '-1.00', '1.005', '1,00', '1e3', 'NaN', ' 1', '.5', '90071992547409.92'])('refuses "%s"', (text) => {
    expect(() => parseMinor(text)).toThrow(/amount/);
  });
});

describe('formats', () => {
  it('writes minor units with two decimals and grouped thousands', () => {
    expect([0, 5, -5, 100, 88471527, -123456].map(formatMinor)).toEqual([
      '0.00',
      '0.05',
      '-0.05',
      '1.00',
      '884,715.27',
      '-1,234.56',
    ]);
  });

  it('writes counts and durations', () => {
    expect(formatCount(5071)).toBe('5,071');
    expect([400, 59_600, 125_000, 3_600_000].map(formatDuration)).toEqual([
      '0 s',
      '1 min 0 s',
      '2 min 5 s',
      '1 h 0 min 0 s',
    ]);
  });
});
