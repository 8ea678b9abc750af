import type { MsgHdrs, NatsConnection, RequestOptions } from '@nats-io/nats-core';
import { MESSAGE_HEADERS, ORDER_SUBJECTS } from '../subjects.js';
import { OrdersClient, UnansweredError } from './orders-client.js';

interface Asked {
  subject: string;
  body: unknown;
  headers: MsgHdrs;
  timeout: number;
}

/** A connection on which requests are answered one after another: with a body, or with an error that is thrown. */
function connectionWith(...answers: unknown[]): { connection: NatsConnection; asked: Asked[] } {
  const asked: Asked[] = [];
  const request = async (subject: string, payload: string, options: RequestOptions): Promise<unknown> => {
    const answer = answers[asked.length];
    asked.push({ subject, body: JSON.parse(payload), headers: options.headers as MsgHdrs, timeout: options.timeout });
    if (answer instanceof Error) throw answer;
    return { json: () => answer };
  };
  return { connection: { request } as unknown as NatsConnection, asked };
}

const keyOf = ({ headers }: Asked): string => headers.get(MESSAGE_HEADERS.idempotencyKey);

describe('the client over NATS', () => {
  it('sends a change under one key, however often it asks', async () => {
    const { connection, asked } = connectionWith(
      new Error('timeout'),
      { error: { code: 'database_unavailable', title: 'The database does not answer', status: 503, type: 'x' } },
      { id: 'o1' },
    );
    const { body } = await new OrdersClient(connection).orders.cancel({ orderId: 'o1', reason: 'changed my mind' });
    expect(body).toEqual({ id: 'o1' });
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(keyOf)).size).toBe(1);
    expect(keyOf(asked[0]!)).toMatch(/^[0-9a-f-]{36}$/u);
  });

  it('sends what a call has of its own', async () => {
    const { connection, asked } = connectionWith({ id: 'o1' });
    const client = new OrdersClient(connection, { token: async () => 'fresh', deadlineMs: 1_000 });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await client.orders.updateStatus(
      { orderId: 'o1', status: 'cancelled' },
      { idempotencyKey: 'mine', ifVersion: 3, traceparent, requestId: 'r1', respondAsync: true },
    );
    expect(asked[0]).toMatchObject({
      subject: ORDER_SUBJECTS.updateStatus,
      body: { orderId: 'o1', status: 'cancelled' },
    });
    expect(asked[0]!.timeout).toBeLessThanOrEqual(1_000);
    const sent = Object.values(MESSAGE_HEADERS).map((name) => asked[0]!.headers.get(name));
    expect(sent).toEqual(['Bearer fresh', 'mine', '"3"', 'respond-async', traceparent, expect.any(String), 'r1']);
  });

  it('reads without a key', async () => {
    const { connection, asked } = connectionWith({ items: [], nextCursor: null });
    await new OrdersClient(connection).orders.list({ limit: 5 });
    expect(keyOf(asked[0]!)).toBe('');
  });

  it('throws a refusal with its code and all that it tells', async () => {
    const problem = { type: 'x', title: 'No', status: 409, code: 'illegal_transition', from: 'shipped', allowed: [] };
    const { connection } = connectionWith({ error: problem });
    await expect(new OrdersClient(connection).carts.get('c1')).rejects.toMatchObject({
      name: 'ProblemError',
      code: 'illegal_transition',
      message: 'No',
      extensions: { from: 'shipped', allowed: [] },
    });
  });

  it('tells when nobody answered within the deadline', async () => {
    const { connection } = connectionWith(...Array.from({ length: 20 }, () => new Error('timeout')));
    const call = new OrdersClient(connection, { deadlineMs: 300 }).orders.get('o1');
    await expect(call).rejects.toThrow(UnansweredError);
  });
});
