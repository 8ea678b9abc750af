import { recordAuthorization } from './domain/authorize-payment.js';
import { after, confirmedOrder, heldOrder, move, quotedLine } from './domain/order-fixtures.spec-support.js';
import type { HistoryEntry, Order } from './domain/order.js';
import { orderEvent, unpublished } from './order-events.js';

const order = move(confirmedOrder({ lines: [quotedLine(), quotedLine({ sku: 'b', vendorId: 'vendor-2' })] }), {
  status: 'shipped',
  vendorId: 'vendor-2',
});
const entryOf = (from: Order, sequence: number): HistoryEntry => {
  const entry = from.history[sequence - 1];
  if (!entry) throw new Error(`there is no event ${sequence}`);
  return entry;
};

const waiting = (publishedSequence: number): number[] =>
  unpublished({ ...order, publishedSequence }).map(({ sequence }) => sequence);
expect(waiting(0)).toEqual([1, 2, 3, 4]);

describe('the events of an order', () => {
  it('wait in sequence until they are published', () => {
    expect(waiting(2)).toEqual([3, 4]);
    expect(waiting(4)).toEqual([]);
  });

  it('are CloudEvents that tell order, customer and vendors', () => {
    expect(orderEvent(order, entryOf(order, 4))).toEqual({
      specversion: '1.0',
      id: 'order-1:4',
      source: '/marketplace/order-service',
      type: 'marketplace.order.shipped.v1',
      subject: 'order-1',
      time: after(2).now.toISOString(),
      datacontenttype: 'application/json',
      sequence: 4,
      data: {
        orderId: 'order-1',
        number: '0000-0000-000',
        status: 'partially_shipped',
        customerId: 'alice',
        vendorIds: ['vendor-1', 'vendor-2'],
        vendorId: 'vendor-2',
        shipmentId: 's1',
        items: [{ sku: 'b', quantity: 1 }],
      },
    });
  });

  it('come out the same however often and late they are published', () => {
    const delivered = move(order, { status: 'delivered', vendorId: 'vendor-2' });
    expect(orderEvent(delivered, entryOf(delivered, 4))).toEqual(orderEvent(order, entryOf(order, 4)));
  });

  it('name no customer for a guest, and never tell who that is', () => {
    const { customerId: _none, ...guest } = heldOrder({ email: 'guest@example.com' });
    const event = orderEvent(guest, entryOf(guest, 1));
    expect(event.data).not.toHaveProperty('customerId');
    const told = JSON.stringify([event, orderEvent(order, entryOf(order, 4))]);
    for (const secret of ['guest@example.com', 'Main St', 'Springfield', 'tok_visa'])
      expect(told).not.toContain(secret);
  });

  it('do not say what people gave as their reasons', () => {
    const why = 'Alice has moved out';
    const cancelled = move(confirmedOrder(), { status: 'cancelled', reason: why, reasonCode: 'customer_request' });
    const entry = cancelled.history.findLast(({ type }) => type === 'cancelled');
    expect(entry?.data).toMatchObject({ reason: why });
    const event = orderEvent(cancelled, entry ?? entryOf(order, 1));
    expect(event.data).toMatchObject({ reasonCode: 'customer_request' });
    expect(JSON.stringify(event)).not.toContain(why);
    const declined = recordAuthorization(heldOrder(), 't1', { status: 'declined', reason: 'card_declined' }, after(1));
    const last = declined.history.findLast(({ type }) => type === 'payment-declined');
    expect(orderEvent(declined, last ?? entryOf(order, 1)).data).toMatchObject({ reason: 'card_declined' });
  });

  it('cannot be made to say what they are not about', () => {
    const entry = { ...entryOf(order, 4), data: { orderId: 'other', status: 'delivered', vendorIds: [] } };
    expect(orderEvent(order, entry).data).toMatchObject({ orderId: 'order-1', status: 'partially_shipped' });
  });
});
