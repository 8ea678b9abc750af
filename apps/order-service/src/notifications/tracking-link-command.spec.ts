import type { OrderFacts } from './order-facts.js';
import { trackingLinkCommand } from './tracking-link-command.js';

const order: OrderFacts = {
  id: 'order-1',
  number: '7K2M-9QXT-4BC',
  currency: 'USD',
  locale: 'de-CH',
  vendorOrders: [],
};
const link = {
  url: 'https://orders.example/track/abc',
  askedAt: new Date('2026-03-01T12:00:00.000Z'),
  expiresAt: new Date('2026-03-31T12:00:00.000Z'),
};

describe('the command to mail a tracking link', () => {
  it('tells a guest, and no more than is needed', () => {
    expect(trackingLinkCommand({ ...order, email: 'guest@example.com' }, link)).toEqual({
      id: 'order-1:asked-1772366400000:tracking-link:guest',
      template: 'tracking-link',
      recipient: { email: 'guest@example.com' },
      locale: 'de-CH',
      data: {
        orderId: 'order-1',
        number: '7K2M-9QXT-4BC',
        occurredAt: '2026-03-01T12:00:00.000Z',
        url: 'https://orders.example/track/abc',
        expiresAt: '2026-03-31T12:00:00.000Z',
      },
    });
  });

  it('tells a customer at the address of the order', () => {
    expect(trackingLinkCommand({ ...order, customerId: 'alice', email: 'a@example.com' }, link)).toMatchObject({
      id: 'order-1:asked-1772366400000:tracking-link:user:alice',
      recipient: { userId: 'alice', email: 'a@example.com' },
    });
  });

  it('tells nobody once the address is gone', () => expect(trackingLinkCommand(order, link)).toBeUndefined());
});
