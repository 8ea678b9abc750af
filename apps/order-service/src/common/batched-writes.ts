import { mongo, type Model } from 'mongoose';
import { Batches } from './batches.js';
import { nativeCollection } from './database.js';

const MOST = 32;
const IMMUTABLE_FIELD = 66;
/** No document has it, and none can get it. */
const NO_ID = '';

interface Update<Document> {
  readonly filter: mongo.Filter<Document> & { readonly _id: string };
  readonly update: mongo.UpdateFilter<Document>;
}

/**
 * Writes single documents, those of callers who write at the same time in one command. Each write stands for itself: it is made or
 * refused whatever becomes of the others, and told apart from them. Only when the command itself fails nobody knows of any.
 */
export class BatchedWrites<Document extends { _id: string }> {
  readonly #inserts = new Batches<Document, void>(MOST, async (documents) => this.#insertAll(documents));
  readonly #updates = new Batches<Update<Document>, boolean>(MOST, async (updates) => this.#updateAll(updates));

  constructor(private readonly model: Model<Document>) {}

  /** @throws MongoServerError when a unique index refuses it, with the fields of that index */
  async insertOne(document: Document): Promise<void> {
    return this.#inserts.add(document);
  }

  /** Changes the document of this id if it is as the filter has it; false when it is not. */
  async updateOne(filter: Update<Document>['filter'], update: Update<Document>['update']): Promise<boolean> {
    return this.#updates.add({ filter, update });
  }

  async #insertAll(documents: readonly Document[]): Promise<(void | Promise<void>)[]> {
    const [only] = documents;
    if (only && documents.length === 1) return [await this.#insertAlone(only)];
    const operations = documents.map((document) => ({
      insertOne: { document: document as unknown as mongo.OptionalId<Document> },
    }));
    const refused = await this.#refused(operations);
    // A bulk write does not say which index it was. It was not made, so it can be made again.
    return documents.map((document, index) => (refused.has(index) ? this.#insertAlone(document) : undefined));
  }

  async #insertAlone(document: Document): Promise<void> {
    await nativeCollection(this.model).insertOne(document as mongo.OptionalUnlessRequiredId<Document>);
  }

  async #updateAll(updates: readonly Update<Document>[]): Promise<(boolean | Promise<boolean>)[]> {
    const [only] = updates;
    if (only && updates.length === 1) return [await this.#updateAlone(only)];
    const refused = await this.#refused(updates.map((each) => ({ updateOne: matchedOrRefused(each) })));
    return updates.map((each, index) => {
      const code = refused.get(index);
      return code === undefined || code === IMMUTABLE_FIELD ? code === undefined : this.#updateAlone(each);
    });
  }

  async #updateAlone({ filter, update }: Update<Document>): Promise<boolean> {
    return (await nativeCollection(this.model).updateOne(filter, update)).matchedCount === 1;
  }

  /** Which of the writes MongoDB has refused, by their places, each with the code of its reason. */
  async #refused(operations: mongo.AnyBulkWriteOperation<Document>[]): Promise<ReadonlyMap<number, unknown>> {
    try {
      await nativeCollection(this.model).bulkWrite(operations, { ordered: false });
      return new Map();
    } catch (error) {
      if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
      const writeErrors = [error.writeErrors].flat();
      const isUnsure = writeErrors.length === 0 || error.result.getWriteConcernError() !== undefined;
      if (isUnsure) throw error.errorResponse instanceof Error ? error.errorResponse : error;
      return new Map(writeErrors.map(({ index, code }) => [index, code]));
    }
  }
}

/**
 * MongoDB counts the matches of an update command, and does not say whose they are; but it does name those it refuses. So an update that
 * matches nothing is made one that would have to create a document, under an id that contradicts its filter: that is always refused.
 */
function matchedOrRefused<Document extends { _id: string }>({ filter, update }: Update<Document>) {
  return {
    filter,
    update: { ...update, $setOnInsert: { _id: NO_ID } as mongo.MatchKeysAndValues<Document> },
    upsert: true,
  };
}
