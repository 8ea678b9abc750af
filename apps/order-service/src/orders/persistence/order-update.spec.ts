import { isDeepStrictEqual } from 'node:util';
import type { AppliedRequest } from '@marketplace/domain';
import fc from 'fast-check';
import { anonymiseOrder } from '../domain/anonymise.js';
import { cancelUnits } from '../domain/cancel-units.js';
import { changeAddress, holdOrder, releaseHold } from '../domain/care.js';
import type { Order } from '../domain/order.js';
import {
  after,
  authorizeAll,
  confirmedOrder,
  heldOrder,
  move,
  newOrder,
  quotedLine,
  settleAll,
  TIMING,
} from '../domain/order-fixtures.spec-support.js';
import { lives } from '../domain/order-happenings.spec-support.js';
import { live } from '../domain/order-life.spec-support.js';
import { abandonOrder, placeOrder } from '../domain/place-order.js';
import { refund } from '../domain/refund.js';
import { requestReturn, updateReturn } from '../domain/return-units.js';
import { shipUnits } from '../domain/ship-units.js';
import { runTimers } from '../domain/timers.js';
import { addTrackingLink, mailTrackingLink } from '../domain/tracking-links.js';
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

/** As it is stored: without fields that have no value, and without who has changed it, which stands in the audit chain. */
function stored({ changedBy: _changedBy, ...order }: Order): Fields {
  return structuredClone(Object.fromEntries(Object.entries(order).filter(([, value]) => value !== undefined)));
}

/** Whether a stored value is the given one. Clones have prototypes of their own, so both must be clones. */
function isSame(was: unknown, value: unknown): boolean {
  return isDeepStrictEqual(was, structuredClone(value));
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
          const idle = Object.keys(update.$set).filter((path) => isSame(at(old, path), update.$set[path]));
          // A void that finds nothing left to give up writes its tender as it was.
          const allowed = ['updatedAt', 'payment.tenders'];
          expect(idle.filter((path) => !allowed.includes(path))).toEqual([]);
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

  it('adds to the keys it remembers, and rewrites them only where one is forgotten', () => {
    const key = (name: string): AppliedRequest => ({ key: name, fingerprint: 'f', at: after(0).now });
    const before = { ...confirmedOrder(), appliedRequests: [key('1'), key('2')] };
    const more = [...before.appliedRequests, key('3')];
    expect(updateOf(before, { ...before, appliedRequests: more })).toMatchObject({
      $set: { version: 2 },
      $push: { appliedRequests: { $each: [key('3')] } },
    });
    expect(updateOf(before, { ...before, appliedRequests: more.slice(1) }).$set).toMatchObject({
      appliedRequests: [key('2'), key('3')],
    });
    expect(updateOf(before, { ...before, appliedRequests: more.slice(1) }).$push).toBeUndefined();
    expect(updateOf(before, { ...before, appliedRequests: [...before.appliedRequests] }).$push).toBeUndefined();
  });

  it('rewrites the history only where something is taken out of it', () => {
    const before = move(confirmedOrder({ email: 'a@example.com' }), 'shipped');
    const next = anonymiseOrder(before, 'anonymised-1', after(3));
    const update = updateOf(before, next);
    expect(update.$push).toBeUndefined();
    expect(update.$set).toMatchObject({ history: next.history, customerId: 'anonymised-1', createdBy: 'anonymised-1' });
    expect(update.$unset).toMatchObject({ email: true });
    expect(isDeepStrictEqual(applied(stored(before), update), stored({ ...next, version: before.version + 1 }))).toBe(
      true,
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

  /** Each change, and the paths that it sets and unsets besides those of every change. */
  const parts = ['lines', 'shipments'].map((field) => `vendorOrders.0.${field}`);
  const confirmed = confirmedOrder({ lines: [quotedLine({ sku: 'a', quantity: 3 })] });
  const delivered = settleAll(move(confirmed, 'shipped', 'delivered'));
  const one = { items: [{ sku: 'a', quantity: 1 }] };
  const asked = requestReturn(delivered, { ...one, reason: 'too small' }, undefined, after(5));
  const step = (order: Order, status: 'approved' | 'received' | 'refunded'): Order =>
    updateReturn(order, 'r1', { status }, after(6)) ?? order;
  const received = step(step(asked, 'approved'), 'received');
  const link = { id: 'link-1', createdAt: after(3).now, expiresAt: after(60).now };
  const held = holdOrder(confirmed, 'fraud check', after(3));
  const shipped = move(confirmed, 'shipped');
  const overdue = runTimers(confirmed, TIMING, after(60 * 49));

  it.each<[string, Order, Order, string[], string[]]>([
    [
      'a part that is shipped',
      confirmed,
      shipUnits(confirmed, one, {}, after(3)),
      [...parts, 'vendorOrders.0.status', 'payment.operations', 'status'],
      [],
    ],
    [
      'a part that is cancelled',
      confirmed,
      cancelUnits(confirmed, one, {}, true, after(3)),
      ['vendorOrders.0.lines', 'vendorOrders.0.cancellations'],
      [],
    ],
    ['a hold', confirmed, held, ['hold'], []],
    ['a tracking link', confirmed, addTrackingLink(confirmed, link, after(3)), ['trackingLinks'], []],
    ['a link by mail', confirmed, mailTrackingLink(confirmed, link, after(3)), ['trackingLinks', 'trackingMail'], []],
    ['a release', held, releaseHold(held, after(4)), [], ['hold']],
    [
      'another address',
      confirmed,
      changeAddress(confirmed, { ...confirmed.shippingAddress, city: 'Shelbyville' }, after(3)),
      ['shippingAddress'],
      [],
    ],
    ['a vendor that is late', confirmed, overdue, ['vendorOrders.0.overdueSince'], []],
    [
      'a vendor that begins late',
      overdue,
      move(overdue, 'processing'),
      ['vendorOrders.0.status', 'status'],
      ['vendorOrders.0.overdueSince'],
    ],
    [
      'an arrival',
      shipped,
      move(shipped, 'delivered'),
      [...parts, 'vendorOrders.0.status', 'vendorOrders.0.deliveredAt', 'status'],
      [],
    ],
    ['a return that is asked for', delivered, asked, ['vendorOrders.0.returns'], []],
    ['units that came back', step(asked, 'approved'), received, ['vendorOrders.0.lines', 'vendorOrders.0.returns'], []],
    [
      'their price',
      received,
      step(received, 'refunded'),
      ['vendorOrders.0.lines', 'vendorOrders.0.returns', 'vendorOrders.0.refunds', 'payment.operations'],
      [],
    ],
    [
      'goodwill',
      delivered,
      refund(delivered, { amountMinor: 5, reason: 'sorry' }, after(5)),
      ['vendorOrders.0.lines', 'vendorOrders.0.refunds', 'payment.operations'],
      [],
    ],
    [
      'a payout that is due',
      delivered,
      runTimers(delivered, TIMING, after(60 * 24 * 15)),
      ['vendorOrders.0.payoutEligibleAt'],
      [],
    ],
  ])('writes of %s only what belongs to it', (_, before, next, sets, unsets) => {
    const update = updateOf(before, next, after(9).now);
    const paths = Object.keys(update.$set).filter((path) => !['version', 'updatedAt', 'workDueAt'].includes(path));
    const written = paths.filter((path) => !isSame(at(stored(before), path), update.$set[path]));
    expect(written.toSorted()).toEqual(sets.toSorted());
    expect(paths.toSorted()).toEqual(written.toSorted());
    expect(Object.keys(update.$unset ?? {})).toEqual(unsets);
    expect(Object.keys(update.$push ?? {}).filter((path) => path !== 'history' && path !== 'stock.pending')).toEqual(
      [],
    );
  });
});
