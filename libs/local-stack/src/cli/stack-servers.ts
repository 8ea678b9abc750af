import { join } from 'node:path';
import { describeExit, type Exit } from '../processes/process-group.js';
import { type MongoServer, startMongo } from '../servers/mongo-server.js';
import { databaseOf, databaseUri } from '../servers/mongo-uri.js';
import { type NatsServer, startNats } from '../servers/nats-server.js';
import type { Shutdown } from './shutdown.js';

const DATABASE = 'marketplace';
const MONGODB_PORT = 27_017;
const NATS_PORT = 4_222;

/** The servers of a development stack. */
export interface StackServers {
  /** Names the database too. */
  mongodbUri: string;
  natsUrl: string;
  /** Of the servers that were started here. */
  pids: Record<string, number>;
}

/** Something that runs until it is asked to end. */
interface Part {
  onExit(listener: (exit: Exit) => void): void;
  lastLines(count?: number): string;
}

/**
 * Starts MongoDB and NATS with data kept in `folder`, or takes those that MONGODB_URI and NATS_URL name.
 * The servers end in `shutdown`; when one ends by itself, everything does.
 */
export async function startServers(
  folder: string,
  log: (line: string) => void,
  shutdown: Shutdown,
): Promise<StackServers> {
  const started: { mongo?: MongoServer; nats?: NatsServer } = {};
  shutdown.add(async () => {
    await Promise.all([started.nats?.stop(), started.mongo?.stop()]);
  });
  const logDir = join(folder, 'logs');
  const [mongodbUri, natsUrl] = await Promise.all([
    fromEnvironment('MONGODB_URI', 'MongoDB', log) ??
      startMongo({ dataDir: join(folder, 'mongodb'), port: MONGODB_PORT, logDir, log }).then((mongo) => {
        started.mongo = mongo;
        endWith(shutdown, 'MongoDB', mongo);
        return mongo.uri;
      }),
    fromEnvironment('NATS_URL', 'NATS', log) ??
      startNats({ dataDir: join(folder, 'nats'), port: NATS_PORT, logDir, log }).then((nats) => {
        started.nats = nats;
        endWith(shutdown, 'NATS', nats);
        return nats.url;
      }),
  ]);
  const pids: Record<string, number> = {};
  if (started.mongo?.pids[0] !== undefined) pids.mongodb = started.mongo.pids[0];
  if (started.nats !== undefined) pids.nats = started.nats.pid;
  return { mongodbUri: databaseOf(mongodbUri) ? mongodbUri : databaseUri(mongodbUri, DATABASE), natsUrl, pids };
}

/** Ends everything when this part ends without having been asked to. */
export function endWith(shutdown: Shutdown, name: string, part: Part): void {
  part.onExit((exit) => {
    if (shutdown.inProgress) return;
    const reason = `${name} ended with ${describeExit(exit)}; stopping everything. Its last lines:\n${part.lastLines()}`;
    void shutdown.end(1, reason);
  });
}

function fromEnvironment(name: string, server: string, log: (line: string) => void): string | undefined {
  const value = process.env[name];
  if (!value) return undefined;
  log(`${server}: the one that ${name} names`);
  return value;
}
