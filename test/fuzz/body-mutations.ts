import { gzipSync } from 'node:zlib';
import fc, { type Arbitrary } from 'fast-check';
import { bytesOf, type Draft } from './draft.js';
import { hostileKey, hostileValue } from './hostile-values.js';

type Mutation = (draft: Draft) => Draft;
type Place = readonly string[];
type Change = (value: unknown) => unknown;

/** Deeper than the service reads, and than most parsers' stacks; larger than it takes. */
const DEPTHS = [11, 33, 1_000, 10_000];
const MOST_BODY_BYTES = 256 * 1024;

/** A value somewhere in the body, or the body as a whole, is another one. */
const replaced = fc
  .tuple(fc.nat(), hostileValue)
  .map(([at, value]) => changing((body) => atPlace(body, placeIn(body, at), () => value)));

/** A field is missing, or a list has one entry less. */
const removed = fc.nat().map((at) =>
  changing((body) => {
    const place = placeIn(body, at);
    return atPlace(body, place.slice(0, -1), (parent) => without(parent, place.at(-1)));
  }),
);

const added = fc
  .tuple(fc.nat(), hostileKey, hostileValue)
  .map(([at, key, value]) =>
    changing((body) => atPlace(body, placeIn(body, at), (member) => withMember(member, key, value))),
  );

const wrapped = fc
  .tuple(
    fc.nat(),
    fc.constantFrom<Change>(
      (value) => [value],
      (value) => ({ $eq: value }),
      (value) => JSON.stringify(value),
    ),
  )
  .map(([at, wrap]) => changing((body) => atPlace(body, placeIn(body, at), wrap)));

/** Lists beyond their bounds, with the same entry again and again. */
const lengthened = fc
  .tuple(fc.nat(), fc.constantFrom(2, 11, 31, 101, 2_000))
  .map(([at, times]) =>
    changing((body) =>
      atPlace(body, placeIn(body, at), (value) =>
        Array.from({ length: times }, () => (Array.isArray(value) ? value[0] : value)),
      ),
    ),
  );

/** The JSON as text is damaged, or says the same thing in a way that few write. */
const damaged: Arbitrary<Mutation> = fc.oneof(
  fc.nat().map((at) => rewriting((text) => text.subarray(0, at % (text.length + 1)))),
  fc
    .tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 }))
    .map(([at, bytes]) => rewriting((text) => inserted(text, at % (text.length + 1), bytes))),
  fc
    .constantFrom(
      '"__proto__":{"quantity":1},',
      '"constructor":{"prototype":{}},',
      '"$where":"1",',
      '"x":1e999,',
      '"x":-1e999,',
      '"x":NaN,',
    )
    .map((member) => rewriting((text) => inserted(text, 1, Buffer.from(member)))),
  fc
    .constantFrom(...DEPTHS)
    .map((depth) => rewriting(() => Buffer.from(`${'{"items":['.repeat(depth)}${']}'.repeat(depth)}`))),
  fc.constantFrom(-2, 0, 1, 50_000).map((more) => rewriting((text) => padded(text, MOST_BODY_BYTES + more))),
  fc
    .constantFrom('\uFEFF', ' '.repeat(1_000))
    .map((before) => rewriting((text) => inserted(text, 0, Buffer.from(before)))),
  fc.constant(rewriting((text) => Buffer.from(text.toString(), 'utf16le'))),
  fc.constant(rewriting((text) => Buffer.concat([text, text]))),
  fc.constant<Mutation>((draft) => ({
    ...rewriting((text) => gzipSync(text))(draft),
    headers: [...draft.headers, ['content-encoding', 'gzip']],
  })),
);

export const bodyMutations: Arbitrary<Mutation> = fc.oneof(
  { arbitrary: replaced, weight: 4 },
  { arbitrary: removed, weight: 2 },
  { arbitrary: added, weight: 2 },
  wrapped,
  lengthened,
  { arbitrary: damaged, weight: 2 },
);

function changing(change: Change): Mutation {
  return (draft) => {
    if (draft.body.kind === 'bytes') return draft;
    // A route that takes no body is sent one.
    const value = draft.body.kind === 'json' ? draft.body.value : {};
    return withJsonType({ ...draft, body: { kind: 'json', value: change(value) } });
  };
}

function rewriting(change: (text: Buffer) => Buffer): Mutation {
  return (draft) =>
    withJsonType({ ...draft, body: { kind: 'bytes', bytes: change(bytesOf(draft.body) ?? Buffer.from('{}')) } });
}

function withJsonType(draft: Draft): Draft {
  if (draft.headers.some(([name]) => name === 'content-type')) return draft;
  return { ...draft, headers: [...draft.headers, ['content-type', 'application/json']] };
}

function placeIn(body: unknown, at: number): Place {
  const places = [...placesOf(body, [])];
  return places[at % places.length] ?? [];
}

function* placesOf(value: unknown, place: Place): Iterable<Place> {
  yield place;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) yield* placesOf(member, [...place, name]);
}

function atPlace(value: unknown, [name, ...rest]: Place, change: Change): unknown {
  if (name === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === name ? atPlace(item, rest, change) : item));
  const entries = Object.entries(value as object);
  // From entries, as an assignment to `__proto__` would be none.
  return Object.fromEntries(
    entries.map(([key, member]) => [key, key === name ? atPlace(member, rest, change) : member]),
  );
}

function without(parent: unknown, name: string | undefined): unknown {
  if (Array.isArray(parent)) return parent.filter((_, index) => String(index) !== name);
  if (typeof parent !== 'object' || parent === null) return undefined;
  return Object.fromEntries(Object.entries(parent).filter(([key]) => key !== name));
}

function withMember(value: unknown, key: string, member: unknown): unknown {
  if (typeof value !== 'object' || value === null) return { [key]: member };
  return Array.isArray(value) ? [...value, member] : Object.fromEntries([...Object.entries(value), [key, member]]);
}

function inserted(text: Buffer, at: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([text.subarray(0, at), bytes, text.subarray(at)]);
}

function padded(text: Buffer, length: number): Buffer {
  return Buffer.concat([text, Buffer.alloc(Math.max(length - text.length, 0), ' ')]);
}
