import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { waitUntil } from '@marketplace/local-stack';
import { createCart, expectProblem, Marketplace, orderRequest, sendRaw, type Order } from '../support/client.js';
import { SpanCollector, type CollectedSpan } from '../support/span-collector.js';
import { startTestStack, type TestStack } from '../support/stack.js';
import { traceTree } from '../support/trace-tree.js';

const ITEMS = [{ sku: 'demo-1', quantity: 1 }];
const EMAIL = 'guest-of-traces@example.com';

describe('traces', () => {
  let collector: SpanCollector;
  let stack: TestStack;
  let market: Marketplace;

  beforeAll(async () => {
    collector = await SpanCollector.start();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_BSP_SCHEDULE_DELAY: '50' };
    stack = await startTestStack({ env, simulatorEnv: env });
    market = await Marketplace.open(stack);
  }, 90_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
    await collector?.stop();
  });

  const newTrace = (flags = '01') => {
    const traceId = randomBytes(16).toString('hex');
    const spanId = randomBytes(8).toString('hex');
    return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-${flags}` } };
  };
  const logged = (traceId: string) =>
    stack
      .logs()
      .split('\n')
      .filter((line) => line.includes(`"traceId":"${traceId}"`));

  /** What a span is called, with those that it belongs to, from the first one on. */
  const pathOf = (span: CollectedSpan, spans: readonly CollectedSpan[]): string[] => {
    const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
    return [...(parent ? pathOf(parent, spans) : []), `${span.service}: ${span.name}`];
  };

  const spansOf = async (traceId: string) =>
    waitUntil('the trace has come', () => {
      const found = collector.ofTrace(traceId);
      return Promise.resolve(found.some(({ kind }) => kind === 'server') ? found : undefined);
    });

  it('one checkout is one trace: through NATS to the far services, MongoDB, the payment event and the notifications', async () => {
    const cart = await createCart(market.anonymous, ITEMS);
    const guest = market.anonymous.with(cart.token);
    const { traceId, spanId, headers } = newTrace();
    const reply = await guest.post<Order>('/orders', orderRequest({ cartId: cart.id, email: EMAIL }), headers);
    expect(reply.status).toBe(201);

    const spans = await waitUntil('the trace is complete', () => {
      const found = collector.ofTrace(traceId);
      const ends = ['process evt.payments.{id}.authorized', 'process cmd.notifications.send', 'POST /orders'];
      // The order is written with its outcome, and again when its events are out.
      const writes = found.filter(({ name }) => name === 'update orders').length;
      return Promise.resolve(
        writes > 1 && ends.every((end) => found.some(({ name }) => name === end)) ? found : undefined,
      );
    });
    const known = new Set([spanId, ...spans.map((span) => span.spanId)]);
    expect(spans.filter(({ parentSpanId }) => !known.has(parentSpanId))).toEqual([]);
    const paths = spans.map((span) => pathOf(span, spans).join(' > '));
    const order = 'order-service: POST /orders';
    const authorize =
      'order-service: request payments.authorize > marketplace-simulator: process payments.authorize > marketplace-simulator: publish evt.payments.{id}.authorized';
    const notify =
      'order-service: publish cmd.notifications.send > marketplace-simulator: process cmd.notifications.send';
    expect(paths).toEqual(
      expect.arrayContaining([
        order,
        `${order} > order-service: find carts`,
        `${order} > order-service: insert orders`,
        `${order} > order-service: request catalog.quote > marketplace-simulator: process catalog.quote`,
        `${order} > order-service: request inventory.reserve > marketplace-simulator: process inventory.reserve`,
        `${order} > ${authorize}`,
        `${order} > ${authorize} > order-service: process evt.payments.{id}.authorized`,
        `${order} > order-service: publish evt.orders.{id}.confirmed`,
        `${order} > ${notify}`,
      ]),
    );
    expect(spans.filter(({ isError }) => isError)).toEqual([]);
    expect(logged(traceId).length).toBeGreaterThan(0);
    const file = process.env['TRACE_FILE'];
    if (file) await writeFile(file, traceTree(spans));
  });

  it('say nothing of people, and hold no tokens', async () => {
    const sent = collector.bodies.join('\n');
    expect(sent).toContain('POST /orders');
    const cart = await createCart(market.anonymous, ITEMS);
    for (const secret of [
      EMAIL,
      'Alice Example',
      'Market Street',
      'tok_visa',
      'Bearer',
      cart.token?.slice(0, 20) ?? '',
    ]) {
      expect(sent).not.toContain(secret);
    }
  });

  it('a failure over HTTP is told with the id of its trace, which the log has too', async () => {
    const customer = await market.customer();
    const { traceId, headers } = newTrace();
    const problem = expectProblem(await customer.get(`/orders/${randomUUID()}`, headers), 404, 'not_found');
    expect(problem['traceId']).toBe(traceId);
    const [span] = await spansOf(traceId);
    expect(span).toMatchObject({
      name: 'GET /orders/:id',
      kind: 'server',
      isError: false,
      attributes: { 'http.response.status_code': 404, 'error.type': 'not_found' },
    });
    await waitUntil('the log has it', () => Promise.resolve(logged(traceId).length > 0));
  });

  it('a body that cannot be read belongs to a trace too', async () => {
    const { traceId, headers } = newTrace();
    const reply = await sendRaw(stack.baseUrl, {
      method: 'POST',
      path: '/carts',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{',
    });
    expect(expectProblem(reply, 400, 'malformed_json')['traceId']).toBe(traceId);
  });

  it('a request over NATS goes on with the trace of its asker, even one that is refused', async () => {
    const { traceId, headers } = newTrace();
    const reply = await market.ask<{ error: Record<string, unknown> }>('orders.get', { orderId: 'none' }, headers);
    expect(reply.error).toMatchObject({ code: 'unauthenticated', traceId });
    const [span] = await spansOf(traceId);
    expect(span).toMatchObject({ name: 'process orders.get', attributes: { 'error.type': 'unauthenticated' } });
  });

  it('what the asker does not keep is not exported, and goes by its id all the same', async () => {
    const { traceId, headers } = newTrace('00');
    const problem = expectProblem(await market.anonymous.get('/orders/none', headers), 401, 'unauthenticated');
    expect(problem['traceId']).toBe(traceId);
    const later = newTrace();
    await market.anonymous.get('/orders/none', later.headers);
    await spansOf(later.traceId);
    expect(collector.ofTrace(traceId)).toEqual([]);
  });

  it('probes and background rounds are not traced', () => {
    expect(collector.spans.filter(({ name }) => /health|metrics/u.test(name))).toEqual([]);
    const alone = collector.spans.filter(({ parentSpanId, kind }) => parentSpanId === '' && kind === 'client');
    expect(alone).toEqual([]);
  });

  it('without an exporter the trace of the asker is handed on, logged and told', async () => {
    const { baseUrl } = await stack.startReplica({ OTEL_EXPORTER_OTLP_ENDPOINT: undefined });
    const caller = market.anonymous.at(baseUrl);
    const { traceId, spanId, headers } = newTrace();
    await caller.post('/carts', { items: ITEMS }, headers);
    const [answered] = await spansOf(traceId);
    expect(answered).toMatchObject({ name: 'process catalog.quote', parentSpanId: spanId });
    expect(logged(traceId).length).toBeGreaterThan(0);
    const problem = expectProblem(await caller.get('/orders/none', headers), 401, 'unauthenticated');
    expect(problem['traceId']).toBe(traceId);
    const untraced = expectProblem(await caller.get('/orders/none'), 401, 'unauthenticated');
    expect(untraced).not.toHaveProperty('traceId');
  });
});
