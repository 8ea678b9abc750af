import type { ProblemCode } from '@marketplace/contracts';

const usd = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'USD' });

/** What problem documents of a code look like besides type, title, status and code: for the OpenAPI document. */
export const PROBLEM_EXAMPLES: Readonly<Partial<Record<ProblemCode, object>>> = {
  validation_failed: {
    detail: 'quantity must not be less than 1',
    instance: '/carts',
    errors: [{ pointer: '/items/0/quantity', detail: 'quantity must not be less than 1' }],
  },
  payment_declined: {
    detail: 'the payment was declined',
    instance: '/orders',
    orderId: '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77',
    reason: 'card_declined',
  },
  illegal_transition: { from: 'shipped', to: 'cancelled', allowed: ['delivered'] },
  price_changed: {
    expectedTotal: usd(4_497),
    actualTotal: usd(4_697),
    lines: [{ sku: 'demo-1', expected: usd(3_998), actual: usd(4_198), difference: usd(200) }],
  },
  out_of_stock: { short: [{ sku: 'demo-1', available: 1 }] },
  quantity_unavailable: { items: [{ sku: 'demo-1', available: 1 }] },
  refund_exceeds_captured: { refundable: usd(1_999) },
  version_conflict: { detail: 'the current version is 4', version: 4 },
  payments_do_not_add_up: { total: usd(4_497), payments: usd(4_000) },
  unknown_sku: { detail: 'the catalog does not know demo-99', unknown: ['demo-99'] },
  rate_limited: { retryAfterSeconds: 1 },
  internal: { errorId: '5c1f2f0e-9d3b-4a53-8a43-0d9f1f3f8f55' },
};
