import fc, { type Arbitrary } from 'fast-check';

/** What code that trusts its input trips over, by what it is taken for. */
const TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\n',
  '\r\nX-Injected: 1',
  '\uD800',
  'x\uDFFFy',
  '\u202Etxt.exe',
  '\uFEFF',
  'e\u0301\u0301\u0301',
  '\u{1F469}\u200D\u{1F680}',
  '\uFFFF',
  'İ',
  'ß',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '$where',
  '$gt',
  '{"$gt":""}',
  "'; return true; //",
  '../../etc/passwd',
  '${7*7}',
  '<script>alert(1)</script>',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-0',
  '0x10',
  '1e3',
  '9007199254740993',
  '2026-02-30',
  '+275760-09-13T00:00:00.001Z',
  '0000-01-01T00:00:00Z',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '*',
  '(a+)+$',
] as const;

const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'toJSON',
  'then',
  'length',
  '$where',
  '$gt',
  '$set',
  '$expr',
  '_id',
  'id',
  'items.0.quantity',
  'customerId',
  'version',
  'status',
  '',
  '.',
  '\u0000',
] as const;

const NUMBERS = [0, -0, -1, 0.1, 1.5, 1e21, -1e21, 1e308, 5e-324, 2 ** 31, 2 ** 53, -(2 ** 53), 2 ** 63, 2 ** 64];

const OPERATORS = [
  { $gt: '' },
  { $ne: null },
  { $regex: '.*' },
  { $where: 'sleep(5000)' },
  { $in: [] },
  { $expr: { $eq: [1, 1] } },
  { $oid: '000000000000000000000000' },
  { $numberLong: '1' },
];

/** Lengths on both sides of the limits of fields, of addresses and of headers. */
const LENGTHS = [41, 65, 101, 128, 129, 200, 201, 255, 256, 501, 2_049, 5_000, 20_000];

export const hostileText: Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...TEXTS), weight: 4 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 30 }), weight: 2 },
  fc.tuple(fc.constantFrom(...LENGTHS), fc.constantFrom('x', '1', '\u{1F600}', 'é')).map(([n, c]) => c.repeat(n)),
);

export const hostileKey: Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...KEYS), weight: 4 },
  fc.string({ unit: 'binary', maxLength: 10 }),
);

/** Values of JSON that no field of ours takes, or only just. */
export const hostileValue: Arbitrary<unknown> = fc.oneof(
  { arbitrary: hostileText, weight: 4 },
  { arbitrary: fc.constantFrom(...NUMBERS), weight: 2 },
  fc.double(),
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], [{}]),
  { arbitrary: fc.constantFrom<unknown>(...OPERATORS), weight: 2 },
  fc.jsonValue({ maxDepth: 4 }),
  fc.integer({ min: 2, max: 60 }).map((depth) => nested(depth)),
);

function nested(depth: number): unknown {
  return Array.from({ length: depth }).reduce((inner) => ({ items: [inner] }), 1 as unknown);
}
