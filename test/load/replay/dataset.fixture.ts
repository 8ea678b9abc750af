import type { DatasetOrder, DatasetUnit } from './dataset.js';

/** A unit of seller `seller-a` for 10.00 and 2.50 freight, unless told otherwise. */
export function unitOf(more: Partial<DatasetUnit> = {}): DatasetUnit {
  return { productId: 'p1', sellerId: 'seller-a', priceMinor: 1000, freightMinor: 250, ...more };
}

/** A delivered order of one unit, paid exactly, unless told otherwise. */
export function orderOf(more: Partial<DatasetOrder> = {}): DatasetOrder {
  const units = more.units ?? [unitOf()];
  const totalMinor = units.reduce((sum, unit) => sum + unit.priceMinor + unit.freightMinor, 0);
  return {
    orderId: 'order-1',
    customerUniqueId: 'customer-1',
    status: 'delivered',
    purchasedAt: '2018-01-01 00:00:00',
    postalCode: '01310',
    city: 'sao paulo',
    state: 'SP',
    units,
    payments: [{ sequence: 1, type: 'credit_card', amountMinor: totalMinor }],
    ...more,
  };
}
