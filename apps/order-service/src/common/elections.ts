import { Inject, Injectable } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';

/** A new primary has committed its first write long before that. */
const RECENT_MS = 5_000;
/** Without a majority a linearizable read would wait for ever. */
const LONGEST_READ_MS = 3_000;

interface Bounded<Query> {
  readConcern(level: 'linearizable'): Query;
  maxTimeMS(ms: number): Query;
}

/**
 * Knows whether MongoDB has a new primary. It has everything that was acknowledged; but what a majority has is all that is read here, and until the
 * new primary has committed a write of its own it cannot tell that of the last writes of the old one. Single documents are read
 * linearizably in this time: such a read waits for that commit.
 */
@Injectable()
export class Elections {
  #primary = '';
  #changedAt = 0;

  constructor(@Inject(getConnectionToken()) connection: Connection) {
    let watched: mongo.MongoClient | undefined;
    connection.on('connected', () => {
      const client = connection.getClient();
      if (client === watched) return;
      watched = client;
      this.#changedAt = Date.now();
      client.on('topologyDescriptionChanged', ({ newDescription }) => this.#note(newDescription));
    });
  }

  get isRecent(): boolean {
    return Date.now() - this.#changedAt < RECENT_MS;
  }

  /** What has a read of one document by the driver miss nothing that was acknowledged. */
  readOptions(): mongo.FindOptions {
    return this.isRecent ? { readConcern: { level: 'linearizable' }, maxTimeMS: LONGEST_READ_MS } : {};
  }

  /** The same for a query of mongoose. */
  surely<Query extends Bounded<Query>>(query: Query): Query {
    return this.isRecent ? query.readConcern('linearizable').maxTimeMS(LONGEST_READ_MS) : query;
  }

  #note({ servers }: mongo.TopologyDescription): void {
    const primary = [...servers.values()].find(({ type }) => type === 'RSPrimary');
    const name = primary && `${primary.address} ${String(primary.electionId)}`;
    if (name === undefined || name === this.#primary) return;
    this.#primary = name;
    this.#changedAt = Date.now();
  }
}
