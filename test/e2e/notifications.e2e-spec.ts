import { randomUUID } from 'node:crypto';
import { DiscardPolicy, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { LedgerEntry, NotificationCommand, OrderEvent } from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import {
  expectProblem,
  Marketplace,
  orderRequest,
  placeOrder,
  usd,
  type Client,
  type Order,
  type Problem,
} from '../support/client.js';
import { streamed } from '../support/messages.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;
let market: Marketplace;
let nats: NatsConnection;

beforeAll(async () => {
  const env = { RECOVERY_AFTER_MS: '1000', RECOVERY_INTERVAL_MS: '200' };
  stack = await startTestStack({ ownNats: true, env });
  market = await Marketplace.open(stack);
  nats = await connect({ servers: stack.natsUrl });
});

afterAll(async () => {
  await nats?.close();
  await market?.close();
  await stack?.stop();
});

/** vendor-1: two for 398, vendor-2: one for 299; each ships for 499. */
const ITEMS = [
  { sku: 'demo-1', quantity: 2 },
  { sku: 'demo-2', quantity: 1 },
];
const CUSTOMER_EMAIL = 'alice@example.com';
const GUEST_EMAIL = 'guest@example.com';

interface StoredOrder {
  _id: string;
  version: number;
  history: { sequence: number; type: string }[];
  publishedSequence: number;
}

async function stored(orderId: string): Promise<StoredOrder> {
  return (await market.collection('orders').findOne({ _id: orderId })) as unknown as StoredOrder;
}

async function commandsOf(orderId: string): Promise<NotificationCommand[]> {
  const messages = await streamed<NotificationCommand>(nats, 'NOTIFICATIONS', 'cmd.notifications.send');
  const ofOrder = messages.filter(({ body }) => body.data.orderId === orderId);
  for (const { body, messageId } of ofOrder) expect(messageId).toBe(body.id);
  return ofOrder.map(({ body }) => body);
}

async function notificationsOf(orderId: string): Promise<LedgerEntry[]> {
  return (await market.ledger(orderId)).filter(({ kind }) => kind === 'notification');
}

/**
 * Waits until everything has been told of an order to which this has happened so many times, and demands that the Notification
 * Service was asked exactly once for each command, and for nothing besides.
 */
async function everythingTold(orderId: string, type: string, times = 1): Promise<NotificationCommand[]> {
  await waitUntil(`all events up to ${type} are published`, async () => {
    const { history, publishedSequence } = await stored(orderId);
    return history.filter((entry) => entry.type === type).length === times && publishedSequence === history.length;
  });
  const commands = await commandsOf(orderId);
  const entries = await waitUntil('the Notification Service has all commands', async () => {
    const found = await notificationsOf(orderId);
    return found.length >= commands.length && found;
  });
  const byKey = (a: { key: string }, b: { key: string }): number => a.key.localeCompare(b.key);
  expect(entries.map(({ key, template, asked }) => ({ key, template, asked })).toSorted(byKey)).toEqual(
    commands.map(({ id, template }) => ({ key: id, template, asked: 1 })).toSorted(byKey),
  );
  return commands;
}

/** Each command as `<event> <template> <recipient>`, in the order of the events. */
async function told(orderId: string, commands: readonly NotificationCommand[]): Promise<string[]> {
  const { history } = await stored(orderId);
  const lines = commands.map(({ id }) => {
    const [order, sequence, template, ...recipient] = id.split(':');
    expect(order).toBe(orderId);
    return { at: Number(sequence), what: `${template} ${recipient.join(':')}` };
  });
  return lines
    .toSorted((a, b) => a.at - b.at || a.what.localeCompare(b.what))
    .map(({ at, what }) => `${history[at - 1]?.type} ${what}`);
}

const only = (commands: readonly NotificationCommand[], template: string): NotificationCommand => {
  const [found, ...more] = commands.filter((command) => command.template === template && 'userId' in command.recipient);
  expect(more).toEqual([]);
  if (!found) throw new Error(`there is no ${template}`);
  return found;
};

async function put(client: Client, path: string, body: object): Promise<Order> {
  const reply = await client.put<Order>(path, body);
  expect({ path, body, status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return reply.body;
}

async function post(client: Client, path: string, body: object): Promise<Order> {
  const reply = await client.post<Order>(path, body);
  expect({ path, body, status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return reply.body;
}

describe('the whole life of an order', () => {
  let customer: Client;
  let order: Order;
  let commands: NotificationCommand[];

  beforeAll(async () => {
    customer = await market.customer();
    const [vendor1, vendor2] = [await market.vendor('vendor-1'), await market.vendor('vendor-2')];
    order = await placeOrder(customer, { items: ITEMS, email: CUSTOMER_EMAIL, locale: 'de-ch' });
    const path = `/orders/${order.id}`;
    await put(vendor2, path, { status: 'cancelled', reason: 'sold out', reasonCode: 'out_of_stock' });
    await put(vendor1, path, { status: 'processing' });
    await put(vendor1, path, { status: 'shipped', shipment: { carrier: 'DHL', trackingNumber: 'T1' } });
    await put(vendor1, path, { status: 'delivered' });
    await post(customer, `${path}/returns`, { items: [{ sku: 'demo-1', quantity: 1 }], reason: 'too small' });
    for (const status of ['approved', 'received', 'refunded']) await put(vendor1, `${path}/returns/r1`, { status });
    commands = await everythingTold(order.id, 'refunded');
  });

  it('is told once to everybody whom it concerns', async () => {
    const buyer = `user:${customer.userId}`;
    expect(await told(order.id, commands)).toEqual([
      `confirmed order-confirmed ${buyer}`,
      'confirmed vendor-new-order vendor:vendor-1',
      'confirmed vendor-new-order vendor:vendor-2',
      `cancelled order-cancelled ${buyer}`,
      'cancelled order-cancelled vendor:vendor-2',
      `shipped order-shipped ${buyer}`,
      `delivered order-delivered ${buyer}`,
      `return-requested return-update ${buyer}`,
      'return-requested return-update vendor:vendor-1',
      `return-approved return-update ${buyer}`,
      `return-received return-update ${buyer}`,
      `refunded refund-issued ${buyer}`,
    ]);
    const kinds = (await notificationsOf(order.id)).map(({ template, recipient }) => `${template} ${recipient}`);
    expect(kinds).toEqual(expect.arrayContaining(['order-cancelled user', 'order-cancelled vendor']));
  });

  it('is told to the buyer with all that the message says, in the language of the order', () => {
    expect(order.locale).toBe('de-CH');
    const toBuyer = commands.filter(({ recipient }) => 'userId' in recipient);
    for (const { recipient, locale, data } of toBuyer) {
      expect({ recipient, locale, data }).toMatchObject({
        recipient: { userId: customer.userId, email: CUSTOMER_EMAIL },
        locale: 'de-CH',
        data: { orderId: order.id, number: order.number, occurredAt: expect.any(String) as string },
      });
    }
    expect(only(commands, 'order-confirmed').data).toMatchObject({
      orderStatus: 'confirmed',
      vendorOrders: [
        { vendorId: 'vendor-1', items: [{ sku: 'demo-1', quantity: 2, unitPrice: usd(199) }], total: usd(897) },
        { vendorId: 'vendor-2', items: [{ sku: 'demo-2', quantity: 1, unitPrice: usd(299) }], total: usd(798) },
      ],
      total: usd(1_695),
    });
    expect(only(commands, 'order-cancelled').data).toMatchObject({
      vendorOrders: [{ vendorId: 'vendor-2', items: [{ sku: 'demo-2', quantity: 1 }], total: usd(798) }],
      vendorOrderStatus: 'cancelled',
      cancelledBy: 'vendor',
      reason: 'sold out',
      reasonCode: 'out_of_stock',
    });
    const parcel = { vendorId: 'vendor-1', shipmentId: 's1', carrier: 'DHL', trackingNumber: 'T1' };
    expect(only(commands, 'order-shipped').data).toMatchObject({ ...parcel, items: [{ sku: 'demo-1', quantity: 2 }] });
    expect(only(commands, 'order-delivered').data).toMatchObject({ items: [{ sku: 'demo-1', quantity: 2 }] });
    // One of two units: half of the shipping, the odd cent with the first.
    expect(only(commands, 'refund-issued').data).toMatchObject({
      amount: usd(199 + 250),
      vendorId: 'vendor-1',
      returnId: 'r1',
      items: [{ sku: 'demo-1', name: order.vendorOrders[0]?.items[0]?.name, quantity: 1 }],
      reason: 'too small',
    });
  });

  it('is told to vendors without a word of the buyer or of each other', () => {
    const toVendors = commands.filter(({ recipient }) => 'vendorId' in recipient);
    expect(toVendors.find(({ template }) => template === 'vendor-new-order')?.data).toMatchObject({
      number: order.number,
      items: [{ sku: 'demo-1', quantity: 2 }],
      total: usd(897),
    });
    for (const command of toVendors) {
      expect(command).not.toHaveProperty('locale');
      expect(command.data).not.toHaveProperty('orderStatus');
      const text = JSON.stringify(command);
      const other = text.includes('vendor-1') ? 'vendor-2' : 'vendor-1';
      for (const secret of [CUSTOMER_EMAIL, customer.userId, other]) expect(text).not.toContain(secret);
    }
  });

  it('names nobody and no place', () => {
    const text = JSON.stringify(commands);
    for (const secret of ['Alice', 'Market Street', 'Springfield', 'tok_visa']) expect(text).not.toContain(secret);
    const withoutRecipients = JSON.stringify(commands.map(({ recipient: _recipient, ...command }) => command));
    expect(withoutRecipients).not.toContain('@');
  });
});

describe('the buyer', () => {
  it('who is a guest is told by e-mail, in the language that the browser prefers', async () => {
    const body = orderRequest({ items: ITEMS, currency: 'USD', email: GUEST_EMAIL });
    const headers = { 'Accept-Language': 'en;q=0.3, fr-ch, fr;q=0.9' };
    const reply = await market.anonymous.post<Order>('/orders', body, headers);
    expect(reply).toMatchObject({ status: 201, body: { locale: 'fr-CH' } });
    const commands = await everythingTold(reply.body.id, 'confirmed');
    const confirmed = commands.find(({ template }) => template === 'order-confirmed');
    expect(confirmed).toMatchObject({ recipient: { email: GUEST_EMAIL }, locale: 'fr-CH' });
    expect(await told(reply.body.id, commands)).toEqual([
      'confirmed order-confirmed guest',
      'confirmed vendor-new-order vendor:vendor-1',
      'confirmed vendor-new-order vendor:vendor-2',
    ]);
    expect(JSON.stringify(commands).match(/@/gu)).toHaveLength(1);
  });

  it('for whom staff order is not addressed in the language of staff', async () => {
    const support = await market.staff();
    const body = orderRequest({ items: ITEMS, currency: 'USD', email: GUEST_EMAIL });
    const reply = await support.post<Order>('/orders', body, { 'Accept-Language': 'nl' });
    expect(reply.status).toBe(201);
    expect(reply.body).not.toHaveProperty('locale');
  });

  it('is told when the payment is declined, and no vendor is', async () => {
    const customer = await market.customer();
    const payments = [{ methodToken: 'tok_declined' }];
    const reply = await customer.post('/orders', orderRequest({ items: ITEMS, currency: 'USD', payments }));
    const { orderId } = expectProblem(reply, 402, 'payment_declined') as Problem & { orderId: string };
    const commands = await everythingTold(orderId, 'payment-declined');
    expect(await told(orderId, commands)).toEqual([`payment-declined payment-failed user:${customer.userId}`]);
    expect(commands[0]?.data).toMatchObject({
      orderStatus: 'payment_failed',
      total: usd(1_695),
      vendorOrders: [{ vendorId: 'vendor-1' }, { vendorId: 'vendor-2' }],
      reason: expect.any(String) as string,
    });
  });

  it('is told of a refund for each means of payment that it comes from', async () => {
    const customer = await market.customer();
    const payments = [{ methodToken: 'tok_visa', amount: usd(400) }, { methodToken: 'tok_visa' }];
    const { id } = await placeOrder(customer, { payments });
    const support = await market.staff();
    await put(support, `/orders/${id}`, { status: 'shipped' });
    await post(support, `/orders/${id}/refunds`, { reason: 'never arrived' });
    const commands = await everythingTold(id, 'refunded', 2);
    const refunds = commands.filter(({ template }) => template === 'refund-issued');
    expect(refunds.map(({ data }) => data)).toMatchObject([
      { amount: usd(298), refundId: 'f1', reason: 'never arrived', items: [{ sku: 'demo-1', quantity: 1 }] },
      { amount: usd(400), refundId: 'f1', reason: 'never arrived' },
    ]);
  });
});

describe('the language of an order', () => {
  it.each(['de_CH', 'deutschland', '', '*', 7])('cannot be %j', async (locale) => {
    const customer = await market.customer();
    const reply = await customer.post('/orders', orderRequest({ items: ITEMS, currency: 'USD', locale }));
    expect(expectProblem(reply, 400, 'validation_failed').errors).toMatchObject([{ pointer: '/locale' }]);
  });

  it('may be told over NATS', async () => {
    const order = await market.ask<Order>('orders.create', {
      ...orderRequest({ items: ITEMS, currency: 'USD', email: GUEST_EMAIL }),
      locale: 'it',
    });
    expect(order.locale).toBe('it');
  });
});

describe('a command that comes twice', () => {
  it('is carried out once, and counted', async () => {
    const orderId = randomUUID();
    const command = {
      id: `${orderId}:3:order-delivered:user:alice`,
      template: 'order-delivered',
      recipient: { userId: 'alice' },
      data: {
        orderId,
        number: '7K2M-9QXT-4BC',
        occurredAt: '2026-03-01T12:00:00.000Z',
        vendorId: 'vendor-1',
        items: [{ sku: 'demo-1', name: 'Demo product 1', quantity: 1, unitPrice: usd(199) }],
      },
    };
    await market.ask('cmd.notifications.send', command);
    await market.ask('cmd.notifications.send', command);
    await waitUntil('it was asked for twice', async () => (await notificationsOf(orderId))[0]?.asked === 2);
    expect(await notificationsOf(orderId)).toMatchObject([
      { key: command.id, template: 'order-delivered', recipient: 'user', asked: 2 },
    ]);
  });
});

describe('a service that is killed between an event and its commands', () => {
  /** Places an order, and kills the service as soon as the confirmation is seen on its way to the stream. */
  async function killedAtConfirmation(meanwhile: (orderId: string) => Promise<unknown>): Promise<string> {
    const customer = await market.customer();
    const seen = new Promise<string>((resolve, reject) => {
      nats.subscribe('evt.orders.*.confirmed', {
        max: 1,
        callback: (error, message) => (error ? reject(error) : resolve(message.json<OrderEvent>().subject)),
      });
    });
    await nats.flush();
    const body = orderRequest({ items: ITEMS, currency: 'USD' });
    // The reply may be lost with the service.
    const replied = customer.post('/orders', body).catch(() => undefined);
    const orderId = await seen;
    await meanwhile(orderId);
    await stack.service.kill();
    await replied;
    return orderId;
  }

  async function eventsOf(orderId: string): Promise<string[]> {
    const events = await streamed<OrderEvent>(nats, 'ORDERS', `evt.orders.${orderId}.>`);
    return events.map(({ body }) => body.type.split('.')[2] ?? '');
  }

  const EVENTS = ['placed', 'payment-authorized', 'confirmed'];

  it('sends what is missing after its restart, and nothing twice', async () => {
    const { streams } = await jetstreamManager(nats);
    await waitUntil('nothing waits to be published', async () => {
      const waits = { $expr: { $ne: ['$publishedSequence', { $size: '$history' }] } };
      return (await market.collection('orders').countDocuments(waits)) === 0;
    });
    const full = await streams.info('NOTIFICATIONS');
    // There is room for one of the three commands.
    await streams.update('NOTIFICATIONS', { max_msgs: full.state.messages + 1, discard: DiscardPolicy.New });
    let orderId: string;
    try {
      orderId = await killedAtConfirmation(async (id) =>
        waitUntil('the service has noted how far it came', async () => (await stored(id)).publishedSequence > 0),
      );
      expect(await commandsOf(orderId)).toHaveLength(1);
      expect(await eventsOf(orderId)).toEqual(EVENTS);
      expect((await stored(orderId)).publishedSequence).toBe(EVENTS.indexOf('confirmed'));
    } finally {
      await streams.update('NOTIFICATIONS', { max_msgs: -1, discard: DiscardPolicy.Old });
    }
    await stack.restartService({ ending: 'crash' });
    const commands = await everythingTold(orderId, 'confirmed');
    expect(commands).toHaveLength(3);
    expect(await eventsOf(orderId)).toEqual(EVENTS);
  });

  it('leaves one of each also where nothing is in the way of the commands', async () => {
    const orderId = await killedAtConfirmation(async () => undefined);
    await stack.restartService({ ending: 'crash' });
    const commands = await everythingTold(orderId, 'confirmed');
    expect(commands).toHaveLength(3);
    expect(await eventsOf(orderId)).toEqual(EVENTS);
  });
});
