import { createHash } from 'node:crypto';

const MOST_DEPTH = 32;

/** SHA-256 of the canonical JSON of a value: members sorted by name, undefined ones left out. Base64url. */
export function fingerprint(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(value, 0)))
    .digest('base64url');
}

function canonical(value: unknown, depth: number): unknown {
  // Nothing valid goes so deep, and what does is refused; here it must only not exhaust the stack.
  if (depth > MOST_DEPTH) return 'too deep';
  if (Array.isArray(value)) return value.map((item) => canonical(item, depth + 1));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, canonical(member, depth + 1)]),
  );
}

/**
 * A UUID (version 8, RFC 9562) that follows from its parts: whoever derives it from the same parts gets the same id, and
 * the unique `_id` becomes the guard against doing a thing twice.
 */
export function derivedId(...parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
