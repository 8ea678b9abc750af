import { databaseOf } from '@marketplace/local-stack';
import mongoose from 'mongoose';

/**
 * Makes the collections and indexes of one database in another. What `db:prepare` has made once need not be made again by a process
 * of its own in every suite.
 */
export async function copyStructure(fromUri: string, toUri: string): Promise<void> {
  const client = await new mongoose.mongo.MongoClient(fromUri).connect();
  try {
    const [from, to] = [client.db(), client.db(databaseOf(toUri))];
    for (const { name, options } of await from.listCollections({}, { nameOnly: false }).toArray()) {
      const collection = await to.createCollection(name, options);
      const indexes = await from.collection(name).indexes();
      await collection.createIndexes(indexes.filter((index) => index.name !== '_id_').map(definitionOf));
    }
  } finally {
    await client.close();
  }
}

/** As `createIndexes` takes it. */
function definitionOf({ v: _version, ...definition }: mongoose.mongo.IndexDescriptionInfo) {
  return definition as mongoose.mongo.IndexDescription;
}

export async function dropDatabase(uri: string): Promise<void> {
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
