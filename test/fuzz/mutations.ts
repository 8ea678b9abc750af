import fc, { type Arbitrary } from 'fast-check';
import { bodyMutations } from './body-mutations.js';
import type { Draft } from './draft.js';
import { hostileKey, hostileText } from './hostile-values.js';

export type Mutation = (draft: Draft) => Draft;

type Pair = readonly [string, string];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** Bad percent-encoding, ways out of the path, and what decodes to something else. */
const SEGMENTS = [
  '',
  '%',
  '%zz',
  '%0',
  '%00',
  '%c0%80',
  '%ff',
  '%ed%a0%80',
  '%2e%2e',
  '..',
  '..%2f..',
  '.',
  ';',
  ':id',
  '*',
];

const QUERIES = [
  'status[$ne]',
  'status[]',
  '__proto__',
  '__proto__[x]',
  'constructor',
  '$where',
  'limit[$gt]',
  'a.b',
  '%',
  '%00',
];

/** Headers with values that mean something to servers, proxies or to this service. */
const HEADERS: readonly Pair[] = [
  ['content-type', 'text/plain'],
  ['content-type', 'application/json; charset=latin1'],
  ['content-type', 'application/json; charset=utf-16'],
  ['content-type', 'application/x-www-form-urlencoded'],
  ['content-type', 'multipart/form-data; boundary=x'],
  ['content-type', ''],
  ['content-encoding', 'gzip'],
  ['content-encoding', 'br'],
  ['content-encoding', 'identity, identity'],
  ['accept', 'text/html'],
  ['accept', 'text/event-stream'],
  ['accept', 'application/xml;q=2, */*;q=-1'],
  ['x-forwarded-for', "1.2.3.4, ::1, '"],
  ['x-http-method-override', 'DELETE'],
  ['if-match', '"999999999999999"'],
  ['if-match', 'W/"0"'],
  ['if-none-match', '*'],
  ['idempotency-key', '""'],
  ['last-event-id', '999999999999999'],
  ['last-event-id', '-1'],
  ['accept-language', '*'],
  ['accept-language', 'x-'.repeat(200)],
  ['prefer', 'respond-async, wait=0'],
  ['range', 'bytes=0-0'],
  ['expect', '200-maybe'],
  ['origin', 'null'],
  ['upgrade', 'websocket'],
  ['host', ''],
];

const HEADER_NAMES = [
  ...new Set(HEADERS.map(([name]) => name).filter((name) => !['host', 'expect', 'upgrade'].includes(name))),
  'x-request-id',
  'cookie',
];

/** What is wrong with a request: nothing at times, mostly one thing, sometimes several. */
export function mutations(badTokens: readonly string[]): Arbitrary<Mutation[]> {
  const one = fc.oneof(
    { arbitrary: bodyMutations, weight: 6 },
    { arbitrary: paths, weight: 2 },
    { arbitrary: queries, weight: 2 },
    { arbitrary: headers, weight: 3 },
    { arbitrary: fc.constantFrom(...METHODS).map((method): Mutation => (draft) => ({ ...draft, method })), weight: 1 },
    { arbitrary: authorizations(badTokens), weight: 1 },
  );
  const count = fc.constantFrom(0, 0, 1, 1, 1, 1, 1, 2, 2, 3);
  return count.chain((length) => fc.array(one, { minLength: length, maxLength: length }));
}

const paths: Arbitrary<Mutation> = fc
  .tuple(fc.nat(), fc.oneof(fc.constantFrom(...SEGMENTS), hostileText.map(encoded)))
  .map(([at, segment]): Mutation => (draft) => {
    const index = at % (draft.segments.length + 1);
    return { ...draft, segments: draft.segments.toSpliced(index, 1, segment) };
  });

const queries: Arbitrary<Mutation> = fc.oneof(
  fc
    .tuple(fc.oneof(fc.constantFrom(...QUERIES), hostileKey.map(encoded)), hostileText.map(encoded))
    .map((pair): Mutation => (draft) => ({ ...draft, query: [...draft.query, pair] })),
  fc.constant<Mutation>((draft) => ({ ...draft, query: [...draft.query, ...draft.query] })),
  fc
    .tuple(fc.nat(), fc.oneof(hostileText.map(encoded), fc.constantFrom('%', '%ff', '%00', '')))
    .map(([at, value]): Mutation => (draft) => {
      const [name] = draft.query[at % Math.max(draft.query.length, 1)] ?? ['limit'];
      return { ...draft, query: [...draft.query.filter(([other]) => other !== name), [name, value]] };
    }),
);

const headers: Arbitrary<Mutation> = fc.oneof(
  { arbitrary: fc.constantFrom(...HEADERS).map(withHeader), weight: 12 },
  { arbitrary: fc.tuple(fc.constantFrom(...HEADER_NAMES), hostileText.map(carried)).map(withHeader), weight: 8 },
  fc.constant<Mutation>((draft) => ({ ...draft, headers: [...draft.headers, ...draft.headers] })),
  fc.constant(withHeader(['x-padding', 'x'.repeat(17_000)])),
);

function withHeader([name, value]: Pair): Mutation {
  return (draft) => ({ ...draft, headers: [...draft.headers.filter(([other]) => other !== name), [name, value]] });
}

function authorizations(badTokens: readonly string[]): Arbitrary<Mutation> {
  const bad = badTokens.map((token) => `Bearer ${token}`);
  const odd = [
    '',
    'Bearer',
    'Bearer  ',
    'Basic YTpi',
    'Bearer a b',
    'Bearer a.b.c',
    'Bearer ..',
    `Bearer ${'x'.repeat(9_000)}`,
  ];
  return fc.constantFrom(...bad, ...odd).map((value) => withHeader(['authorization', value]));
}

function encoded(text: string): string {
  // Through UTF-8, which has no lone surrogates.
  return encodeURIComponent(Buffer.from(text).toString());
}

/** The bytes of UTF-8 as HTTP carries them, without those that end a header. */
function carried(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/gu, '')
    .slice(0, 8_000);
}
