import fc from 'fast-check';
import { allocate, portion, unitShare } from './allocation.js';
import { MoneyError, sum } from './money.js';

const amounts = fc.integer({ min: 0, max: 1e12 });

describe('allocate', () => {
  it('gives the odd cents to the largest remainders, the earlier first on a tie', () => {
    expect(allocate(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(allocate(10, [1, 2, 3])).toEqual([2, 3, 5]);
    expect(allocate(499, [1, 1])).toEqual([250, 249]);
  });

  it('counts all-zero weights as equal and an empty split of nothing as empty', () => {
    expect(allocate(5, [0, 0])).toEqual([3, 2]);
    expect(allocate(0, [])).toEqual([]);
    expect(() => allocate(1, [])).toThrow(MoneyError);
  });

  it('refuses negative amounts and weights', () => {
    expect(() => allocate(-1, [1])).toThrow(MoneyError);
    expect(() => allocate(1, [-1, 2])).toThrow(MoneyError);
  });

  it('always adds up, and no part is off its exact share by a whole unit', () => {
    fc.assert(
      fc.property(amounts, fc.array(fc.nat(1e6), { minLength: 1, maxLength: 100 }), (amount, weights) => {
        const parts = allocate(amount, weights);
        expect(sum(parts)).toBe(amount);
        const total = weights.reduce((a, b) => a + b, 0);
        if (total === 0) return;
        parts.forEach((part, index) => {
          const distance = BigInt(part) * BigInt(total) - BigInt(amount) * BigInt(weights[index] ?? 0);
          expect(distance < BigInt(total) && distance > -BigInt(total)).toBe(true);
        });
      }),
    );
  });
});

describe('unitShare', () => {
  it('adds up whatever the sequence of pieces', () => {
    fc.assert(
      fc.property(
        amounts,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
        (amount, pieces) => {
          const units = pieces.reduce((a, b) => a + b, 0);
          let from = 0;
          const shares = pieces.map((count) => {
            const share = unitShare(amount, units, from, count);
            from += count;
            return share;
          });
          expect(sum(shares)).toBe(amount);
          expect(shares.every((share) => share >= 0)).toBe(true);
        },
      ),
    );
  });

  it('refuses units outside the line', () => {
    expect(() => unitShare(100, 3, 2, 2)).toThrow(MoneyError);
    expect(() => unitShare(100, 0, 0, 0)).toThrow(MoneyError);
  });
});

describe('portion', () => {
  it('rounds half up to the minor unit', () => {
    expect(portion(1999, 1000)).toBe(200);
    expect(portion(5, 1000)).toBe(1);
    expect(portion(4, 1000)).toBe(0);
    expect(portion(Number.MAX_SAFE_INTEGER, 10_000)).toBe(Number.MAX_SAFE_INTEGER);
  });
});
