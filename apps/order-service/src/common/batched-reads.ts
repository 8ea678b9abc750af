import type { Model, mongo, QueryFilter } from 'mongoose';
import { Batches } from './batches.js';
import { nativeCollection } from './database.js';
import type { Elections } from './elections.js';

const MOST = 32;

/** One document that somebody looks for. */
export interface Read<Document> {
  /** Finds one document at most. */
  readonly filter: QueryFilter<Document>;
  /** Equal where two reads might mean the same document by different filters: they are never in one query. */
  readonly key: string;
  /** Whether a document that one of several filters has found is the one that this filter finds. */
  readonly isMeant: (document: Document) => boolean;
}

/** Finds single documents, those of callers who ask at the same time in one query. */
export class BatchedReads<Document extends { _id: string }> {
  readonly #batches = new Batches<Read<Document>, Document | undefined>(MOST, async (reads) => this.#findAll(reads));

  constructor(
    private readonly model: Model<Document>,
    private readonly elections: Elections,
    private readonly projection: mongo.Document = {},
  ) {}

  async find(read: Read<Document>): Promise<Document | undefined> {
    // What such a read asks of MongoDB is to be had for single documents only.
    return this.elections.isRecent ? this.#findAlone(read) : this.#batches.add(read);
  }

  /** Finds a document by its id. The rest of the filter, if any, decides whether the caller may see it. */
  async findById(id: string, rest: QueryFilter<Document> = {}): Promise<Document | undefined> {
    return this.find({
      filter: { ...rest, _id: id },
      key: id,
      isMeant: ({ _id }) => _id === id,
    });
  }

  async #findAll(reads: readonly Read<Document>[]): Promise<(Document | undefined | Promise<Document | undefined>)[]> {
    const [only] = reads;
    if (only && reads.length === 1) return [await this.#findAlone(only)];
    const together = new Map(reads.toReversed().map((read) => [read.key, read]));
    const filters = [...together.values()].map(({ filter }) => filter);
    const found = (await nativeCollection(this.model)
      .find({ $or: filters } as mongo.Filter<Document>, { projection: this.projection })
      .toArray()) as Document[];
    return reads.map((read) =>
      together.get(read.key) === read ? found.find((document) => read.isMeant(document)) : this.#findAlone(read),
    );
  }

  async #findAlone({ filter }: Read<Document>): Promise<Document | undefined> {
    const options = { projection: this.projection, ...this.elections.readOptions() };
    return (
      ((await nativeCollection(this.model).findOne(filter as mongo.Filter<Document>, options)) as Document | null) ??
      undefined
    );
  }
}
