import 'reflect-metadata';
import { MOST_REPLY_BYTES } from '@marketplace/contracts';
import type { Msg } from '@nats-io/nats-core';
import { Reply } from '../common/reply.js';
import { requestDeserializer, responseSerializer } from './order-service-nats.server.js';

const SUBJECT = 'orders.get';
const message = (text: string): Msg =>
  ({
    data: new TextEncoder().encode(text),
    json: () => JSON.parse(text) as unknown,
  }) as unknown as Msg;
const read = (text: string): ReturnType<typeof requestDeserializer.deserialize> =>
  requestDeserializer.deserialize(message(text), { channel: SUBJECT });
const answer = (packet: Parameters<typeof responseSerializer.serialize>[0]): unknown =>
  JSON.parse(responseSerializer.serialize(packet).data);

describe('a plain JSON request', () => {
  it('is read as a request for its subject, with an id, so that it is answered', () => {
    const request = read('{"orderId":"1"}');
    expect(request).toMatchObject({ pattern: SUBJECT, data: { orderId: '1' } });
    expect(request.id).not.toBe(read('{"orderId":"1"}').id);
  });

  it('is answered with the plain resource', () => {
    const { id } = read('{}');
    expect(answer({ id, response: { id: 'order-1' } })).toEqual({ id: 'order-1' });
  });

  it('is answered with the problem when it fails', () => {
    const { id } = read('{}');
    expect(answer({ id, err: { code: 'not_found' } })).toEqual({ error: { code: 'not_found' } });
  });

  it('may be empty', () => {
    expect(read('').data).toEqual({});
  });

  it.each(['{', 'not json', '\u0000'])('that is no JSON (%p) is handed on, to be refused by validation', (text) => {
    expect(read(text).data).toBeUndefined();
  });

  it.each(['null', '1', '[]', '{"id":"1"}', '{"pattern":"x","id":"1"}'])('may look like anything: %s', (text) => {
    const request = read(text);
    expect(request).toMatchObject({ pattern: SUBJECT });
    expect(request.data).toEqual(JSON.parse(text));
  });
});

describe('a request of a Nest client', () => {
  const packet = { pattern: SUBJECT, data: { orderId: '1' }, id: 'abc' };

  it('is read as it is', () => {
    expect(read(JSON.stringify(packet))).toEqual(packet);
  });

  it("is answered in Nest's envelope", () => {
    const response = { id: 'abc', response: { id: 'order-1' }, isDisposed: true };
    expect(answer(response)).toEqual(response);
    expect(answer({ id: 'abc', err: { code: 'not_found' } })).toEqual({ id: 'abc', err: { code: 'not_found' } });
  });
});

const TOO_LARGE = expect.objectContaining({ code: 'reply_too_large', status: 406 }) as unknown;

describe.each<[string, string]>([
  ['a plain request', read('{}').id],
  ['a Nest client', 'abc'],
])('a reply to %s', (_, id) => {
  const replayedOf = (packet: object): string | undefined =>
    responseSerializer.serialize({ id, ...packet }).headers?.get('Idempotency-Replayed');

  it('is the body alone, and says in a header when it is a replay', () => {
    const order = { id: 'order-1' };
    for (const replayed of [true, false]) {
      expect(answer({ id, response: new Reply(order, { status: 201, replayed }) })).toEqual(
        answer({ id, response: order }),
      );
      expect(replayedOf({ response: new Reply(order, { replayed }) })).toBe(replayed ? 'true' : undefined);
    }
    expect(replayedOf({ response: order })).toBeUndefined();
  });

  it('may be a failure that is given again', () => {
    const problem = { code: 'payment_declined' };
    expect(answer({ id, err: new Reply(problem, { replayed: true }) })).toEqual(answer({ id, err: problem }));
    expect(replayedOf({ err: new Reply(problem, { replayed: true }) })).toBe('true');
    expect(replayedOf({ err: problem })).toBeUndefined();
  });

  it('that is too large for a message is a problem instead', () => {
    const textOf = (bytes: number): string => responseSerializer.serialize({ id, response: 'x'.repeat(bytes) }).data;
    expect(textOf(MOST_REPLY_BYTES - 100)).toHaveLength(textOf(0).length + MOST_REPLY_BYTES - 100);
    const problem = id === 'abc' ? { id, err: TOO_LARGE } : { error: TOO_LARGE };
    expect(answer({ id, response: 'x'.repeat(MOST_REPLY_BYTES) })).toEqual(problem);
    // Bytes count, not letters.
    expect(answer({ id, response: '\u20ac'.repeat(MOST_REPLY_BYTES / 3) })).toEqual(problem);
  });
});
