import { ProblemError } from '@marketplace/contracts';
import { knownAs, MOST_KEYS, remembered, roomFrom, type AppliedRequest, type KeyedRequest } from '@marketplace/domain';
import { principalKey, type Principal } from '../auth/principal.js';
import { fingerprint } from './fingerprint.js';

interface Aggregate {
  readonly appliedRequests: readonly AppliedRequest[];
}

/**
 * The request as an aggregate remembers it. Keys belong to their callers: what another one has sent under the same key is
 * another request. A digest takes the same room for any key, and names nobody.
 */
export function ownRequest<Request extends KeyedRequest | undefined>(request: Request, principal: Principal): Request {
  return request && { ...request, key: fingerprint([principalKey(principal), request.key]) };
}

/**
 * Whether a request with this key had its effect on the aggregate before.
 *
 * @throws ProblemError `idempotency_key_reused` when the key belongs to another request
 */
export function wasApplied(aggregate: Aggregate, request: KeyedRequest | undefined): boolean {
  const known = knownAs(aggregate.appliedRequests, request);
  if (known === 'reused') throw new ProblemError('idempotency_key_reused', 'this key came with another request before');
  return known === 'applied';
}

/**
 * The aggregate's requests with this one, to be written together with its effect.
 *
 * @throws ProblemError `rate_limited` when there is no room for another key: to forget a younger one would be to break its word
 */
export function noted(
  { appliedRequests }: Aggregate,
  request: KeyedRequest | undefined,
  now: Date,
): readonly AppliedRequest[] {
  const after = remembered(appliedRequests, request, now);
  if (after) return after;
  const retryAfterSeconds = Math.ceil((roomFrom(appliedRequests).getTime() - now.getTime()) / 1000);
  throw new ProblemError('rate_limited', `a resource takes at most ${MOST_KEYS} requests with a key within a day`, {
    retryAfterSeconds,
  });
}
