import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { noted, wasApplied } from '../../common/applied-requests.js';
import { untilWritten } from '../../common/compare-and-set.js';
import { isDuplicateKey } from '../../common/database.js';
import { derivedId } from '../../common/fingerprint.js';
import type { IdempotentRequest } from '../../common/request-headers.js';
import { AnonymisationDocument, type Requester } from './anonymisation.schema.js';

export interface Anonymisation {
  readonly id: string;
  readonly status: 'running' | 'done';
  readonly includesOpen: boolean;
  readonly requestedBy: Requester;
  readonly orders: number;
  readonly carts: number;
  readonly waiting: number;
  readonly requestedAt: Date;
  readonly finishedAt?: Date;
}

/** One that a replica has taken up. */
export type LeasedAnonymisation = Anonymisation & { readonly userId: string; readonly lease: string };

/** What somebody asks for, and who. */
export interface AskedFor {
  readonly userId: string;
  readonly by: Requester;
  readonly includesOpen: boolean;
  readonly idempotent: IdempotentRequest | undefined;
}

/** The anonymisation after a request, and whether the request had its effect before under the same idempotency key. */
export interface Requested {
  readonly anonymisation: Anonymisation;
  readonly replayed: boolean;
}

/** What a turn has done, or found. */
export interface Turn {
  readonly orders: number;
  readonly carts: number;
}

@Injectable()
export class AnonymisationsRepository {
  constructor(@InjectModel(AnonymisationDocument.name) private readonly model: Model<AnonymisationDocument>) {}

  /**
   * Begins, unless it is running; whoever asks again may only want more of it. A request whose key has had its effect has no other.
   *
   * @throws ProblemError `idempotency_key_reused`, `rate_limited`
   */
  async request(asked: AskedFor, now: Date): Promise<Requested> {
    return untilWritten(async () => {
      const before = await this.#read(asked.userId);
      if (before && wasApplied(before, asked.idempotent)) {
        return { anonymisation: anonymisationOf(before), replayed: true };
      }
      const after = before ? await this.#change(before, asked, now) : await this.#begin(asked, now);
      return after && { anonymisation: anonymisationOf(after), replayed: false };
    });
  }

  async find(userId: string): Promise<Anonymisation | undefined> {
    const document = await this.#read(userId);
    return document ? anonymisationOf(document) : undefined;
  }

  /** Takes up the one that has waited longest, and keeps others off it until the lease ends. */
  async claim(lease: string, now: Date, leaseUntil: Date): Promise<LeasedAnonymisation | undefined> {
    const document = await this.model
      .findOneAndUpdate(
        { dueAt: { $lte: now } },
        { $set: { dueAt: leaseUntil, lease } },
        { sort: { dueAt: 1 }, returnDocument: 'after' },
      )
      .lean<AnonymisationDocument>();
    return document?.userId === undefined
      ? undefined
      : { ...anonymisationOf(document), userId: document.userId, lease };
  }

  /** Notes what was done, and goes on under the lease. False when another replica has taken over. */
  async progress({ id, lease }: LeasedAnonymisation, { orders, carts }: Turn, leaseUntil: Date): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      { _id: id, lease },
      { $inc: { orders, carts }, $set: { dueAt: leaseUntil } },
    );
    return matchedCount === 1;
  }

  async lookAgain({ id, lease }: LeasedAnonymisation, waiting: number, dueAt: Date): Promise<void> {
    await this.model.updateOne({ _id: id, lease }, { $set: { waiting, dueAt }, $unset: { lease: true } });
  }

  /** Ends it, and forgets whom it was about. */
  async finish({ id, lease }: LeasedAnonymisation, now: Date): Promise<void> {
    await this.model.updateOne(
      { _id: id, lease },
      { $set: { status: 'done', waiting: 0, finishedAt: now }, $unset: { userId: true, dueAt: true, lease: true } },
    );
  }

  async #read(userId: string): Promise<AnonymisationDocument | null> {
    return this.model.findOne({ _id: idOf(userId) }).lean<AnonymisationDocument>();
  }

  /** Undefined when somebody else has begun meanwhile. */
  async #begin(asked: AskedFor, now: Date): Promise<AnonymisationDocument | undefined> {
    const appliedRequests = [...noted({ appliedRequests: [] }, asked.idempotent, now)];
    const begun = { _id: idOf(asked.userId), ...beginning(asked, now), appliedRequests, version: 1 };
    try {
      await this.model.create(begun);
    } catch (error) {
      if (isDuplicateKey(error)) return undefined;
      throw error;
    }
    return begun;
  }

  /** Undefined when it is no longer as it was. */
  async #change(before: AnonymisationDocument, asked: AskedFor, now: Date): Promise<AnonymisationDocument | undefined> {
    const { _id, status, version } = before;
    const more = asked.includesOpen ? { includesOpen: true, dueAt: now } : {};
    const changes = status === 'running' ? more : beginning(asked, now);
    const appliedRequests = [...noted(before, asked.idempotent, now)];
    const after = await this.model
      .findOneAndUpdate(
        { _id, status, version },
        {
          $set: { ...changes, appliedRequests, version: version + 1 },
          ...(status === 'running' ? {} : { $unset: { finishedAt: true } }),
        },
        { returnDocument: 'after' },
      )
      .lean<AnonymisationDocument>();
    return after ?? undefined;
  }
}

/** Everything of it at its beginning, but for what outlasts it. */
function beginning(
  { userId, by, includesOpen }: AskedFor,
  now: Date,
): Omit<AnonymisationDocument, '_id' | 'appliedRequests' | 'version'> {
  const counts = { orders: 0, carts: 0, waiting: 0 };
  return { userId, status: 'running', includesOpen, requestedBy: by, ...counts, requestedAt: now, dueAt: now };
}

function idOf(userId: string): string {
  return derivedId('anonymisation', userId);
}

function anonymisationOf(document: AnonymisationDocument): Anonymisation {
  const { _id: id, status, includesOpen, requestedBy, orders, carts, waiting, requestedAt, finishedAt } = document;
  const ended = finishedAt === undefined ? {} : { finishedAt };
  return { id, status, includesOpen, requestedBy, orders, carts, waiting, requestedAt, ...ended };
}
