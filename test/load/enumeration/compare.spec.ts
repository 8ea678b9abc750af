import { compare } from './compare.js';

const numbers = (count: number, from: number): number[] => Array.from({ length: count }, (_, index) => from + index);

describe('two samples', () => {
  it('that are the same are not told apart', () => {
    expect(compare(numbers(100, 0), numbers(100, 0))).toEqual({ difference: 0, share: 0.5, z: 0 });
    expect(compare([1, 1, 1, 1], [1, 1])).toEqual({ difference: 0, share: 0.5, z: 0 });
  });

  it('that overlap a little less are, if there are enough', () => {
    expect(compare(numbers(100, 20), numbers(100, 0)).z).toBeGreaterThan(3.3);
    expect(compare(numbers(10, 2), numbers(10, 0)).z).toBeLessThan(3.3);
    expect(compare(numbers(100, 0), numbers(100, 20))).toMatchObject({ difference: -20 });
  });

  it('have the z that the tables give: U = 0 of 5 against 5 is 2.61 deviations away', () => {
    expect(compare(numbers(5, 0), numbers(5, 10)).share).toBe(0);
    expect(compare(numbers(5, 0), numbers(5, 10)).z).toBeCloseTo(-2.611, 3);
  });
});
