import fc from 'fast-check';
import { anonymiseOrder } from '../orders/domain/anonymise.js';
import { cancelUnits } from '../orders/domain/cancel-units.js';
import { changeAddress } from '../orders/domain/care.js';
import { after, authorizeAll, newOrder, quotedLine } from '../orders/domain/order-fixtures.spec-support.js';
import { lives } from '../orders/domain/order-happenings.spec-support.js';
import { live } from '../orders/domain/order-life.spec-support.js';
import { holdStock, placeOrder } from '../orders/domain/place-order.js';
import {
  actorDigest,
  addressDigest,
  entryHash,
  saltsOfOthers,
  type AuditEntry,
} from '../orders/persistence/audit-chain.js';
import { ChainWriter, ORIGIN } from './audited-life.spec-support.js';
import type { StoredChain } from './stored-chain.js';
import { verifyChain } from './verify-chain.js';

const ALICE = { kind: 'customer', id: 'alice' } as const;

/** Placed and confirmed by alice, one unit cancelled by support, and sent elsewhere: five entries. */
function written(): ChainWriter {
  const writer = new ChainWriter();
  const lines = [quotedLine({ quantity: 3 })];
  const placed = placeOrder(newOrder({ lines, email: 'alice@example.com' }), { ...after(0), actor: ALICE });
  const held = holdStock(placed, { ...after(0), actor: ALICE });
  const confirmed = authorizeAll(held);
  const support = { now: after(2).now, actor: { kind: 'support', id: 'sue' } as const };
  const one = { items: [{ sku: 'sku-1', quantity: 1 }] };
  const cancelled = cancelUnits(confirmed, one, { reason: 'Alice Example called' }, false, support);
  const moved = changeAddress(cancelled, { ...cancelled.shippingAddress, city: 'Shelbyville' }, support);
  writer.write(placed);
  writer.write(held);
  writer.write(confirmed);
  writer.write(cancelled, { ...ORIGIN, operation: 'orders.cancel' });
  writer.write(moved, { transport: 'nats', operation: 'orders.change-address' });
  return writer;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends Date ? Date : T[K] extends object ? Mutable<T[K]> : T[K] };

/** What the verification says of the chain after somebody has been at the database. */
function tampered(change: (chain: Mutable<StoredChain>) => void): string[] {
  const chain = written().stored();
  change(chain as unknown as Mutable<StoredChain>);
  return verifyChain(chain);
}

describe('the audit chain of an order', () => {
  it('says who did what, from where, and names nobody', () => {
    const { order, entries, salts } = written().stored();
    expect(entries).toMatchObject([
      {
        sequence: 1,
        version: 1,
        actor: { kind: 'customer' },
        from: { transport: 'http' },
        operation: 'orders.create',
        previous: '',
      },
      { sequence: 2, version: 2, events: { first: 1, last: 1 } },
      { sequence: 3, actor: { kind: 'system' }, from: { transport: 'http' }, events: { first: 2, last: 3 } },
      { sequence: 4, actor: { kind: 'support' }, operation: 'orders.cancel', events: { first: 4, last: 4 } },
      { sequence: 5, from: { transport: 'nats' }, operation: 'orders.change-address' },
    ]);
    expect(entries[2]?.from.address).toBeUndefined();
    expect(entries.slice(1).map(({ previous }) => previous)).toEqual(entries.slice(0, -1).map(({ hash }) => hash));
    expect(JSON.stringify([entries, salts])).not.toMatch(/"(?:alice|sue)|203\.0|Springfield|Shelbyville|called/u);
    expect(entries[0]?.actor.id).toBe(actorDigest('alice', salts[0]?.actor ?? ''));
    expect(entries[0]?.from.address).toBe(addressDigest('203.0.113.7', salts[0]?.actor ?? ''));
    expect(entries[0]?.actor.id).not.toBe(entries[1]?.actor.id);
    expect(order.auditHead).toEqual({ sequence: 5, hash: entries[4]?.hash, at: entries[4]?.at });
    expect(verifyChain(written().stored())).toEqual([]);
  });

  it('holds whatever happens to the order', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const writer = new ChainWriter();
        writer.write(placeOrder(life.request, after(0)));
        live(life, (_, next) => writer.write(next));
        expect(verifyChain(writer.stored())).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it.each<[string, (entry: Mutable<AuditEntry>) => void]>([
    ['at', (entry) => entry.at.setFullYear(2020)],
    ['kind of actor', (entry) => (entry.actor.kind = 'customer')],
    ['actor', (entry) => (entry.actor.id = 'x')],
    ['transport', (entry) => (entry.from.transport = 'nats')],
    ['address', (entry) => (entry.from.address = 'x')],
    ['operation', (entry) => (entry.operation = 'orders.refund')],
    ['events', (entry) => (entry.events = undefined)],
    ['state', (entry) => (entry.state = 'x')],
    ['version', (entry) => (entry.version += 1)],
    ['previous hash', (entry) => (entry.previous = 'x')],
    ['hash', (entry) => (entry.hash = 'x')],
    ['an unknown field', (entry) => Object.assign(entry, { note: 'x' })],
  ])('names an entry whose %s was edited', (_, edit) => {
    expect(tampered(({ entries }) => edit(entries[3] as Mutable<AuditEntry>))).toContain('entry 4 was edited');
  });

  it('names an entry that was edited together with its hash: the next one does not follow from it', () => {
    const findings = tampered(({ order, entries }) => {
      const entry = entries[3] as Mutable<AuditEntry>;
      entry.operation = 'orders.refund';
      entry.hash = entryHash(order.id, entry);
    });
    expect(findings).toEqual(['entry 5 does not follow from the one before: one of the two was replaced']);
  });

  it('names an entry that was edited with all that follow from it, by its anchor', () => {
    const findings = tampered((chain) => {
      chain.anchored = [{ anchor: 7, sequence: 4, hash: chain.entries[3]?.hash ?? '' }];
      let previous = chain.entries[2]?.hash ?? '';
      for (const entry of chain.entries.slice(3)) {
        entry.previous = previous;
        if (entry.sequence === 4) entry.operation = 'orders.refund';
        entry.hash = entryHash(chain.order.id, entry);
        previous = entry.hash;
      }
      chain.order.auditHead = { ...chain.order.auditHead, hash: previous } as never;
    });
    expect(findings).toEqual(['entry 4 is not the one that anchor 7 holds']);
  });

  it('names entries that were removed', () => {
    expect(tampered(({ entries }) => void entries.splice(1, 2))).toContain('entries 2 to 3 are removed');
    expect(tampered(({ entries }) => void entries.shift())).toContain('entry 1 is removed');
    expect(tampered((chain) => (chain.entries = []))).toEqual(['the order has no audit chain']);
  });

  it('names entries in another order, twice, or of another chain', () => {
    expect(tampered(({ entries }) => void entries.splice(0, entries.length, ...entries.toReversed()))).toContain('entries 1 to 4 are removed');
    expect(tampered(({ entries }) => void entries.push(entries[4] as never))).toContain(
      'entry 5 stands where entry 6 should',
    );
    expect(tampered(({ order }) => (order.id = 'order-2'))).toContain('entry 1 was edited');
  });

  it('names a tail that was cut, by the head, and with the head by the anchor', () => {
    const cut = (chain: Mutable<StoredChain>): void => void chain.entries.pop();
    expect(tampered(cut)).toContain('the tail of the chain was cut: entry 5 is missing');
    const findings = tampered((chain) => {
      chain.anchored = [{ anchor: 7, sequence: 5, hash: chain.entries[4]?.hash ?? '' }];
      cut(chain);
      const last = chain.entries[3] as AuditEntry;
      chain.order.auditHead = { sequence: 4, hash: last.hash, at: last.at } as never;
      chain.order.version = 4;
    });
    expect(findings).toContain('the tail of the chain was cut: anchor 7 holds entry 5, and the last one is 4');
    expect(findings).toContain('the order was edited: it is not what its last change has left');
    expect(tampered(({ order }) => delete (order as { auditHead?: unknown }).auditHead)).toContain(
      'the head of the chain was removed',
    );
  });

  it.each<[string, (order: Mutable<StoredChain['order']>) => void]>([
    [
      'an amount',
      ({ vendorOrders }) => ((vendorOrders[0] as Mutable<(typeof vendorOrders)[0]>).lines[0]!.unitPriceMinor = 1),
    ],
    ['a payment', ({ payment }) => ((payment.tenders[0] as { capturedMinor: number }).capturedMinor = 5)],
    ['a status', (order) => (order.status = 'delivered')],
    ['an address', ({ shippingAddress }) => (shippingAddress.name = 'Mallory')],
    ['an e-mail address', (order) => (order.email = 'mallory@example.com')],
    ['a reason', ({ vendorOrders }) => Object.assign(vendorOrders[0]!.cancellations[0]!, { reason: 'x' })],
    ['the owner', (order) => (order.customerId = 'mallory')],
  ])('finds that %s of the order was edited', (_, edit) => {
    expect(tampered(({ order }) => edit(order))).toEqual([
      'the order was edited: it is not what its last change has left',
    ]);
  });

  it('finds a version that was not made through the service', () => {
    expect(tampered(({ order }) => (order.version = 6))).toEqual([
      'version 6 of the order was not made through the service: the last that was is 5',
    ]);
  });

  it('finds events that were edited, removed or added', () => {
    const edited = 'the history was edited: events 2 to 3 are not those of audit entry 3';
    expect(tampered(({ order }) => (order.history[2]!.status = 'shipped'))).toEqual([edited]);
    expect(tampered(({ order }) => void order.history.splice(2, 1))).toEqual([edited]);
    expect(tampered(({ order }) => Object.assign(order.history[1]!, { actor: { kind: 'customer' } }))).toEqual([
      edited,
    ]);
    expect(tampered(({ order }) => void order.history.push({ ...order.history[4]!, sequence: 6 }))).toEqual([
      'the history was edited: events 6 to 6 are in no audit entry',
    ]);
  });

  it('holds when the buyer is forgotten, whose doings are proved no more, and those of others are', () => {
    const writer = written();
    const before = writer.stored();
    const salts = saltsOfOthers(before.entries, before.salts, 'alice');
    expect(salts).toEqual([4, 5].map((sequence) => ({ sequence, actor: before.salts[sequence - 1]?.actor })));
    writer.write(
      anonymiseOrder(before.order, 'anonymised-1', { now: after(9).now, actor: { kind: 'admin', id: 'adam' } }),
    );
    const { order, entries, salts: all, anchored } = writer.stored();
    const forgotten = { order, entries, anchored, salts: [...salts, ...all.slice(-1)] };
    expect(verifyChain(forgotten)).toEqual([]);
    expect(JSON.stringify(forgotten)).not.toMatch(/alice|Springfield|called/iu);
    expect(entries[3]?.actor.id).toBe(actorDigest('sue', salts[0]?.actor ?? ''));
  });

  it('forgets what a buyer did in another role', () => {
    const { entries, salts } = written().stored();
    expect(saltsOfOthers(entries, salts, 'sue')).toEqual([]);
  });

  it('holds without the salts but for the state of the order, which says so', () => {
    expect(tampered((chain) => (chain.salts = chain.salts.slice(-1)))).toEqual([]);
    expect(tampered((chain) => (chain.salts = []))).toEqual([
      'the salt of entry 5 was removed: the state of the order cannot be verified',
    ]);
  });

  it('tells of what cannot even be looked at', () => {
    const findings = tampered((chain) => {
      chain.entries[2] = null as never;
      chain.order.history = null as never;
    });
    expect(findings.some((finding) => finding.startsWith('the entries cannot be verified'))).toBe(true);
    expect(findings.some((finding) => finding.startsWith('the history cannot be verified'))).toBe(true);
  });
});
