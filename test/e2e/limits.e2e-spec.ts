import { randomUUID } from 'node:crypto';
import { connect as connectSocket, type Socket } from 'node:net';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { waitUntil } from '@marketplace/local-stack';
import { badTokens } from '../support/bad-tokens.js';
import { createCart, expectProblem, Marketplace, sendRaw, type Problem, type Reply } from '../support/client.js';
import { bearer, request as ask } from '../support/messages.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const LIMITS = {
  RATE_LIMIT_READS: '5',
  RATE_LIMIT_CHANGES: '4',
  RATE_LIMIT_CREATIONS: '6',
  RATE_LIMIT_FAILED_AUTHENTICATIONS: '3',
  TRUSTED_PROXIES: 'loopback',
};
const HTTP = {
  HTTP_HEADERS_TIMEOUT_MS: '1000',
  HTTP_REQUEST_TIMEOUT_MS: '2000',
  MOST_CONNECTIONS: '12',
  CORS_ORIGINS: 'https://shop.example,https://board.example',
};

describe('limits', () => {
  let stack: TestStack;
  let market: Marketplace;
  let nats: NatsConnection;

  beforeAll(async () => {
    stack = await startTestStack({ env: LIMITS });
    market = await Marketplace.open(stack);
    nats = await connect({ servers: stack.natsUrl });
  }, 90_000);

  afterAll(async () => {
    await nats?.close();
    await market?.close();
    await stack?.stop();
  });

  /** As if a proxy had been asked by that client. */
  const from = (address: string): Record<string, string> => ({ 'X-Forwarded-For': address });
  const expectLimited = (reply: Reply<Problem>): void => {
    const problem = expectProblem(reply, 429, 'rate_limited');
    const seconds = Number(reply.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(problem['retryAfterSeconds']).toBe(seconds);
  };

  it('are each caller’s own, for reads, changes and what it makes, over HTTP and NATS together', async () => {
    const [alice, bob] = [await market.customer(), await market.customer()];
    const { id } = await createCart(alice);
    await createCart(bob);
    for (let count = 0; count < 5; count += 1) expect((await alice.get('/carts/mine')).status).toBe(200);
    expectLimited(await alice.get('/carts/mine'));
    expectLimited(await alice.get(`/orders/${randomUUID()}`));
    const headers = await bearer(stack, alice.userId, 'customer');
    const { body } = await ask<{ error: Problem }>(nats, 'carts.get', { cartId: id }, headers);
    expect(body.error).toMatchObject({ code: 'rate_limited', status: 429, instance: 'carts.get' });
    expect(body.error['retryAfterSeconds']).toBeGreaterThan(0);

    expect((await bob.get('/carts/mine')).status).toBe(200);
    for (let count = 0; count < 4; count += 1) {
      expect((await alice.put(`/carts/${id}/coupons`, { couponCodes: [] })).status).toBe(200);
    }
    expectLimited(await alice.put(`/carts/${id}/coupons`, { couponCodes: [] }));
    for (let count = 0; count < 5; count += 1) expect((await alice.post('/carts', {})).status).toBe(200);
    expectLimited(await alice.post('/carts', {}));
  });

  it('are not those of another replica, and never those of probes and figures', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics']) {
      for (let count = 0; count < 12; count += 1) expect((await market.anonymous.get(path)).status).toBe(200);
    }
    const { text } = await market.anonymous.get('/metrics');
    expect(text).toMatch(/^rate_limited_total\{limit="reads"\} [1-9]/mu);
    const { baseUrl } = await stack.startReplica({ SERVICE_REPLICAS: '5' });
    const carol = (await market.customer()).at(baseUrl);
    expect((await carol.get('/orders/user/carol')).status).toBe(404);
    expectLimited(await carol.get('/orders/user/carol'));
  });

  it('are by address without a token, as a trusted proxy tells it', async () => {
    const make = async (address: string) => market.anonymous.post('/carts', {}, from(address));
    for (let count = 0; count < 6; count += 1) expect((await make('198.51.100.1')).status).toBe(201);
    expectLimited(await make('198.51.100.1'));
    // What the client itself says before the proxy is not believed.
    expectLimited(await make('203.0.113.9, 198.51.100.1'));
    expect((await make('198.51.100.2')).status).toBe(201);
    for (let count = 0; count < 6; count += 1) expect((await make(`2001:db8:1:2::${count}`)).status).toBe(201);
    expectLimited(await make('2001:db8:1:2:ffff::1'));
    expect((await make('2001:db8:1:3::1')).status).toBe(201);
  });

  it('are those of the connection where no proxy is trusted', async () => {
    const { baseUrl } = await stack.startReplica({ TRUSTED_PROXIES: undefined });
    const caller = market.anonymous.at(baseUrl);
    const replies: Reply<Problem>[] = [];
    for (let count = 0; count < 7; count += 1)
      replies.push(await caller.post('/carts', {}, from(`198.51.100.${count}`)));
    expectLimited(replies.at(-1) as Reply<Problem>);
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(6);
  });

  it('stop an address that tries tokens out, and nobody else', async () => {
    const { expired = '', 'signed with another secret': forged = '' } = await badTokens();
    const good = (await bearer(stack, 'dora', 'customer')).Authorization;
    const read = async (authorization: string, address: string) =>
      market.anonymous.get('/orders/user/dora', { authorization, ...from(address) });
    for (let count = 0; count < 5; count += 1) {
      expectProblem(await read(`Bearer ${expired}`, '203.0.113.1'), 401, 'unauthenticated');
    }
    for (const attempt of [`Bearer ${forged}`, 'Basic YWxpY2U6c2VjcmV0', 'Bearer nonsense']) {
      expectProblem(await read(attempt, '203.0.113.1'), 401, 'unauthenticated');
    }
    expectLimited(await read(`Bearer ${forged}`, '203.0.113.1'));
    expectLimited(await read(good, '203.0.113.1'));
    expect((await read(good, '203.0.113.2')).status).toBe(200);
    expect((await market.anonymous.get('/health/ready', from('203.0.113.1'))).status).toBe(200);
  });

  describe('of what arrives', () => {
    let bounded: string;
    const overflow = 'x'.repeat(20_000);

    beforeAll(async () => {
      bounded = (await stack.startReplica(HTTP)).baseUrl;
    }, 60_000);

    it('an address is not too long', async () => {
      for (const length of [5_000, 20_000]) {
        const reply = await sendRaw(bounded, { method: 'GET', path: `/orders?cursor=${'x'.repeat(length)}` });
        expect({ length, ...reply.body }).toMatchObject({ length, status: 414, code: 'uri_too_long' });
        expect(reply.status).toBe(414);
      }
    });

    it('headers are not too large', async () => {
      const reply = await sendRaw(bounded, { method: 'GET', path: '/carts/mine', headers: { 'X-Filler': overflow } });
      expect(reply.status).toBe(431);
      expect(reply.body).toMatchObject({ status: 431, code: 'headers_too_large' });
      expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/u);
    });

    it('and what is too large for HEAD is refused without a body', async () => {
      const headers = { 'X-Filler': overflow };
      const reply = await sendRaw(bounded, { method: 'HEAD', path: '/carts/mine', headers });
      expect({ status: reply.status, text: reply.text }).toEqual({ status: 431, text: '' });
    });

    it('an expectation that nobody can meet is not heeded', async () => {
      const reply = await sendRaw(bounded, { method: 'GET', path: '/carts/mine', headers: { Expect: 'the-moon' } });
      expect(reply.body).toMatchObject({ status: 401, code: 'unauthenticated' });
    });

    it('a body is not nested without end, whatever else comes with it', async () => {
      const nested = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
      const list = `{"items":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
      for (const rawBody of [nested, list]) {
        const headers = { 'Idempotency-Key': randomUUID() };
        const reply = await market.anonymous.at(bounded).request('POST', '/carts', { rawBody, headers });
        expectProblem(reply, 400, 'validation_failed');
        const answer = await ask<{ error: Problem }>(nats, 'orders.create', rawBody, headers);
        expect(answer.body.error).toMatchObject({ code: 'validation_failed' });
      }
    });

    /** What the service answers to these bytes until it closes the connection. */
    const answerTo = async (bytes: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = open(bounded, bytes);
        let text = '';
        socket.on('data', (chunk) => (text += chunk.toString()));
        socket.on('close', () => resolve(text));
        socket.on('error', reject);
        socket.setTimeout(20_000, () => socket.destroy(new Error('the connection was left open')));
      });

    it('a request arrives in time: headers, and body', async () => {
      const head = `POST /carts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n`;
      for (const bytes of ['GET /carts/mine HTTP/1.1\r\nHost: x\r\nX-Slow: ', `${head}\r\n{"items":`]) {
        const answer = await answerTo(bytes);
        expect(answer).toMatch(/^HTTP\/1\.1 408 /u);
        expect(answer).toContain('"code":"request_timeout"');
      }
    });

    it('what is no HTTP is told so', async () => {
      const answer = await answerTo('\u0016\u0003\u0001 hello\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 400 /u);
      expect(answer).toContain('"code":"validation_failed"');
      expect((await market.anonymous.at(bounded).get('/health/live')).status).toBe(200);
    });

    it('connections are not without number', async () => {
      const sockets = Array.from({ length: 30 }, () => open(bounded, ''));
      const closed = new Set<Socket>();
      for (const socket of sockets) socket.on('close', () => closed.add(socket)).on('error', () => closed.add(socket));
      await waitUntil('the service closes what is too much', () => closed.size >= 18, { deadlineMs: 800, pollMs: 20 });
      sockets.forEach((socket) => socket.destroy());
      await waitUntil('there is room again', async () => {
        const reply = await market.anonymous
          .at(bounded)
          .get('/health/live')
          .catch(() => undefined);
        return reply?.status === 200;
      });
    });

    it('let pages of the named origins in, and of no others', async () => {
      // Browsers ask that, and no client: it is in no document.
      const preflight = async (baseUrl: string, origin: string) =>
        fetch(`${baseUrl}/carts`, {
          method: 'OPTIONS',
          headers: {
            Origin: origin,
            'Access-Control-Request-Method': 'POST',
            'Access-Control-Request-Headers': 'authorization',
          },
        });
      const allowed = (reply: { headers: Headers }) => reply.headers.get('access-control-allow-origin');
      const asked = await preflight(bounded, 'https://board.example');
      expect({ status: asked.status, allowed: allowed(asked) }).toEqual({
        status: 204,
        allowed: 'https://board.example',
      });
      expect(asked.headers.get('access-control-allow-headers')).toContain('Authorization');
      expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
      expect(allowed(await preflight(bounded, 'https://evil.example'))).toBeNull();
      expect(allowed(await preflight(bounded, 'null'))).toBeNull();
      expect(allowed(await preflight(stack.baseUrl, 'https://shop.example'))).toBeNull();
      const alice = (await market.customer()).at(bounded);
      await createCart(alice);
      const read = await alice.get('/carts/mine', { Origin: 'https://shop.example' });
      expect(allowed(read)).toBe('https://shop.example');
      expect(read.headers.get('vary')).toMatch(/Origin/u);
      expect(read.headers.get('vary')).toMatch(/Authorization/u);
      expect(read.headers.get('access-control-expose-headers')).toContain('ETag');
    });
  });

  it('and no reply tells what it was made with', async () => {
    for (const path of ['/health/live', '/orders', '/nowhere', '/docs', '/carts/x']) {
      const { headers } = await market.anonymous.get(path);
      expect(headers.get('server')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

function open(baseUrl: string, bytes: string): Socket {
  const { hostname, port } = new URL(baseUrl);
  const socket = connectSocket({ host: hostname, port: Number(port) });
  if (bytes !== '') socket.write(bytes);
  return socket;
}
