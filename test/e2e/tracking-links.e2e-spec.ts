import { createHmac, hkdfSync, randomUUID } from 'node:crypto';
import { KEY_LIFETIME_MS } from '@marketplace/domain';
import { DEVELOPMENT_GUEST_TOKEN_SECRET, waitUntil } from '@marketplace/local-stack';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { NotificationCommand } from '@marketplace/contracts';
import {
  ADDRESS,
  expectProblem,
  Marketplace,
  placeOrder,
  sendRaw,
  type Client,
  type Order,
  type Reply,
} from '../support/client.js';
import { EventReader } from '../support/event-reader.js';
import { streamed } from '../support/messages.js';
import { startTestStack, type TestStack } from '../support/stack.js';

/** As the contract has it. */
interface TrackingLink {
  id: string;
  url: string;
  token: string;
  createdAt: string;
  expiresAt: string;
}

interface Snapshot {
  number: string;
  status: string;
  statusText: string;
  nextStep: string;
  placedAt: string;
  updatedAt: string;
  vendorOrders: {
    vendorId: string;
    status: string;
    steps: { name: string; text: string; state: string; isCurrent: boolean; at?: string }[];
    items: { name: string; quantity: number; cancelledQuantity: number }[];
    parcels: { status: string; carrier?: string; trackingNumber?: string; trackingUrl?: string }[];
    cancellations: { at: string }[];
  }[];
}

const DAY_MS = 86_400_000;
const JSON_FIRST = { Accept: 'application/json' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const TWO_VENDORS = {
  items: [
    { sku: 'demo-1', quantity: 2 },
    { sku: 'demo-2', quantity: 1 },
  ],
};

let stack: TestStack;
let market: Marketplace;
let nats: NatsConnection;
let replicaUrl: string;
let alice: Client;
let support: Client;

beforeAll(async () => {
  stack = await startTestStack({
    ownNats: true,
    env: { RECOVERY_AFTER_MS: '1000', RECOVERY_INTERVAL_MS: '200', LIVE_CATCH_UP_MS: '1000' },
  });
  replicaUrl = (await stack.startReplica()).baseUrl;
  market = await Marketplace.open(stack);
  nats = await connect({ servers: stack.natsUrl });
  [alice, support] = await Promise.all([market.customer(), market.staff('support')]);
}, 120_000);

afterAll(async () => {
  await nats?.close();
  await market?.close();
  await stack?.stop();
});

const linksOf = (orderId: string): string => `/orders/${orderId}/tracking-links`;
const keyed = (): Record<string, string> => ({ 'Idempotency-Key': randomUUID() });
const snapshotOf = async (token: string): Promise<Reply<Snapshot>> =>
  market.anonymous.get<Snapshot>(`/track/${token}`, JSON_FIRST);

async function createLink(client: Client, orderId: string, body: object = {}): Promise<TrackingLink> {
  const reply = await client.post<TrackingLink>(linksOf(orderId), body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return reply.body;
}

async function guestOrder(email: string, overrides: object = {}): Promise<Order> {
  return placeOrder(market.anonymous, { email, ...overrides });
}

/** A token as the service would sign it, but for the claims that are given. */
function forged(claims: object, secret: Buffer | string = trackingKey()): string {
  const now = Math.floor(Date.now() / 1000);
  const usual = { iss: 'order-service/tracking', aud: 'tracking', iat: now, exp: now + 3_600 };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const words = `${part({ alg: 'HS256' })}.${part({ ...usual, ...claims })}`;
  return `${words}.${createHmac('sha256', secret).update(words).digest('base64url')}`;
}

function trackingKey(): Buffer {
  return Buffer.from(hkdfSync('sha256', DEVELOPMENT_GUEST_TOKEN_SECRET, '', 'order-service/tracking', 32));
}

describe('a tracking link', () => {
  let order: Order;

  beforeAll(async () => {
    order = await placeOrder(alice, TWO_VENDORS);
  });

  it('is made by the buyer, the guest with the token of the order, and staff', async () => {
    const guests = await guestOrder('link-guest@example.com');
    for (const [client, orderId] of [
      [alice, order.id],
      [support, order.id],
      [market.anonymous.with(guests.accessToken), guests.id],
    ] as const) {
      const link = await createLink(client, orderId);
      expect(link.url).toBe(`${stack.baseUrl}/track/${link.token}`);
      expect(new Date(link.expiresAt).getTime() - new Date(link.createdAt).getTime()).toBeCloseTo(30 * DAY_MS, -4);
      expect((await snapshotOf(link.token)).body.status).toBe('confirmed');
    }
  });

  it('has the same address on every replica, and can be opened on each', async () => {
    const link = (await alice.at(replicaUrl).post<TrackingLink>(linksOf(order.id), {})).body;
    expect(link.url).toBe(`${stack.baseUrl}/track/${link.token}`);
    for (const baseUrl of [stack.baseUrl, replicaUrl]) {
      expect((await fetch(`${baseUrl}/track/${link.token}`)).status).toBe(200);
    }
  });

  it('is not for the vendors, other customers, other guests, or nobody', async () => {
    const other = await guestOrder('another-guest@example.com');
    const strangers: [Client, number, string][] = [
      [await market.vendor('vendor-1'), 403, 'forbidden'],
      [await market.vendor('vendor-6'), 403, 'forbidden'],
      [await market.customer(), 404, 'not_found'],
      [market.anonymous.with(other.accessToken), 404, 'not_found'],
      [market.anonymous, 401, 'unauthenticated'],
    ];
    const { id } = await createLink(alice, order.id);
    for (const [client, status, code] of strangers) {
      expectProblem(await client.post(linksOf(order.id), {}), status, code);
      expectProblem(await client.get(linksOf(order.id)), status, code);
      expectProblem(await client.delete(`${linksOf(order.id)}/${id}`), status, code);
    }
    expectProblem(await alice.post(linksOf(randomUUID()), {}), 404, 'not_found');
  });

  it('is for those who buy and sell where they bought', async () => {
    const [customerId, vendorId] = [alice.userId, 'vendor-1'];
    const both = market.anonymous.with(await stack.token({ sub: customerId, roles: ['customer', 'vendor'], vendorId }));
    await createLink(both, order.id);
    const notBought = await placeOrder(await market.customer());
    expectProblem(await both.post(linksOf(notBought.id), {}), 404, 'not_found');
    expectProblem(await both.get(linksOf(notBought.id)), 404, 'not_found');
  });

  it('lasts as long as is asked for, within bounds', async () => {
    const link = await createLink(alice, order.id, { expiresInDays: 1 });
    expect(new Date(link.expiresAt).getTime() - Date.now()).toBeLessThanOrEqual(DAY_MS);
    for (const expiresInDays of [0, 181, -1, 1.5, '3', null, [], 1e99]) {
      expectProblem(await alice.post(linksOf(order.id), { expiresInDays }), 400, 'validation_failed');
    }
    expectProblem(await alice.post(linksOf(order.id), { until: 'ever' }), 400, 'validation_failed');
    expectProblem(await alice.post(linksOf(order.id), []), 400, 'validation_failed');
    expect((await alice.request('POST', linksOf(order.id))).status).toBe(201);
  });

  it('is one however often it is asked for with a key, and another request with that key is refused', async () => {
    const mine = await placeOrder(alice);
    const key = keyed();
    const replies = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (number) =>
        (number % 2 === 0 ? alice : alice.at(replicaUrl)).post<TrackingLink>(
          linksOf(mine.id),
          { expiresInDays: 2 },
          key,
        ),
      ),
    );
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(replies.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(5);
    expect((await alice.get<{ items: TrackingLink[] }>(linksOf(mine.id))).body.items).toHaveLength(1);
    expectProblem(await alice.post(linksOf(mine.id), { expiresInDays: 3 }, key), 422, 'idempotency_key_reused');
  });

  it('is a new one for a key that comes again after it was forgotten', async () => {
    const mine = await placeOrder(alice);
    const key = keyed();
    const first = (await alice.post<TrackingLink>(linksOf(mine.id), {}, key)).body;
    const longAgo = new Date(Date.now() - KEY_LIFETIME_MS - 1);
    await market.collection('orders').updateOne({ _id: mine.id }, { $set: { 'appliedRequests.0.at': longAgo } });
    // The next request with a key makes the order forget those that are a day old.
    await alice.post(linksOf(mine.id), {}, keyed());
    const again = (await alice.post<TrackingLink>(linksOf(mine.id), {}, key)).body;
    expect(again.id).not.toBe(first.id);
    expect((await snapshotOf(again.token)).status).toBe(200);
  });

  it('is listed while it is good, and can be taken back, also with ids in capitals', async () => {
    const mine = await placeOrder(alice);
    const [first, second] = [await createLink(alice, mine.id), await createLink(support, mine.id)];
    const listed = await alice.get<{ items: TrackingLink[]; nextCursor: null }>(linksOf(mine.id.toUpperCase()));
    expect(listed.body).toEqual({ items: [first, second], nextCursor: null });
    expect(listed.headers.get('cache-control')).toBe('no-store');
    const path = `${linksOf(mine.id.toUpperCase())}/${first.id.toUpperCase()}`;
    const revoked = await alice.delete(path);
    expect({ status: revoked.status, text: revoked.text }).toEqual({ status: 204, text: '' });
    expectProblem(await alice.delete(path), 404, 'not_found');
    expectProblem(await snapshotOf(first.token), 404, 'not_found');
    expect((await snapshotOf(second.token)).status).toBe(200);
    expect((await alice.get<{ items: TrackingLink[] }>(linksOf(mine.id))).body.items).toEqual([second]);
    expectProblem(await alice.delete(`${linksOf(mine.id)}/nonsense`), 400, 'validation_failed');
    const upper = await alice.post<TrackingLink>(linksOf(mine.id.toUpperCase()), {});
    expect((await snapshotOf(upper.body.token)).body.number).toBe(mine.number);
  });

  it('that was taken back is not made again by its key', async () => {
    const key = keyed();
    const { id } = (await alice.post<TrackingLink>(linksOf(order.id), {}, key)).body;
    await alice.delete(`${linksOf(order.id)}/${id}`);
    expectProblem(await alice.post(linksOf(order.id), {}, key), 404, 'not_found');
  });

  it('is one of 20 at most: the oldest lapses', async () => {
    const mine = await placeOrder(alice);
    const links: TrackingLink[] = [];
    for (let number = 0; number < 21; number += 1) links.push(await createLink(alice, mine.id));
    const { items } = (await alice.get<{ items: TrackingLink[] }>(linksOf(mine.id))).body;
    expect(items.map(({ id }) => id)).toEqual(links.slice(1).map(({ id }) => id));
    expectProblem(await snapshotOf(String(links[0]?.token)), 404, 'not_found');
  });

  it('comes without an event, on the version that was meant', async () => {
    const mine = await placeOrder(alice);
    const before = (await alice.get<{ items: unknown[] }>(`/orders/${mine.id}/timeline`)).body.items.length;
    const { version } = (await alice.get<Order>(`/orders/${mine.id}`)).body;
    const stale = { 'If-Match': `"${version - 1}"` };
    expectProblem(await alice.post(linksOf(mine.id), {}, stale), 412, 'version_conflict');
    expect((await alice.post(linksOf(mine.id), {}, { 'If-Match': `"${version}"` })).status).toBe(201);
    expect((await alice.get<{ items: unknown[] }>(`/orders/${mine.id}/timeline`)).body.items).toHaveLength(before);
    expect((await alice.get<Order>(`/orders/${mine.id}`)).text).not.toMatch(/tracking[A-Z]/u);
  });
});

describe('what a link shows', () => {
  it('is what the order holds and where it is, as JSON and as a page, and follows every change', async () => {
    const order = await placeOrder(alice, { ...TWO_VENDORS, email: 'alice-shows@example.com' });
    const { token } = await createLink(alice, order.id);
    const [vendor1, vendor2] = [await market.vendor('vendor-1'), await market.vendor('vendor-2')];
    await vendor1.put(`/orders/${order.id}`, { status: 'processing' });
    await vendor1.post(`/orders/${order.id}/shipments`, {
      items: [{ sku: 'demo-1', quantity: 1 }],
      carrier: 'DHL',
      trackingNumber: 'T-1',
      trackingUrl: 'https://carrier.example/T-1',
    });
    await vendor2.put(`/orders/${order.id}`, { status: 'cancelled', reason: 'for Alice: sold out' });
    const { body, headers, text } = await snapshotOf(token);
    expect(headers.get('content-type')).toMatch(/^application\/json/u);
    expect(body).toMatchObject({ number: order.number, status: 'partially_shipped', placedAt: order.placedAt });
    const [first, second] = body.vendorOrders;
    expect(first).toMatchObject({
      vendorId: 'vendor-1',
      status: 'partially_shipped',
      items: [{ name: 'Demo product 1', quantity: 2 }],
      parcels: [
        { status: 'in_transit', carrier: 'DHL', trackingNumber: 'T-1', trackingUrl: 'https://carrier.example/T-1' },
      ],
    });
    expect(first?.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'ordered done',
      'confirmed done',
      'processing done',
      'shipped partial',
      'delivered upcoming',
    ]);
    expect(second?.steps.at(-1)).toMatchObject({
      name: 'cancelled',
      isCurrent: true,
      at: second?.cancellations[0]?.at,
    });
    expect(text).not.toMatch(/alice|example\.com"|"amount"|currency|USD|Market Street|sold out|tok_/iu);

    await vendor1.put(`/orders/${order.id}`, {
      status: 'shipped',
      shipment: { carrier: 'DHL', trackingNumber: 'T-2' },
    });
    await vendor1.put(`/orders/${order.id}`, { status: 'delivered' });
    const after = await snapshotOf(token);
    expect(after.body).toMatchObject({ status: 'delivered' });
    expect(after.body.vendorOrders[0]?.parcels.map(({ status }) => status)).toEqual(['delivered', 'delivered']);
    expect(after.body.updatedAt > body.updatedAt).toBe(true);

    const page = await market.anonymous.get(`/track/${token}`, { Accept: 'text/html' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toMatch(/^<!doctype html><html lang="en" data-status="delivered">/u);
    expect(page.text.match(/data-status=/gu)).toHaveLength(1);
    for (const shown of [order.number, 'Demo product 1', 'vendor-2', 'T-2', 'Cancelled', 'Everything has arrived']) {
      expect(page.text).toContain(shown);
    }
    for (const secret of [
      ...Object.values(ADDRESS).filter((value) => value.length > 2),
      'alice',
      'tok_',
      'USD',
      'sold out',
    ]) {
      expect(page.text.toLowerCase()).not.toContain(secret.toLowerCase());
    }
  });

  it('is the time of the last cancellation where units were cancelled one after another', async () => {
    const order = await placeOrder(alice, { items: [{ sku: 'demo-1', quantity: 2 }] });
    const { token } = await createLink(alice, order.id);
    for (const _ of [1, 2]) {
      await alice.post(`/orders/${order.id}/cancellations`, { items: [{ sku: 'demo-1', quantity: 1 }], reason: 'x' });
    }
    const [part] = (await snapshotOf(token)).body.vendorOrders;
    expect(part?.cancellations).toHaveLength(2);
    expect(part?.steps.at(-1)).toMatchObject({ name: 'cancelled', at: part?.cancellations[1]?.at });
    expect(String(part?.cancellations[1]?.at) > String(part?.cancellations[0]?.at)).toBe(true);
  });

  it('is a page unless JSON is preferred, and is kept by nobody', async () => {
    const { token } = await createLink(alice, (await placeOrder(alice)).id);
    for (const [accept, type] of [
      ['*/*', 'text/html'],
      ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html'],
      ['image/png', 'text/html'],
      ['application/json', 'application/json'],
      ['application/json;q=0.9, text/html;q=0.1', 'application/json'],
      ['application/problem+json', 'application/json'],
    ]) {
      const { status, headers } = await market.anonymous.get(`/track/${token}?utm_source=mail&a[$ne]=1`, {
        Accept: String(accept),
      });
      expect({ accept, status, type: headers.get('content-type')?.split(';')[0] }).toEqual({
        accept,
        status: 200,
        type,
      });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-robots-tag')).toContain('noindex');
      expect(headers.get('vary')).toContain('Accept');
    }
  });

  it('has headers of its own when only those are asked for', async () => {
    const { token } = await createLink(alice, (await placeOrder(alice)).id);
    for (const headers of [{}, JSON_FIRST]) {
      const reply = await market.anonymous.request('HEAD', `/track/${token}`, { headers });
      expect({ status: reply.status, text: reply.text }).toEqual({ status: 200, text: '' });
    }
    expect((await market.anonymous.request('HEAD', '/track/nonsense')).status).toBe(404);
  });
});

describe('the stream of a link', () => {
  const watch = async (token: string, baseUrl = stack.baseUrl, lastEventId?: string): Promise<EventReader> =>
    EventReader.open(
      `${baseUrl}/track/${token}/events`,
      lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    );
  const shows = async (reader: EventReader, status: string): Promise<Snapshot> =>
    waitUntil(`the stream shows ${status}`, () => {
      const last = reader.of('state').at(-1)?.data as unknown as Snapshot | undefined;
      return last?.status === status ? last : undefined;
    });

  it('tells what the page shows, at the beginning and after every change, and nothing besides', async () => {
    const order = await placeOrder(alice);
    const { token } = await createLink(alice, order.id);
    const [here, there] = [await watch(token), await watch(token, replicaUrl)];
    expect((await here.first('state')).data).toEqual((await snapshotOf(token)).body);
    await support.put(`/orders/${order.id}`, {
      status: 'shipped',
      shipment: { carrier: 'DHL', trackingNumber: 'T-1' },
    });
    for (const reader of [here, there]) {
      await shows(reader, 'shipped');
      expect(reader.numbered.every(({ event }) => event === 'hidden')).toBe(true);
      expect(JSON.stringify(reader.events)).not.toMatch(/amount|currency|tender|customer|"by"/u);
    }
    here.close();
    const last = String(here.lastEventId);
    await support.put(`/orders/${order.id}`, { status: 'delivered' });
    const resumed = await watch(token, replicaUrl, last);
    expect(await shows(resumed, 'delivered')).toEqual((await snapshotOf(token)).body);
    expect(resumed.ids.every((id) => id > Number(last))).toBe(true);
    resumed.close();
    there.close();
  });

  it('ends when the link is taken back, on whichever replica', async () => {
    const order = await placeOrder(alice);
    const link = await createLink(alice, order.id);
    const readers = [await watch(link.token), await watch(link.token, replicaUrl)];
    for (const reader of readers) await reader.first('state');
    expect((await alice.delete(`${linksOf(order.id)}/${link.id}`)).status).toBe(204);
    for (const reader of readers) {
      expect((await reader.first('end')).data).toEqual({ reason: 'revoked' });
      await reader.ended();
    }
    expect((await watch(link.token)).status).toBe(404);
  });

  it('ends when the link expires', async () => {
    const order = await placeOrder(alice);
    const { id } = await createLink(alice, order.id);
    const reader = await watch(forged({ sub: order.id, jti: id, exp: Math.floor(Date.now() / 1000) + 3 }));
    expect((await reader.first('end')).data).toEqual({ reason: 'expired' });
    await reader.ended();
  });

  it('is a problem for whoever has no good link, and has headers of its own', async () => {
    const order = await placeOrder(alice);
    const [good, revoked] = [await createLink(alice, order.id), await createLink(alice, order.id)];
    await alice.delete(`${linksOf(order.id)}/${revoked.id}`);
    const bodies = new Set<string>();
    for (const bad of ['nonsense', revoked.token, forged({ sub: order.id, jti: good.id, exp: 1_000 })]) {
      const reply = await market.anonymous.get(`/track/${bad}/events`);
      expect(expectProblem(reply, 404, 'not_found').instance).toBe('/track/{token}/events');
      bodies.add(reply.text);
    }
    expect(bodies.size).toBe(1);
    const head = await market.anonymous.request('HEAD', `/track/${good.token}/events?utm_source=mail`);
    expect({ status: head.status, type: head.headers.get('content-type') }).toEqual({
      status: 200,
      type: 'text/event-stream',
    });
  });
});

describe('a link that is not good', () => {
  it('is not found, whatever is wrong with it, and says nothing more', async () => {
    const [mine, other] = [await placeOrder(alice), await placeOrder(await market.customer())];
    const { id: linkId, token } = await createLink(alice, mine.id);
    const guest = await guestOrder('bad-link@example.com');
    const revoked = await createLink(alice, mine.id);
    await alice.delete(`${linksOf(mine.id)}/${revoked.id}`);
    const [head, claims, signature] = token.split('.');
    const tokens = {
      nonsense: 'nonsense',
      revoked: revoked.token,
      expired: forged({ sub: mine.id, jti: linkId, exp: 1_000 }),
      'of another order': forged({ sub: other.id, jti: linkId }),
      'of no order': forged({ sub: randomUUID(), jti: linkId }),
      'of no link': forged({ sub: mine.id, jti: randomUUID() }),
      "signed with the guests' key": forged({ sub: mine.id, jti: linkId }, DEVELOPMENT_GUEST_TOKEN_SECRET),
      'without a signature': `${head}.${claims}.`,
      'with another signature': `${head}.${claims}.${String(signature).split('').toReversed().join('')}`,
      'of a guest': String(guest.accessToken),
      'of a user': await stack.token({ sub: alice.userId, roles: ['customer'] }),
      endless: 'a'.repeat(2_000),
      broken: '%E0%A4%A',
    };
    // The forger knows the key: what is refused below is refused for what it says.
    expect((await snapshotOf(forged({ sub: mine.id, jti: linkId }))).status).toBe(200);
    const bodies = new Set<string>();
    const pages = new Set<string>();
    for (const [what, bad] of Object.entries(tokens)) {
      const [program, person] = [await snapshotOf(bad), await market.anonymous.get(`/track/${bad}`)];
      if (what === 'broken') {
        expect([program.status, person.status]).toEqual([400, 400]);
        continue;
      }
      expect({ what, problem: expectProblem(program, 404, 'not_found') }).toMatchObject({
        problem: { instance: '/track/{token}' },
      });
      expect({ what, status: person.status }).toEqual({ what, status: 404 });
      expect(person.text).toContain('This link does not work');
      expect(person.text).not.toContain('data-status');
      bodies.add(program.text);
      pages.add(person.text);
    }
    expect([bodies.size, pages.size]).toEqual([1, 1]);
  });

  it('lets its holder do nothing else', async () => {
    const mine = await placeOrder(alice);
    const { token } = await createLink(alice, mine.id);
    const holder = market.anonymous.with(token);
    expectProblem(await holder.get(`/orders/${mine.id}`), 401, 'unauthenticated');
    expectProblem(await holder.put(`/orders/${mine.id}`, { status: 'cancelled' }), 401, 'unauthenticated');
    expectProblem(await holder.post(linksOf(mine.id), {}), 401, 'unauthenticated');
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expectProblem(
        await market.anonymous.request(method, `/track/${token}`, { headers: JSON_FIRST }),
        404,
        'not_found',
      );
    }
  });
});

describe('a guest who has lost the way to an order', () => {
  const lookUp = async (number: string, email: string): Promise<Reply<{ message: string }>> =>
    market.anonymous.post<{ message: string }>('/orders/lookup', { number, email });
  const mailsOf = async (orderId: string): Promise<NotificationCommand[]> => {
    const messages = await streamed<NotificationCommand>(nats, 'NOTIFICATIONS', 'cmd.notifications.send');
    return messages
      .map(({ body }) => body)
      .filter(({ data, template }) => data.orderId === orderId && template === 'tracking-link');
  };
  const mailed = async (orderId: string, times = 1): Promise<NotificationCommand[]> =>
    waitUntil(`${times} links are mailed`, async () => {
      const found = await mailsOf(orderId);
      return found.length >= times && found;
    });

  it('is mailed a link, once, and told the same as everybody else', async () => {
    const email = 'lost@example.com';
    const order = await guestOrder(email, { locale: 'de-CH' });
    const typed = ` ${order.number.toLowerCase().replaceAll('-', ' ')}`;
    const replies = await Promise.all([
      lookUp(order.number, email),
      lookUp(typed, 'LOST@example.com'),
      lookUp(order.number, 'someone-else@example.com'),
      lookUp('0000-0000-000', email),
      lookUp('nothing like a number', email),
    ]);
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 202));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    const shown = replies.map(({ headers }) => [...headers].filter(([name]) => !/^(?:date|x-request-id)$/u.test(name)));
    expect(new Set(shown.map((each) => JSON.stringify(each))).size).toBe(1);

    const [command] = await mailed(order.id);
    expect(command).toMatchObject({ template: 'tracking-link', recipient: { email }, locale: 'de-CH' });
    const { url } = (command as NotificationCommand).data as unknown as { url: string };
    const token = url.slice(url.lastIndexOf('/') + 1);
    expect(url).toBe(`${stack.baseUrl}/track/${token}`);
    expect((await snapshotOf(token)).body.number).toBe(order.number);
    await waitUntil('the Notification Service has it', async () =>
      (await market.ledger(order.id)).some(({ template }) => template === 'tracking-link'),
    );

    // A moment later it is still one mail, also asked for at another replica.
    await market.anonymous.at(replicaUrl).post('/orders/lookup', { number: order.number, email });
    const guest = market.anonymous.with(order.accessToken);
    const listed = (await guest.get<{ items: TrackingLink[] }>(linksOf(order.id))).body.items;
    expect(listed).toHaveLength(1);
    expect(await mailsOf(order.id)).toHaveLength(1);
  });

  it('is mailed the same link again after a while', async () => {
    const email = 'again@example.com';
    const order = await guestOrder(email);
    await lookUp(order.number, email);
    await mailed(order.id);
    const orders = market.collection('orders');
    await waitUntil('nothing is left to be sent', async () =>
      orders.findOne({
        _id: order.id,
        'trackingMail.linkId': { $exists: true },
        'trackingMail.isDue': { $exists: false },
      } as object),
    );
    await orders.updateOne({ _id: order.id }, { $set: { 'trackingMail.askedAt': new Date(Date.now() - 6 * 60_000) } });
    await lookUp(order.number, email);
    const commands = await mailed(order.id, 2);
    expect(new Set(commands.map(({ id }) => id)).size).toBe(2);
    expect(new Set(commands.map(({ data }) => (data as unknown as { url: string }).url)).size).toBe(1);
  });

  it('is mailed the link when NATS is back', async () => {
    const email = 'outage@example.com';
    const order = await guestOrder(email);
    await stack.nats?.kill();
    try {
      expect((await lookUp(order.number, email)).status).toBe(202);
      await waitUntil('the link is to be mailed', async () =>
        market.collection('orders').findOne({ _id: order.id, 'trackingMail.isDue': true } as object),
      );
    } finally {
      await stack.nats?.restart();
    }
    expect(await mailed(order.id)).toHaveLength(1);
  });

  it('may send nothing that is no question', async () => {
    for (const body of [
      {},
      { number: '1' },
      { number: '1', email: 'x' },
      { number: 1, email: 'a@example.com' },
      { number: '', email: 'a@example.com' },
      [],
    ]) {
      expectProblem(await market.anonymous.post('/orders/lookup', body), 400, 'validation_failed');
    }
  });

  it('has a form for it, which works without a script', async () => {
    const form = await market.anonymous.get('/track?utm_source=mail');
    expect(form.status).toBe(200);
    expect(form.text).toMatch(/<form [^>]*method="post" action="\/track"/u);
    expect(form.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(form.headers.get('content-security-policy')).toContain("form-action 'self'");

    const email = 'form@example.com';
    const order = await guestOrder(email);
    const send = async (fields: Record<string, string>): Promise<Reply<unknown>> =>
      market.anonymous.request('POST', '/track', { rawBody: new URLSearchParams(fields).toString(), headers: FORM });
    const answers = [
      await send({ number: order.number, email }),
      await send({ number: order.number, email: 'no@example.com' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0]?.text).toBe(answers[1]?.text);
    expect(answers[0]?.text).toContain('If there is such an order');
    expect(await mailed(order.id)).toHaveLength(1);

    const refused = await send({ number: '"><script>', email: 'nobody' });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('Please enter an e-mail address');
    expect(refused.text).not.toContain('<script>');
    const odd = await market.anonymous.request('POST', '/track', { rawBody: 'email=a&email=b', headers: FORM });
    expect(odd.status).toBe(400);
    const elsewhere = await market.anonymous.request('POST', '/orders/lookup', { rawBody: 'number=1', headers: FORM });
    expectProblem(elsewhere, 415, 'unsupported_media_type');
    const large = await send({ number: 'x'.repeat(10_000), email });
    expect(large.status).toBe(413);
  });
});

describe('the tokens in links', () => {
  it('are in no log and in no document of the database', async () => {
    const order = await placeOrder(alice);
    const key = keyed();
    const { token } = (await alice.post<TrackingLink>(linksOf(order.id), {}, key)).body;
    await alice.post(linksOf(order.id), {}, key);
    const bad = `${token}x`;
    for (const path of [
      `/track/${token}`,
      `/TRACK/${token}/`,
      `/track/${token}/events/more`,
      `/track/${bad}`,
      `/track/${token}?a=1`,
    ]) {
      for (const headers of [JSON_FIRST, {}]) await fetch(`${stack.baseUrl}${path}`, { headers });
    }
    await sendRaw(stack.baseUrl, {
      method: 'GET',
      path: `/track/${token}`,
      headers: { 'Content-Type': 'x', Accept: 'application/json' },
    });
    const signature = token.slice(token.lastIndexOf('.') + 1);
    expect(stack.logs()).toContain('/track/:token');
    expect(stack.logs()).not.toContain(signature);
    expect(JSON.stringify(await market.collection('orders').findOne({ _id: order.id }))).not.toContain(signature);
    const metrics = await market.anonymous.get('/metrics');
    expect(metrics.text).not.toContain(signature);
    const problem = await fetch(`${stack.baseUrl}/track/${token}/nothing/here`);
    expect(await problem.text()).not.toContain(signature);
  });
});
