import { setTimeout as delay } from 'node:timers/promises';
import { mongo, type Connection } from 'mongoose';
import { log } from './logger.js';

const NAMESPACE_EXISTS = 48;
/** IndexOptionsConflict and IndexKeySpecsConflict. */
const DEFINITION_DIFFERS: ReadonlySet<number> = new Set([85, 86]);
const RETRY_MS = 1_000;

/**
 * Makes all collections and their indexes, one after another. What is there already stays; an index whose definition has
 * changed is made anew.
 */
export async function prepareDatabase(connection: Connection): Promise<void> {
  for (const model of Object.values(connection.models)) {
    await createCollection(connection, model.collection.name);
    for (const [keys, options] of model.schema.indexes()) {
      await createIndex(
        connection,
        model.collection.name,
        keys as mongo.IndexSpecification,
        options as mongo.CreateIndexesOptions,
      );
    }
    log.info({ collection: model.collection.name, indexes: model.schema.indexes().length }, 'collection prepared');
  }
}

/** The indexes that the models declare and the database lacks, as `collection.index`. */
export async function missingIndexes(connection: Connection): Promise<string[]> {
  const missing: string[] = [];
  for (const model of Object.values(connection.models)) {
    const present = new Set((await indexesOf(connection, model.collection.name)).map((index) => index.name));
    for (const [, options] of model.schema.indexes()) {
      if (options.name !== undefined && !present.has(options.name))
        missing.push(`${model.collection.name}.${options.name}`);
    }
  }
  return missing;
}

/**
 * Connects in the background and keeps trying for ever: mongoose gives up after the first failure, and a service that
 * cannot start without its database cannot say that the database is what it lacks.
 */
export function keepConnecting(connection: Connection, uri: string, options: object, stopped: AbortSignal): void {
  void (async (): Promise<void> => {
    let told = false;
    let attempt: Promise<unknown> = connection.asPromise();
    while (!stopped.aborted) {
      try {
        await attempt;
        log.info('MongoDB connected');
        return;
      } catch (error) {
        if (stopped.aborted) return;
        if (!told) log.error({ reason: String(error) }, 'MongoDB cannot be reached; still trying');
        told = true;
        await delay(RETRY_MS, undefined, { signal: stopped }).catch(() => undefined);
        if (stopped.aborted) return;
        attempt = connection.openUri(uri, options);
      }
    }
  })();
  connection.on('disconnected', () => {
    if (!stopped.aborted) log.error('MongoDB connection lost; reconnecting');
  });
  connection.on('reconnected', () => log.info('MongoDB connected again'));
}

async function createIndex(
  connection: Connection,
  collection: string,
  keys: mongo.IndexSpecification,
  options: mongo.CreateIndexesOptions,
): Promise<void> {
  const { name } = options;
  try {
    await connection.collection(collection).createIndex(keys, options);
  } catch (error) {
    const differs = error instanceof mongo.MongoServerError && DEFINITION_DIFFERS.has(Number(error.code));
    if (!differs || name === undefined) throw error;
    log.info({ collection, index: name }, 'an index has another definition by now and is made anew');
    await connection.collection(collection).dropIndex(name);
    await connection.collection(collection).createIndex(keys, options);
  }
}

async function createCollection(connection: Connection, name: string): Promise<void> {
  try {
    await connection.createCollection(name);
  } catch (error) {
    if (!(error instanceof mongo.MongoServerError) || error.code !== NAMESPACE_EXISTS) throw error;
  }
}

async function indexesOf(connection: Connection, name: string): Promise<{ name?: string }[]> {
  try {
    return await connection.collection(name).indexes();
  } catch (error) {
    // A collection that does not exist has no indexes.
    if (error instanceof mongo.MongoServerError && error.codeName === 'NamespaceNotFound') return [];
    throw error;
  }
}
