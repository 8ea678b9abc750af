import { hash, randomBytes } from 'node:crypto';
import { canonicalJson } from '../../common/canonical-json.js';
import type { Origin } from '../../common/request-context.js';
import { SYSTEM, type Actor, type AuditHead, type HistoryEntry, type Order } from '../domain/order.js';

const SALT_BYTES = 16;

/** Who did what, from where: one entry for every write that gave the order a new version. */
export interface AuditEntry {
  /** 1, 2, 3 ... */
  readonly sequence: number;
  /** The version that the change made. */
  readonly version: number;
  readonly at: Date;
  /** The id as a salted digest. */
  readonly actor: { readonly kind: Actor['kind']; readonly id?: string };
  /** The client's address as a salted digest. */
  readonly from: { readonly transport: Origin['transport']; readonly address?: string };
  readonly operation: string;
  /** The entries of the history that the change has added, and their digest. */
  readonly events?: { readonly first: number; readonly last: number; readonly digest: string };
  /** Salted digest of the order as the change has left it. */
  readonly state: string;
  /** Hash of the entry before; empty for the first one. */
  readonly previous: string;
  readonly hash: string;
}

/**
 * What the salted digests of an entry were made with. Without its salt a digest tells nothing, not even whether a guess is
 * right; and the chain, which holds digests only, can be verified all the same.
 */
export interface AuditSalts {
  readonly sequence: number;
  /** Of the actor's id and address. */
  readonly actor?: string;
  /** Of the order's state, which holds the buyer's data. */
  readonly state?: string;
}

/** The entry of a change, and the salts that it was made with. */
export interface Sealed {
  readonly entry: AuditEntry;
  readonly salts: Required<AuditSalts>;
  readonly head: AuditHead;
}

/**
 * The next entry of the order's chain.
 *
 * @param before the head of the chain so far; undefined for the first entry
 * @param after the order as it is written, with its new version
 * @param added the entries of the history that are new with it
 */
export function sealed(
  before: AuditHead | undefined,
  after: Order,
  added: readonly HistoryEntry[],
  origin: Origin,
  at: Date,
): Sealed {
  const sequence = (before?.sequence ?? 0) + 1;
  const salts = newSalts(sequence);
  const content = {
    sequence,
    version: after.version,
    at,
    ...whoAndWhence(after.changedBy ?? SYSTEM, origin, salts.actor),
    operation: origin.operation,
    ...eventsOf(added),
    state: stateDigest(after, salts.state),
    previous: before?.hash ?? '',
  };
  const own = entryHash(after.id, content);
  return { entry: { ...content, hash: own }, salts, head: { sequence, hash: own, at } };
}

/**
 * What the system does by itself tells what it follows from, and from no address: that of a request stands in the entry of what
 * its caller has done.
 */
function whoAndWhence(actor: Actor, origin: Origin, salt: string): Pick<AuditEntry, 'actor' | 'from'> {
  const { transport } = origin;
  const address = actor.kind === 'system' ? undefined : origin.address;
  return {
    actor: { kind: actor.kind, ...(actor.id === undefined ? {} : { id: actorDigest(actor.id, salt) }) },
    from: { transport, ...(address === undefined ? {} : { address: addressDigest(address, salt) }) },
  };
}

function eventsOf(added: readonly HistoryEntry[]): Pick<AuditEntry, 'events'> {
  const [first, last] = [added[0], added.at(-1)];
  return first && last ? { events: { first: first.sequence, last: last.sequence, digest: eventsDigest(added) } } : {};
}

/** SHA-256 over the order's id and everything that the entry says but its hash. */
export function entryHash(
  orderId: string,
  { hash: _hash, ...content }: Omit<AuditEntry, 'hash'> & { hash?: string },
): string {
  return sha256({ orderId, ...content });
}

/** What may have to be forgotten is not in it: who acted stands in the entry, salted, and why is text written by people. */
export function eventsDigest(entries: readonly HistoryEntry[]): string {
  return sha256(
    entries.map(({ actor, data, ...entry }) => {
      const { reason: _reason, ...facts } = data ?? {};
      return { ...entry, actor: actor.kind, data: facts };
    }),
  );
}

/**
 * Of everything that only a change with a new version can change. Not in it are the history, which has digests of its own; the
 * keys of requests, which are forgotten after a day; and what finished work is noted in.
 */
export function stateDigest(order: Order, salt: string): string {
  const {
    history: _history,
    appliedRequests: _requests,
    publishedSequence: _published,
    returnsCart: _returnsCart,
    changedBy: _changedBy,
    auditHead: _head,
    stock: { pending: _pending, ...stock },
    ...state
  } = order;
  return salted({ ...state, stock }, salt);
}

export function actorDigest(id: string, salt: string): string {
  return salted({ actor: id }, salt);
}

export function addressDigest(address: string, salt: string): string {
  return salted({ address }, salt);
}

/** Those who act on orders because it is their work. What they did stays theirs when the buyer is forgotten. */
const AT_WORK: ReadonlySet<Actor['kind']> = new Set(['vendor', 'support', 'admin', 'service']);

/**
 * The salts that are left when the buyer is forgotten: of what others did as their work. None of the order's states is left, as
 * all of them hold the buyer's data.
 *
 * @param customerId the buyer, who may have acted under any role
 */
export function saltsOfOthers(
  entries: readonly AuditEntry[],
  salts: readonly AuditSalts[],
  customerId: string | undefined,
): AuditSalts[] {
  const known = new Map(salts.map(({ sequence, actor }) => [sequence, actor]));
  return entries.flatMap(({ sequence, actor }) => {
    const salt = known.get(sequence);
    if (salt === undefined || !AT_WORK.has(actor.kind)) return [];
    const isBuyer = customerId !== undefined && actor.id === actorDigest(customerId, salt);
    return isBuyer ? [] : [{ sequence, actor: salt }];
  });
}

function sha256(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'base64url');
}

/** A salt has always the same length, so that where it ends and the value begins is known. */
function salted(value: unknown, salt: string): string {
  return hash('sha256', salt + canonicalJson(value), 'base64url');
}

function newSalts(sequence: number): Required<AuditSalts> {
  const random = randomBytes(2 * SALT_BYTES);
  return {
    sequence,
    actor: random.toString('base64url', 0, SALT_BYTES),
    state: random.toString('base64url', SALT_BYTES),
  };
}
