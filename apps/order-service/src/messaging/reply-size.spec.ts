import { MOST_REPLY_BYTES } from '@marketplace/contracts';
import fc from 'fast-check';
import { fitting } from './reply-size.js';

describe('the items of a page that fit into a reply', () => {
  it('are all of them where they are small', () => {
    expect(fitting([])).toEqual([]);
    expect(fitting([{ id: 1 }, { id: 2 }])).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('are the longest beginning that leaves the reply within its bound', () => {
    const item = fc.string({ unit: 'grapheme', minLength: 100, maxLength: 400 }).map((text) => text.repeat(100));
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 40 }), (items) => {
        const kept = fitting(items);
        expect(kept).toEqual(items.slice(0, kept.length));
        const bytes = (count: number): number => Buffer.byteLength(JSON.stringify(items.slice(0, count)));
        expect(bytes(kept.length)).toBeLessThan(MOST_REPLY_BYTES);
        if (kept.length < items.length) expect(bytes(kept.length + 1)).toBeGreaterThan(MOST_REPLY_BYTES - 2_048);
      }),
      { numRuns: 20 },
    );
  });

  it('are one at least, so that a reader comes on', () => {
    const huge = 'x'.repeat(MOST_REPLY_BYTES);
    expect(fitting([huge, huge])).toEqual([huge]);
  });
});
