import fc from 'fast-check';
import { lives } from '../orders/domain/order-happenings.spec-support.js';
import { confirmedOrder, move, quotedLine, settleAll } from '../orders/domain/order-fixtures.spec-support.js';
import { live } from '../orders/domain/order-life.spec-support.js';
import type { Order, VendorOrder } from '../orders/domain/order.js';
import { checkEvents } from './event-checks.js';
import { checkOrder } from './order-checks.js';
import { digestOf } from './published-events.js';
import { checkWork, isInFlight } from './work-checks.js';

const LINES = [quotedLine({ sku: 'a', quantity: 3 }), quotedLine({ sku: 'b', vendorId: 'vendor-2' })];
const shipped = settleAll(move(confirmedOrder({ lines: LINES }), { status: 'shipped', vendorId: 'vendor-1' }));

const checksOf = (order: Order): string[] => [...new Set(checkOrder(order).map(({ check }) => check))];

describe('an order held against itself', () => {
  it('agrees at every moment, whatever happens, but for what has failed for good', () => {
    fc.assert(
      fc.property(lives, (life) => {
        live(life, (_before, next) => {
          const findings = checkOrder(next).filter(({ detail }) => !/has failed and waits for people/u.test(detail));
          expect(findings).toEqual([]);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('drifts where a tender or a parcel has captured more than it did', () => {
    const { payment } = shipped;
    const tenders = payment.tenders.map((tender) => ({ ...tender, capturedMinor: tender.capturedMinor + 1 }));
    expect(checksOf({ ...shipped, payment: { ...payment, tenders } })).toEqual(['money']);
    const parcels = (of: VendorOrder): VendorOrder => ({
      ...of,
      shipments: of.shipments.map((shipment) => ({ ...shipment, capturedMinor: shipment.capturedMinor + 1 })),
    });
    expect(checksOf({ ...shipped, vendorOrders: shipped.vendorOrders.map(parcels) })).toEqual(['money', 'ledger']);
  });

  it('drifts where the history has a gap, more is published than there is, or the status is another', () => {
    expect(checksOf({ ...shipped, history: shipped.history.toSpliced(1, 1) })).toEqual(['history']);
    expect(checksOf({ ...shipped, publishedSequence: 99 })).toEqual(['history']);
    expect(checksOf({ ...shipped, status: 'delivered' })).toEqual(['status']);
  });

  it('drifts where units are missing, and where an amount is none', () => {
    const withLines = (change: object): Order => ({
      ...shipped,
      vendorOrders: shipped.vendorOrders.map((of) => ({
        ...of,
        lines: of.lines.map((line) => ({ ...line, ...change })),
      })),
    });
    expect(checksOf(withLines({ deliveredQuantity: 1 }))).toEqual(['units']);
    expect(checksOf(withLines({ cancelledQuantity: 9 }))).toContain('units');
    expect(checksOf(withLines({ amounts: { items: null, shipping: 0, discount: 0, tax: 0 } }))).toContain('totals');
  });

  it('names a capture that has failed', () => {
    const order = move(confirmedOrder({ lines: LINES }), 'shipped');
    const operations = order.payment.operations.map((each) => ({
      ...each,
      status: 'failed' as const,
      lastError: 'no',
    }));
    const failed = { ...order, payment: { ...order.payment, operations } };
    expect(checkOrder(failed)).toMatchObject([
      { check: 'money', detail: 'capture-1 has failed and waits for people: no', passes: false },
      { check: 'money', passes: false },
    ]);
  });
});

describe('the events of an order', () => {
  const order = { ...shipped, publishedSequence: shipped.history.length };
  const last = order.history.length;
  const digest = order.history.reduce((before, { type }) => digestOf(before, type), 0);

  it('agree when the stream holds every one', () => {
    expect(checkEvents(order, { last, digest })).toEqual([]);
    expect(checkEvents({ ...order, history: [], publishedSequence: 0 }, undefined)).toEqual([]);
  });

  it.each<[string, Parameters<typeof checkEvents>, RegExp]>([
    ['there is none', [order, undefined], /ends with event 0/u],
    ['one is missing', [order, { last, digest, gapAt: 2 }], /event 2 is not in the stream/u],
    [
      'there are more',
      [
        { ...order, publishedSequence: last - 1 },
        { last, digest },
      ],
      /goes on to event/u,
    ],
    ['they are others', [order, { last, digest: digest + 1 }], /not those of the history/u],
  ])('drift when %s', (_, given, detail) => {
    expect(checkEvents(...given)).toMatchObject([{ check: 'events', detail: expect.stringMatching(detail) as string }]);
  });

  it('drift when the order was never announced', () => {
    const { listedAt: _never, ...abandoned } = order;
    expect(checkEvents(abandoned, { last, digest })).toMatchObject([{ check: 'events' }]);
  });
});

describe('work that is left', () => {
  const early = { since: new Date(0), unpaidSince: new Date(0) };
  const late = { since: new Date('2030-01-01'), unpaidSince: new Date('2030-01-01') };
  const pending = move(confirmedOrder({ lines: LINES }), 'shipped');

  it('is in flight while it is young, and drift once it is not', () => {
    expect(isInFlight(pending, early)).toBe(true);
    expect(isInFlight(pending, late)).toBe(false);
    expect(checkWork(pending, early).every(({ passes }) => passes)).toBe(true);
    expect(checkWork(pending, late).some(({ passes }) => !passes)).toBe(true);
  });

  it('is none once everything is done', () => {
    const done = { ...shipped, publishedSequence: shipped.history.length, stock: { ...shipped.stock, pending: [] } };
    expect(checkWork(done, late)).toEqual([]);
  });
});
