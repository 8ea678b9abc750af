import { KEY_LIFETIME_MS } from '@marketplace/domain';
import { Inject, Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import type { Scope } from '../../auth/principal.js';
import { BatchedReads } from '../../common/batched-reads.js';
import { BatchedWrites } from '../../common/batched-writes.js';
import { isDuplicateKey } from '../../common/database.js';
import { Elections } from '../../common/elections.js';
import { waitingEvent, type WaitingEvent } from '../domain/cart-outbox.js';
import type { Cart, Claim } from '../domain/cart.js';
import { CartDocument } from './cart.schema.js';

/** What came of giving a claimed cart back. */
export type ReleaseOutcome = 'released' | 'not_held' | 'other_cart_active';

/** Carts in MongoDB. Every read for a caller takes the caller's scope. */
@Injectable()
export class CartRepository {
  readonly #writes: BatchedWrites<CartDocument>;
  readonly #byId: BatchedReads<CartDocument>;
  readonly #active: BatchedReads<CartDocument>;
  readonly #applied: BatchedReads<CartDocument>;

  constructor(
    @InjectModel(CartDocument.name) private readonly model: Model<CartDocument>,
    @Inject(Elections) elections: Elections,
  ) {
    this.#writes = new BatchedWrites(model);
    this.#byId = new BatchedReads(model, elections);
    this.#active = new BatchedReads(model, elections);
    this.#applied = new BatchedReads(model, elections);
  }

  async find(cartId: string, scope: Scope): Promise<Cart | undefined> {
    const owner = ownerFilter(scope);
    return owner && found(await this.#byId.findById(cartId, owner));
  }

  async findActiveOf(customerId: string): Promise<Cart | undefined> {
    const filter = { customerId, status: 'active' as const };
    return found(
      await this.#active.find({ filter, key: customerId, isMeant: (cart) => cart.customerId === customerId }),
    );
  }

  /** The cart that a request made, or that it added to, under an idempotency key. */
  async findApplied(id: string, customerId: string | undefined, key: string): Promise<Cart | undefined> {
    // A key is not remembered longer than that, and remembering it updates the cart.
    const since = new Date(Date.now() - KEY_LIFETIME_MS);
    const own =
      customerId === undefined ? [] : [{ customerId, updatedAt: { $gte: since }, 'appliedRequests.key': key }];
    return found(
      await this.#applied.find({
        filter: { $or: [{ _id: id }, ...own] },
        key: id,
        isMeant: (cart) =>
          cart._id === id ||
          (customerId !== undefined &&
            cart.customerId === customerId &&
            cart.updatedAt >= since &&
            cart.appliedRequests.some((applied) => applied.key === key)),
      }),
    );
  }

  /** False when the id is taken, or the customer already has an active cart. */
  async insert(cart: Cart): Promise<boolean> {
    try {
      await this.#writes.insertOne(documentOf(cart));
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Writes what changed, and its event, if nobody else has written since: the new state, or undefined. */
  async replace(cart: Cart, changes: Partial<Cart>, event?: WaitingEvent): Promise<Cart | undefined> {
    const next = { ...changes, version: cart.version + 1 };
    const stored = next as Partial<CartDocument>;
    const isWritten = await this.#writes.updateOne(
      { _id: cart.id, version: cart.version },
      event ? withEvent({ $set: stored }, event) : { $set: stored },
    );
    return isWritten ? { ...cart, ...next } : undefined;
  }

  /** Notes that the same prices were quoted again; no change that a reader would see as a new version. */
  async touchQuote(cart: Cart, quotedAt: Date): Promise<void> {
    await this.model.updateOne({ _id: cart.id, version: cart.version }, { $set: { quotedAt } });
  }

  /** Claims an active cart for one order. False when somebody else came first. */
  async claim(cart: Cart, { orderId, attempt }: Claim, now: Date): Promise<boolean> {
    const changes = {
      $set: { status: 'ordered' as const, orderId, orderAttempt: attempt, updatedAt: now },
      $unset: { lapsedOrderId: true as const },
      $inc: { version: 1 },
    };
    return this.#writes.updateOne(
      { _id: cart.id, version: cart.version, status: 'active' },
      withEvent(changes, waitingEvent(cart, { type: 'ordered', orderId }, now)),
    );
  }

  /** What is stored, for jobs that act for nobody in particular. */
  async findForSystem(cartId: string): Promise<Cart | undefined> {
    return found(await this.#byId.findById(cartId));
  }

  /**
   * Gives a claimed cart back, if that claim still holds it. When the customer has started another cart meanwhile, the two
   * must be merged.
   *
   * @param lapsed whether the order was never written: then nothing is told of it either
   */
  async release(
    cartId: string,
    { orderId, attempt }: Claim,
    now: Date,
    expiresAt: Date,
    lapsed: boolean,
  ): Promise<ReleaseOutcome> {
    const lapse = lapsed ? { lapsedOrderId: orderId } : {};
    const untold = lapsed ? { $pull: { outbox: { type: 'ordered', orderId } } } : {};
    try {
      const { matchedCount } = await this.model.updateOne(
        { _id: cartId, status: 'ordered', orderId, orderAttempt: attempt },
        {
          $set: { status: 'active', updatedAt: now, expiresAt, ...lapse },
          $unset: { orderId: true, orderAttempt: true },
          $inc: { version: 1 },
          ...untold,
        },
      );
      return matchedCount === 1 ? 'released' : 'not_held';
    } catch (error) {
      if (isDuplicateKey(error)) return 'other_cart_active';
      throw error;
    }
  }

  /** Ends a cart whose items go to another. False when its state has changed since. */
  async retire(cart: Cart, mergedInto: string, now: Date): Promise<boolean> {
    const changes = { $set: { status: 'abandoned', mergedInto, updatedAt: now }, $inc: { version: 1 } };
    const retired = await this.model.updateOne(
      { _id: cart.id, version: cart.version },
      withEvent(changes, waitingEvent(cart, { type: 'merged', mergedInto }, now)),
    );
    return retired.matchedCount === 1;
  }
}

function ownerFilter(scope: Scope): QueryFilter<CartDocument> | undefined {
  if (scope.everything) return {};
  if (scope.customerId !== undefined) return { customerId: scope.customerId };
  // A guest's token ends when a customer takes the cart over.
  if (scope.cartId !== undefined) {
    return { $and: [{ _id: scope.cartId }], customerId: { $exists: false }, mergedInto: { $exists: false } };
  }
  return undefined;
}

/** Adds an event to the write that it tells of. */
export function withEvent<Update extends { $set: object }>(update: Update, event: WaitingEvent) {
  return { ...update, $set: { ...update.$set, outboxAt: event.at }, $push: { outbox: event } };
}

function documentOf({ id, outbox: _none, ...cart }: Cart): CartDocument {
  return {
    _id: id,
    ...cart,
    lines: [...cart.lines],
    couponCodes: [...cart.couponCodes],
    appliedRequests: [...cart.appliedRequests],
  };
}

function found(document: CartDocument | undefined): Cart | undefined {
  return document && cartOf(document);
}

function cartOf({ _id, outboxAt: _since, ...document }: CartDocument): Cart {
  return { id: _id, ...document };
}
