import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { headers as messageHeaders } from '@nats-io/nats-core';
import {
  ExpectedVersion,
  Idempotent,
  PreferredLanguage,
  PrefersAsync,
  type IdempotentRequest,
} from './request-headers.js';

/** What Nest calls to fill a parameter. */
type Reader = (data: unknown, context: ExecutionContext) => unknown;

function readerOf(decorator: () => ParameterDecorator): Reader {
  class Controller {
    handle(_parameter: unknown): void {}
  }
  decorator()(Controller.prototype, 'handle', 0);
  const metadata = Reflect.getMetadata(ROUTE_ARGS_METADATA, Controller, 'handle') as Record<
    string,
    { factory: Reader }
  >;
  const [parameter] = Object.values(metadata);
  if (!parameter) throw new Error('the decorator left no metadata');
  return parameter.factory;
}

function httpRequest(
  headers: Record<string, string>,
  body: unknown = {},
  path = '/orders',
  method = 'POST',
): ExecutionContext {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return httpContext({ method, path, body, header: (name: string) => lower[name.toLowerCase()] });
}

function httpContext(request: object): ExecutionContext {
  return { getType: () => 'http', switchToHttp: () => ({ getRequest: () => request }) } as unknown as ExecutionContext;
}

function message(headers: Record<string, string> | undefined, data: unknown = {}): ExecutionContext {
  const carried = headers && messageHeaders();
  for (const [name, value] of Object.entries(headers ?? {})) carried?.set(name, value);
  const context = { getHeaders: () => carried, getSubject: () => 'orders.create' };
  const rpc = { getContext: () => context, getData: () => data };
  return { getType: () => 'rpc', switchToRpc: () => rpc } as unknown as ExecutionContext;
}

const TRANSPORTS: [string, (headers: Record<string, string>, body?: unknown) => ExecutionContext][] = [
  ['HTTP', httpRequest],
  ['NATS', message],
];
const TOKEN = { Authorization: 'Bearer token' };
const read = (reader: Reader, context: ExecutionContext): unknown => reader(undefined, context);
const refusedAt = (pointer: string): ReturnType<typeof expect.objectContaining> =>
  expect.objectContaining({
    code: 'validation_failed',
    extensions: { errors: [expect.objectContaining({ pointer })] },
  });

describe.each(TRANSPORTS)('the Idempotency-Key over %s', (_, request) => {
  const idempotent = readerOf(Idempotent);
  const keyOf = (key: string, body?: unknown): IdempotentRequest =>
    read(idempotent, request({ 'Idempotency-Key': key, ...TOKEN }, body)) as IdempotentRequest;

  it('may be missing', () => {
    expect(read(idempotent, request({}))).toBeUndefined();
  });

  it('is taken bare or as a quoted string', () => {
    expect(keyOf('key-1').key).toBe('key-1');
    expect(keyOf('"key-1"').key).toBe('key-1');
    expect(keyOf('k'.repeat(255)).key).toHaveLength(255);
  });

  it.each(['""', 'two words', 'k'.repeat(256), 'k\u00e9y'])('cannot be %p', (key) => {
    expect(() => keyOf(key)).toThrow(refusedAt('Idempotency-Key'));
  });

  it('must be a UUID where no token tells callers apart', () => {
    const key = '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77';
    expect(read(idempotent, request({ 'Idempotency-Key': key }))).toMatchObject({ key });
    expect(() => read(idempotent, request({ 'Idempotency-Key': 'key-1' }))).toThrow(refusedAt('Idempotency-Key'));
  });

  it('comes with a fingerprint of what is asked', () => {
    const body = { items: [{ sku: 'a', quantity: 1 }], currency: 'USD' };
    const turned = { currency: 'USD', items: [{ quantity: 1, sku: 'a' }] };
    expect(keyOf('k', body).fingerprint).toBe(keyOf('k', turned).fingerprint);
    expect(keyOf('k', body).fingerprint).not.toBe(keyOf('k', { ...body, currency: 'EUR' }).fingerprint);
  });
});

const fingerprintOf = (path: string, method: string): string => {
  const context = httpRequest({ 'Idempotency-Key': 'k', ...TOKEN }, {}, path, method);
  return (read(readerOf(Idempotent), context) as IdempotentRequest).fingerprint;
};

describe('the fingerprint of a request', () => {
  it('tells methods and paths apart', () => {
    const prints = [fingerprintOf('/carts', 'POST'), fingerprintOf('/carts/1', 'POST'), fingerprintOf('/carts', 'PUT')];
    expect(new Set(prints).size).toBe(prints.length);
  });
});

describe.each(TRANSPORTS)('If-Match over %s', (_, request) => {
  const expected = readerOf(ExpectedVersion);

  it.each<[string, number | undefined]>([
    ['"3"', 3],
    ['W/"3"', 3],
    [' "12" ', 12],
    ['*', undefined],
  ])('%p means version %p', (header, version) => {
    expect(read(expected, request({ 'If-Match': header }))).toBe(version);
  });

  it('may be missing', () => {
    expect(read(expected, request({}))).toBeUndefined();
  });

  it.each(['3', '"x"', '"3", "4"', '"-1"', '"3.0"'])('cannot be %p', (header) => {
    expect(() => read(expected, request({ 'If-Match': header }))).toThrow(refusedAt('If-Match'));
  });
});

describe.each(TRANSPORTS)('Prefer over %s', (_, request) => {
  it.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ Prefer: 'respond-async' }, true],
    [{ Prefer: 'wait=10, Respond-Async' }, true],
    [{ Prefer: 'return=minimal' }, false],
    [{ Prefer: 'x-respond-async' }, false],
  ])('%p asks not to wait: %p', (headers, asks) => {
    expect(read(readerOf(PrefersAsync), request(headers))).toBe(asks);
  });
});

describe('the preferred language', () => {
  it.each<[string[], string | undefined]>([
    [['fr-ch', 'fr', 'en'], 'fr-CH'],
    [['de_CH', 'é', 'it'], 'it'],
    [['*', 'es'], 'es'],
    [['*'], undefined],
    [[], undefined],
  ])('of a caller who accepts %j is %p', (accepted, language) => {
    expect(read(readerOf(PreferredLanguage), httpContext({ acceptsLanguages: () => accepted }))).toBe(language);
  });

  it('is not told by messages', () => {
    expect(read(readerOf(PreferredLanguage), message({ 'Accept-Language': 'de' }))).toBeUndefined();
  });
});

describe('a message whose headers are written in another case', () => {
  it('means the same', () => {
    const headers = { 'idempotency-key': 'key-1', AUTHORIZATION: 'Bearer token', 'if-match': '"3"' };
    expect(read(readerOf(Idempotent), message(headers))).toMatchObject({ key: 'key-1' });
    expect(read(readerOf(ExpectedVersion), message(headers))).toBe(3);
  });
});

describe('a message without headers', () => {
  it('has no key, no version and no preference', () => {
    const bare = message(undefined);
    expect(
      [readerOf(Idempotent), readerOf(ExpectedVersion), readerOf(PrefersAsync)].map((reader) =>
        reader(undefined, bare),
      ),
    ).toEqual([undefined, undefined, false]);
  });
});
