/** How many requests an aggregate remembers, and for how long. */
const MOST_KEYS = 200;
export const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** A request with an idempotency key, and what it said. */
export interface KeyedRequest {
  readonly key: string;
  /** SHA-256 of the canonical request: the same key with another one is refused. */
  readonly fingerprint: string;
}

/** A request that has had its effect: recorded in the same write as the effect. */
export interface AppliedRequest extends KeyedRequest {
  readonly at: Date;
  /** Not a caller's key, but one that a step of the service's own is known by: it must never be forgotten. */
  readonly isPermanent?: true;
}

/** Whether a request is new, has had its effect before, or uses the key of another one. */
export function knownAs(
  applied: readonly AppliedRequest[],
  request: KeyedRequest | undefined,
): 'new' | 'applied' | 'reused' {
  const before = request && applied.find(({ key }) => key === request.key);
  if (!before) return 'new';
  return before.fingerprint === request.fingerprint ? 'applied' : 'reused';
}

/** Remembers a caller's request among the last ones of a day. */
export function remembered(
  applied: readonly AppliedRequest[],
  request: KeyedRequest | undefined,
  now: Date,
): readonly AppliedRequest[] {
  if (!request) return applied;
  const permanent = applied.filter(({ isPermanent }) => isPermanent);
  const recent = applied.filter(
    ({ at, isPermanent }) => !isPermanent && now.getTime() - at.getTime() < KEY_LIFETIME_MS,
  );
  const latest = { key: request.key, fingerprint: request.fingerprint, at: now };
  return [...permanent, ...[...recent, latest].slice(-MOST_KEYS)];
}

/** Remembers a step of the service's own for ever. */
export function rememberedForEver(
  applied: readonly AppliedRequest[],
  step: KeyedRequest | undefined,
  now: Date,
): readonly AppliedRequest[] {
  return step ? [{ ...step, at: now, isPermanent: true }, ...applied] : applied;
}
