import fc from 'fast-check';
import { ageText, amountText, minorOf, moneyText } from './format.js';

describe('amounts that people type', () => {
  it.each([
    ['5', 'USD', 500],
    ['5.5', 'USD', 550],
    [' 5,50 ', 'USD', 550],
    ['0.29', 'USD', 29],
    ['1234567890.12', 'USD', 123_456_789_012],
    ['100', 'JPY', 100],
    ['1.234', 'BHD', 1_234],
    ['1000000000000', 'JPY', 1e12],
  ])('%p in %s are %i minor units', (text, currency, minor) => {
    expect(minorOf(text, currency)).toBe(minor);
  });

  it.each(['', '0', '0.00', '-1', '1.234', '1.2.3', '1e3', 'five', '1 000', '10000000000.01'])('%p is none', (text) => {
    expect(minorOf(text, 'USD')).toBeUndefined();
  });

  it('are read as they are written, to the cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), fc.constantFrom('USD', 'JPY', 'BHD'), (minor, currency) => {
        expect(minorOf(amountText(minor, currency), currency)).toBe(minor);
      }),
    );
  });
});

describe('what people read', () => {
  it('money has its currency, and the digits of that', () => {
    expect(moneyText({ amount: 123_456, currency: 'USD' }).replace(/\s/u, ' ')).toBe('USD 1,234.56');
    expect(moneyText({ amount: -5, currency: 'JPY' })).toMatch(/JPY.*5$/u);
  });

  it.each([
    [3, 'just now'],
    [-5, 'just now'],
    [42, '42 sec. ago'],
    [119, '1 min. ago'],
    [7_199, '1 hr. ago'],
    [200_000, '2 days ago'],
  ])('%i seconds are %p', (seconds, text) => {
    const now = Date.parse('2026-03-01T12:00:00Z');
    expect(ageText(new Date(now - seconds * 1_000).toISOString(), now)).toBe(text);
  });
});
