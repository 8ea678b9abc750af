import { ORDER_EVENT_TYPES, type NotificationCommand, type OrderEventType } from '@marketplace/contracts';
import { notificationCommands } from './notification-commands.js';
import type { EventFacts, OrderFacts } from './order-facts.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });

const order: OrderFacts = {
  id: 'order-1',
  number: '7K2M-9QXT-4BC',
  currency: 'USD',
  customerId: 'alice',
  locale: 'de-CH',
  vendorOrders: [
    {
      vendorId: 'vendor-1',
      lines: [
        { sku: 'cup', name: 'A cup', unitPriceMinor: 500 },
        { sku: 'pot', name: 'A pot', unitPriceMinor: 2_000 },
      ],
      returns: [{ id: 'r1', items: [{ sku: 'cup', quantity: 1 }] }],
      refunds: [
        {
          id: 'f1',
          lines: [
            { sku: 'cup', quantity: 1 },
            { sku: 'pot', quantity: 0 },
          ],
          returnId: 'r1',
          reason: 'broken',
        },
      ],
    },
    {
      vendorId: 'vendor-2',
      lines: [{ sku: 'hat', name: 'A hat', unitPriceMinor: 3_000 }],
      returns: [],
      refunds: [],
    },
  ],
};

const cups = (quantity: number) => ({ sku: 'cup', name: 'A cup', quantity, unitPrice: usd(500) });
const HAT = { sku: 'hat', name: 'A hat', quantity: 1, unitPrice: usd(3_000) };

const OPEN_UNITS = {
  vendorOrders: [
    { vendorId: 'vendor-1', items: [{ sku: 'cup', quantity: 2 }], total: usd(1_499) },
    { vendorId: 'vendor-2', items: [{ sku: 'hat', quantity: 1 }], total: usd(3_499) },
  ],
  total: usd(4_998),
};
const FROM_VENDOR_1 = { vendorId: 'vendor-1', items: [cups(2)], total: usd(1_499) };
const FROM_VENDOR_2 = { vendorId: 'vendor-2', items: [HAT], total: usd(3_499) };
const NAMED_UNITS = { vendorOrders: [FROM_VENDOR_1, FROM_VENDOR_2], total: usd(4_998) };

const CANCELLED = {
  cancellationId: 'c1',
  items: [{ sku: 'cup', quantity: 1 }],
  amount: usd(750),
  reason: 'sold out',
  reasonCode: 'out_of_stock',
  from: 'confirmed',
  to: 'confirmed',
};
const TOLD_CANCELLED = {
  vendorOrders: [{ vendorId: 'vendor-1', items: [cups(1)], total: usd(750) }],
  total: usd(750),
  vendorOrderStatus: 'confirmed',
  cancelledBy: 'vendor',
  reason: 'sold out',
  reasonCode: 'out_of_stock',
};
const MONEY = { amount: usd(500), tenderId: 't1' };
const updateOf = (returnStatus: string, more: object = {}) => ({
  vendorId: 'vendor-1',
  returnId: 'r1',
  returnStatus,
  items: [cups(1)],
  ...more,
});

/** An event of vendor-1's part, or of the whole order, seen by the order's vendor. */
function eventOf(type: OrderEventType, data?: EventFacts['data'], vendorId?: string): EventFacts {
  return {
    sequence: 7,
    type,
    at: new Date('2026-03-01T12:00:00.000Z'),
    actor: { kind: 'vendor' },
    status: 'processing',
    ...(vendorId === undefined ? {} : { vendorId }),
    ...(data === undefined ? {} : { data }),
  };
}
const ofVendor = (type: OrderEventType, data?: EventFacts['data']): EventFacts => eventOf(type, data, 'vendor-1');

const toBuyer = (template: string, details: object) => ({
  id: `order-1:7:${template}:user:alice`,
  template,
  recipient: { userId: 'alice' },
  locale: 'de-CH',
  data: {
    orderId: 'order-1',
    number: '7K2M-9QXT-4BC',
    occurredAt: '2026-03-01T12:00:00.000Z',
    orderStatus: 'processing',
    ...details,
  },
});
const toVendor = (template: string, vendorId: string, details: object) => ({
  id: `order-1:7:${template}:vendor:${vendorId}`,
  template,
  recipient: { vendorId },
  data: { orderId: 'order-1', number: '7K2M-9QXT-4BC', occurredAt: '2026-03-01T12:00:00.000Z', ...details },
});

const EXPECTED: Record<OrderEventType, { event: EventFacts; commands: object[] }> = {
  placed: { event: eventOf('placed', { total: usd(4_998) }), commands: [] },
  'payment-authorized': { event: eventOf('payment-authorized', { amount: usd(4_998) }), commands: [] },
  'payment-declined': {
    event: eventOf('payment-declined', { ...OPEN_UNITS, reason: 'insufficient funds' }),
    commands: [toBuyer('payment-failed', { ...NAMED_UNITS, reason: 'insufficient funds' })],
  },
  confirmed: {
    event: eventOf('confirmed', OPEN_UNITS),
    commands: [
      toBuyer('order-confirmed', NAMED_UNITS),
      toVendor('vendor-new-order', 'vendor-1', FROM_VENDOR_1),
      toVendor('vendor-new-order', 'vendor-2', FROM_VENDOR_2),
    ],
  },
  processing: { event: ofVendor('processing'), commands: [] },
  shipped: {
    event: ofVendor('shipped', {
      shipmentId: 's1',
      items: [{ sku: 'cup', quantity: 2 }],
      carrier: 'DHL',
      trackingNumber: 'T1',
    }),
    commands: [
      toBuyer('order-shipped', {
        vendorId: 'vendor-1',
        shipmentId: 's1',
        items: [cups(2)],
        carrier: 'DHL',
        trackingNumber: 'T1',
      }),
    ],
  },
  delivered: {
    event: ofVendor('delivered', { items: [{ sku: 'cup', quantity: 2 }] }),
    commands: [toBuyer('order-delivered', { vendorId: 'vendor-1', items: [cups(2)] })],
  },
  cancelled: {
    event: ofVendor('cancelled', CANCELLED),
    commands: [toBuyer('order-cancelled', TOLD_CANCELLED), toVendor('order-cancelled', 'vendor-1', TOLD_CANCELLED)],
  },
  'payment-captured': { event: ofVendor('payment-captured', { ...MONEY, shipmentId: 's1' }), commands: [] },
  'payment-voided': { event: eventOf('payment-voided', MONEY), commands: [] },
  refunded: {
    event: ofVendor('refunded', { ...MONEY, refundId: 'f1' }),
    commands: [
      toBuyer('refund-issued', {
        amount: usd(500),
        vendorId: 'vendor-1',
        refundId: 'f1',
        items: [cups(1)],
        returnId: 'r1',
        reason: 'broken',
      }),
    ],
  },
  'return-requested': {
    event: ofVendor('return-requested', {
      returnId: 'r1',
      items: [{ sku: 'cup', quantity: 1 }],
      reason: 'too small',
    }),
    commands: [
      toBuyer('return-update', updateOf('requested', { reason: 'too small' })),
      toVendor('return-update', 'vendor-1', updateOf('requested', { reason: 'too small' })),
    ],
  },
  'return-approved': {
    event: ofVendor('return-approved', { returnId: 'r1' }),
    commands: [toBuyer('return-update', updateOf('approved'))],
  },
  'return-received': {
    event: ofVendor('return-received', { returnId: 'r1' }),
    commands: [toBuyer('return-update', updateOf('received'))],
  },
  'return-rejected': {
    event: ofVendor('return-rejected', { returnId: 'r1', reason: 'worn' }),
    commands: [toBuyer('return-update', updateOf('rejected', { reason: 'worn' }))],
  },
  returned: { event: ofVendor('returned', { returnId: 'r1' }), commands: [] },
  'refund-failed': { event: ofVendor('refund-failed', { ...MONEY, refundId: 'f1' }), commands: [] },
  expired: {
    event: { ...eventOf('expired', OPEN_UNITS), actor: { kind: 'system' } },
    commands: [
      toBuyer('order-cancelled', {
        ...NAMED_UNITS,
        vendorOrderStatus: 'cancelled',
        cancelledBy: 'system',
        reasonCode: 'expired',
      }),
    ],
  },
  'shipment-delivered': { event: ofVendor('shipment-delivered', { shipmentId: 's1' }), commands: [] },
  'shipment-lost': { event: ofVendor('shipment-lost', { shipmentId: 's1' }), commands: [] },
  held: { event: eventOf('held'), commands: [] },
  released: { event: eventOf('released'), commands: [] },
  'address-changed': { event: eventOf('address-changed'), commands: [] },
  'payout-eligible': { event: ofVendor('payout-eligible', { amount: usd(1_000) }), commands: [] },
  'authorization-expiring': {
    event: eventOf('authorization-expiring', { expiresAt: '2026-03-08T12:00:00.000Z' }),
    commands: [],
  },
  chargeback: { event: eventOf('chargeback', { ...MONEY, paymentId: 'p1' }), commands: [] },
  anonymised: { event: eventOf('anonymised'), commands: [] },
};

const sent = (facts: OrderFacts, event: EventFacts): NotificationCommand[] =>
  JSON.parse(JSON.stringify(notificationCommands(facts, event))) as NotificationCommand[];

describe('the commands that follow from an event', () => {
  it.each(ORDER_EVENT_TYPES)('%s', (type) => {
    const { event, commands } = EXPECTED[type];
    expect(sent(order, event)).toStrictEqual(commands);
  });

  it('have an id for each recipient', () => {
    const ids = ORDER_EVENT_TYPES.flatMap((type) => sent(order, EXPECTED[type].event).map(({ id }) => `${type} ${id}`));
    expect(new Set(ids).size).toBe(ids.length);
    const namesake = sent({ ...order, customerId: 'vendor-1' }, EXPECTED.cancelled.event);
    expect(new Set(namesake.map(({ id }) => id)).size).toBe(2);
  });

  it('do not tell a vendor of the end of an order that it was never told of', () => {
    const event = ofVendor('cancelled', { ...CANCELLED, from: 'pending', to: 'cancelled' });
    expect(sent(order, event).map(({ recipient }) => recipient)).toEqual([{ userId: 'alice' }]);
  });

  it('tell of goodwill and of money for which nothing was shipped, without units', () => {
    const goodwill = sent(order, ofVendor('refunded', { ...MONEY, refundId: 'f2' }));
    expect(goodwill[0]?.data).toMatchObject({ refundId: 'f2', vendorId: 'vendor-1', items: [] });
    const givenBack = sent(order, eventOf('refunded', MONEY));
    expect(givenBack[0]?.data).toEqual(expect.objectContaining({ amount: usd(500), items: [] }));
    expect(givenBack[0]?.data).not.toHaveProperty('vendorId');
  });
});

describe('the recipient', () => {
  const { event } = EXPECTED.confirmed;
  const { customerId: _none, ...guest } = order;
  const buyerOf = (facts: OrderFacts) => sent(facts, event).find(({ template }) => template === 'order-confirmed');

  it('of a customer who gave an e-mail address with the order has it', () => {
    expect(buyerOf({ ...order, email: 'a@example.com' })?.recipient).toEqual({
      userId: 'alice',
      email: 'a@example.com',
    });
  });

  it('of a guest is the e-mail address, which stands nowhere else', () => {
    const command = buyerOf({ ...guest, email: 'guest@example.com' });
    expect(command).toMatchObject({
      id: 'order-1:7:order-confirmed:guest',
      recipient: { email: 'guest@example.com' },
      locale: 'de-CH',
    });
    expect(JSON.stringify(command).match(/@/gu)).toHaveLength(1);
  });

  it('is nobody where a customer was forgotten, whatever stands in the place of the id', () => {
    const forgotten = { ...order, customerId: 'anonymised-1', anonymisedAt: new Date('2026-03-01T12:00:00.000Z') };
    expect(sent(forgotten, event).map(({ template }) => template)).toEqual(['vendor-new-order', 'vendor-new-order']);
  });

  it('is nobody where a guest was forgotten; vendors are told all the same', () => {
    expect(sent(guest, event).map(({ template }) => template)).toEqual(['vendor-new-order', 'vendor-new-order']);
  });

  it('has its id made fit for a header, whatever it is', () => {
    const command = buyerOf({ ...order, customerId: 'auth0|é\r\n' });
    expect(command?.id).toBe('order-1:7:order-confirmed:user:auth0%7C%C3%A9%0D%0A');
    expect(command?.recipient).toEqual({ userId: 'auth0|é\r\n' });
  });

  it('has no language unless one is known', () => {
    const { locale: _locale, ...silent } = order;
    expect(buyerOf(silent)).not.toHaveProperty('locale');
  });
});
