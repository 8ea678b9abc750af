import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './cursor.js';

const refused = expect.objectContaining({ code: 'invalid_cursor' });

describe('a cursor', () => {
  it('leads back to its position, and travels in a URL as it is', () => {
    const instants = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2200-01-01') });
    fc.assert(
      fc.property(instants, fc.uuid(), (at, id) => {
        const cursor = encodeCursor({ at, id });
        expect(decodeCursor(cursor)).toEqual({ at, id });
        expect(encodeURIComponent(cursor)).toBe(cursor);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['any text', 'hello'],
    ['an offset', '20'],
    ['no id', Buffer.from('abc.').toString('base64url')],
    ['no instant', Buffer.from('.id').toString('base64url')],
    ['more parts', Buffer.from('abc.id.more').toString('base64url')],
    ['an instant that is no number', Buffer.from('???.id').toString('base64url')],
    ['padding that no list gave', `${encodeCursor({ at: new Date(1), id: 'ab' })}=`],
    ['an instant beyond all dates', Buffer.from(`${'z'.repeat(20)}.id`).toString('base64url')],
  ])('that is %s is refused', (_, cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(refused);
  });

  it('is refused or leads somewhere, whatever it is: it never breaks', () => {
    fc.assert(
      fc.property(fc.string(), (cursor) => {
        try {
          expect(encodeCursor(decodeCursor(cursor))).toBe(cursor);
        } catch (error) {
          expect(error).toEqual(refused);
        }
      }),
    );
  });
});
