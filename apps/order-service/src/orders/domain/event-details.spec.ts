import { recordAuthorization } from './authorize-payment.js';
import { cancelUnits } from './cancel-units.js';
import { updateShipment } from './fulfil.js';
import { after, authorizeAll, heldOrder, move, quotedLine, TIMING } from './order-fixtures.spec-support.js';
import type { HistoryEntry, Order } from './order.js';
import { shipUnits } from './ship-units.js';
import { runTimers } from './timers.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });

/** vendor-1: a, 3 for 10.00 and shipping 1.00, and b for 4.00; vendor-2: c for 5.00. */
const held = heldOrder({
  lines: [
    quotedLine({ sku: 'a', quantity: 3, amounts: { items: 1_000, shipping: 100, discount: 0, tax: 0 } }),
    quotedLine({ sku: 'b', unitPriceMinor: 400 }),
    quotedLine({ sku: 'c', vendorId: 'vendor-2', unitPriceMinor: 500 }),
  ],
});
const confirmed = authorizeAll(held);

const units = (sku: string, quantity: number) => ({ items: [{ sku, quantity }] });
const cancel = (order: Order, sku: string, quantity: number): Order =>
  cancelUnits(order, units(sku, quantity), { reasonCode: 'out_of_stock' }, false, after(2));
const lastOf = (order: Order, type: HistoryEntry['type']): unknown =>
  order.history.findLast((entry) => entry.type === type)?.data;

describe('what an event says of its own moment', () => {
  // A third of 1.00 and of 10.00 falls away with the first unit, rounded up; vendor-2 has nothing left.
  const reduced = cancel(cancel(held, 'a', 1), 'c', 1);
  const open = {
    vendorOrders: [
      {
        vendorId: 'vendor-1',
        items: [
          { sku: 'a', quantity: 2 },
          { sku: 'b', quantity: 1 },
        ],
        total: usd(1_100 - 334 - 34 + 400),
      },
    ],
    total: usd(1_132),
  };

  it('a confirmation: what is to be shipped, without what was cancelled before', () => {
    expect(lastOf(authorizeAll(reduced), 'confirmed')).toEqual(open);
    expect(lastOf(confirmed, 'confirmed')).toMatchObject({
      vendorOrders: [
        { vendorId: 'vendor-1', total: usd(1_500) },
        { vendorId: 'vendor-2', items: [{ sku: 'c', quantity: 1 }], total: usd(500) },
      ],
      total: usd(2_000),
    });
  });

  it('a decline and an expiry: what falls away with it', () => {
    const declined = recordAuthorization(reduced, 't1', { status: 'declined', reason: 'card_declined' }, after(3));
    expect(lastOf(declined, 'payment-declined')).toEqual({ ...open, reason: 'card_declined' });
    const expired = runTimers(reduced, TIMING, after(TIMING.unpaidExpiryMs / 60_000));
    expect(lastOf(expired, 'expired')).toEqual(open);
  });

  it('a cancellation: from what to what it moves its vendor order', () => {
    expect(lastOf(reduced, 'cancelled')).toMatchObject({ from: 'pending', to: 'cancelled' });
    expect(lastOf(cancel(confirmed, 'a', 1), 'cancelled')).toMatchObject({ from: 'confirmed', to: 'confirmed' });
    const shipped = shipUnits(confirmed, units('a', 3), {}, after(2));
    expect(lastOf(cancel(shipped, 'b', 1), 'cancelled')).toMatchObject({ from: 'partially_shipped', to: 'shipped' });
  });

  it('a delivery: all that has arrived, and not what was lost or cancelled', () => {
    const asked = move(
      confirmed,
      { status: 'shipped', vendorId: 'vendor-2' },
      { status: 'delivered', vendorId: 'vendor-2' },
    );
    expect(lastOf(asked, 'delivered')).toEqual({ items: [{ sku: 'c', quantity: 1 }] });
    const twoParcels = shipUnits(shipUnits(confirmed, units('a', 2), {}, after(2)), units('b', 1), {}, after(2));
    const lost = updateShipment(cancel(twoParcels, 'a', 1), 's2', 'lost', after(3)) ?? twoParcels;
    const arrived = updateShipment(lost, 's1', 'delivered', after(4)) ?? lost;
    expect(lastOf(arrived, 'delivered')).toEqual({ items: [{ sku: 'a', quantity: 2 }] });
  });
});
