import type { StoredChain } from './stored-chain.js';
import type { StoredChains } from './stored-chains.js';
import { AnchorVerifier, type WitnessedAnchor } from './verify-anchors.js';
import { verifyChain } from './verify-chain.js';

const BATCH_SIZE = 64;
/** Most orders that are named; all are counted. */
const MOST_NAMED = 1_000;

export interface VerifyOptions {
  readonly orderId: string | undefined;
  readonly secret: string | undefined;
  readonly witnessed: WitnessedAnchor | undefined;
}

export interface FaultyOrder {
  readonly orderId: string;
  readonly number?: string;
  readonly findings: readonly string[];
}

export interface Verified {
  orders: number;
  entries: number;
  anchors: number;
  /** Orders and anchors of which something does not hold. */
  faulty: number;
  readonly named: FaultyOrder[];
  readonly anchorFindings: string[];
  /** The one order that was asked for. */
  only?: StoredChain;
}

/** Verifies the chain of every order, and of the anchors, while the service works. */
export async function verifyAudit(chains: StoredChains, options: VerifyOptions): Promise<Verified> {
  const verified: Verified = { orders: 0, entries: 0, anchors: 0, faulty: 0, named: [], anchorFindings: [] };
  for await (const batch of chains.batches(BATCH_SIZE, options.orderId)) {
    for (const chain of batch) {
      verified.orders += 1;
      verified.entries += chain.entries.length;
      if (options.orderId !== undefined) verified.only = chain;
      const { id: orderId, number } = chain.order;
      note(verified, { orderId, number, findings: await findingsOf(chains, chain) });
    }
  }
  await verifyAnchors(chains, options, verified);
  return verified;
}

/** An order and its anchors are read one after the other: what seems not to hold is looked at once more. */
async function findingsOf(chains: StoredChains, chain: StoredChain): Promise<string[]> {
  const findings = verifyChain(chain);
  if (findings.length === 0) return [];
  const again = await chains.find(chain.order.id);
  return again ? verifyChain(again) : ['the order was removed'];
}

async function verifyAnchors(chains: StoredChains, options: VerifyOptions, verified: Verified): Promise<void> {
  const verifier = new AnchorVerifier(options.secret, options.witnessed);
  const gone = new Set<string>();
  for await (const anchor of chains.anchors()) {
    verified.anchors += 1;
    noteAnchor(verified, verifier.next(anchor));
    const orderIds = anchor.heads.map(({ orderId }) => orderId);
    for (const orderId of await chains.missing(orderIds)) {
      if (gone.has(orderId) || (options.orderId !== undefined && options.orderId !== orderId)) continue;
      gone.add(orderId);
      note(verified, { orderId, findings: [`the order was removed: anchor ${anchor.number} holds its chain`] });
    }
  }
  noteAnchor(verified, verifier.end());
}

function note(verified: Verified, order: FaultyOrder): void {
  if (order.findings.length === 0) return;
  verified.faulty += 1;
  if (verified.named.length < MOST_NAMED) verified.named.push(order);
}

function noteAnchor(verified: Verified, findings: readonly string[]): void {
  if (findings.length === 0) return;
  verified.faulty += 1;
  if (verified.anchorFindings.length < MOST_NAMED) verified.anchorFindings.push(...findings);
}
