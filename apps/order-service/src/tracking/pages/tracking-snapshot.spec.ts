import fc from 'fast-check';
import type { Order } from '../../orders/domain/order.js';
import {
  after,
  authorizeAll,
  confirmedOrder,
  heldOrder,
  move,
  PLACED_AT,
  quotedLine,
  settleAll,
  TIMING,
} from '../../orders/domain/order-fixtures.spec-support.js';
import { cancelUnits } from '../../orders/domain/cancel-units.js';
import { updateShipment } from '../../orders/domain/fulfil.js';
import { lives } from '../../orders/domain/order-happenings.spec-support.js';
import { live } from '../../orders/domain/order-life.spec-support.js';
import { requestReturn, updateReturn } from '../../orders/domain/return-units.js';
import { recordAuthorization } from '../../orders/domain/authorize-payment.js';
import { shipUnits } from '../../orders/domain/ship-units.js';
import { runTimers } from '../../orders/domain/timers.js';
import type { TrackedVendorOrder } from './browser/snapshot.js';
import { trackingSnapshot } from './tracking-snapshot.js';

const at = (minutes: number): string => after(minutes).now.toISOString();
const LINES = [quotedLine({ sku: 'a', name: 'Apple', quantity: 2 }), quotedLine({ sku: 'b', name: 'Pear' })];
const TWO_PARTS = [
  quotedLine({ sku: 'a', name: 'Apple' }),
  quotedLine({ sku: 'b', name: 'Pear', vendorId: 'vendor-2' }),
];
const PARCEL = { carrier: 'DHL', trackingNumber: 'T-1', trackingUrl: 'https://carrier.example/T-1' };
const oneApple = { items: [{ sku: 'a', quantity: 1 }] };

function partOf(order: Order, index = 0): TrackedVendorOrder {
  const part = trackingSnapshot(order).vendorOrders[index];
  if (!part) throw new Error('the order has no such part');
  return part;
}

/** Each step as `name`, `name~` when it is partly made or `(name)` when it is still to come, with `*` at the current one. */
const way = (order: Order, index = 0): string =>
  partOf(order, index)
    .steps.map(({ name, state, isCurrent }) => {
      const shown = state === 'upcoming' ? `(${name})` : state === 'partial' ? `${name}~` : name;
      return isCurrent ? `${shown}*` : shown;
    })
    .join(' ');
const timeOf = (order: Order, step: string): string | undefined =>
  partOf(order).steps.find(({ name }) => name === step)?.at;

const declined = (order: Order): Order =>
  recordAuthorization(order, order.payment.tenders[0]?.id ?? '', { status: 'declined' }, after(7));

const placed = heldOrder({ lines: LINES });
const confirmed = confirmedOrder({ lines: LINES });
const shippedOne = shipUnits(confirmed, oneApple, PARCEL, after(10));
const shipped = shipUnits(shippedOne, {}, {}, after(20));

describe('the steps of a part of an order', () => {
  it.each<[string, Order, string]>([
    ['that waits for its payment', placed, 'ordered* (confirmed) (processing) (shipped) (delivered)'],
    ['that is confirmed', confirmed, 'ordered confirmed* (processing) (shipped) (delivered)'],
    ['that is prepared', move(confirmed, 'processing'), 'ordered confirmed processing* (shipped) (delivered)'],
    ['of which a parcel has left', shippedOne, 'ordered confirmed processing shipped~* (delivered)'],
    ['that has left', shipped, 'ordered confirmed processing shipped* (delivered)'],
    [
      'of which a parcel has arrived before the rest has left',
      updateShipment(shippedOne, 's1', 'delivered', after(30)) ?? shippedOne,
      'ordered confirmed processing shipped~ delivered~*',
    ],
    [
      'of which a parcel has arrived',
      updateShipment(shipped, 's1', 'delivered', after(30)) ?? shipped,
      'ordered confirmed processing shipped delivered~*',
    ],
    ['that has arrived', move(shipped, 'delivered'), 'ordered confirmed processing shipped delivered*'],
    ['that is cancelled', move(confirmed, 'cancelled'), 'ordered confirmed cancelled*'],
    [
      'that is cancelled in preparation',
      move(confirmed, 'processing', 'cancelled'),
      'ordered confirmed processing cancelled*',
    ],
    ['that nobody paid', runTimers(placed, TIMING, after(31)), 'ordered cancelled*'],
  ])('%s', (_, order, steps) => expect(way(order)).toBe(steps));

  it('have the times at which they were made', () => {
    const delivered = updateShipment(
      updateShipment(shipped, 's1', 'delivered', after(30)) ?? shipped,
      's2',
      'delivered',
      after(40),
    );
    const times = partOf(delivered ?? shipped).steps.map(({ name, at: time }) => [name, time]);
    expect(Object.fromEntries(times)).toEqual({
      ordered: PLACED_AT.toISOString(),
      confirmed: at(1),
      // Nobody has said that it began.
      processing: undefined,
      shipped: at(20),
      delivered: at(40),
    });
    expect(timeOf(move(confirmed, 'processing'), 'processing')).toBe(at(2));
  });

  it('end with the last cancellation where there were several', () => {
    const first = cancelUnits(confirmed, oneApple, {}, true, after(5));
    const all = cancelUnits(first, {}, {}, true, after(9));
    expect(timeOf(all, 'cancelled')).toBe(at(9));
    expect(partOf(all).cancellations).toEqual([
      { at: at(5), items: [{ name: 'Apple', quantity: 1 }] },
      {
        at: at(9),
        items: [
          { name: 'Apple', quantity: 1 },
          { name: 'Pear', quantity: 1 },
        ],
      },
    ]);
  });

  it('end when the order did, where nobody has cancelled what was left', () => {
    const partly = cancelUnits(placed, oneApple, {}, true, after(5));
    expect(timeOf(runTimers(partly, TIMING, after(31)), 'cancelled')).toBe(at(31));
    expect(declined(partly).status).toBe('payment_failed');
    expect(timeOf(declined(partly), 'cancelled')).toBe(at(7));
  });

  it('end with the return of everything', () => {
    const delivered = settleAll(move(confirmedOrder({ lines: [quotedLine({ sku: 'a' })] }), 'shipped', 'delivered'));
    const asked = requestReturn(delivered, { ...oneApple, reason: 'too small' }, undefined, after(50));
    const received = ['approved', 'received'].reduce<Order>(
      (order, status) => updateReturn(order, 'r1', { status: status as 'approved' }, after(60)) ?? order,
      asked,
    );
    expect(way(received)).toBe('ordered confirmed processing shipped delivered returned*');
    expect(timeOf(received, 'returned')).toBe(at(60));
  });
});

describe('what is to be expected next', () => {
  const nextOf = (order: Order): string => trackingSnapshot(order).nextStep;
  const lost = updateShipment(move(confirmed, 'shipped'), 's1', 'lost', after(30)) ?? confirmed;
  const delivered = settleAll(move(confirmed, 'shipped', 'delivered'));
  const asked = requestReturn(delivered, { ...oneApple, reason: 'too small' }, undefined, after(50));

  it.each<[string, Order, RegExp]>([
    ['before the payment', placed, /being checked/u],
    ['of a confirmed order', confirmed, /seller will start/u],
    ['of one in preparation', move(confirmed, 'processing'), /is preparing/u],
    ['when a first parcel has left', shippedOne, /^A first parcel is on its way\. The seller will send the rest\.$/u],
    [
      'when one parcel has left with everything',
      move(confirmed, 'shipped'),
      /^A parcel is on its way\. Next, the carrier delivers it\.$/u,
    ],
    ['when all parcels have left', shipped, /^2 parcels are on their way\. Next, the carrier delivers them\.$/u],
    [
      'when some have arrived',
      updateShipment(shipped, 's1', 'delivered', after(30)) ?? shipped,
      /^Some of the items have arrived\. A parcel is on its way/u,
    ],
    ['when a parcel was lost', lost, /^A parcel was lost by the carrier/u],
    ['of a delivered order', delivered, /Everything has arrived/u],
    ['when a return was asked for', asked, /seller will answer/u],
    [
      'when it was approved',
      updateReturn(asked, 'r1', { status: 'approved' }, after(51)) ?? asked,
      /can be sent back/u,
    ],
    ['of a cancelled order', move(confirmed, 'cancelled'), /^The order was cancelled\. Nothing will be sent\.$/u],
    ['of one that was not paid for', declined(placed), /could not be completed/u],
    [
      'of two vendors, one of whom has cancelled',
      move(confirmedOrder({ lines: TWO_PARTS }), { status: 'cancelled', vendorId: 'vendor-2' }, 'shipped'),
      /^A parcel is on its way\. Next, the carrier delivers it\. The rest of the order was cancelled\.$/u,
    ],
    ['of two vendors', confirmedOrder({ lines: TWO_PARTS }), /sellers will start/u],
  ])('%s', (_, order, words) => expect(nextOf(order)).toMatch(words));
});

describe('a parcel', () => {
  it('names its carrier, its number and what is in it', () => {
    expect(partOf(shippedOne).parcels).toEqual([
      {
        status: 'in_transit',
        statusText: 'On its way',
        ...PARCEL,
        items: [{ name: 'Apple', quantity: 1 }],
        shippedAt: at(10),
      },
    ]);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://carrier.example',
    '//carrier.example',
    'not an address',
    '',
  ])('has no link to %p', (trackingUrl) => {
    const order = shipUnits(confirmed, {}, { ...PARCEL, trackingUrl }, after(10));
    expect(partOf(order).parcels[0]).not.toHaveProperty('trackingUrl');
  });
});

describe('whatever happens to an order', () => {
  it('its page shows nothing of people and money, one current step a part, and times in their order', () => {
    fc.assert(
      fc.property(lives, (life) => {
        live(life, (_, order) => {
          const snapshot = trackingSnapshot(order);
          const text = JSON.stringify(snapshot);
          expect(text).not.toMatch(/amount|currency|price|email|address|Minor|customer|reason|tender/iu);
          expect(text).not.toContain(order.shippingAddress.line1);
          expect(snapshot.updatedAt >= snapshot.placedAt).toBe(true);
          for (const { steps, nextStep, statusText, status } of snapshot.vendorOrders) {
            expect(steps.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
            expect([nextStep, statusText].every((words) => words.trim().length > 0)).toBe(true);
            expect(steps.at(-1)?.name === 'cancelled').toBe(status === 'cancelled');
            const firstUpcoming = steps.findIndex(({ state }) => state === 'upcoming');
            if (firstUpcoming >= 0)
              expect(steps.slice(firstUpcoming).every(({ state }) => state === 'upcoming')).toBe(true);
          }
        });
      }),
      { numRuns: 100 },
    );
  });

  it('shows an order that has just been paid', () =>
    expect(trackingSnapshot(authorizeAll(placed)).status).toBe('confirmed'));
});
