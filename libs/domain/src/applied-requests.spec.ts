import { knownAs, remembered, rememberedForEver, type AppliedRequest } from './applied-requests.js';

const request = { key: 'k1', fingerprint: 'f1' };
const day = (number: number): Date => new Date(Date.UTC(2026, 0, number));

describe('requests that have had their effect', () => {
  it('are known by their key, and another request with the key is not taken for them', () => {
    const applied = remembered([], request, day(1));
    expect(knownAs(applied, request)).toBe('applied');
    expect(knownAs(applied, { ...request, fingerprint: 'f2' })).toBe('reused');
    expect(knownAs(applied, { ...request, key: 'k2' })).toBe('new');
    expect(knownAs(applied, undefined)).toBe('new');
  });

  it('are forgotten after a day, and beyond the last 200', () => {
    const later = remembered(remembered([], request, day(1)), { key: 'k2', fingerprint: 'f2' }, day(3));
    expect(later.map(({ key }) => key)).toEqual(['k2']);
    let many: readonly AppliedRequest[] = [];
    for (let number = 0; number < 250; number += 1)
      many = remembered(many, { key: `${number}`, fingerprint: '' }, day(1));
    expect(many.map(({ key }) => key)).toEqual(Array.from({ length: 200 }, (_, index) => `${index + 50}`));
  });

  it("a step of the service's own is never forgotten", () => {
    let applied = rememberedForEver([], { key: 'merge:1', fingerprint: 'f' }, day(1));
    for (let number = 0; number < 250; number += 1)
      applied = remembered(applied, { key: `${number}`, fingerprint: '' }, day(9));
    expect(knownAs(applied, { key: 'merge:1', fingerprint: 'f' })).toBe('applied');
    expect(applied).toHaveLength(201);
  });
});
