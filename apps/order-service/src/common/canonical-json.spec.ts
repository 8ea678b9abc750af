import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';

describe('canonical JSON', () => {
  it.each<[string, unknown, string]>([
    [
      'sorts members at every depth',
      { b: 1, a: { d: [2, { z: 1, y: 2 }], c: null } },
      '{"a":{"c":null,"d":[2,{"y":2,"z":1}]},"b":1}',
    ],
    ['sorts by code units, not by alphabet', { é: 1, z: 2, A: 3, '€': 4 }, '{"A":3,"z":2,"é":1,"€":4}'],
    ['leaves out what has no value', { a: undefined, b: [] }, '{"b":[]}'],
    ['writes instants in UTC', { at: new Date('2026-03-01T13:00:00+01:00') }, '{"at":"2026-03-01T12:00:00.000Z"}'],
    ['escapes as JSON does', { 'a"b': 'c\nd' }, '{"a\\"b":"c\\nd"}'],
  ])('%s', (_, value, json) => {
    expect(canonicalJson(value)).toBe(json);
  });

  it('does not depend on the order in which members were added, and says the same as JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
