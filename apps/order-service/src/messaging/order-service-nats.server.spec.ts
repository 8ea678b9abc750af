import 'reflect-metadata';
import type { Msg } from '@nats-io/nats-core';
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
