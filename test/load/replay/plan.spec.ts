import { catalogBatches, catalogOf } from './catalog.js';
import { orderOf, unitOf } from './dataset.fixture.js';
import { groupLines, planReplay, skuOf } from './plan.js';

const planOf = (...orders: ReturnType<typeof orderOf>[]) => planReplay({ orders, categories: new Map() });

describe('groupLines', () => {
  it('counts equal units into one line', () => {
    const [line, ...others] = groupLines([unitOf(), unitOf(), unitOf()], new Map([['p1', 'brinquedos']]));
    expect(others).toEqual([]);
    expect(line).toEqual({
      sku: 'p1-seller-a-1000-250',
      name: 'brinquedos p1',
      vendorId: 'seller-a',
      quantity: 3,
      unitPriceMinor: 1000,
      unitFreightMinor: 250,
    });
  });

  it('keeps units apart that differ in product, seller, price or freight', () => {
    const units = [
      unitOf(),
      unitOf({ productId: 'p2' }),
      unitOf({ sellerId: 'seller-b' }),
      unitOf({ priceMinor: 1001 }),
      unitOf({ freightMinor: 0 }),
    ];
    expect(groupLines(units, new Map()).map((line) => line.quantity)).toEqual([1, 1, 1, 1, 1]);
  });

  it('makes skus that fit a URL path', () => {
    const sku = skuOf(unitOf({ productId: 'a'.repeat(32), sellerId: 'b'.repeat(32), priceMinor: 673_500 }));
    expect(sku).toMatch(/^[A-Za-z0-9._:-]{1,100}$/);
    expect(() => skuOf(unitOf({ productId: 'a/b' }))).toThrow(/usable sku/);
  });
});

describe('planReplay', () => {
  it('plans lines, vendors, total, tenders and who cancels', () => {
    const units = [unitOf({ sellerId: 'seller-b' }), unitOf(), unitOf({ sellerId: 'seller-b' })];
    const [plan] = planOf(orderOf({ status: 'canceled', units })).orders;
    expect(plan).toMatchObject({
      reference: 'order-1',
      customerId: 'customer-1',
      target: 'cancelled',
      cancelledBy: 'customer',
      vendorIds: ['seller-b', 'seller-a'],
      totalMinor: 3750,
      tenders: [{ methodToken: 'tok_credit_card', amountMinor: 3750 }],
      fitted: false,
    });
    expect(planOf(orderOf({ status: 'unavailable' })).orders[0]?.cancelledBy).toBe('vendors');
  });

  it('names the orders that cannot be replayed and goes on to others within the limit', () => {
    const orders = [
      orderOf({ orderId: 'empty', units: [] }),
      orderOf({ orderId: 'created', status: 'created' }),
      orderOf({ orderId: 'one' }),
      orderOf({ orderId: 'two' }),
      orderOf({ orderId: 'three' }),
    ];
    const plan = planReplay({ orders, categories: new Map() }, 2);
    expect(plan.orders.map((order) => order.reference)).toEqual(['one', 'two']);
    expect(plan.source.map((order) => order.orderId)).toEqual(['one', 'two']);
    expect(plan.skipped).toEqual([
      { reference: 'empty', reason: 'no items' },
      { reference: 'created', reason: 'status created' },
    ]);
  });
});

describe('catalogOf', () => {
  it('has one product for every sku', () => {
    const { orders } = planOf(orderOf({ units: [unitOf(), unitOf()] }), orderOf({ orderId: 'order-2' }));
    expect(catalogOf(orders)).toEqual([
      {
        sku: 'p1-seller-a-1000-250',
        name: 'produto p1',
        vendorId: 'seller-a',
        unitPrice: { amount: 1000, currency: 'BRL' },
        shipping: { perUnitMinor: 250 },
        commissionRate: 1000,
      },
    ]);
  });

  it('refuses to give two sellers one sku', () => {
    const units = [unitOf({ sellerId: 'seller-a-one' }), unitOf({ sellerId: 'seller-a-two' })];
    const plans = units.map((unit, index) => orderOf({ orderId: `order-${index}`, units: [unit] }));
    expect(() => catalogOf(planOf(...plans).orders)).toThrow(/share sku/);
  });

  it('cuts batches that stay within the size of a message and lose nothing', () => {
    const units = Array.from({ length: 50 }, (_, index) => unitOf({ productId: `p${index}` }));
    const products = catalogOf(planOf(orderOf({ units })).orders);
    const batches = catalogBatches(products, 1000);
    expect(batches.flat()).toEqual(products);
    expect(batches.length).toBeGreaterThan(1);
    for (const batch of batches) expect(JSON.stringify(batch).length).toBeLessThanOrEqual(1001);
  });
});
