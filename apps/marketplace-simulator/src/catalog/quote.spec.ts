import * as fc from 'fast-check';
import type { SimulatorProduct } from '@marketplace/contracts';
import { demoProducts } from './demo-products.js';
import { quote } from './quote.js';

const product = (sku: string, more: Partial<SimulatorProduct> = {}): SimulatorProduct => ({
  sku,
  name: sku,
  vendorId: 'vendor-1',
  unitPrice: { amount: 1000, currency: 'USD' },
  shipping: { flatMinor: 499 },
  commissionRate: 1000,
  ...more,
});
const products = new Map(
  [
    ...demoProducts(),
    product('heavy', { vendorId: 'vendor-2', shipping: { perUnitMinor: 250 } }),
    product('bulky', { shipping: { flatMinor: 999 } }),
    product('euro', { unitPrice: { amount: 700, currency: 'EUR' } }),
  ].map((each) => [each.sku, each]),
);
const ask = (items: [string, number][], couponCodes?: string[]) =>
  quote(
    { currency: 'USD', items: items.map(([sku, quantity]) => ({ sku, quantity })), couponCodes },
    (sku) => products.get(sku),
    () => 1_000_000,
  );

describe('the demo products', () => {
  it('have the figures that demonstrations rely on', () => {
    expect(demoProducts()).toHaveLength(61);
    expect(products.get('demo-1')).toMatchObject({ unitPrice: { amount: 199, currency: 'USD' }, vendorId: 'vendor-1' });
    expect(products.get('demo-6')).toMatchObject({ unitPrice: { amount: 699 }, vendorId: 'vendor-6' });
    expect(products.get('demo-60')).toMatchObject({ unitPrice: { amount: 6099 }, vendorId: 'vendor-6' });
    expect(products.get('demo-7')).toMatchObject({ vendorId: 'vendor-1', commissionRate: 1000 });
    expect(products.get('demo-7')).not.toHaveProperty('stock');
    expect(products.get('demo-scarce')).toMatchObject({ unitPrice: { amount: 2500 }, vendorId: 'vendor-1', stock: 3 });
  });
});

describe('a quote', () => {
  it('prices lines and names the skus it does not know, once', () => {
    const reply = ask([
      ['demo-1', 2],
      ['nothing', 1],
      ['nothing', 2],
    ]);
    expect(reply.unknown).toEqual(['nothing']);
    expect(reply.items).toEqual([
      {
        sku: 'demo-1',
        name: 'Demo product 1',
        vendorId: 'vendor-1',
        unitPrice: { amount: 199, currency: 'USD' },
        shipping: { amount: 499, currency: 'USD' },
        discount: { amount: 0, currency: 'USD' },
        tax: { amount: 0, currency: 'USD' },
        available: 1_000_000,
        commissionRate: 1000,
      },
    ]);
  });

  it('spreads the flat fee of a vendor order over its lines by units', () => {
    const { items } = ask([
      ['demo-1', 1],
      ['demo-2', 1],
      ['demo-7', 2],
    ]);
    expect(items.map(({ shipping }) => shipping.amount)).toEqual([166, 499, 333]);
  });

  it('takes the highest flat fee of a vendor order, and fees by the unit as they are', () => {
    const { items } = ask([
      ['demo-1', 1],
      ['bulky', 1],
      ['heavy', 3],
      ['demo-2', 1],
    ]);
    expect(items.map(({ shipping }) => shipping.amount)).toEqual([500, 499, 750, 499]);
  });

  it('quotes a product of another currency in its own', () => {
    const { items } = ask(
      [
        ['euro', 1],
        ['demo-1', 1],
      ],
      ['WELCOME10'],
    );
    expect(items[0]).toMatchObject({ unitPrice: { currency: 'EUR' }, shipping: { amount: 499, currency: 'EUR' } });
    expect(items.map(({ discount }) => discount)).toEqual([
      { amount: 70, currency: 'EUR' },
      { amount: 20, currency: 'USD' },
    ]);
  });

  it('ignores codes it does not know', () => {
    expect(ask([['demo-1', 1]], ['NONSENSE'])).toEqual(ask([['demo-1', 1]]));
  });

  it('takes 10 % off the items with WELCOME10, at the cost of the marketplace', () => {
    const { items } = ask(
      [
        ['demo-1', 1],
        ['demo-2', 1],
      ],
      ['WELCOME10', 'WELCOME10'],
    );
    expect(items.map(({ discount, fundedBy }) => [discount.amount, fundedBy])).toEqual([
      [20, 'marketplace'],
      [30, 'marketplace'],
    ]);
  });

  it('takes 500 off the items of vendor-1 with VENDOR1-5OFF, and never more than they cost', () => {
    const { items } = ask(
      [
        ['demo-1', 1],
        ['demo-7', 1],
        ['demo-2', 1],
      ],
      ['VENDOR1-5OFF'],
    );
    expect(items.map(({ discount, fundedBy }) => [discount.amount, fundedBy])).toEqual([
      [100, 'vendor'],
      [400, 'vendor'],
      [0, undefined],
    ]);
    expect(ask([['demo-1', 1]], ['VENDOR1-5OFF']).items[0]?.discount.amount).toBe(199);
  });

  it('gives a line one discount, the vendor’s first', () => {
    const { items } = ask(
      [
        ['demo-7', 1],
        ['demo-2', 1],
      ],
      ['WELCOME10', 'VENDOR1-5OFF'],
    );
    expect(items.map(({ discount, fundedBy }) => [discount.amount, fundedBy])).toEqual([
      [500, 'vendor'],
      [30, 'marketplace'],
    ]);
  });

  it('adds up, whatever is asked', () => {
    const line = fc.tuple(fc.constantFrom(...products.keys()), fc.integer({ min: 1, max: 1000 }));
    const codes = fc.subarray(['WELCOME10', 'VENDOR1-5OFF', 'OTHER']);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), codes, (items, couponCodes) => {
        const reply = ask(items, couponCodes);
        const flatBySeller = new Map<string, number>();
        for (const [index, item] of reply.items.entries()) {
          const sold = products.get(item.sku) as SimulatorProduct;
          expect(item.discount.amount).toBeLessThanOrEqual(item.unitPrice.amount * (items[index]?.[1] ?? 0));
          expect(item.fundedBy !== undefined).toBe(item.discount.amount > 0);
          if (!('flatMinor' in sold.shipping)) continue;
          const seller = `${sold.vendorId} ${item.shipping.currency}`;
          flatBySeller.set(seller, (flatBySeller.get(seller) ?? 0) + item.shipping.amount);
        }
        for (const shipping of flatBySeller.values()) expect([499, 999]).toContain(shipping);
      }),
    );
  });
});
