import fc from 'fast-check';
import { derivedId, fingerprint } from './fingerprint.js';

describe('the fingerprint of a request', () => {
  it('does not depend on the sequence of members, nor on ones without a value', () => {
    expect(fingerprint({ a: 1, b: { c: [1, 2], d: 'x' } })).toBe(
      fingerprint({ b: { d: 'x', c: [1, 2] }, a: 1, e: undefined }),
    );
    const objects = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(objects, (object) => {
        const turned = Object.fromEntries(Object.entries(object).toReversed());
        expect(fingerprint(turned)).toBe(fingerprint(object));
      }),
    );
  });

  it.each<[string, unknown, unknown]>([
    ['another value', { a: 1 }, { a: 2 }],
    ['another member', { a: 1 }, { b: 1 }],
    ['another type', { a: 1 }, { a: '1' }],
    ['another sequence of items', [1, 2], [2, 1]],
    ['another nesting', [[1], 2], [[1, 2]]],
    ['null instead of nothing', { a: null }, {}],
    ['an empty list instead of an empty object', {}, []],
  ])('differs by %s', (_, a, b) => {
    expect(fingerprint(a)).not.toBe(fingerprint(b));
  });
});

describe('a derived id', () => {
  it('is a UUID of version 8, and the same for the same parts', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), (parts) => {
        const id = derivedId(...parts);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
        expect(derivedId(...parts)).toBe(id);
      }),
    );
  });

  it('keeps its parts apart', () => {
    const ids = [
      derivedId('a', 'b'),
      derivedId('b', 'a'),
      derivedId('ab'),
      derivedId('a', 'b', ''),
      derivedId('a","b'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
