import { ProblemError } from '@marketplace/contracts';
import { openQuantity } from './amounts.js';
import { confirmedOrder, quotedLine, refusalOf } from './order-fixtures.spec-support.js';
import { selectUnits, unitsOf, type UnitRequest } from './unit-selection.js';

const order = confirmedOrder({
  lines: [
    quotedLine({ sku: 'a', quantity: 3 }),
    quotedLine({ sku: 'b', quantity: 1 }),
    quotedLine({ sku: 'c', vendorId: 'vendor-2', quantity: 2 }),
  ],
});
const select = (request: UnitRequest): Record<string, [string, number][]> =>
  Object.fromEntries(
    selectUnits(order, request, openQuantity).map((selection) => [
      selection.vendorId,
      unitsOf(selection).map(({ sku, quantity }) => [sku, quantity]),
    ]),
  );

describe('the units that a request means', () => {
  it.each<[string, UnitRequest, Record<string, [string, number][]>]>([
    [
      'all that can be had',
      {},
      {
        'vendor-1': [
          ['a', 3],
          ['b', 1],
        ],
        'vendor-2': [['c', 2]],
      },
    ],
    ['all of one vendor', { vendorId: 'vendor-2' }, { 'vendor-2': [['c', 2]] }],
    ['those that are named', { items: [{ sku: 'a', quantity: 2 }] }, { 'vendor-1': [['a', 2]] }],
    [
      'those that are named, of every vendor',
      {
        items: [
          { sku: 'c', quantity: 1 },
          { sku: 'b', quantity: 1 },
        ],
      },
      { 'vendor-1': [['b', 1]], 'vendor-2': [['c', 1]] },
    ],
    [
      'those that are named twice, together',
      {
        items: [
          { sku: 'a', quantity: 1 },
          { sku: 'a', quantity: 2 },
        ],
      },
      { 'vendor-1': [['a', 3]] },
    ],
  ])('%s', (_, request, expected) => {
    expect(select(request)).toEqual(expected);
  });

  it('leave out the lines of which nothing can be had', () => {
    const selections = selectUnits(order, {}, (line) => (line.sku === 'b' ? 1 : 0));
    expect(selections).toEqual([{ vendorId: 'vendor-1', units: new Map([['b', 1]]) }]);
  });
});

describe('units that cannot be had', () => {
  it.each<[string, UnitRequest, object]>([
    ['more than are left', { items: [{ sku: 'a', quantity: 4 }] }, { items: [{ sku: 'a', available: 3 }] }],
    [
      'more than are left, named in two pieces',
      {
        items: [
          { sku: 'c', quantity: 2 },
          { sku: 'c', quantity: 1 },
        ],
      },
      { items: [{ sku: 'c', available: 2 }] },
    ],
    ['none at all', { items: [] }, { items: [] }],
  ])('%s', (_, request, extensions) => {
    const error = refusalOf(() => select(request));
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ code: 'quantity_unavailable', extensions });
  });

  it('when nothing is left of anything', () => {
    expect(refusalOf(() => selectUnits(order, {}, () => 0))).toMatchObject({ code: 'quantity_unavailable' });
  });

  it('of a product that is not in the order, with its place in the request', () => {
    const request = {
      items: [
        { sku: 'a', quantity: 1 },
        { sku: 'x', quantity: 1 },
      ],
    };
    expect(refusalOf(() => select(request))).toMatchObject({
      code: 'validation_failed',
      extensions: { errors: [{ pointer: '/items/1/sku', detail: 'the order has no line x' }] },
    });
  });

  it('of a product of another vendor than the one that is named', () => {
    expect(refusalOf(() => select({ vendorId: 'vendor-2', items: [{ sku: 'a', quantity: 1 }] }))).toMatchObject({
      code: 'validation_failed',
    });
  });
});
