import { isDate } from 'node:util/types';

/** Names of members as JSON writes them. There are as many as the code has; what else comes is not kept. */
const names = new Map<string, string>();
const MOST_NAMES = 1_000;

/**
 * The JSON of a value in one form only, so that equal values have equal digests: RFC 8785, which sorts members by the UTF-16 code
 * units of their names and leaves out all white space. Dates are RFC 3339 strings in UTC; members without a value are left out.
 * For values that the service has made itself: nothing bounds their depth.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object' || isDate(value)) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = value as Readonly<Record<string, unknown>>;
  let members = '';
  for (const name of Object.keys(fields).sort()) {
    const member = fields[name];
    if (member !== undefined) members += `${members === '' ? '' : ','}${quoted(name)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

function quoted(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const written = JSON.stringify(name);
  if (names.size < MOST_NAMES) names.set(name, written);
  return written;
}
