import * as fc from 'fast-check';
import type { StockRequest } from '@marketplace/contracts';
import { demoProducts } from '../catalog/demo-products.js';
import { StockBook, type StockRecord } from './stock-book.js';

const at = '2026-01-01T00:00:00.000Z';
const skus = new Set(demoProducts().map(({ sku }) => sku));
const newBook = () => new StockBook((sku) => skus.has(sku), demoProducts());
type Operation = 'reserve' | 'commit' | 'release';

/** Does what the service does: answers a repeated operation as before, otherwise decides and applies. */
function ask(book: StockBook, operation: Operation, request: StockRequest, log: StockRecord[] = []) {
  const known = book.answerTo(operation, request.operationId);
  if (known) return known;
  const decide = { reserve: 'decideReserve', commit: 'decideCommit', release: 'decideRelease' } as const;
  const record = book[decide[operation]](request, at);
  book.apply(record);
  log.push(record);
  return book.answerTo(operation, request.operationId);
}
const stateOf = (book: StockBook) => [
  book.available('demo-scarce'),
  ...[1, 2, 3].map((n) => book.held(`o${n}`)),
  ...Array.from({ length: 12 }, (_, n) =>
    (['reserve', 'commit', 'release'] as const).map((kind) => book.answerTo(kind, `k${n + 1}`)),
  ),
];
const request = (reservationId: string, operationId: string, items: [string, number][] = []): StockRequest => ({
  reservationId,
  operationId,
  items: items.map(([sku, quantity]) => ({ sku, quantity })),
});

describe('stock', () => {
  it('gives 3 scarce units to 3 of 8 buyers', () => {
    const book = newBook();
    const replies = Array.from({ length: 8 }, (_, n) =>
      ask(book, 'reserve', request(`o${n}`, `r${n}`, [['demo-scarce', 1]])),
    );
    expect(replies.filter((reply) => reply?.status === 'reserved')).toHaveLength(3);
    expect(replies[7]).toEqual({ status: 'rejected', short: [{ sku: 'demo-scarce', available: 0 }] });
    expect(book.available('demo-scarce')).toBe(0);
  });

  it('reserves all or nothing, and counts a sku named twice as one', () => {
    const book = newBook();
    const items: [string, number][] = [
      ['demo-1', 5],
      ['demo-scarce', 2],
      ['demo-scarce', 2],
      ['nothing', 1],
    ];
    expect(ask(book, 'reserve', request('o', 'r', items))).toEqual({
      status: 'rejected',
      short: [
        { sku: 'demo-scarce', available: 3 },
        { sku: 'nothing', available: 0 },
      ],
    });
    expect(book.available('demo-scarce')).toBe(3);
    expect(book.available('demo-1')).toBe(1_000_000);
  });

  it('answers a repeated reserve as before, even after a release', () => {
    const book = newBook();
    ask(book, 'reserve', request('o', 'same', [['demo-scarce', 2]]));
    ask(book, 'reserve', request('o', 'same', [['demo-scarce', 2]]));
    expect(book.available('demo-scarce')).toBe(1);
    expect(ask(book, 'release', request('o', 'same'))).toEqual({ status: 'released' });
    expect(ask(book, 'reserve', request('o', 'same', [['demo-scarce', 2]]))).toEqual({ status: 'reserved', short: [] });
    expect(book.available('demo-scarce')).toBe(3);
  });

  it('refuses a reserve that arrives after its release', () => {
    const book = newBook();
    expect(ask(book, 'release', request('o', 'x', [['demo-scarce', 1]]))).toEqual({ status: 'released' });
    expect(ask(book, 'reserve', request('o', 'r', [['demo-scarce', 1]]))).toEqual({ status: 'rejected', short: [] });
    expect(book.available('demo-scarce')).toBe(3);
    expect(ask(book, 'commit', request('o', 'c'))).toEqual({ status: 'released' });
  });

  it('releases in parts, after a commit too, and never more than is held', () => {
    const book = newBook();
    ask(
      book,
      'reserve',
      request('o', 'r', [
        ['demo-scarce', 3],
        ['demo-1', 2],
      ]),
    );
    expect(ask(book, 'commit', request('o', 'c'))).toEqual({ status: 'committed' });
    ask(book, 'release', request('o', 'x1', [['demo-scarce', 1]]));
    expect(book.available('demo-scarce')).toBe(1);
    ask(
      book,
      'release',
      request('o', 'x2', [
        ['demo-scarce', 9],
        ['demo-2', 4],
      ]),
    );
    expect(book.available('demo-scarce')).toBe(3);
    expect(book.held('o')).toEqual([{ sku: 'demo-1', quantity: 2 }]);
    ask(book, 'release', request('o', 'x3'));
    ask(book, 'release', request('o', 'x4'));
    expect(book.held('o')).toEqual([]);
    expect(book.available('demo-1')).toBe(1_000_000);
  });

  it('neither loses nor makes units, and is rebuilt from its records', () => {
    const operation = fc.record({
      kind: fc.constantFrom<Operation>('reserve', 'commit', 'release'),
      reservation: fc.integer({ min: 1, max: 3 }),
      key: fc.integer({ min: 1, max: 12 }),
      units: fc.integer({ min: 1, max: 3 }),
      all: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const book = newBook();
        const log: StockRecord[] = [];
        const first = new Map<string, unknown>();
        for (const { kind, reservation, key, units, all } of operations) {
          const items: [string, number][] = all && kind === 'release' ? [] : [['demo-scarce', units]];
          const reply = ask(book, kind, request(`o${reservation}`, `k${key}`, items), log);
          const name = `${kind} ${key}`;
          if (first.has(name)) expect(reply).toEqual(first.get(name));
          else first.set(name, reply);
          const held = [1, 2, 3].flatMap((n) => book.held(`o${n}`)).reduce((sum, { quantity }) => sum + quantity, 0);
          expect(book.available('demo-scarce')).toBeGreaterThanOrEqual(0);
          expect(book.available('demo-scarce') + held).toBe(3);
        }
        const rebuilt = newBook();
        for (const record of log) rebuilt.apply(record);
        expect(JSON.stringify(stateOf(rebuilt))).toBe(JSON.stringify(stateOf(book)));
      }),
    );
  });
});
