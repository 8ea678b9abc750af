import type { HistoryEntry, Order } from '../orders/domain/order.js';
import {
  entryHash,
  eventsDigest,
  stateDigest,
  type AuditEntry,
  type AuditSalts,
} from '../orders/persistence/audit-chain.js';
import type { AnchoredIn, StoredChain } from './stored-chain.js';

/** What does not hold of one order's chain, one line each; nothing when all of it does. */
export function verifyChain(chain: StoredChain): string[] {
  const { order, entries, salts, anchored } = chain;
  if (entries.length === 0) return ['the order has no audit chain', ...anchorFindings(entries, anchored)];
  return [
    ...attempted('the entries', () => entryFindings(order.id, entries)),
    ...attempted('the head', () => headFindings(order, entries)),
    ...attempted('the history', () => historyFindings(order.history, entries)),
    ...attempted('the state', () => stateFindings(order, entries, salts)),
    ...attempted('the anchors', () => anchorFindings(entries, anchored)),
  ];
}

/** What is stored may be broken so that it cannot even be looked at. */
function attempted(what: string, check: () => string[]): string[] {
  try {
    return check();
  } catch (error) {
    return [`${what} cannot be verified: ${String(error)}`];
  }
}

function entryFindings(orderId: string, entries: readonly AuditEntry[]): string[] {
  const findings: string[] = [];
  let before: AuditEntry | undefined;
  for (const entry of entries) {
    const { sequence, hash, previous } = entry;
    const expected = (before?.sequence ?? 0) + 1;
    if (sequence > expected) findings.push(`${named(expected, sequence - 1)} removed`);
    else if (sequence < expected) findings.push(`entry ${sequence} stands where entry ${expected} should`);
    if (entryHash(orderId, entry) !== hash) findings.push(`entry ${sequence} was edited`);
    if (sequence === expected && previous !== (before?.hash ?? '')) {
      findings.push(`entry ${sequence} does not follow from the one before: one of the two was replaced`);
    }
    if (before && entry.version <= before.version)
      findings.push(`entry ${sequence} makes a version that was there before`);
    before = entry;
  }
  return findings;
}

function headFindings({ auditHead, version }: Order, entries: readonly AuditEntry[]): string[] {
  const last = lastOf(entries);
  if (!auditHead) return ['the head of the chain was removed'];
  const findings: string[] = [];
  if (auditHead.sequence > last.sequence) {
    findings.push(`the tail of the chain was cut: ${named(last.sequence + 1, auditHead.sequence)} missing`);
  } else if (auditHead.sequence < last.sequence || auditHead.hash !== last.hash) {
    findings.push('the head of the chain is not its last entry');
  }
  if (version !== last.version && auditHead.sequence === last.sequence) {
    findings.push(
      `version ${version} of the order was not made through the service: the last that was is ${last.version}`,
    );
  }
  return findings;
}

/** Every entry of the history was added by the change whose audit entry says so, and says what it said then. */
function historyFindings(history: readonly HistoryEntry[], entries: readonly AuditEntry[]): string[] {
  const findings: string[] = [];
  const kept = history[0]?.sequence ?? 1;
  let told = 0;
  for (const { sequence, events } of entries) {
    if (!events) continue;
    told = events.last;
    // Where a long history has been moved elsewhere, its beginning is not here to be verified.
    if (events.first < kept) continue;
    const added = history.filter((entry) => entry.sequence >= events.first && entry.sequence <= events.last);
    if (eventsDigest(added) !== events.digest) {
      findings.push(
        `the history was edited: events ${events.first} to ${events.last} are not those of audit entry ${sequence}`,
      );
    }
  }
  const last = history.at(-1)?.sequence ?? 0;
  if (last > told) findings.push(`the history was edited: events ${told + 1} to ${last} are in no audit entry`);
  return findings;
}

function stateFindings(order: Order, entries: readonly AuditEntry[], salts: readonly AuditSalts[]): string[] {
  const last = lastOf(entries);
  if (order.version !== last.version) return [];
  const salt = salts.find(({ sequence }) => sequence === last.sequence)?.state;
  if (salt === undefined)
    return [`the salt of entry ${last.sequence} was removed: the state of the order cannot be verified`];
  return stateDigest(order, salt) === last.state
    ? []
    : ['the order was edited: it is not what its last change has left'];
}

function anchorFindings(entries: readonly AuditEntry[], anchored: readonly AnchoredIn[]): string[] {
  const last = entries.at(-1)?.sequence ?? 0;
  return anchored.flatMap(({ anchor, sequence, hash }) => {
    if (sequence > last)
      return [`the tail of the chain was cut: anchor ${anchor} holds entry ${sequence}, and the last one is ${last}`];
    const entry = entries.find((candidate) => candidate.sequence === sequence);
    return entry && entry.hash !== hash ? [`entry ${sequence} is not the one that anchor ${anchor} holds`] : [];
  });
}

function lastOf(entries: readonly AuditEntry[]): AuditEntry {
  const last = entries.at(-1);
  if (!last) throw new Error('there are no entries');
  return last;
}

function named(first: number, last: number): string {
  return first === last ? `entry ${first} is` : `entries ${first} to ${last} are`;
}
