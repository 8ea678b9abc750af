import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '@marketplace/local-stack';
import mongoose from 'mongoose';

/** What the service does after a reply (events, payments that settle) has been written when nothing changes for so long. */
const QUIET_MS = 150;
const QUIET_DEADLINE_MS = 20_000;

/** What a caller has asked for; the rest of an anonymisation is how far the job has come, at a time of its own. */
const ASKED_FOR = { includesOpen: 1, requestedBy: 1, requestedAt: 1 };

/** What is in the service's database, as a digest of each collection. */
export class Storage {
  private constructor(private readonly client: mongoose.mongo.MongoClient) {}

  static async open(mongodbUri: string): Promise<Storage> {
    return new Storage(await new mongoose.mongo.MongoClient(mongodbUri).connect());
  }

  async digest(): Promise<Record<string, string>> {
    const database = this.client.db();
    const { collections } = await database.command({ dbHash: 1 });
    const anonymisations = await database
      .collection('anonymisations')
      .find({}, { projection: ASKED_FOR, sort: { _id: 1 } })
      .toArray();
    return { ...(collections as Record<string, string>), anonymisations: JSON.stringify(anonymisations) };
  }

  /** The digest once nothing is being written any more. */
  async quietDigest(): Promise<Record<string, string>> {
    let latest = await this.digest();
    return waitUntil(
      'nothing being written',
      async () => {
        const before = latest;
        await delay(QUIET_MS);
        latest = await this.digest();
        return changed(before, latest).length === 0 ? latest : undefined;
      },
      { deadlineMs: QUIET_DEADLINE_MS, pollMs: 1 },
    );
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

/** The collections that differ. */
export function changed(before: Record<string, string>, after: Record<string, string>): string[] {
  return Object.keys(after).filter((name) => before[name] !== after[name]);
}
