import { isRead } from './fill.js';

function read(total: number): number[] {
  return Array.from({ length: total }, (_, index) => index).filter((index) => isRead(index, total));
}

describe('orders that are read', () => {
  it.each([10_000, 100_000])('are five each of 400 customers, of %d orders', (total) => {
    const indexes = read(total);
    expect(indexes).toHaveLength(2_000);
    expect(new Set(indexes.map((index) => Math.floor(index / 25))).size).toBe(400);
    expect(indexes.at(-1)).toBeGreaterThan(0.99 * total);
  });

  it('are those of everybody where there are few', () => {
    expect(read(1_000)).toHaveLength(200);
  });
});
