import type { AuthorizationOpened } from './journal-record.js';
import { InvalidCursorError, LedgerIndex } from './ledger-index.js';

const at = '2026-01-01T00:00:00.000Z';
const opened = (n: number, more: Partial<AuthorizationOpened> = {}): AuthorizationOpened => ({
  type: 'authorization.opened',
  at,
  key: `key-${n}`,
  paymentId: `pay_${n}`,
  orderId: `order-${n % 3}`,
  tenderId: 'tender-1',
  amount: { amount: n, currency: 'USD' },
  status: 'authorized',
  ...more,
});

describe('the ledger', () => {
  it('gives pages of 500 in order, with no entry twice or missing', () => {
    const ledger = new LedgerIndex();
    for (let n = 1; n <= 1201; n += 1) ledger.apply(opened(n));
    const sequences: number[] = [];
    const pageSizes: number[] = [];
    let cursor: string | null = null;
    do {
      const page = ledger.page(cursor === null ? {} : { cursor });
      pageSizes.push(page.entries.length);
      sequences.push(...page.entries.map((entry) => entry.sequence));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(pageSizes).toEqual([500, 500, 201]);
    expect(sequences).toEqual(Array.from({ length: 1201 }, (_, index) => index + 1));
  });

  it('finds the entries of one order', () => {
    const ledger = new LedgerIndex();
    for (let n = 1; n <= 1600; n += 1) ledger.apply(opened(n));
    const first = ledger.page({ orderId: 'order-1' });
    expect(first.entries).toHaveLength(500);
    const rest = ledger.page({ orderId: 'order-1', cursor: first.nextCursor as string });
    expect(rest.nextCursor).toBeNull();
    expect([...first.entries, ...rest.entries].every((entry) => entry.orderId === 'order-1')).toBe(true);
    expect(first.entries.length + rest.entries.length).toBe(534);
    expect(ledger.page({ orderId: 'nobody' })).toEqual({ entries: [], nextCursor: null });
  });

  it('counts how often a key was asked, separately for each operation', () => {
    const ledger = new LedgerIndex();
    ledger.apply(opened(1));
    ledger.apply({ type: 'asked', operation: 'authorize', key: 'key-1' });
    ledger.apply({ type: 'asked', operation: 'authorize', key: 'key-1' });
    ledger.apply({ ...opened(1), type: 'payment.moved', operation: 'capture' });
    expect(ledger.page({}).entries.map(({ kind, asked }) => [kind, asked])).toEqual([
      ['authorization', 3],
      ['capture', 1],
    ]);
  });

  it('holds a pending authorization only once it is settled, and counts what was asked before', () => {
    const ledger = new LedgerIndex();
    const pending = opened(1, { status: 'pending' });
    ledger.apply(pending);
    ledger.apply({ type: 'asked', operation: 'authorize', key: 'key-1' });
    expect(ledger.size).toBe(0);
    ledger.apply({ ...opened(1), type: 'authorization.settled', status: 'declined' });
    expect(ledger.page({}).entries).toMatchObject([{ kind: 'decline', key: 'key-1', asked: 2 }]);
  });

  it('ends a page early rather than outgrow a message', () => {
    const ledger = new LedgerIndex();
    const items = Array.from({ length: 200 }, (_, index) => ({ sku: `a-rather-long-sku-${index}`, quantity: 1 }));
    for (let n = 1; n <= 200; n += 1) {
      ledger.apply({ type: 'stock.reserved', at, key: `r-${n}`, reservationId: `order-${n}`, items });
    }
    const page = ledger.page({});
    expect(JSON.stringify(page).length).toBeLessThan(600 * 1024);
    expect(page.nextCursor).toBe(String(page.entries.length));
  });

  it('refuses a cursor it never gave', () => {
    expect(() => new LedgerIndex().page({ cursor: 'x' })).toThrow(InvalidCursorError);
  });
});
