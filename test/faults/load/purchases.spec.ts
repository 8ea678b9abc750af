import { demoTotalMinor, demoVendor, purchase, type Purchase } from './purchases.js';

/** As many as it takes for everything to have occurred with everything else. */
const PURCHASES = Array.from({ length: 17 * 8 * 60 }, (_, n) => purchase(n));
const some = (fits: (each: Purchase) => boolean): boolean => PURCHASES.some(fits);

describe('purchases', () => {
  it('are of two vendors each', () => {
    for (const { units } of PURCHASES) expect(new Set(units.map(({ sku }) => demoVendor(sku))).size).toBe(2);
  });

  it('can be declined exactly where a payment is meant to be', () => {
    expect(purchase(0)).toMatchObject({ payments: [{ methodToken: 'tok_visa' }], mustSucceed: true });
    for (const { payments, mustSucceed } of PURCHASES) {
      expect(mustSucceed).toBe(!payments.some(({ methodToken }) => /declined/u.test(methodToken)));
    }
  });

  it('are sent twice only where a cart makes one order of them', () => {
    expect(some(({ isDoubleClick }) => isDoubleClick)).toBe(true);
    expect(some(({ isDoubleClick, source }) => isDoubleClick && source === 'items')).toBe(false);
  });

  it('pair every way to pay with everything that is done afterwards', () => {
    const tokens = (each: Purchase): string => each.payments.map(({ methodToken }) => methodToken).join();
    const ways = new Set(PURCHASES.map(tokens));
    const endings = new Set(PURCHASES.map(({ afterwards }) => afterwards));
    const pairs = new Set(PURCHASES.map((each) => `${tokens(each)} ${each.afterwards}`));
    expect(pairs.size).toBe(ways.size * endings.size);
  });

  it('cost what the demo products cost, with shipping for each vendor', () => {
    expect(
      demoTotalMinor([
        { sku: 'demo-1', quantity: 2 },
        { sku: 'demo-7', quantity: 1 },
        { sku: 'demo-2', quantity: 1 },
      ]),
    ).toBe(2 * 199 + 799 + 299 + 2 * 499);
  });
});
