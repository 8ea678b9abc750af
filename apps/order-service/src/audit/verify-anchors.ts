import { anchorHash, type AuditAnchor } from '../orders/persistence/audit-anchor.js';

/** An anchor that a witness outside the database has seen, such as the log. */
export interface WitnessedAnchor {
  readonly number: number;
  readonly hash: string;
}

/** Verifies anchors one after another, in the order of their numbers. */
export class AnchorVerifier {
  #before: AuditAnchor | undefined;
  #wasWitnessed = false;

  constructor(
    private readonly secret: string | undefined,
    private readonly witnessed: WitnessedAnchor | undefined,
  ) {}

  /** What does not hold of the next anchor. */
  next(anchor: AuditAnchor): string[] {
    const before = this.#before;
    this.#before = anchor;
    const { number, previous, hash, isKeyed } = anchor;
    const expected = (before?.number ?? 0) + 1;
    const findings: string[] = [];
    if (number !== expected) findings.push(`anchor ${expected} was removed`);
    else if (previous !== (before?.hash ?? '')) {
      findings.push(`anchor ${number} does not follow from the one before: one of the two was replaced`);
    }
    if (isKeyed && this.secret === undefined) {
      findings.push(`anchor ${number} is keyed, and AUDIT_ANCHOR_SECRET is not set: it cannot be verified`);
    } else if (anchorHash(anchor, isKeyed ? this.secret : undefined) !== hash) {
      findings.push(`anchor ${number} was edited, or made with another secret`);
    }
    // Once there is a key, only somebody without it makes an anchor that anybody could make.
    if (before?.isKeyed && !isKeyed) findings.push(`anchor ${number} is not keyed, and the one before is`);
    if (this.witnessed?.number === number) {
      this.#wasWitnessed = true;
      if (this.witnessed.hash !== hash) findings.push(`anchor ${number} is not the one that was witnessed`);
    }
    return findings;
  }

  /** What is missing after the last one. */
  end(): string[] {
    if (!this.witnessed || this.#wasWitnessed) return [];
    return [`anchor ${this.witnessed.number} was witnessed, and is not there`];
  }
}
