import { ProblemError } from '@marketplace/contracts';
import { knownAs, type AppliedRequest, type KeyedRequest } from '@marketplace/domain';

/**
 * Whether a request with this key had its effect on the aggregate before.
 *
 * @throws ProblemError `idempotency_key_reused` when the key belongs to another request
 */
export function wasApplied(
  aggregate: { readonly appliedRequests: readonly AppliedRequest[] },
  request: KeyedRequest | undefined,
): boolean {
  const known = knownAs(aggregate.appliedRequests, request);
  if (known === 'reused') throw new ProblemError('idempotency_key_reused', 'this key came with another request before');
  return known === 'applied';
}
