import fc, { type Arbitrary } from 'fast-check';
import { resolved, type Schema } from './operations.js';

/** Values that mean something to the service, by the name of the field or parameter. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

/** Longer texts and lists than these are left to the mutations. */
const USUAL_LENGTH = 40;
const USUAL_ITEMS = 3;

/** Values that fit a schema; `name` is that of the field, which finds what is known to exist. */
export function valuesOf(schema: Schema, known: KnownValues, name = ''): Arbitrary<unknown> {
  const own = resolved(schema);
  if (own.enum) return fc.constantFrom(...own.enum);
  switch (own.type) {
    case 'object':
      return objects(own, known);
    case 'array':
      return fc.array(valuesOf(own.items ?? {}, known, name), {
        minLength: own.minItems ?? 0,
        maxLength: Math.min(own.maxItems ?? USUAL_ITEMS, USUAL_ITEMS),
      });
    case 'integer':
      return integers(own);
    case 'boolean':
      return fc.boolean();
    default:
      return texts(own, known[name]);
  }
}

function objects({ properties = {}, required = [] }: Schema, known: KnownValues): Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, schema]) => {
    const value = valuesOf(schema, known, name);
    return [name, required.includes(name) ? value : seldom(value)] as const;
  });
  return fc
    .record(Object.fromEntries(members))
    .map((object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)));
}

/** Optional fields often exclude each other, or have to fit: many at once would hardly ever be let through. */
function seldom(value: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: 3 }, value);
}

/** Small ones mostly: large quantities are refused for lack of stock, and large amounts never add up. */
function integers({ minimum = -(2 ** 31), maximum = 2 ** 31 }: Schema): Arbitrary<number> {
  const small = fc.integer({ min: Math.max(minimum, 0), max: Math.min(maximum, Math.max(minimum, 0) + 2) });
  return fc.oneof({ arbitrary: small, weight: 4 }, fc.integer({ min: minimum, max: maximum }));
}

function texts(schema: Schema, known: readonly string[] | undefined): Arbitrary<string> {
  if (!known) return fitting(schema);
  return fc.oneof({ arbitrary: fc.constantFrom(...known), weight: 9 }, fitting(schema));
}

function fitting({ format, pattern, minLength = 0, maxLength = 200 }: Schema): Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'email') return fc.emailAddress();
  if (format === 'uri') return fc.webUrl();
  const isFree = minLength > 0 || pattern === undefined;
  if (!isFree) return fc.stringMatching(new RegExp(pattern, 'u'));
  const text = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, USUAL_LENGTH) });
  return pattern === undefined ? text : text.filter((value) => new RegExp(pattern, 'u').test(value));
}
