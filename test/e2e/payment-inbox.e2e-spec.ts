import { randomUUID } from 'node:crypto';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from '@nats-io/nats-core';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  DEAD_LETTER_HEADERS,
  deadLetterSubject,
  paymentEventSubject,
  STREAMS,
  type PaymentEvent,
} from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import {
  Marketplace,
  orderWhen,
  placeOrder,
  type Client,
  type Order,
  type Page,
  type TimelineEntry,
} from '../support/client.js';
import { expectSumsToHold } from '../support/order-checks.js';
import { runServiceProgram, type ProgramRun } from '../support/service-program.js';
import { startTestStack, type TestStack } from '../support/stack.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const MOST_DELIVERIES = 2;
const DURABLE_NAME = 'order-service';

interface Listed {
  sequence: number;
  code: string;
  detail: string;
  deliveries: number;
  stream: string;
  subject: string;
  originalSequence: number;
  givenUpAt: string;
}

let stack: TestStack;
let market: Marketplace;
let nats: NatsConnection;
let js: JetStreamClient;
let manager: JetStreamManager;
let proxy: TcpProxy;
let alice: Client;
let support: Client;

beforeAll(async () => {
  stack = await startTestStack({ env: { PAYMENT_EVENT_MAX_DELIVERIES: String(MOST_DELIVERIES) } });
  market = await Marketplace.open(stack);
  nats = await connect({ servers: stack.natsUrl });
  js = jetstream(nats);
  manager = await jetstreamManager(nats);
  [alice, support] = await Promise.all([market.customer(), market.staff('support')]);
}, 90_000);

afterAll(async () => {
  await nats?.close();
  await market?.close();
  await stack?.stop();
  await proxy?.stop();
});

/** Publishes what the Payment Service might; the sequence is that of its stream. */
async function publish(
  body: string | PaymentEvent,
  given: { type?: string; headers?: Record<string, string> } = {},
): Promise<{ subject: string; sequence: number }> {
  const isEvent = typeof body !== 'string';
  const subject = paymentEventSubject(
    isEvent ? body.paymentId : 'pay-1',
    isEvent ? body.type : (given.type ?? 'captured'),
  );
  const sent = headers();
  for (const [name, value] of Object.entries(given.headers ?? {})) sent.set(name, value);
  const { seq: sequence } = await js.publish(subject, isEvent ? JSON.stringify(body) : body, {
    headers: sent,
    ...(isEvent ? { msgID: body.id } : {}),
  });
  return { subject, sequence };
}

function chargebackOf(order: Order, given: Partial<PaymentEvent> = {}): PaymentEvent {
  return {
    id: `chargeback-${randomUUID()}`,
    type: 'chargeback',
    orderId: order.id,
    tenderId: 't1',
    idempotencyKey: `${order.id}:t1:authorize:1`,
    paymentId: paymentIds.get(order.id) ?? '',
    amount: order.payment.authorized,
    time: new Date().toISOString(),
    reason: 'product_not_received',
    ...given,
  };
}

/** Only staff are told of them by the service; here the stored order says. */
const paymentIds = new Map<string, string>();
async function placed(overrides: Record<string, unknown> = {}): Promise<Order> {
  const order = await placeOrder(alice, overrides);
  const stored = await market.collection('orders').findOne({ _id: order.id });
  const { payment } = stored as unknown as { payment: { tenders: { paymentId?: string }[] } };
  paymentIds.set(order.id, payment.tenders[0]?.paymentId ?? '');
  return order;
}

async function chargebacks(orderId: string): Promise<TimelineEntry[]> {
  const { body } = await support.get<Page<TimelineEntry>>(`/orders/${orderId}/timeline`);
  return body.items.filter(({ type }) => type === 'chargeback');
}

async function recorded(orderId: string, count: number): Promise<TimelineEntry[]> {
  return waitUntil(`${count} chargebacks are recorded`, async () => {
    const found = await chargebacks(orderId);
    return found.length >= count && found;
  });
}

async function command(program: 'dead-letters' | 'reconcile', ...args: string[]): Promise<ProgramRun> {
  return runServiceProgram(program, { NATS_URL: stack.natsUrl, MONGODB_URI: stack.mongodbUri }, ...args);
}

const deadLetters = async (...args: string[]): Promise<ProgramRun> => command('dead-letters', ...args);

/** Waits for the dead letter of a message, and gives what it says in its headers. */
async function deadLetterOf(message: { sequence: number }): Promise<Listed> {
  return waitUntil('the message is among the dead letters', async () => {
    const found = await lettersThere();
    return found.find(({ originalSequence }) => originalSequence === message.sequence);
  });
}

/** All dead letters, oldest first, read past the command. */
async function lettersThere(): Promise<Listed[]> {
  const { count, last } = await letters();
  const found: Listed[] = [];
  for (let seq = last; found.length < count && seq > 0; seq -= 1) {
    const letter = await manager.streams.getMessage(STREAMS.deadLetters.name, { seq });
    // Those that were dropped have left gaps.
    if (letter) found.unshift(factsOf(seq, letter.header));
  }
  return found;
}

function factsOf(sequence: number, header: MsgHdrs): Listed {
  return {
    sequence,
    givenUpAt: header.get(DEAD_LETTER_HEADERS.time),
    code: header.get(DEAD_LETTER_HEADERS.code),
    detail: header.get(DEAD_LETTER_HEADERS.detail),
    deliveries: Number(header.get(DEAD_LETTER_HEADERS.deliveries)),
    stream: header.get(DEAD_LETTER_HEADERS.stream),
    subject: header.get(DEAD_LETTER_HEADERS.subject),
    originalSequence: Number(header.get(DEAD_LETTER_HEADERS.sequence)),
  };
}

async function letters(): Promise<{ count: number; last: number }> {
  const { state } = await manager.streams.info(STREAMS.deadLetters.name);
  return { count: state.messages, last: state.last_seq };
}

/** A figure of one replica; of all outcomes or labels together when none is named. */
async function figure(name: string, labels = '', baseUrl = stack.baseUrl): Promise<number> {
  const { text } = await alice.at(baseUrl).get('/metrics');
  const line = new RegExp(`^${name}${labels.replaceAll(/[{}]/gu, '\\$&')} (\\S+)$`, 'mu').exec(text);
  return Number(line?.[1] ?? Number.NaN);
}

const outcome = async (name: string, baseUrl?: string): Promise<number> =>
  figure('payment_events_total', `{outcome="${name}"}`, baseUrl);

async function allHandled(): Promise<void> {
  await waitUntil('no event is pending', async () => {
    const info = await manager.consumers.info(STREAMS.payments.name, DURABLE_NAME);
    return info.num_pending + info.num_ack_pending === 0;
  });
}

describe('a message that cannot be used', () => {
  it.each<[string, string, string]>([
    ['no JSON', 'not json \u0000', 'malformed_json'],
    ['an unknown shape', '{"id":"x","type":"captured"}', 'validation_failed'],
    ['an unknown type', JSON.stringify({ ...chargebackTemplate(), type: 'settled' }), 'validation_failed'],
  ])('because it is %s goes to the dead letters at once, as it is', async (_, body, code) => {
    const sent = await publish(body, {
      headers: { traceparent: '00-1-2-01', 'Nats-Msg-Id': `id-${code}-${body.length}` },
    });
    const letter = await deadLetterOf(sent);
    expect(letter).toMatchObject({ code, deliveries: 1, stream: 'PAYMENTS', subject: sent.subject });
    const stored = await manager.streams.getMessage(STREAMS.deadLetters.name, { seq: letter.sequence });
    expect(stored?.string()).toBe(body);
    expect(stored?.subject).toBe(deadLetterSubject('PAYMENTS', sent.subject));
    expect(stored?.header.get('traceparent')).toBe('00-1-2-01');
    expect(stored?.header.get('Nats-Msg-Id')).toBe(`PAYMENTS:${sent.sequence}`);
    expect(stored?.header.get('Dead-Letter-Kept-Msg-Id')).toBe(`id-${code}-${body.length}`);
    expect(Date.parse(stored?.header.get(DEAD_LETTER_HEADERS.time) ?? '')).toBeGreaterThan(0);
    expect(letter.detail).not.toContain(body);
    // Whoever gives it up a second time writes no second letter.
    const repeated = await js.publish(stored?.subject ?? '', body, { msgID: `PAYMENTS:${sent.sequence}` });
    expect(repeated).toMatchObject({ duplicate: true, seq: letter.sequence });
  });

  it('because it fits no order goes there after so many deliveries, and holds up nothing', async () => {
    const order = await placed();
    const foreign = await publish(chargebackOf(order, { orderId: randomUUID() }));
    const unasked = await publish({ ...chargebackOf(order), type: 'refunded', idempotencyKey: 'of-somebody-else' });
    await publish(chargebackOf(order));
    const [first] = await recorded(order.id, 1);
    expect(first?.data).toMatchObject({
      amount: order.payment.authorized,
      tenderId: 't1',
      reason: 'product_not_received',
    });
    expect(await deadLetterOf(foreign)).toMatchObject({ code: 'not_found', deliveries: MOST_DELIVERIES });
    expect(await deadLetterOf(unasked)).toMatchObject({ code: 'not_found', deliveries: MOST_DELIVERIES });
    await allHandled();
    expect((await support.get<Order>(`/orders/${order.id}`)).body.payment).toEqual(order.payment);
    expect(await outcome('dead_lettered')).toBe(5);
    expect(await figure('dead_letters_total', '{stream="PAYMENTS"}')).toBe(5);
    expect(await figure('dead_letters_waiting')).toBe(5);
    expect(await figure('payment_events_pending')).toBe(0);
  });
});

describe('npm run dead-letters', () => {
  it('lists, shows and drops', async () => {
    const there = await lettersThere();
    const { length: count } = there;
    const [oldest, second] = there as [Listed, Listed];
    const [list, asJson] = await Promise.all([deadLetters('list', '--limit', '2'), deadLetters('list', '--json')]);
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toMatch(/^sequence +given up +code +deliveries +subject +detail$/mu);
    expect(list.stdout).toContain(`... and ${count - 2} more`);
    expect(asJson).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(asJson.stdout)).toEqual(there);
    const [shown, dropped] = await Promise.all([
      deadLetters('show', String(oldest.sequence)),
      deadLetters('drop', String(second.sequence)),
    ]);
    expect(shown.stdout).toContain(`Dead-Letter-Code: ${oldest.code}`);
    expect(shown.stdout).toContain('"not json \\u0000"');
    expect(dropped).toMatchObject({ code: 0 });
    expect((await lettersThere()).map(({ sequence }) => sequence)).toEqual(
      there.map(({ sequence }) => sequence).filter((sequence) => sequence !== second.sequence),
    );
    const what = ['show', 'drop', 'redrive'];
    for (const gone of await Promise.all(what.map(async (each) => deadLetters(each, String(second.sequence))))) {
      expect(gone).toMatchObject({ code: 1, stdout: '' });
      expect(gone.stderr).toContain(`there is no dead letter ${second.sequence}`);
    }
  });

  it('re-drives one, which has its effect once', async () => {
    const order = await placed();
    await allHandled();
    const orders = market.collection('orders');
    const document = await orders.findOneAndDelete({ _id: order.id });
    const event = chargebackOf(order);
    const letter = await deadLetterOf(await publish(event, { headers: { 'Nats-Expected-Stream': 'PAYMENTS' } }));
    if (document) await orders.insertOne(document);
    expect(await deadLetters('redrive', String(letter.sequence))).toMatchObject({ code: 0, stderr: '' });
    await recorded(order.id, 1);
    expect((await lettersThere()).map(({ sequence }) => sequence)).not.toContain(letter.sequence);
    // The Payment Service says it once more, past the duplicate check of its stream.
    await publish(JSON.stringify(event), { type: 'chargeback' });
    await allHandled();
    expect(await chargebacks(order.id)).toHaveLength(1);
  });

  it('re-drives all that are there; what still cannot be used comes back as a new one', async () => {
    const before = await letters();
    const run = await deadLetters('redrive', '--all');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain(`${before.count} redriven, 0 failed`);
    await waitUntil('all are back', async () => (await letters()).last === before.last + before.count);
    expect((await letters()).count).toBe(before.count);
  });

  it('keeps what no stream takes, and says so', async () => {
    const lost = headers();
    lost.set(DEAD_LETTER_HEADERS.stream, 'PAYMENTS');
    lost.set(DEAD_LETTER_HEADERS.subject, 'evt.orders.not-of-that-stream');
    const { seq } = await js.publish(deadLetterSubject('PAYMENTS', 'evt.lost'), 'x', { headers: lost });
    const run = await deadLetters('redrive', String(seq));
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(new RegExp(`^${seq} stays: `, 'u'));
    // It is still there.
    expect(await manager.streams.deleteMessage(STREAMS.deadLetters.name, seq)).toBe(true);
  });

  it('ends with 2 for a command line that cannot be followed', async () => {
    const [unknown, help] = await Promise.all([deadLetters('bury'), deadLetters('--help')]);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(help).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('the consumer', () => {
  it('that an earlier version has made is brought to the settings of this one, and made anew when it is gone', async () => {
    const { name } = STREAMS.payments;
    await manager.consumers.update(name, DURABLE_NAME, { max_deliver: 30, ack_wait: 5_000_000_000 });
    proxy = await TcpProxy.start(hostOf(stack.mongodbUri));
    // From here on the database can be taken away, and one failure for a reason that does not pass is enough.
    const env = { MONGODB_URI: through(stack.mongodbUri, proxy.port), PAYMENT_EVENT_MAX_DELIVERIES: '1' };
    await stack.restartService({ env });
    await waitUntil('the settings are those of this version', async () => {
      const { config } = await manager.consumers.info(name, DURABLE_NAME);
      return config.max_deliver === -1 && config.ack_wait === 30_000_000_000;
    });
    const order = await placed();
    await manager.consumers.delete(name, DURABLE_NAME);
    await publish(chargebackOf(order));
    await recorded(order.id, 1);
    await allHandled();
    expect(await chargebacks(order.id)).toHaveLength(1);
  });
});

describe('while the database is away', () => {
  it('an event is not given up, however often it fails, and has its effect afterwards', async () => {
    const order = await placed();
    await allHandled();
    const { count } = await letters();
    // The metrics would wait for the database too.
    const failures = (): number => stack.logs().split('a message could not be handled').length;
    const before = failures();
    proxy.cut();
    try {
      await publish(chargebackOf(order));
      // Each failure waits for the database first.
      await waitUntil('it has failed more often than an event may', () => failures() > before + 1, {
        deadlineMs: 60_000,
      });
    } finally {
      proxy.restore();
    }
    await recorded(order.id, 1);
    await allHandled();
    expect(await letters()).toMatchObject({ count });
  }, 120_000);
});

describe('the money', () => {
  it('is right when every event comes twice, late and in any order', async () => {
    const [{ count }, vendor] = [await letters(), await market.vendor('vendor-1')];
    const told = async (): Promise<number> => (await manager.streams.info(STREAMS.payments.name)).state.messages;
    const before = await told();
    // Some events come before the reply that they stand for, and others after it.
    await market.setDials({ duplicateEventRate: 1, reorderEvents: true, authorizeLatencyMs: 400 });
    let orders: Order[];
    try {
      const ids = await Promise.all(Array.from({ length: 6 }, async () => (await placed({ items: UNITS })).id));
      await Promise.all(
        ids.map(async (id, index) => {
          const path = `/orders/${id}`;
          if (index % 3 === 0) return alice.put(path, { status: 'cancelled' });
          await vendor.post(`${path}/shipments`, { items: [{ sku: 'demo-1', quantity: 1 }] });
          await vendor.post(`${path}/cancellations`, { items: [{ sku: 'demo-1', quantity: 1 }], reason: 'sold out' });
          return index % 3 === 1 ? undefined : support.post(`${path}/refunds`, { reason: 'broken' });
        }),
      );
      orders = await Promise.all(ids.map(async (id) => expectSumsToHold(market, support, id)));
      const moves = (await Promise.all(ids.map(async (id) => market.ledger(id)))).flat();
      const events = moves.filter(({ kind }) => ['authorization', 'capture', 'void', 'refund'].includes(kind)).length;
      await waitUntil('every event was told twice', async () => (await told()) === before + 2 * events);
    } finally {
      await market.setDials({ duplicateEventRate: 0, reorderEvents: false, authorizeLatencyMs: 0 });
    }
    await allHandled();
    // What came afterwards was known: nothing was written for it.
    for (const { id, version } of orders) {
      expect((await support.get<Order>(`/orders/${id}`)).body).toMatchObject({ id, version });
    }
    expect(await letters()).toMatchObject({ count });
  });

  it.each<[string, Record<string, number>]>([
    ['when the order is cancelled', {}],
    ['when nobody had heard of it when the order was cancelled', { authorizeLatencyMs: 2_500, eventDelayMs: 2_500 }],
  ])('that the Payment Service has captured too early goes back by itself %s', async (_, dials) => {
    await market.setDials({ authorizeLatencyMs: 0, eventDelayMs: 0, ...dials });
    try {
      const waiting = placeOrder(alice, {
        payments: [{ methodToken: 'tok_captured_at_once' }],
        clientReference: randomUUID(),
      });
      const { id } =
        Object.keys(dials).length === 0
          ? await waiting
          : await waitUntil('the order can be seen', async () => {
              const { body } = await alice.get<Page<Order>>(`/orders/user/${alice.userId}`);
              return body.items.find(({ payment }) => payment.status === 'authorizing');
            });
      expect((await alice.put<Order>(`/orders/${id}`, { status: 'cancelled' })).status).toBe(200);
      const order = await orderWhen(support, id, 'refunded', ({ payment }) => payment.status === 'refunded');
      await waiting;
      const total = order.totals.grandTotal.amount;
      expect(order).toMatchObject({
        status: 'cancelled',
        payment: { captured: { amount: total }, refunded: { amount: total } },
        totals: { refunded: { amount: 0 } },
      });
      expect(await market.ledgerSum(id, 'capture')).toBe(total);
      expect(await market.ledgerSum(id, 'refund')).toBe(total);
    } finally {
      await market.setDials({ authorizeLatencyMs: 0, eventDelayMs: 0 });
    }
    await allHandled();
  });
});

describe('two replicas', () => {
  it('share the events, each of which has its effect once', async () => {
    const orders = await Promise.all(Array.from({ length: 4 }, async () => placed()));
    await allHandled();
    const second = await stack.startReplica();
    const replicas = [stack.baseUrl, second.baseUrl];
    const handled = async (): Promise<number[]> =>
      Promise.all(replicas.map(async (baseUrl) => outcome('handled', baseUrl)));
    const before = await handled();
    const rounds = 15;
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(orders.map(async (order) => publish(chargebackOf(order))));
    }
    await allHandled();
    for (const { id } of orders) expect(await recorded(id, rounds)).toHaveLength(rounds);
    const shares = (await handled()).map((count, index) => count - (before[index] ?? 0));
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares[1]).toBeGreaterThan(0);
    expect((shares[0] ?? 0) + (shares[1] ?? 0)).toBe(rounds * orders.length);
  });

  it('leave books that agree', async () => {
    const run = await waitUntil('nothing is in flight', async () => {
      const found = await command('reconcile', '--grace-seconds', '0');
      return found.code === 0 && found;
    });
    expect(run.stdout).toMatch(/nothing drifts\.$/mu);
  });
});

const UNITS = [
  { sku: 'demo-1', quantity: 2 },
  { sku: 'demo-2', quantity: 1 },
];

function chargebackTemplate(): PaymentEvent {
  return {
    id: 'x',
    type: 'chargeback',
    orderId: 'x',
    tenderId: 't1',
    idempotencyKey: 'x',
    paymentId: 'pay-1',
    amount: { amount: 1, currency: 'USD' },
    time: '2026-03-01T12:00:00.000Z',
  };
}

const MONGODB_URI = /^mongodb:\/\/(?<user>[^@/]*@)?(?<host>[^,/]+)[^/]*\/(?<name>[^?]*)/u;

/** The first host of a connection string. */
function hostOf(uri: string): string {
  return MONGODB_URI.exec(uri)?.groups?.['host'] ?? '';
}

/** The same database by way of a port of this machine. */
function through(uri: string, port: number): string {
  const { user = '', name = '' } = MONGODB_URI.exec(uri)?.groups ?? {};
  return `mongodb://${user}127.0.0.1:${port}/${name}?directConnection=true`;
}
