import { CART_SUBJECTS, ORDER_SUBJECTS } from '@marketplace/contracts';
import { ADDRESS, orderRequest } from './client.js';

/** What a request names: its caller reaches it, or must not know of it. */
export type Named = 'cart' | 'order' | 'user' | 'vendor' | 'nothing';

/** A request that changes nothing even where it is let through, so that all of them can be made at once. */
export interface PolicyRequest {
  /** `GET /orders/:id` or a subject, as the handler has it. */
  readonly address: string;
  readonly names: Named;
  /** What comes of it for a caller who is let through: `ok`, or the code of the problem that stops it there. */
  readonly passes: string;
  /** Of a route: path and body; of a subject: the body alone. */
  of(id: string, facts: PolicyFacts): { path?: string; body?: unknown };
}

/** What requests need besides the resource that they name. */
export interface PolicyFacts {
  readonly guestCart: { readonly id: string; readonly token: string };
}

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
/** Refused before anything is written, and after all that the policy has to say: nobody has seen that price. */
const UNSEEN_PRICE = { expectedTotal: { amount: 1, currency: 'USD' }, email: 'guest@example.com' };
const ITEMS = { items: [{ sku: 'demo-1', quantity: 1 }], currency: 'USD' };
const UNKNOWN_ITEM = { sku: 'no-such-product', quantity: 1 };
const PARCEL = { carrier: 'DHL', trackingNumber: '1' };

type Body = (id: string, facts: PolicyFacts) => unknown;

const read = (address: string, names: Named, passes = 'ok'): PolicyRequest => ({
  address,
  names,
  passes,
  of: (id) => ({ path: pathOf(address, id) }),
});

/** Sent with an `If-Match` that no version fits, which is looked at once the resource was found. */
const change = (address: string, names: Named, body?: Body): PolicyRequest => ({
  address,
  names,
  passes: 'version_conflict',
  of: (id, facts) => ({ path: pathOf(address, id), ...(body ? { body: body(id, facts) } : {}) }),
});

const ask = (address: string, names: Named, passes: string, body: Body): PolicyRequest => ({
  address,
  names,
  passes,
  of: (id, facts) => ({
    ...(address.includes('/') ? { path: pathOf(address, id) } : {}),
    body: body(id, facts),
  }),
});

function pathOf(address: string, id: string): string {
  const [, path = ''] = address.split(' ');
  return path
    .replace(/:(?:id|cartId|userId|vendorId)\b/u, id)
    .replace(':linkId', UNKNOWN_ID)
    .replace(/:(?:token|name)\b/u, 'nonsense')
    .replace(':shipmentId', 's1')
    .replace(':returnId', 'r1')
    .replace(/:sku\b/u, 'demo-1');
}

const CARTS: PolicyRequest[] = [
  ask('POST /carts', 'nothing', 'unknown_sku', () => ({ items: [UNKNOWN_ITEM] })),
  read('GET /carts/mine', 'nothing'),
  read('GET /carts/:cartId', 'cart'),
  change('POST /carts/:cartId/items', 'cart', () => ({ sku: 'demo-1', quantity: 1 })),
  change('PUT /carts/:cartId/items/:sku', 'cart', () => ({ quantity: 2 })),
  change('DELETE /carts/:cartId/items/:sku', 'cart'),
  change('PUT /carts/:cartId/coupons', 'cart', () => ({ couponCodes: [] })),
  change('DELETE /carts/:cartId', 'cart'),
  change('POST /carts/:cartId/merge', 'cart', (_, { guestCart }) => ({
    fromCartId: guestCart.id,
    fromToken: guestCart.token,
  })),
];

const ORDERS: PolicyRequest[] = [
  ask('POST /orders', 'nothing', 'price_changed', () => orderRequest({ ...ITEMS, ...UNSEEN_PRICE })),
  ask('POST /orders', 'cart', 'price_changed', (cartId) => orderRequest({ cartId, ...UNSEEN_PRICE })),
  read('GET /orders', 'nothing'),
  read('GET /orders/user/:userId', 'user'),
  read('GET /orders/:id', 'order'),
  read('GET /orders/:id/timeline', 'order'),
  read('GET /orders/:id/ledger', 'order'),
  change('PUT /orders/:id', 'order', () => ({ status: 'cancelled' })),
  change('POST /orders/:id/cancellations', 'order', () => ({ reason: 'test' })),
  change('POST /orders/:id/shipments', 'order', () => PARCEL),
  change('PUT /orders/:id/shipments/:shipmentId', 'order', () => ({ status: 'delivered' })),
  change('POST /orders/:id/returns', 'order', () => ({ items: [{ sku: 'demo-1', quantity: 1 }], reason: 'test' })),
  change('PUT /orders/:id/returns/:returnId', 'order', () => ({ status: 'approved' })),
  change('POST /orders/:id/refunds', 'order', () => ({ reason: 'test' })),
  change('POST /orders/:id/hold', 'order', () => ({ reason: 'test' })),
  change('DELETE /orders/:id/hold', 'order'),
  change('PUT /orders/:id/shipping-address', 'order', () => ({ shippingAddress: ADDRESS })),
];

const LOOKUP = { number: 'ORD-0000-0000', email: 'guest@example.com' };

const TRACKING: PolicyRequest[] = [
  read('GET /orders/events', 'nothing'),
  read('GET /orders/:id/events', 'order'),
  read('GET /users/:userId/events', 'user'),
  read('GET /vendors/:vendorId/events', 'vendor'),
  change('POST /orders/:id/tracking-links', 'order', () => ({ expiresInDays: 1 })),
  read('GET /orders/:id/tracking-links', 'order'),
  change('DELETE /orders/:id/tracking-links/:linkId', 'order'),
  ask('POST /orders/lookup', 'nothing', 'ok', () => LOOKUP),
  read('GET /track', 'nothing'),
  ask('POST /track', 'nothing', 'ok', () => LOOKUP),
  read('GET /track/:token', 'nothing', 'not_found'),
  read('GET /track/:token/events', 'nothing', 'not_found'),
];

const PAGES: PolicyRequest[] = [read('GET /ops', 'nothing'), read('GET /assets/:name', 'nothing', 'not_found')];

const OPERATIONS: PolicyRequest[] = ['/', '/health/live', '/health/ready', '/health/startup', '/metrics'].map((path) =>
  read(`GET ${path}`, 'nothing'),
);

const SUBJECTS: PolicyRequest[] = [
  ask(CART_SUBJECTS.get, 'cart', 'ok', (cartId) => ({ cartId })),
  ask(CART_SUBJECTS.addItem, 'cart', 'version_conflict', (cartId) => ({ cartId, sku: 'demo-1', quantity: 1 })),
  ask(ORDER_SUBJECTS.create, 'nothing', 'price_changed', () => orderRequest({ ...ITEMS, ...UNSEEN_PRICE })),
  ask(ORDER_SUBJECTS.create, 'cart', 'price_changed', (cartId) => orderRequest({ cartId, ...UNSEEN_PRICE })),
  ask(ORDER_SUBJECTS.get, 'order', 'ok', (orderId) => ({ orderId })),
  ask(ORDER_SUBJECTS.list, 'nothing', 'ok', () => ({})),
  ask(ORDER_SUBJECTS.timeline, 'order', 'ok', (orderId) => ({ orderId })),
  ask(ORDER_SUBJECTS.updateStatus, 'order', 'version_conflict', (orderId) => ({ orderId, status: 'cancelled' })),
  ask(ORDER_SUBJECTS.cancel, 'order', 'version_conflict', (orderId) => ({ orderId, reason: 'test' })),
  ask(ORDER_SUBJECTS.ship, 'order', 'version_conflict', (orderId) => ({ orderId, ...PARCEL })),
  ask(ORDER_SUBJECTS.refund, 'order', 'version_conflict', (orderId) => ({ orderId, reason: 'test' })),
];

/** Sent with every request; only {@link change}s heed it. */
export const UNFIT_VERSION = '"999999"';

/** One request or more for every route and subject of the service. */
export const POLICY_REQUESTS: readonly PolicyRequest[] = [
  ...CARTS,
  ...ORDERS,
  ...TRACKING,
  ...PAGES,
  ...OPERATIONS,
  ...SUBJECTS,
];
