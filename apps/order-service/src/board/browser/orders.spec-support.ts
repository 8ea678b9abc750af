import type { Line, Money, Order, VendorOrder } from './model.js';

export function usd(amount: number): Money {
  return { amount, currency: 'USD' };
}

export function lineOf(given: Partial<Line>): Line {
  return {
    sku: 'demo-1',
    name: 'Demo product 1',
    quantity: 2,
    lineTotal: usd(398),
    cancelledQuantity: 0,
    shippedQuantity: 0,
    deliveredQuantity: 0,
    returnedQuantity: 0,
    refundedQuantity: 0,
    ...given,
  };
}

export function partOf(given: Partial<VendorOrder>): VendorOrder {
  const totals = { grandTotal: usd(897), cancelled: usd(0), commission: usd(0), payout: usd(0), refunded: usd(0) };
  return {
    vendorId: 'vendor-1',
    status: 'confirmed',
    items: [lineOf({})],
    totals,
    shipments: [],
    returns: [],
    ...given,
  };
}

/** An order of one vendor, confirmed and authorized. */
export function orderOf(given: Partial<Order>): Order {
  return {
    id: '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77',
    number: '7K2M-9QXT-4BC',
    status: 'confirmed',
    currency: 'USD',
    vendorOrders: [partOf({})],
    totals: { grandTotal: usd(897), cancelled: usd(0), refunded: usd(0) },
    payment: { status: 'authorized', authorized: usd(897), captured: usd(0), refunded: usd(0) },
    shippingAddress: {},
    version: 3,
    placedAt: '2026-03-01T11:59:00Z',
    updatedAt: '2026-03-01T11:59:00Z',
    ...given,
  };
}
