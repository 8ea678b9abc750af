import type { QuotedLine } from '../../catalog-client/quoted-line.js';
import { withoutOffer } from './gone-lines.js';

const known: QuotedLine = {
  sku: 'a',
  name: 'A thing',
  vendorId: 'vendor-1',
  quantity: 2,
  unitPriceMinor: 100,
  amounts: { items: 200, shipping: 499, discount: 20, tax: 10 },
  commissionRateBasisPoints: 1_000,
  discountFundedBy: 'vendor',
  available: 10,
};

describe('a line whose product is sold no longer', () => {
  it('keeps its price, and nothing of it can be had', () => {
    const [gone] = withoutOffer([{ sku: 'a', quantity: 2 }], [known], ['a']);
    expect(gone).toMatchObject({ sku: 'a', quantity: 2, unitPriceMinor: 100, available: 0 });
    expect(gone?.amounts).toEqual({ items: 200, shipping: 0, discount: 0, tax: 0 });
    expect(gone).not.toHaveProperty('discountFundedBy');
  });

  it.each<[string, { sku: string; quantity: number }[], string[]]>([
    ['a product is new to the cart', [{ sku: 'b', quantity: 1 }], ['b']],
    ['one of several is new', [known, { sku: 'b', quantity: 1 }], ['a', 'b']],
    ['more units are wanted', [{ sku: 'a', quantity: 3 }], ['a']],
    ['nothing is unknown', [known], []],
  ])('is not made where %s', (_, items, unknownSkus) => {
    expect(withoutOffer(items, [known], unknownSkus)).toEqual([]);
  });
});
