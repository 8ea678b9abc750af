import { missingMoves, targetStatus } from './status-mapping.js';

describe('targetStatus', () => {
  it.each([
    ['approved', 'confirmed'],
    ['invoiced', 'processing'],
    ['processing', 'processing'],
    ['shipped', 'shipped'],
    ['delivered', 'delivered'],
    ['canceled', 'cancelled'],
    ['unavailable', 'cancelled'],
    ['created', undefined],
  ])('maps %s to %s', (data, target) => {
    expect(targetStatus(data)).toBe(target);
  });
});

describe('missingMoves', () => {
  it('takes the shortest way from a fresh vendor order', () => {
    expect(missingMoves('confirmed', 'confirmed')).toEqual([]);
    expect(missingMoves('confirmed', 'processing')).toEqual(['processing']);
    expect(missingMoves('confirmed', 'shipped')).toEqual(['shipped']);
    expect(missingMoves('confirmed', 'delivered')).toEqual(['shipped', 'delivered']);
    expect(missingMoves('confirmed', 'cancelled')).toEqual(['cancelled']);
  });

  it('goes on from where an interrupted run stopped', () => {
    expect(missingMoves('processing', 'delivered')).toEqual(['shipped', 'delivered']);
    expect(missingMoves('shipped', 'delivered')).toEqual(['delivered']);
    expect(missingMoves('partially_shipped', 'shipped')).toEqual(['shipped']);
  });

  it.each(['processing', 'shipped', 'delivered', 'cancelled'] as const)(
    'asks nothing of one that is %s already',
    (status) => {
      expect(missingMoves(status, status)).toEqual([]);
    },
  );

  it('knows no way back', () => {
    expect(missingMoves('shipped', 'processing')).toBeUndefined();
    expect(missingMoves('delivered', 'cancelled')).toBeUndefined();
    expect(missingMoves('cancelled', 'delivered')).toBeUndefined();
  });
});
