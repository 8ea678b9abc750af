import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Order } from '../domain/order.js';
import {
  after,
  authorizeAll,
  confirmedOrder,
  heldOrder,
  move,
  newOrder,
  settleAll,
} from '../domain/order-fixtures.spec-support.js';
import { lives } from '../domain/order-happenings.spec-support.js';
import { live } from '../domain/order-life.spec-support.js';
import { abandonOrder, placeOrder } from '../domain/place-order.js';
import { orderUpdate } from './order-update.js';

type Fields = Record<string, unknown>;
interface Update {
  $set: Fields;
  $unset?: Fields;
  $push?: Record<string, { $each: unknown[] }>;
}

const updateOf = (before: Order, next: Order, workDueAt?: Date): Update =>
  orderUpdate(before, { ...next, version: before.version + 1 }, workDueAt) as Update;

function at(document: Fields, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Fields | undefined)?.[name], document);
}

/** What MongoDB does with an update of these three operators. */
function applied(document: Fields, { $set, $unset = {}, $push = {} }: Update): Fields {
  const result = structuredClone(document);
  const paths = [...Object.keys($set), ...Object.keys($unset), ...Object.keys($push)];
  for (const path of paths) {
    // MongoDB refuses two operators on one path, or on a path and a part of it.
    if (paths.filter((other) => `${other}.`.startsWith(`${path}.`)).length > 1) throw new Error(`conflict at ${path}`);
  }
  const holder = (path: string): [Fields, string] => {
    const names = path.split('.');
    return [at(result, names.slice(0, -1).join('.')) as Fields, names.at(-1) ?? ''];
  };
  const parent = (path: string): [Fields, string] => (path.includes('.') ? holder(path) : [result, path]);
  for (const [path, value] of Object.entries($set)) {
    const [fields, name] = parent(path);
    fields[name] = structuredClone(value);
  }
  for (const path of Object.keys($unset)) {
    const [fields, name] = parent(path);
    delete fields[name];
  }
  for (const [path, { $each }] of Object.entries($push))
    (at(result, path) as unknown[]).push(...structuredClone($each));
  return result;
}

/** As it is stored: without fields that have no value. */
function stored(order: Order): Fields {
  return structuredClone(Object.fromEntries(Object.entries(order).filter(([, value]) => value !== undefined)));
}

describe('the update that turns one state of an order into the next', () => {
  it('gives exactly the next state, and writes nothing that stayed the same', () => {
    fc.assert(
      fc.property(lives, (life) => {
        let document: Fields | undefined;
        const check = (before: Order, next: Order): void => {
          const version = Number(document?.['version'] ?? before.version);
          const update = updateOf({ ...before, version }, next);
          const old = document ?? stored(before);
          document = applied(old, update);
          expect(isDeepStrictEqual(document, stored({ ...next, version: version + 1 }))).toBe(true);
          const idle = Object.keys(update.$set).filter((path) => isDeepStrictEqual(at(old, path), update.$set[path]));
          expect(idle.filter((path) => path !== 'updatedAt')).toEqual([]);
        };
        const lived = live(life, check);
        const decided = authorizeAll(lived);
        if (decided !== lived) check(lived, decided);
        const settled = settleAll(decided);
        if (settled !== decided) check(decided, settled);
      }),
      { numRuns: 300 },
    );
  });

  it('names only what changed', () => {
    const before = confirmedOrder();
    const next = move(before, 'processing');
    expect(updateOf(before, next)).toEqual({
      $set: { version: 2, status: 'processing', updatedAt: next.updatedAt, 'vendorOrders.0.status': 'processing' },
      $unset: { workDueAt: true },
      $push: { history: { $each: next.history.slice(-1) } },
    });
  });

  it('adds to the history and the stock operations, and never rewrites them', () => {
    const before = heldOrder();
    const update = updateOf(before, authorizeAll(before));
    expect(update.$push).toMatchObject({
      history: { $each: [{ type: 'payment-authorized' }, { type: 'confirmed' }] },
      'stock.pending': { $each: [{ id: 'commit-1' }] },
    });
    expect(Object.keys(update.$set).filter((path) => path.startsWith('history') || path.startsWith('stock'))).toEqual(
      [],
    );
  });

  it('removes what has no value any more', () => {
    const before = placeOrder(newOrder({ clientReference: 'ref-1', cartId: 'cart-1' }), after(0));
    const update = updateOf(before, abandonOrder(before, [], after(1)));
    expect(update.$unset).toEqual({ clientReference: true, workDueAt: true });
    expect(update.$set).toMatchObject({ returnsCart: true, 'stock.status': 'rejected', 'stock.short': [] });
  });

  it('says when the work that follows is due', () => {
    const workDueAt = new Date('2026-03-01T12:00:12.000Z');
    const before = heldOrder();
    const update = updateOf(before, authorizeAll(before), workDueAt);
    expect(update.$set['workDueAt']).toBe(workDueAt);
    expect(update.$unset).toBeUndefined();
  });

  it('leaves what only background work writes to it', () => {
    const before = confirmedOrder();
    const touched = Object.keys(updateOf(before, move(before, 'shipped')).$set);
    expect(touched).not.toContain('publishedSequence');
    expect(touched).not.toContain('stock.pending');
  });
});
