import { randomUUID } from 'node:crypto';
import { badTokens } from '../support/bad-tokens.js';
import { Client, orderRequest, type Cart, type Order, type RequestOptions } from '../support/client.js';
import type { TestStack } from '../support/stack.js';
import type { Facts } from './drafts.js';

const VENDORS = ['vendor-1', 'vendor-2'] as const;
/** One line of each vendor. */
const LINES = [
  { sku: 'demo-1', quantity: 2 },
  { sku: 'demo-2', quantity: 2 },
];
const GUEST_EMAIL = 'guest@example.com';

/** Makes a buyer and a guest with a cart each, and orders at several points of their lives, for requests to name. */
export async function makeFixtures(stack: TestStack): Promise<Facts> {
  const customerId = `customer-${randomUUID()}`;
  const [admin, customer, ...vendors] = await Promise.all([
    stack.token({ sub: 'admin-1', roles: ['admin'] }),
    stack.token({ sub: customerId, roles: ['customer'] }),
    ...VENDORS.map((vendorId) => stack.token({ sub: `user-of-${vendorId}`, roles: ['vendor'], vendorId })),
  ]);
  const staff = new Client(stack.baseUrl, admin);
  const buyer = new Client(stack.baseUrl, customer, customerId);
  const nobody = new Client(stack.baseUrl);

  const guestOrder = await placed(nobody, { email: GUEST_EMAIL });
  const orders = [await placed(buyer), await placed(buyer), await placed(buyer), guestOrder];
  const [fresh, shipped, delivered] = orders as [Order, Order, Order];
  for (const { id } of [shipped, delivered]) await move(staff, id, 'shipped');
  await move(staff, delivered.id, 'delivered');
  const link = await made<{ id: string; url: string }>(buyer, 'POST', `/orders/${fresh.id}/tracking-links`, {
    body: {},
  });
  const cart = await made<Cart>(buyer, 'POST', '/carts', { body: { items: LINES } });
  const guestCart = await made<Cart>(nobody, 'POST', '/carts', { body: { items: LINES } });
  const key = randomUUID();

  return {
    tokens: [admin, admin, customer, ...vendors, guestCart.token ?? '', guestOrder.accessToken ?? ''],
    badTokens: Object.values(await badTokens()),
    known: {
      id: orders.map(({ id }) => id),
      cartId: [cart.id, guestCart.id],
      fromCartId: [guestCart.id],
      fromToken: [guestCart.token ?? ''],
      userId: [customerId],
      customerId: [customerId],
      vendorId: VENDORS,
      linkId: [link.id],
      token: [link.url.split('/').at(-1) ?? ''],
      sku: LINES.map(({ sku }) => sku),
      shipmentId: ['s1', 's2'],
      returnId: ['r1'],
      currency: ['USD'],
      country: ['US', 'DE'],
      methodToken: ['tok_visa', 'tok_declined', 'tok_async', 'tok_action'],
      couponCodes: ['WELCOME10', 'VENDOR1-5OFF'],
      number: orders.map(({ number }) => number),
      email: [GUEST_EMAIL],
      locale: ['en', 'de-CH'],
      from: ['2026-01-01T00:00:00Z'],
      to: ['2100-01-01T00:00:00Z'],
      'If-Match': ['*', '"1"', '"2"', '"3"', '"4"'],
      'If-None-Match': ['"1"', '"2"'],
      'Last-Event-ID': ['0', '1'],
      'Idempotency-Key': [key, ...Array.from({ length: 50 }, () => randomUUID())],
      Prefer: ['respond-async'],
    },
  };
}

async function placed(client: Client, overrides: Record<string, unknown> = {}): Promise<Order> {
  return made<Order>(client, 'POST', '/orders', {
    body: orderRequest({ items: LINES, currency: 'USD', ...overrides }),
  });
}

async function move(staff: Client, orderId: string, status: 'shipped' | 'delivered'): Promise<void> {
  const shipment = status === 'shipped' ? { shipment: { carrier: 'DHL', trackingNumber: '1' } } : {};
  await made(staff, 'PUT', `/orders/${orderId}`, { body: { status, ...shipment } });
}

async function made<Body>(client: Client, method: string, path: string, options: RequestOptions): Promise<Body> {
  const reply = await client.request<Body>(method, path, options);
  if (reply.status >= 300) throw new Error(`${method} ${path} answered ${reply.status}: ${reply.text}`);
  return reply.body;
}
