import type { QuotedLine } from '../catalog-client/quoted-line.js';
import { cartEvent } from './cart-event.js';
import { waitingEvent } from './domain/cart-outbox.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const line = (sku: string, vendorId: string): QuotedLine => ({
  sku,
  name: 'A thing',
  vendorId,
  quantity: 2,
  unitPriceMinor: 100,
  amounts: { items: 200, shipping: 50, discount: 20, tax: 10 },
  commissionRateBasisPoints: 1_000,
  available: 10,
});
const cart = { version: 4, lines: [line('a', 'vendor-1'), line('b', 'vendor-2'), line('c', 'vendor-1')] };

describe('an event of a cart', () => {
  it('belongs to the version that the change makes, and says what the cart was then', () => {
    expect(waitingEvent(cart, { type: 'ordered', orderId: 'order-1' }, NOW)).toEqual({
      type: 'ordered',
      orderId: 'order-1',
      version: 5,
      at: NOW,
      vendorIds: ['vendor-1', 'vendor-2'],
      totalMinor: 720,
    });
  });

  it('is a CloudEvent that always comes out the same', () => {
    const owned = { id: 'cart-1', customerId: 'alice', currency: 'USD' };
    const waiting = waitingEvent(cart, { type: 'merged', mergedInto: 'cart-2' }, NOW);
    expect(cartEvent(owned, waiting)).toEqual({
      specversion: '1.0',
      id: 'cart-1:5',
      source: '/marketplace/order-service',
      type: 'marketplace.cart.merged.v1',
      subject: 'cart-1',
      time: '2026-03-01T12:00:00.000Z',
      datacontenttype: 'application/json',
      sequence: 5,
      data: {
        cartId: 'cart-1',
        customerId: 'alice',
        vendorIds: ['vendor-1', 'vendor-2'],
        total: { amount: 720, currency: 'USD' },
        mergedInto: 'cart-2',
      },
    });
    expect(cartEvent(owned, waiting)).toEqual(cartEvent(owned, structuredClone(waiting)));
  });

  it('names no customer for a guest, and the reason of an end', () => {
    const waiting = waitingEvent(cart, { type: 'abandoned', reason: 'expired' }, NOW);
    const { data } = cartEvent({ id: 'cart-1', currency: 'USD' }, waiting);
    expect(data).not.toHaveProperty('customerId');
    expect(data).toMatchObject({ reason: 'expired' });
  });
});
