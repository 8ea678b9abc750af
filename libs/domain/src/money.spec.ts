import fc from 'fast-check';
import { money, MoneyError, multiply, sum, sumOf } from './money.js';

describe('money', () => {
  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses %p', (amount) => {
    expect(() => money(amount, 'USD')).toThrow(MoneyError);
  });

  it('refuses a product or a sum beyond exact integers', () => {
    expect(() => multiply(Number.MAX_SAFE_INTEGER, 2)).toThrow(MoneyError);
    expect(() => sum([Number.MAX_SAFE_INTEGER, 1])).toThrow(MoneyError);
    expect(() => sumOf([{ a: Number.MAX_SAFE_INTEGER }, { a: 1 }], (item) => item.a)).toThrow(MoneyError);
  });

  it('adds as integers do', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 })), (amounts) => {
        expect(sum(amounts)).toBe(Number(amounts.reduce((total, amount) => total + BigInt(amount), 0n)));
      }),
    );
  });
});
