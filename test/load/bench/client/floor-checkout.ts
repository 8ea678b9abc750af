import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import mongoose from 'mongoose';
import {
  phasesOf,
  readRecording,
  templateOf,
  type Replacements,
  type Step,
  type Template,
} from '../floor/recording.js';
import type { Job } from '../job.js';
import { timed, type NoteStep, type Work } from './work.js';

type Documents = mongoose.mongo.Document[];

/** As the service has them. */
const OPTIONS: mongoose.mongo.MongoClientOptions = {
  maxPoolSize: 20,
  retryWrites: true,
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
};

/**
 * The same reads, writes, requests and events that the service makes for one order, one after another, made by bare drivers: no HTTP, no rules,
 * no checks, and what the service makes side by side is made side by side.
 */
export class FloorCheckoutWork implements Work {
  readonly #awaited: Template<Step>[];
  readonly #afterwards: Template<Step>[];
  readonly #unfinished = new Map<number, Promise<void>>();

  private constructor(
    private readonly mongo: mongoose.mongo.MongoClient,
    private readonly nats: NatsConnection,
    private readonly stream: JetStreamClient,
    steps: readonly Step[],
    private readonly ids: readonly string[],
  ) {
    const { awaited, afterwards } = phasesOf(steps);
    this.#awaited = awaited.map((step) => templateOf(step, ids));
    this.#afterwards = afterwards.map((step) => templateOf(step, ids));
  }

  static async connect({ mongodbUri, natsUrl, recording = '' }: Job): Promise<FloorCheckoutWork> {
    const { order, steps } = readRecording(await readFile(recording, 'utf8'));
    const mongo = await new mongoose.mongo.MongoClient(mongodbUri, OPTIONS).connect();
    const nats = await connect({ servers: natsUrl });
    const ids = [order.id, order.cartId, order.buyer.id, order.number];
    return new FloorCheckoutWork(mongo, nats, jetstream(nats), steps, ids);
  }

  async once(client: number, note: NoteStep): Promise<void> {
    // What follows from an order is done before the next one ends: else it would pile up, and its cost not be seen.
    await this.#unfinished.get(client);
    const replacements = this.#freshIds();
    await timed(note, 'order', async () => {
      for (const template of this.#awaited) await this.#do(template(replacements));
    });
    this.#unfinished.set(client, this.#doAfterwards(replacements));
  }

  async close(): Promise<void> {
    await Promise.all(this.#unfinished.values());
    await this.nats.close();
    await this.mongo.close();
  }

  #freshIds(): Replacements {
    const [order, cart, buyer, number] = this.ids as [string, string, string, string];
    return new Map([
      [order, randomUUID()],
      [cart, randomUUID()],
      [buyer, `floor-${randomUUID()}`],
      [number, randomBytes(8).toString('hex')],
    ]);
  }

  async #doAfterwards(replacements: Replacements): Promise<void> {
    const steps = this.#afterwards.map((template) => template(replacements));
    const messages = steps.filter(({ kind }) => kind === 'publish' || kind === 'request');
    const writes = steps.filter(({ kind }) => kind !== 'publish' && kind !== 'request');
    await Promise.all(messages.map(async (step) => this.#do(step)));
    for (const step of writes) await this.#do(step);
  }

  async #do(step: Step): Promise<void> {
    switch (step.kind) {
      case 'find':
        await this.#find(step.collection, step.command);
        return;
      case 'insert':
        await this.#collection(step.collection).insertOne((step.command['documents'] as Documents)[0] ?? {});
        return;
      case 'update':
        await this.#update(step.collection, step.command);
        return;
      case 'request':
        await this.nats.request(step.subject, step.payload, { timeout: 10_000 });
        return;
      case 'publish':
        await this.stream.publish(step.subject, step.payload, { msgID: step.messageId });
    }
  }

  async #find(collection: string, { filter, projection, sort, limit }: mongoose.mongo.Document): Promise<void> {
    const query = this.#collection(collection).find(filter as mongoose.mongo.Document);
    if (projection) query.project(projection as mongoose.mongo.Document);
    if (sort) query.sort(sort as mongoose.mongo.Sort);
    if (limit) query.limit(Math.abs(Number(limit)));
    await query.toArray();
  }

  async #update(collection: string, { updates }: mongoose.mongo.Document): Promise<void> {
    for (const { q, u } of updates as {
      q: mongoose.mongo.Filter<mongoose.mongo.Document>;
      u: mongoose.mongo.Document;
    }[]) {
      const { matchedCount } = await this.#collection(collection).updateOne(q, u);
      if (matchedCount !== 1) throw new Error(`an update of ${collection} found nothing`);
    }
  }

  #collection(name: string): mongoose.mongo.Collection {
    return this.mongo.db().collection(name);
  }
}
