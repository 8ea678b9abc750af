import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type LocalStack = typeof import('@marketplace/local-stack');
type Sharing = typeof import('./shared-stacks.js');

/**
 * Starts one MongoDB with throw-away data for the whole run and tells every suite its address in TEST_MONGODB_URI; MONGODB_URI
 * names another one to use instead. In it is a database as `db:prepare` makes it, TEST_PREPARED_DATABASE_URI, which suites copy. Where
 * suites share a stack, TEST_SHARED_STACKS_URL gives it. NATS servers are each stack's own: here it is only made sure that there is a
 * program to start.
 */
export default async function globalSetup(): Promise<void> {
  // Jest resolves what this file imports as Node.js does, without the path aliases of the suites: hence the build.
  const build = '../../dist/libs/local-stack/src/index.js';
  const sharing = '../../dist/test/support/shared-stacks.js';
  if (!existsSync('dist/libs/local-stack/src/index.js')) throw new Error('The build is missing: npm run build');
  const { databaseUri, resolveNatsBinary, runNodeProcess, startMongo } = (await import(build)) as LocalStack;
  if (!process.env.NATS_URL) await resolveNatsBinary(log);
  let server = process.env.MONGODB_URI;
  let stopMongo: (() => Promise<void>) | undefined;
  if (!server) {
    const mongo = await startMongo({ inMemory: true, log });
    server = mongo.uri;
    stopMongo = () => mongo.stop();
  }
  const prepared = databaseUri(server, `test_prepared_${randomBytes(6).toString('hex')}`);
  const folder = await mkdtemp(join(tmpdir(), 'marketplace-prepare-'));
  await runNodeProcess({
    name: 'Preparing the database',
    script: 'dist/apps/order-service/bundle/prepare-database.js',
    env: { MONGODB_URI: prepared },
    logFile: join(folder, 'prepare-database.log'),
  });
  await rm(folder, { recursive: true });
  process.env.TEST_MONGODB_URI = server;
  process.env.TEST_PREPARED_DATABASE_URI = prepared;
  const { SharedStacks } = (await import(sharing)) as Sharing;
  const shared = await SharedStacks.serve();
  process.env.TEST_SHARED_STACKS_URL = shared.url;
  const stop = async (): Promise<void> => {
    await shared.stop();
    await (stopMongo ?? (() => dropDatabase(prepared)))();
  };
  // Jest runs setup and teardown in one process and offers no other way from one to the other.
  Object.assign(globalThis, { stopTestServers: stop });
}

async function dropDatabase(uri: string): Promise<void> {
  const { mongo } = await import('mongoose');
  const client = new mongo.MongoClient(uri);
  await client.db().dropDatabase();
  await client.close();
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
