import { added, deliveriesTo, faultsOf } from './deliveries.js';

const given = (...sequences: number[]): { sequence: number }[] => sequences.map((sequence) => ({ sequence }));

describe('what a viewer was given', () => {
  it.each([
    ['all of it', given(1, 2, 3), { missed: 0, doubled: 0, outOfOrder: 0 }],
    ['nothing', [], { missed: 3, doubled: 0, outOfOrder: 0 }],
    ['all but one', given(1, 3), { missed: 1, doubled: 0, outOfOrder: 0 }],
    ['one of it twice', given(1, 2, 2, 3), { missed: 0, doubled: 1, outOfOrder: 0 }],
    ['one of it too late', given(1, 3, 2), { missed: 0, doubled: 0, outOfOrder: 1 }],
    ['one of it again at the end', given(1, 2, 3, 1), { missed: 0, doubled: 1, outOfOrder: 0 }],
  ])('is %s', (_, deliveries, faults) => {
    expect(faultsOf(deliveries, 3)).toEqual(faults);
  });

  it('is told with its place and both instants', () => {
    const data = { sequence: 4, at: '2026-01-01T12:00:00.000Z' };
    const madeAt = Date.parse(data.at);
    const numbered = [{ id: '4', event: 'held', data, at: madeAt + 12 }];
    expect(deliveriesTo({ numbered })).toEqual([{ sequence: 4, at: madeAt + 12, madeAt }]);
  });

  it('is added up over all viewers', () => {
    expect(added([faultsOf(given(1), 2), faultsOf(given(2, 1), 2)])).toEqual({ missed: 1, doubled: 0, outOfOrder: 1 });
  });
});
