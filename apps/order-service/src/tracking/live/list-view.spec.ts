import { after, confirmedOrder, quotedLine } from '../../orders/domain/order-fixtures.spec-support.js';
import { requestStatus } from '../../orders/domain/fulfil.js';
import { orderEvent } from '../../orders/order-events.js';
import { readFeedEvent, type FeedEvent } from './feed-event.js';
import { concerns, listEventText, type Audience } from './list-view.js';

const order = requestStatus(
  confirmedOrder({ lines: [quotedLine(), quotedLine({ sku: 'sku-2', vendorId: 'vendor-2' })] }),
  { status: 'shipped', vendorId: 'vendor-1' },
  after(1),
);
const message = (body: unknown): { seq: number; data: Uint8Array } => ({
  seq: 70,
  data: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
});
const feedEvent = (type: string): FeedEvent => {
  const entry = order.history.find((each) => each.type === type);
  const event = entry && readFeedEvent(message(orderEvent(order, entry)));
  if (!event) throw new Error(`the order has no event ${type}`);
  return event;
};
const everything: Audience = { kind: 'everything' };
const customer: Audience = { kind: 'customer', id: 'alice' };
const vendor = (id: string): Audience => ({ kind: 'vendor', id });
const shown = (type: string, audience: Audience): { name: string; data: Record<string, unknown> } => {
  const [id, name, data] = listEventText(feedEvent(type), audience).split('\n');
  expect(id).toBe('id: 70');
  return { name: name?.slice(7) ?? '', data: JSON.parse(data?.slice(6) ?? '') as Record<string, unknown> };
};

describe('an event in the stream of many orders', () => {
  it('concerns its customer, its vendors, and staff', () => {
    const event = feedEvent('shipped');
    expect([everything, customer, vendor('vendor-1'), vendor('vendor-2')].every((each) => concerns(event, each))).toBe(
      true,
    );
    expect(concerns(event, { kind: 'customer', id: 'bob' })).toBe(false);
    expect(concerns(event, vendor('vendor-3'))).toBe(false);
  });

  it('is shown as in the timeline, with its order', () => {
    const entry = order.history.find(({ type }) => type === 'shipped');
    const { name, data } = shown('shipped', everything);
    expect(name).toBe('shipped');
    expect(data).toEqual({
      orderId: order.id,
      number: order.number,
      customerId: 'alice',
      sequence: entry?.sequence,
      type: 'shipped',
      at: entry?.at.toISOString(),
      vendorId: 'vendor-1',
      status: 'partially_shipped',
      data: JSON.parse(JSON.stringify(entry?.data)) as unknown,
    });
    expect(shown('shipped', customer).data).toMatchObject({ status: 'partially_shipped', vendorId: 'vendor-1' });
  });

  it('is shown to a vendor without the status of the order, its customer and what others do', () => {
    const own = shown('shipped', vendor('vendor-1'));
    expect(own.name).toBe('shipped');
    expect(own.data).toMatchObject({ orderId: order.id, vendorId: 'vendor-1' });
    expect(own.data).not.toHaveProperty('status');
    expect(own.data).not.toHaveProperty('customerId');
    const others = shown('shipped', vendor('vendor-2'));
    expect(others).toEqual({
      name: 'hidden',
      data: { orderId: order.id, sequence: own.data['sequence'], hidden: true },
    });
    expect(shown('payment-authorized', vendor('vendor-1')).name).toBe('hidden');
    expect(shown('confirmed', vendor('vendor-1')).data).not.toHaveProperty('data');
  });
});

describe('a message of the stream', () => {
  const event = { ...orderEvent(order, order.history[0] as never) };

  it('is read with its place in the stream', () => {
    expect(readFeedEvent(message(event))).toEqual({ streamSequence: 70, type: 'placed', event });
  });

  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['no object', '7'],
    ['null', 'null'],
    ['of an unknown type', { ...event, type: 'marketplace.order.unheard-of.v1' }],
    ['without a sequence', { ...event, sequence: undefined }],
    ['with half a sequence', { ...event, sequence: 1.5 }],
    ['without an order', { ...event, subject: undefined }],
    ['without a time', { ...event, time: 'soon' }],
    ['without data', { ...event, data: null }],
    ['without vendors', { ...event, data: { orderId: 'x' } }],
  ])('is passed over when it is %s', (_, body) => {
    expect(readFeedEvent(message(body))).toBeUndefined();
  });
});
