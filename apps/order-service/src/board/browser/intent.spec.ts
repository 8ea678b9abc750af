import { cancelCommand, refundCommand, shipCommand } from './intent.js';
import { lineOf, partOf } from './orders.spec-support.js';

const part = partOf({
  items: [
    lineOf({ sku: 'a', quantity: 3, shippedQuantity: 1 }),
    lineOf({ sku: 'b', quantity: 1, cancelledQuantity: 1 }),
  ],
});
const parcel = { carrier: ' UPS ', trackingNumber: '1Z', trackingUrl: '' };
const refund = { how: 'amount', amount: '1.50', fundedBy: 'marketplace', reason: 'late', picked: {} } as const;

describe('the commands of the board', () => {
  it('ship all that is left without naming it', () => {
    expect(shipCommand('o1', part, parcel, {})).toEqual({
      method: 'POST',
      path: '/orders/o1/shipments',
      body: { vendorId: 'vendor-1', carrier: 'UPS', trackingNumber: '1Z' },
    });
  });

  it('ship some units, and tell where to look for them', () => {
    const { body } = shipCommand('o1', part, { ...parcel, trackingUrl: 'https://ups.example/1Z' }, { a: '1' });
    expect(body).toMatchObject({ items: [{ sku: 'a', quantity: 1 }], trackingUrl: 'https://ups.example/1Z' });
  });

  it('cancel a part, or the whole order', () => {
    expect(cancelCommand('o1', part, 'gone', { a: '1' }).body).toEqual({
      vendorId: 'vendor-1',
      reason: 'gone',
      items: [{ sku: 'a', quantity: 1 }],
    });
    expect(cancelCommand('o1', undefined, 'gone', {}).body).toEqual({ reason: 'gone' });
  });

  it('refund an amount, units or everything', () => {
    expect(refundCommand('o1', part, refund, 'USD').body).toEqual({
      vendorId: 'vendor-1',
      reason: 'late',
      amount: { amount: 150, currency: 'USD' },
      fundedBy: 'marketplace',
    });
    const units = refundCommand('o1', part, { ...refund, how: 'units' }, 'USD');
    expect(units.body).toMatchObject({ items: [{ sku: 'a', quantity: 1 }] });
    expect(refundCommand('o1', part, { ...refund, how: 'all' }, 'USD').body).toEqual({
      vendorId: 'vendor-1',
      reason: 'late',
    });
  });

  it.each<[string, () => unknown]>([
    ['Name the carrier', () => shipCommand('o1', part, { ...parcel, carrier: ' ' }, {})],
    ['Give the tracking number', () => shipCommand('o1', part, { ...parcel, trackingNumber: '' }, {})],
    ['choose 0 to 2 units', () => shipCommand('o1', part, parcel, { a: '3' })],
    ['choose 0 to 2 units', () => shipCommand('o1', part, parcel, { a: '-1' })],
    ['choose 0 to 2 units', () => shipCommand('o1', part, parcel, { a: '1.5' })],
    ['at least one unit', () => shipCommand('o1', part, parcel, { a: '0' })],
    ['Give a reason', () => cancelCommand('o1', part, ' ', {})],
    ['Give an amount in USD', () => refundCommand('o1', part, { ...refund, amount: '1.505' }, 'USD')],
  ])('say what is missing: %s', (words, command) => {
    expect(command).toThrow(words);
  });
});
