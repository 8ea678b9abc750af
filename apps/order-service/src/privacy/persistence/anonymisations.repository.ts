import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { isDuplicateKey } from '../../common/database.js';
import { derivedId } from '../../common/fingerprint.js';
import type { Actor } from '../../orders/domain/actor.js';
import { AnonymisationDocument } from './anonymisation.schema.js';

export interface Anonymisation {
  readonly id: string;
  readonly status: 'running' | 'done';
  readonly includesOpen: boolean;
  readonly requestedBy: Actor;
  readonly orders: number;
  readonly carts: number;
  readonly waiting: number;
  readonly requestedAt: Date;
  readonly finishedAt?: Date;
}

/** One that a replica has taken up. */
export type LeasedAnonymisation = Anonymisation & { readonly userId: string; readonly lease: string };

/** What a turn has done, or found. */
export interface Turn {
  readonly orders: number;
  readonly carts: number;
}

@Injectable()
export class AnonymisationsRepository {
  constructor(@InjectModel(AnonymisationDocument.name) private readonly model: Model<AnonymisationDocument>) {}

  /** Begins, unless it is running; whoever asks again may only want more of it. */
  async request(userId: string, requestedBy: Actor, includesOpen: boolean, now: Date): Promise<Anonymisation> {
    const id = idOf(userId);
    const begun = { userId, status: 'running' as const, requestedBy, requestedAt: now, dueAt: now };
    try {
      await this.model.updateOne(
        { _id: id, status: { $ne: 'running' } },
        { $set: { ...begun, includesOpen, orders: 0, carts: 0, waiting: 0 }, $unset: { finishedAt: true } },
        { upsert: true },
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      if (includesOpen) {
        await this.model.updateOne({ _id: id, status: 'running' }, { $set: { includesOpen: true, dueAt: now } });
      }
    }
    const stored = await this.find(userId);
    if (!stored) throw new Error('the anonymisation that was requested is not there');
    return stored;
  }

  async find(userId: string): Promise<Anonymisation | undefined> {
    const document = await this.model.findOne({ _id: idOf(userId) }).lean<AnonymisationDocument>();
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
}

function idOf(userId: string): string {
  return derivedId('anonymisation', userId);
}

function anonymisationOf(document: AnonymisationDocument): Anonymisation {
  const { _id, userId: _userId, dueAt: _dueAt, lease: _lease, ...anonymisation } = document;
  return { id: _id, ...anonymisation };
}
