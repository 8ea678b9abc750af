import type { SimulatorProduct } from '@marketplace/contracts';

const DEMO_PRODUCTS = 60;
const DEMO_VENDORS = 6;
const CURRENCY = 'USD';
const SHIPPING_MINOR = 499;
const COMMISSION_BASIS_POINTS = 1_000;

/** The products that are always there: demonstrations and checks rely on their figures. */
export function demoProducts(): SimulatorProduct[] {
  const products = Array.from({ length: DEMO_PRODUCTS }, (_, index) => {
    const n = index + 1;
    return demoProduct(`demo-${n}`, `Demo product ${n}`, `vendor-${(index % DEMO_VENDORS) + 1}`, n * 100 + 99);
  });
  return [...products, { ...demoProduct('demo-scarce', 'Scarce demo product', 'vendor-1', 2_500), stock: 3 }];
}

function demoProduct(sku: string, name: string, vendorId: string, amountMinor: number): SimulatorProduct {
  return {
    sku,
    name,
    vendorId,
    unitPrice: { amount: amountMinor, currency: CURRENCY },
    shipping: { flatMinor: SHIPPING_MINOR },
    commissionRate: COMMISSION_BASIS_POINTS,
  };
}
