import type { QuotedItem } from '@marketplace/contracts';
import { money } from '@marketplace/domain';
import { quotedLine } from './quoted-line.js';

const item: QuotedItem = {
  sku: 'a',
  name: 'A',
  vendorId: 'vendor-1',
  unitPrice: money(250, 'USD'),
  shipping: money(499, 'USD'),
  discount: money(500, 'USD'),
  tax: money(0, 'USD'),
  available: 7,
  commissionRate: 1_000,
  fundedBy: 'vendor',
};

describe('a quoted line', () => {
  it('has the totals of its units', () => {
    expect(quotedLine(item, 2)).toMatchObject({
      quantity: 2,
      amounts: { items: 500, shipping: 499, discount: 500, tax: 0 },
      discountFundedBy: 'vendor',
    });
  });

  it.each([
    ['a discount beyond the items', { discount: money(501, 'USD') }],
    ['a negative price', { unitPrice: { amount: -1, currency: 'USD' } }],
    ['a fraction of a cent', { tax: { amount: 0.5, currency: 'USD' } }],
  ])('with %s is refused: no money may be taken by it', (_, wrong) => {
    expect(() => quotedLine({ ...item, ...wrong }, 2)).toThrow(
      expect.objectContaining({ code: 'catalog_unavailable' }),
    );
  });
});
