import { IllegalTransitionError } from '@marketplace/domain';
import { changeAddress, holdOrder, releaseHold } from './care.js';
import {
  after,
  authorizeAll,
  confirmedOrder,
  heldOrder,
  move,
  quotedLine,
  refusalOf,
  settleAll,
} from './order-fixtures.spec-support.js';
import type { ChangeContext, Order } from './order.js';
import { shipUnits } from './ship-units.js';

const SUE: ChangeContext = { now: after(4).now, actor: { kind: 'support', id: 'sue' } };
const GIVEN = { lines: [quotedLine({ sku: 'a', quantity: 2 }), quotedLine({ sku: 'c', vendorId: 'vendor-2' })] };
const confirmed = confirmedOrder(GIVEN);
const held = holdOrder(confirmed, 'fraud check', SUE);

describe('a hold', () => {
  it('says why, by whom and since when', () => {
    expect(held.hold).toEqual({ reason: 'fraud check', by: 'support', at: SUE.now });
    expect(held.history.at(-1)).toMatchObject({ type: 'held', actor: { kind: 'support', id: 'sue' } });
    expect(held.status).toBe('confirmed');
  });

  it('keeps an order from being processed and shipped, as a whole and in part', () => {
    for (const change of [
      () => move(held, 'processing'),
      () => move(held, 'shipped'),
      () => move(held, { status: 'shipped', vendorId: 'vendor-2' }),
      () => shipUnits(held, { items: [{ sku: 'a', quantity: 1 }] }, {}, after(5)),
    ]) {
      expect(refusalOf(change)).toMatchObject({ code: 'order_held', message: 'the order is on hold: fraud check' });
    }
  });

  it('does not keep it from being cancelled, paid, delivered or sent elsewhere', () => {
    expect(move(held, 'cancelled').status).toBe('cancelled');
    expect(authorizeAll(holdOrder(heldOrder(GIVEN), 'fraud check', SUE)).status).toBe('confirmed');
    const travelling = holdOrder(move(confirmed, 'shipped'), 'fraud check', SUE);
    expect(settleAll(move(travelling, 'delivered'))).toMatchObject({
      status: 'delivered',
      payment: { status: 'captured' },
    });
    expect(changeAddress(held, { ...held.shippingAddress, city: 'Shelbyville' }, SUE).hold).toBe(held.hold);
  });

  it('is over when it is released', () => {
    const released = releaseHold(held, SUE);
    expect(released.hold).toBeUndefined();
    expect(released.history.at(-1)).toMatchObject({ type: 'released' });
    expect(move(released, 'shipped').status).toBe('shipped');
    expect(releaseHold(released, SUE)).toBe(released);
  });

  it('is the same for the same reason, and takes another one', () => {
    expect(holdOrder(held, 'fraud check', SUE)).toBe(held);
    expect(holdOrder(held, 'address unclear', SUE).hold?.reason).toBe('address unclear');
  });
});

describe('another address', () => {
  const there = { ...confirmed.shippingAddress, line1: '2 Side St' };

  it.each<[string, Order]>([
    ['an order that waits for its payment', heldOrder(GIVEN)],
    ['a confirmed order', confirmed],
    ['an order that is being processed', move(confirmed, 'processing')],
    ['an order of which a part was cancelled', move(confirmed, { status: 'cancelled', vendorId: 'vendor-1' })],
  ])('is taken for %s', (_, order) => {
    const changed = changeAddress(order, there, SUE);
    expect(changed.shippingAddress).toBe(there);
    expect(changed.status).toBe(order.status);
    // Events carry no personal data.
    expect(changed.history.at(-1)).toEqual(expect.not.objectContaining({ data: expect.anything() }));
    expect(changed.history.at(-1)).toMatchObject({ type: 'address-changed' });
  });

  it.each<[string, Partial<Order['shippingAddress']>]>([
    ['the name', { name: 'Bob' }],
    ['the second line', { line2: 'Floor 2' }],
    ['the region', { region: 'OR' }],
  ])('is another one already when %s differs', (_, part) => {
    const changed = changeAddress(confirmed, { ...confirmed.shippingAddress, ...part }, SUE);
    expect(changed.history).toHaveLength(confirmed.history.length + 1);
  });

  it('changes nothing when it is the one that the order has', () => {
    expect(changeAddress(confirmed, { ...confirmed.shippingAddress }, SUE)).toBe(confirmed);
  });

  it.each<[string, Order, string]>([
    [
      'once one parcel has left',
      shipUnits(confirmed, { items: [{ sku: 'a', quantity: 1 }] }, {}, after(2)),
      'partially_shipped',
    ],
    ['once another vendor has shipped', move(confirmed, { status: 'shipped', vendorId: 'vendor-2' }), 'confirmed'],
    ['once all has arrived', move(confirmed, 'shipped', 'delivered'), 'delivered'],
    ['once nothing will be sent', move(confirmed, 'cancelled'), 'cancelled'],
  ])('is refused %s', (_, order, from) => {
    const error = refusalOf(() => changeAddress(order, there, SUE));
    expect(error).toBeInstanceOf(IllegalTransitionError);
    expect(error).toMatchObject({ from, to: 'address-changed' });
  });
});
