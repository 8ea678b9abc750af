import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { v4 as uuid } from 'uuid';
import { nativeCollection } from '../../common/database.js';
import { waitingEvent, type WaitingEvent } from '../domain/cart-outbox.js';
import { claimOf, type Cart, type Claim } from '../domain/cart.js';
import { withEvent } from './cart.repository.js';
import { CartDocument } from './cart.schema.js';

/** As much of a cart as its end by expiry takes. */
export type ExpiredCart = Pick<Cart, 'id' | 'version' | 'lines'>;

/** As much of a cart as anonymising it takes. */
export type OwnedCart = ExpiredCart & Pick<Cart, 'status'>;

/** As much of a cart as publishing its events takes. */
export interface CartWithEvents {
  readonly id: string;
  readonly customerId?: string;
  readonly currency: string;
  /** What the cart is claimed for, if it is. */
  readonly claim: Claim | undefined;
  readonly outbox: readonly WaitingEvent[];
}

/** What the background jobs do with carts, many at a time and for nobody in particular. */
@Injectable()
export class CartJobsRepository {
  constructor(@InjectModel(CartDocument.name) private readonly model: Model<CartDocument>) {}

  /** Active carts whose lifetime is over, the longest expired first. */
  async findExpired(now: Date, most: number): Promise<ExpiredCart[]> {
    const documents = await this.model
      .find({ status: 'active', expiresAt: { $lte: now } }, { version: 1, lines: 1 })
      .sort({ expiresAt: 1 })
      .limit(most)
      .lean<Pick<CartDocument, '_id' | 'version' | 'lines'>[]>();
    return documents.map(({ _id, version, lines }) => ({ id: _id, version, lines }));
  }

  /** Abandons those that nobody has changed since they were read; how many they were. One command for all of them. */
  async expire(carts: readonly ExpiredCart[], now: Date): Promise<number> {
    if (carts.length === 0) return 0;
    const { modifiedCount } = await nativeCollection(this.model).bulkWrite(
      carts.map((cart) => ({
        updateOne: {
          filter: { _id: cart.id, version: cart.version, status: 'active' as const },
          update: withEvent(
            { $set: { status: 'abandoned' as const, updatedAt: now }, $inc: { version: 1 } },
            waitingEvent(cart, { type: 'abandoned', reason: 'expired' }, now),
          ),
        },
      })),
      { ordered: false },
    );
    return modifiedCount;
  }

  /** Some carts of a customer, as much of them as anonymising takes. */
  async findOfCustomer(customerId: string, most: number): Promise<OwnedCart[]> {
    const documents = await this.model
      .find({ customerId }, { version: 1, lines: 1, status: 1 })
      .hint('carts_of_a_customer')
      .limit(most)
      .lean<Pick<CartDocument, '_id' | 'version' | 'lines' | 'status'>[]>();
    return documents.map(({ _id, version, lines, status }) => ({ id: _id, version, lines, status }));
  }

  /**
   * Takes the owner out of carts that nobody has changed since they were read; how many they were. Each gets a pseudonym of its
   * own. One command for all of them.
   */
  async anonymise(carts: readonly OwnedCart[], now: Date): Promise<number> {
    if (carts.length === 0) return 0;
    const { modifiedCount } = await nativeCollection(this.model).bulkWrite(
      carts.map((cart) => {
        const nameless = { customerId: `anonymised-${uuid()}`, couponCodes: [], appliedRequests: [], updatedAt: now };
        const unset = { changes: '' as const };
        const isActive = cart.status === 'active';
        const update = { $set: nameless, $unset: unset, $inc: { version: 1 } };
        const ended = { ...update, $set: { ...nameless, status: 'abandoned' as const } };
        const event = waitingEvent(cart, { type: 'abandoned', reason: 'removed' }, now);
        return {
          updateOne: {
            filter: { _id: cart.id, version: cart.version },
            update: isActive ? withEvent(ended, event) : update,
          },
        };
      }),
      { ordered: false },
    );
    return modifiedCount;
  }

  /** Carts with events that are still to be published, those that have waited longest first. */
  async findWithEvents(most: number): Promise<CartWithEvents[]> {
    const documents = await this.model
      .find({ outboxAt: { $exists: true } }, { customerId: 1, currency: 1, orderId: 1, orderAttempt: 1, outbox: 1 })
      .sort({ outboxAt: 1 })
      .limit(most)
      .lean<CartDocument[]>();
    return documents.map(({ _id, customerId, currency, outbox = [], ...cart }) => ({
      id: _id,
      ...(customerId === undefined ? {} : { customerId }),
      currency,
      claim: claimOf(cart),
      outbox,
    }));
  }

  /**
   * Empties the outboxes of carts whose events have all been published, but for those that got another event since. No new
   * version: what the cart shows has not changed. One command for all of them.
   */
  async clearPublished(carts: readonly CartWithEvents[]): Promise<void> {
    if (carts.length === 0) return;
    await nativeCollection(this.model).bulkWrite(
      carts.map(({ id, outbox }) => ({
        updateOne: {
          filter: { _id: id, outbox: { $not: { $elemMatch: { version: { $gt: outbox.at(-1)?.version ?? 0 } } } } },
          update: { $unset: { outbox: '' as const, outboxAt: '' as const } },
        },
      })),
      { ordered: false },
    );
  }
}
