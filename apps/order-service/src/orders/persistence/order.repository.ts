import { Inject, Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import type { Scope } from '../../auth/principal.js';
import { BatchedReads } from '../../common/batched-reads.js';
import { BatchedWrites } from '../../common/batched-writes.js';
import { isDuplicateKey, nativeCollection } from '../../common/database.js';
import { Elections } from '../../common/elections.js';
import { currentOrigin } from '../../common/request-context.js';
import type { Order, ShownOrder } from '../domain/order.js';
import type { OrderStatus } from '../domain/status.js';
import { saltsOfOthers, sealed, type AuditEntry, type AuditSalts } from './audit-chain.js';
import { orderUpdate } from './order-update.js';
import { visibleTo } from './order-scope.js';
import { OrderDocument } from './order.schema.js';

/** What came of an insert, the order or why not: the unique indexes, not a look beforehand, say whether it is new. */
export type InsertOutcome = Order | 'id_taken' | 'number_taken' | 'reference_taken';

/** The audit chain grows with every change. Whoever works on an order needs no more of it than its head. */
export const WITHOUT_CHAIN = { audit: 0, auditSalts: 0 } as const;

/** Whoever is shown an order needs none of what has led to it. */
export const SHOWN = { ...WITHOUT_CHAIN, history: 0, appliedRequests: 0 } as const;

interface Chain {
  readonly audit: readonly AuditEntry[];
  readonly auditSalts: readonly AuditSalts[];
}

/** The work on an order that has been done since its state was read. */
export interface CompletedWork {
  readonly publishedSequence?: number | undefined;
  readonly stockOperationIds: readonly string[];
  readonly cartReturned: boolean;
  /** The Notification Service has been told of the link that was asked for. */
  readonly isTrackingMailSent: boolean;
  /** Set when nothing is left to do, as far as this state shows: when the order is to be looked at again, or never. */
  readonly nextLookAt?: Date | 'never' | undefined;
}

/** Orders in MongoDB. Every read for a caller takes the caller's scope, and finds announced orders only. */
@Injectable()
export class OrderRepository {
  readonly #writes: BatchedWrites<OrderDocument>;
  readonly #reads: BatchedReads<OrderDocument>;
  readonly #shown: BatchedReads<OrderDocument>;

  constructor(
    @InjectModel(OrderDocument.name) private readonly model: Model<OrderDocument>,
    @Inject(Elections) private readonly elections: Elections,
  ) {
    this.#writes = new BatchedWrites(model);
    this.#reads = new BatchedReads(model, elections, WITHOUT_CHAIN);
    this.#shown = new BatchedReads(model, elections, SHOWN);
  }

  async find(orderId: string, scope: Scope): Promise<Order | undefined> {
    const visible = visibleTo(scope);
    return visible && this.#one(orderId, visible);
  }

  /** The same, to be shown and for nothing else. */
  async findShown(orderId: string, scope: Scope): Promise<ShownOrder | undefined> {
    const visible = visibleTo(scope);
    const document = visible && (await this.#shown.findById(orderId, visible));
    return document && orderOf(document);
  }

  /** What is stored, announced or not, for the service's own work. */
  async findForSystem(orderId: string): Promise<Order | undefined> {
    return this.#one(orderId);
  }

  /** The order that a request made before: under its derived id, or under the caller's own reference. */
  async findRepeated(
    orderId: string | undefined,
    createdBy: string,
    clientReference?: string,
  ): Promise<Order | undefined> {
    if (clientReference === undefined) return orderId === undefined ? undefined : this.#one(orderId);
    const byReference = { createdBy, clientReference };
    const ways = orderId === undefined ? byReference : { $or: [{ _id: orderId }, byReference] };
    const document = await this.elections.surely(this.model.findOne(ways, WITHOUT_CHAIN)).lean<OrderDocument>();
    return document ? orderOf(document) : undefined;
  }

  /** Which of these orders are stored, each with the latest attempt at it. */
  async findAttempts(orderIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const documents = await this.model
      .find({ _id: { $in: [...orderIds] } }, { attempt: 1 })
      .lean<Pick<OrderDocument, '_id' | 'attempt'>[]>();
    return new Map(documents.map(({ _id, attempt }) => [_id, attempt]));
  }

  /** The order of this number, if it was placed with this e-mail address: no more of it than its id. */
  async findIdByNumber(number: string, email: string): Promise<string | undefined> {
    const filter = { number, email, listedAt: { $exists: true } };
    const query = this.model.findOne(filter, { _id: 1 }).hint('number');
    return (await this.elections.surely(query).lean<{ _id: string }>())?._id;
  }

  /** Whether the scope shows the order, without reading it: what another's order and none at all take is the same. */
  async isVisible(orderId: string, scope: Scope): Promise<boolean> {
    const visible = visibleTo(scope);
    if (!visible) return false;
    const filter = { ...visible, _id: orderId };
    const found = await this.elections.surely(this.model.findOne(filter, { _id: 1 })).lean<{ _id: string }>();
    return found !== null;
  }

  /** The versions of announced orders, for the service's own work. */
  async findVersions(orderIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const documents = await this.model
      .find({ _id: { $in: [...orderIds] }, listedAt: { $exists: true } }, { version: 1 })
      .lean<Pick<OrderDocument, '_id' | 'version'>[]>();
    return new Map(documents.map(({ _id, version }) => [_id, version]));
  }

  async insert(order: Order, workDueAt: Date): Promise<InsertOutcome> {
    const { stored, entry, salts } = withEntry(undefined, order);
    return outcomeOf(async () => {
      await this.#writes.insertOne(documentOf(stored, { audit: [entry], auditSalts: [salts] }, workDueAt));
      return stored;
    });
  }

  /** Puts a new attempt in the place of one that was abandoned, if nobody else has. */
  async replaceAbandoned(abandoned: Order, order: Order, workDueAt: Date): Promise<InsertOutcome> {
    // One document, one chain: it goes on with the new attempt.
    const chain = await this.#chain(abandoned);
    if (!chain) return 'id_taken';
    const { stored, entry, salts } = withEntry(abandoned, order);
    const longer = { audit: [...chain.audit, entry], auditSalts: [...chain.auditSalts, salts] };
    const { _id, ...replacement } = documentOf(stored, longer, workDueAt);
    return outcomeOf(async () => {
      const replaced = await nativeCollection(this.model).replaceOne({ _id, version: abandoned.version }, replacement);
      return replaced.matchedCount === 1 ? stored : undefined;
    });
  }

  /** Writes the difference and its audit entry, if nobody else has written since: the new state, or undefined. */
  async write(before: Order, after: Order, workDueAt: Date | undefined): Promise<Order | undefined> {
    const { stored, entry, salts } = withEntry(before, { ...after, version: before.version + 1 });
    const update = orderUpdate(before, stored, workDueAt);
    const isForgotten = stored.anonymisedAt !== undefined && before.anonymisedAt === undefined;
    const left = isForgotten ? await this.#saltsLeft(before) : undefined;
    if (isForgotten && !left) return undefined;
    const isWritten = await this.#writes.updateOne(
      { _id: before.id, version: before.version },
      left
        ? {
            ...update,
            $set: { ...update.$set, auditSalts: [...left, salts] },
            $push: { ...update.$push, audit: entry },
          }
        : { ...update, $push: { ...update.$push, audit: entry, auditSalts: salts } },
    );
    return isWritten ? stored : undefined;
  }

  /** The next orders of a customer by their ids, announced or not. */
  async findIdsOfCustomer(customerId: string, after: string, most: number): Promise<string[]> {
    const documents = await this.model
      .find({ customerId, _id: { $gt: after } }, { _id: 1 })
      .hint('customer')
      .sort({ _id: 1 })
      .limit(most)
      .lean<{ _id: string }[]>();
    return documents.map(({ _id }) => _id);
  }

  /**
   * Notes finished work. It does not touch the version: no reader sees a change, and no writer is held up. The order
   * leaves the work list only if no newer write has put more on it.
   */
  async complete(order: Order, done: CompletedWork): Promise<void> {
    const update = {
      ...(done.publishedSequence === undefined ? {} : { $max: { publishedSequence: done.publishedSequence } }),
      ...(done.stockOperationIds.length === 0
        ? {}
        : { $pull: { 'stock.pending': { id: { $in: [...done.stockOperationIds] } } } }),
    };
    const unset = {
      ...(done.cartReturned ? { returnsCart: true as const } : {}),
      ...(done.isTrackingMailSent ? { 'trackingMail.isDue': true as const } : {}),
    };
    const { nextLookAt } = done;
    if (nextLookAt !== undefined) {
      const look =
        nextLookAt === 'never'
          ? { $unset: { ...unset, workDueAt: true as const } }
          : { $unset: unset, $set: { workDueAt: nextLookAt } };
      const { matchedCount } = await nativeCollection(this.model).updateOne(
        { _id: order.id, version: order.version },
        { ...update, ...look },
      );
      if (matchedCount === 1) return;
    }
    // What another attempt has to do stands in the same place.
    await nativeCollection(this.model).updateOne(
      { _id: order.id, attempt: order.attempt },
      { ...update, $unset: unset },
    );
  }

  /**
   * Takes orders whose work is overdue, the longest overdue first, and keeps others off them until the lease ends. Three
   * commands for a whole batch; of rivals that see the same orders each gets those that it was the first to take.
   *
   * @param lease a name that nobody has used before
   */
  async claimDueWork(lease: string, most: number, now: Date, leaseUntil: Date): Promise<Order[]> {
    const isDue = { workDueAt: { $lte: now } };
    const due = await this.model.find(isDue, { _id: 1 }).sort({ workDueAt: 1 }).limit(most).lean<{ _id: string }[]>();
    if (due.length === 0) return [];
    const ids = due.map(({ _id }) => _id);
    await this.model.updateMany({ _id: { $in: ids }, ...isDue }, { $set: { workDueAt: leaseUntil, lease } });
    const documents = await this.model.find({ _id: { $in: ids }, lease }, WITHOUT_CHAIN).lean<OrderDocument[]>();
    return documents.map(orderOf);
  }

  /** Moves the end of a lease; whoever wrote the order meanwhile has said anew when it is due. */
  async extendLease(order: Order, lease: string, leaseUntil: Date): Promise<void> {
    await this.model.updateOne({ _id: order.id, version: order.version, lease }, { $set: { workDueAt: leaseUntil } });
  }

  /** Lets any replica take up these orders at once: whoever was at them will not get any further. */
  async handBack(orderIds: readonly string[], now: Date): Promise<void> {
    const filter = { _id: { $in: [...orderIds] }, workDueAt: { $gt: now } };
    await this.model.updateMany(filter, { $set: { workDueAt: now } });
  }

  /** How much work is overdue, counted up to a bound. */
  async countDueWork(now: Date, most: number): Promise<number> {
    return this.model.countDocuments({ workDueAt: { $lte: now } }, { limit: most });
  }

  /** Orders of a status, without those that were never announced; counted in the index alone. */
  async countByStatus(status: OrderStatus, most: number): Promise<number> {
    return this.model.countDocuments({ status, listedAt: { $gt: new Date(0) } }, { limit: most, hint: 'status' });
  }

  /**
   * When the event was made that has waited longest to be published; undefined when none waits. Looks at the orders whose
   * work has been due for longest: beyond `most` waiting ones it is the oldest of those.
   */
  async oldestUnpublished(until: Date, most: number): Promise<Date | undefined> {
    const documents = await this.model
      .find({ workDueAt: { $lte: until } }, { publishedSequence: 1, 'history.sequence': 1, 'history.at': 1 })
      .sort({ workDueAt: 1 })
      .limit(most)
      .lean<Pick<OrderDocument, 'publishedSequence' | 'history'>[]>();
    const waiting = documents.flatMap(({ publishedSequence, history }) =>
      history.filter(({ sequence }) => sequence > publishedSequence).map(({ at }) => at.getTime()),
    );
    return waiting.length === 0 ? undefined : new Date(Math.min(...waiting));
  }

  async #one(orderId: string, rest?: QueryFilter<OrderDocument>): Promise<Order | undefined> {
    const document = await this.#reads.findById(orderId, rest);
    return document && orderOf(document);
  }

  /** What is left of the salts when the buyer is forgotten; undefined when somebody else has written since. */
  async #saltsLeft(order: Order): Promise<AuditSalts[] | undefined> {
    const chain = await this.#chain(order);
    return chain && saltsOfOthers(chain.audit, chain.auditSalts, order.customerId);
  }

  /** The chain of a version of the order; undefined when that is not the order's version any more. */
  async #chain({ id, version }: Order): Promise<Chain | undefined> {
    const document = await this.model.findOne({ _id: id, version }, { audit: 1, auditSalts: 1 }).lean<OrderDocument>();
    return document ? { audit: document.audit ?? [], auditSalts: document.auditSalts ?? [] } : undefined;
  }
}

/** The next state as it is stored, and the entry that its write adds to the chain. */
function withEntry(
  before: Order | undefined,
  { changedBy, ...after }: Order,
): { stored: Order; entry: AuditEntry; salts: AuditSalts } {
  const at = new Date();
  const known = before?.history.length ?? 0;
  const added = after.history.slice(known);
  const changed = changedBy === undefined ? after : { ...after, changedBy };
  const { entry, salts, head } = sealed(before?.auditHead, changed, added, currentOrigin(), at);
  return { stored: { ...after, auditHead: head }, entry, salts };
}

async function outcomeOf(write: () => Promise<Order | undefined>): Promise<InsertOutcome> {
  try {
    return (await write()) ?? 'id_taken';
  } catch (error) {
    if (isDuplicateKey(error, 'number')) return 'number_taken';
    if (isDuplicateKey(error, 'clientReference')) return 'reference_taken';
    if (isDuplicateKey(error)) return 'id_taken';
    throw error;
  }
}

function documentOf({ id, ...order }: Order, { audit, auditSalts }: Chain, workDueAt: Date): OrderDocument {
  return {
    _id: id,
    ...order,
    audit: [...audit],
    auditSalts: [...auditSalts],
    vendorOrders: [...order.vendorOrders],
    appliedRequests: [...order.appliedRequests],
    history: [...order.history],
    workDueAt,
  };
}

/** The aggregate without what only persistence knows. */
export function orderOf(stored: OrderDocument): Order {
  const { _id, workDueAt: _workDueAt, lease: _lease, audit: _audit, auditSalts: _salts, ...document } = stored;
  return { id: _id, ...document };
}
