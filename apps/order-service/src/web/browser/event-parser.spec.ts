import fc from 'fast-check';
import { EventParser } from './event-parser.js';

const read = (...pieces: string[]): unknown[] => {
  const parser = new EventParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

describe('reading server-sent events', () => {
  it('gives an event with its id, type and data when it is complete', () => {
    const parser = new EventParser();
    expect(parser.push('id: 7\nevent: shipped\ndata: {"a":1}\n')).toEqual([]);
    expect(parser.push('\n')).toEqual([{ id: '7', type: 'shipped', data: '{"a":1}' }]);
  });

  it.each([
    ['joins lines of data', 'data: a\ndata: b\n\n', [{ id: '', type: 'message', data: 'a\nb' }]],
    ['takes away one blank only', 'data:  a\n\ndata:b\n\n', [{ data: ' a' }, { data: 'b' }]],
    ['passes over comments', ': hello\n:\ndata: a\n\n', [{ data: 'a' }]],
    ['passes over fields that it does not know', 'colour: red\ndata: a\n\n', [{ data: 'a' }]],
    ['takes a field without a colon for an empty one', 'data\n\n', [{ data: '' }]],
    ['gives no event without data', 'event: shipped\n\ndata: a\n\n', [{ type: 'message', data: 'a' }]],
    ['passes over a byte order mark', '\uFEFFdata: a\n\n', [{ data: 'a' }]],
    ['keeps the id for events without one', 'id: 1\ndata: a\n\ndata: b\n\n', [{ id: '1' }, { id: '1', data: 'b' }]],
    ['forgets the id where it is empty', 'id: 1\ndata: a\n\nid\ndata: b\n\n', [{ id: '1' }, { id: '' }]],
    ['refuses an id with a null', 'id: 1\0\ndata: a\n\n', [{ id: '', data: 'a' }]],
    [
      'takes all three line ends',
      'data: a\r\rdata: b\r\n\r\ndata: c\n\n',
      [{ data: 'a' }, { data: 'b' }, { data: 'c' }],
    ],
  ])('%s', (_, text, events) => {
    expect(read(text)).toEqual(events.map((event) => expect.objectContaining(event) as unknown));
  });

  it('moves the id on without an event, as heartbeats do', () => {
    const parser = new EventParser('3');
    expect(parser.push(':\nid: 9\n\n')).toEqual([]);
    expect(parser.lastEventId).toBe('9');
  });

  it('leaves the id where it was while an event is not complete', () => {
    const parser = new EventParser('3');
    parser.push('id: 4\ndata: half of it');
    expect(parser.lastEventId).toBe('3');
  });

  it('takes a retry of digits alone', () => {
    const parser = new EventParser();
    parser.push('retry: soon\n\n');
    expect(parser.retryMs).toBeUndefined();
    parser.push('retry: 1500\n\n');
    expect(parser.retryMs).toBe(1500);
  });

  it('reads the same in whatever pieces the stream comes', () => {
    const text =
      ': hi\r\nretry: 10\r\n\r\nid: 1\revent: a\rdata: x\r\rid: 2\ndata: y\ndata: z\n\n\r\n:\r\ndata: ü€😀\r\n\r\nid: 3\ndata:\n\n';
    const whole = read(text);
    expect(whole).toHaveLength(4);
    const cuts = fc.array(fc.nat({ max: text.length }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (places) => {
        const ordered = [0, ...places.sort((one, other) => one - other), text.length];
        const pieces = ordered.slice(1).map((place, index) => text.slice(ordered[index], place));
        expect(read(...pieces)).toEqual(whole);
      }),
    );
  });
});
