import { createHash, createHmac } from 'node:crypto';
import { canonicalJson } from '../../common/canonical-json.js';

/** The head of an order's audit chain at some moment. */
export interface AnchoredHead {
  readonly orderId: string;
  readonly sequence: number;
  readonly hash: string;
}

/** How far the anchors have come: heads are anchored in the order of their instants. */
export interface AnchorPosition {
  readonly at: Date;
  readonly orderId: string;
}

/**
 * Heads of many orders' chains, chained among themselves: whoever rewrites an order's chain from its beginning must rewrite
 * every anchor since as well, and without the key cannot.
 */
export interface AuditAnchor {
  /** 1, 2, 3 ... */
  readonly number: number;
  readonly at: Date;
  readonly heads: readonly AnchoredHead[];
  readonly reached: AnchorPosition;
  /** Hash of the anchor before; empty for the first one. */
  readonly previous: string;
  /** Whether the hash is an HMAC under the secret of the anchors. */
  readonly isKeyed: boolean;
  readonly hash: string;
}

export function nextAnchor(
  before: AuditAnchor | undefined,
  heads: readonly AnchoredHead[],
  reached: AnchorPosition,
  at: Date,
  secret: string | undefined,
): AuditAnchor {
  const content = {
    number: (before?.number ?? 0) + 1,
    at,
    heads,
    reached,
    previous: before?.hash ?? '',
    isKeyed: secret !== undefined,
  };
  return { ...content, hash: anchorHash(content, secret) };
}

/** HMAC-SHA256 under the secret, or SHA-256 where there is none, over everything that the anchor says but its hash. */
export function anchorHash(
  { hash: _hash, ...content }: Omit<AuditAnchor, 'hash'> & { hash?: string },
  secret: string | undefined,
): string {
  const hasher = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  return hasher.update(canonicalJson(content)).digest('base64url');
}
