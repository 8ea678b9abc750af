import {
  KEY_LIFETIME_MS,
  knownAs,
  MOST_KEYS,
  remembered,
  rememberedForEver,
  roomFrom,
  type AppliedRequest,
} from './applied-requests.js';

const request = { key: 'k1', fingerprint: 'f1' };
const day = (number: number): Date => new Date(Date.UTC(2026, 0, number));
const keysOf = (applied: readonly AppliedRequest[] | undefined): string[] | undefined => applied?.map(({ key }) => key);

/** So many requests, all of the given time. */
function many(count: number, at: Date, before: readonly AppliedRequest[] = []): readonly AppliedRequest[] {
  return [...before, ...Array.from({ length: count }, (_, index) => ({ key: `${index}`, fingerprint: '', at }))];
}

describe('requests that have had their effect', () => {
  it('are known by their key, and another request with the key is not taken for them', () => {
    const applied = remembered([], request, day(1)) ?? [];
    expect(knownAs(applied, request)).toBe('applied');
    expect(knownAs(applied, { ...request, fingerprint: 'f2' })).toBe('reused');
    expect(knownAs(applied, { ...request, key: 'k2' })).toBe('new');
    expect(knownAs(applied, undefined)).toBe('new');
  });

  it('change nothing where there is no key', () => {
    const applied = many(MOST_KEYS, day(1));
    expect(remembered(applied, undefined, day(1))).toBe(applied);
  });

  it('are forgotten after a day, and not a moment sooner', () => {
    const applied = many(1, day(1));
    const dayLater = day(1).getTime() + KEY_LIFETIME_MS;
    expect(keysOf(remembered(applied, request, new Date(dayLater - 1)))).toEqual(['0', 'k1']);
    expect(keysOf(remembered(applied, request, new Date(dayLater)))).toEqual(['k1']);
  });

  it('are not forgotten for others: one more than fits is not taken, until there is room again', () => {
    const oldest = { key: 'oldest', fingerprint: '', at: day(1) };
    const full = many(MOST_KEYS - 1, new Date(day(1).getTime() + 1), [oldest]);
    expect(remembered(full, request, day(1))).toBeUndefined();
    expect(roomFrom(full)).toEqual(day(2));
    expect(keysOf(remembered(full, request, day(2)))).toEqual(
      [...Array(MOST_KEYS - 1).keys()].map(String).concat('k1'),
    );
  });

  it("a step of the service's own is never forgotten, and takes nobody's room", () => {
    const permanent = rememberedForEver([], { key: 'merge:1', fingerprint: 'f' }, day(1));
    const applied = remembered(many(MOST_KEYS - 1, day(8), permanent), request, day(8));
    expect(applied).toHaveLength(MOST_KEYS + 1);
    expect(roomFrom(applied ?? [])).toEqual(day(9));
    expect(keysOf(remembered(applied ?? [], { ...request, key: 'k2' }, day(10)))).toEqual(['merge:1', 'k2']);
  });
});
