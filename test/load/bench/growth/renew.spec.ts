import { renewed } from './renew.js';

describe('a document made anew', () => {
  const order = {
    _id: 'order-1',
    createdBy: 'user:alice',
    placedAt: new Date('2026-01-01T00:00:00.000Z'),
    history: [{ key: 'order-1:1', at: new Date('2026-01-01T00:00:01.000Z'), amount: 5 }],
    none: null,
  };
  const ids = new Map([
    ['order-1', 'order-2'],
    ['alice', 'bob'],
  ]);

  it('has other ids and other instants, and else stays as it was', () => {
    expect(renewed(order, ids, 60_000)).toEqual({
      _id: 'order-2',
      createdBy: 'user:bob',
      placedAt: new Date('2026-01-01T00:01:00.000Z'),
      history: [{ key: 'order-2:1', at: new Date('2026-01-01T00:01:01.000Z'), amount: 5 }],
      none: null,
    });
  });

  it('leaves the one that it was made from', () => {
    renewed(order, ids, 60_000);
    expect(order._id).toBe('order-1');
    expect(order.placedAt).toEqual(new Date('2026-01-01T00:00:00.000Z'));
  });
});
