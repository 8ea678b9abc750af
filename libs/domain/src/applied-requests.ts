/** How many callers' requests an aggregate remembers: 136 bytes each in its document, so 136 kB at the very most. */
export const MOST_KEYS = 1_000;
/** How long it remembers them at least. */
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

/**
 * Remembers a caller's request, and forgets those that are a day old. None is forgotten sooner, whatever comes after it: a
 * repetition would have a second effect.
 *
 * @returns undefined when as many as can be remembered are younger; then the request must not have an effect
 */
export function remembered(
  applied: readonly AppliedRequest[],
  request: KeyedRequest | undefined,
  now: Date,
): readonly AppliedRequest[] | undefined {
  if (!request) return applied;
  const kept = applied.filter((each) => each.isPermanent || !isForgettable(each, now));
  if (kept.filter(({ isPermanent }) => !isPermanent).length >= MOST_KEYS) return undefined;
  return [...kept, { key: request.key, fingerprint: request.fingerprint, at: now }];
}

/** When a request can be remembered again, given that none can be now. */
export function roomFrom(applied: readonly AppliedRequest[]): Date {
  const oldest = applied.find(({ isPermanent }) => !isPermanent);
  return new Date((oldest?.at.getTime() ?? 0) + KEY_LIFETIME_MS);
}

function isForgettable({ at }: AppliedRequest, now: Date): boolean {
  return now.getTime() - at.getTime() >= KEY_LIFETIME_MS;
}

/** Remembers a step of the service's own for ever. */
export function rememberedForEver(
  applied: readonly AppliedRequest[],
  step: KeyedRequest | undefined,
  now: Date,
): readonly AppliedRequest[] {
  return step ? [{ ...step, at: now, isPermanent: true }, ...applied] : applied;
}
