import { fits, NO_FILTERS, queryOf, type Filters } from './filters.js';
import type { Order } from './model.js';
import { orderOf } from './orders.spec-support.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const filters = (given: Partial<Filters>): Filters => ({ ...NO_FILTERS, ...given });
const query = (given: Partial<Filters>): Record<string, string> => Object.fromEntries(queryOf(filters(given), NOW));

describe('the filters of the list', () => {
  it.each<[string, Partial<Filters>, Record<string, string>]>([
    ['none', {}, {}],
    ['a status', { status: 'shipped' }, { status: 'shipped' }],
    ['a vendor', { vendorId: ' vendor-1 ' }, { vendorId: 'vendor-1' }],
    ['a payment', { paymentStatus: 'captured' }, { paymentStatus: 'captured' }],
    ['young ones', { age: 'within-hour' }, { from: '2026-03-01T11:00:00.000Z' }],
    ['old ones', { age: 'before-day' }, { to: '2026-02-28T12:00:00.000Z' }],
    ['a number', { find: '7K2M-9QXT-4BC' }, { number: '7K2M-9QXT-4BC' }],
    ['a number without its dashes', { find: '7k2m9qxt4bc' }, { number: '7k2m9qxt4bc' }],
    ['an address', { find: ' alice@example.com' }, { email: 'alice@example.com' }],
    ['a parcel', { find: '1Z 001' }, { trackingNumber: '1Z 001' }],
  ])('ask the service for %s', (_, given, expected) => {
    expect(query(given)).toEqual(expected);
  });

  it.each<[string, Partial<Filters>, Partial<Order>, boolean]>([
    ['everything without filters', {}, {}, true],
    ['of its status', { status: 'confirmed' }, { status: 'confirmed' }, true],
    ['of another status no longer', { status: 'confirmed' }, { status: 'shipped' }, false],
    ['of another vendor', { vendorId: 'vendor-9' }, {}, false],
    ['of another payment', { paymentStatus: 'captured' }, {}, false],
    ['that is too old', { age: 'within-hour' }, { placedAt: '2026-03-01T10:59:00Z' }, false],
    ['that is too young', { age: 'before-day' }, { placedAt: '2026-03-01T10:59:00Z' }, false],
    ['that is old enough', { age: 'before-day' }, { placedAt: '2026-02-27T10:59:00Z' }, true],
  ])('keep an order %s: %#', (_, given, order, expected) => {
    expect(fits(orderOf({ placedAt: '2026-03-01T11:59:00Z', ...order }), filters(given), NOW, true)).toBe(expected);
  });

  it("hold a vendor's part against the status where a vendor is named", () => {
    const order = orderOf({ status: 'partially_shipped' });
    expect(fits(order, filters({ vendorId: 'vendor-1', status: 'confirmed' }), NOW, true)).toBe(true);
    expect(fits(order, filters({ vendorId: 'vendor-1', status: 'partially_shipped' }), NOW, true)).toBe(false);
  });

  it('let nothing in that only the service can find', () => {
    expect(fits(orderOf({}), filters({ find: 'alice@example.com' }), NOW, false)).toBe(false);
    expect(fits(orderOf({}), filters({ find: 'alice@example.com' }), NOW, true)).toBe(true);
  });
});
