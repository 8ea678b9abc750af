import type { QuotedLine } from '../../catalog-client/quoted-line.js';
import { lineChanges, noticedByChanging, noticedByReading, type LineChange } from './line-changes.js';

const line = (sku: string, given: Partial<QuotedLine> = {}): QuotedLine => ({
  sku,
  name: 'A thing',
  vendorId: 'vendor-1',
  quantity: 2,
  unitPriceMinor: 100,
  amounts: { items: 200, shipping: 499, discount: 0, tax: 20 },
  commissionRateBasisPoints: 1_000,
  available: 10,
  ...given,
});
const amounts = (given: Partial<QuotedLine['amounts']>): Partial<QuotedLine> => ({
  amounts: { items: 200, shipping: 499, discount: 0, tax: 20, ...given },
});
const quoted = (lines: QuotedLine[], couponCodes: string[] = []) => ({ lines, couponCodes });
const price = (before: number, after: number, sku = 'a'): LineChange => ({ sku, kind: 'price', before, after });

describe('what a new quote says differently', () => {
  it.each<[LineChange['kind'], Partial<QuotedLine>, number, number]>([
    ['price', { unitPriceMinor: 120 }, 100, 120],
    ['shipping', amounts({ shipping: 599 }), 499, 599],
    ['discount', amounts({ discount: 50 }), 0, 50],
    ['tax', amounts({ tax: 24 }), 20, 24],
    ['availability', { available: 1 }, 10, 1],
  ])('is told by line and kind: %s', (kind, given, before, after) => {
    const changes = lineChanges(quoted([line('a'), line('b')]), quoted([line('a', given), line('b')]));
    expect(changes).toEqual([{ sku: 'a', kind, before, after }]);
  });

  it('is nothing where the figures are the same, and nothing of lines that are new or gone', () => {
    expect(lineChanges(quoted([line('a')]), quoted([line('a')]))).toEqual([]);
    expect(lineChanges(quoted([line('a')]), quoted([line('b', { unitPriceMinor: 7 })]))).toEqual([]);
  });

  it('is not what follows from the own change of lines, units or coupons', () => {
    const respread = amounts({ shipping: 250, discount: 10, tax: 21 });
    const before = quoted([line('a')]);
    expect(lineChanges(before, quoted([line('a', respread), line('b')]))).toEqual([]);
    expect(lineChanges(before, quoted([line('a', { ...respread, quantity: 3 })]))).toEqual([]);
    expect(lineChanges(before, quoted([line('a', amounts({ discount: 20 }))], ['WELCOME10']))).toEqual([]);
    // The price of a unit depends on none of them, and another vendor's lines leave this one's shipping alone.
    expect(lineChanges(before, quoted([line('a', { unitPriceMinor: 110 }), line('b')]))).toEqual([price(100, 110)]);
    const other = line('c', { vendorId: 'vendor-2' });
    expect(lineChanges(before, quoted([line('a', amounts({ shipping: 599 })), other]))).toHaveLength(1);
  });

  it('takes notice of availability only where it does not suffice, or did not', () => {
    const of = (before: number, after: number) =>
      lineChanges(quoted([line('a', { available: before })]), quoted([line('a', { available: after })]));
    expect(of(10, 9)).toEqual([]);
    expect(of(2, 1)).toHaveLength(1);
    expect(of(1, 0)).toHaveLength(1);
    expect(of(1, 5)).toHaveLength(1);
    expect(of(1, 1)).toEqual([]);
  });
});

describe('what readers are shown', () => {
  it('stays, and counts from the first figure to the last', () => {
    const first = noticedByReading({}, [price(100, 120)], true);
    const second = noticedByReading({ changes: first }, [price(120, 130), price(5, 6, 'b')], true);
    expect(second.lines).toEqual([price(100, 130), price(5, 6, 'b')]);
    expect(noticedByReading({ changes: second }, [], true).lines).toEqual(second.lines);
    expect(noticedByReading({ changes: second }, [price(130, 100)], true).lines).toEqual([price(5, 6, 'b')]);
  });

  it("ends with the owner's next change, which tells what its own quote says", () => {
    const changes = noticedByReading({}, [price(100, 120)], true);
    const lines = [line('a', { unitPriceMinor: 120 })];
    expect(noticedByChanging({ changes }, [], lines).lines).toEqual([]);
    const dearer = [line('a', { unitPriceMinor: 130 })];
    expect(noticedByChanging({ changes }, [price(120, 130)], dearer).lines).toEqual([price(120, 130)]);
  });

  it('is told to the owner once when it came up while somebody else was reading', () => {
    const changes = noticedByReading({}, [price(100, 120)], false);
    expect(changes.toldOwner).toBe(false);
    expect(noticedByReading({ changes }, [], false).toldOwner).toBe(false);
    const lines = [line('a', { unitPriceMinor: 120 })];
    const told = noticedByChanging({ changes }, [], lines);
    expect(told).toEqual({ lines: [price(100, 120)], toldOwner: true });
    expect(noticedByChanging({ changes: told }, [], lines).lines).toEqual([]);
    // A line that the owner has removed is no news.
    expect(noticedByChanging({ changes }, [], []).lines).toEqual([]);
  });
});
