import { existsSync } from 'node:fs';

type LocalStack = typeof import('@marketplace/local-stack');

/**
 * Starts one MongoDB with throw-away data for the whole run and tells every suite its address in TEST_MONGODB_URI; MONGODB_URI
 * names another one to use instead. NATS servers are each suite's own: here it is only made sure that there is a program to start.
 */
export default async function globalSetup(): Promise<void> {
  // Jest resolves what this file imports as Node.js does, without the path aliases of the suites: hence the build.
  const build = '../../dist/libs/local-stack/src/index.js';
  if (!existsSync('dist/libs/local-stack/src/index.js')) throw new Error('The build is missing: npm run build');
  const { resolveNatsBinary, startMongo } = (await import(build)) as LocalStack;
  if (!process.env.NATS_URL) await resolveNatsBinary(log);
  if (process.env.MONGODB_URI) {
    process.env.TEST_MONGODB_URI = process.env.MONGODB_URI;
    return;
  }
  const mongo = await startMongo({ log });
  process.env.TEST_MONGODB_URI = mongo.uri;
  // Jest runs setup and teardown in one process and offers no other way from one to the other.
  Object.assign(globalThis, { stopTestServers: () => mongo.stop() });
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
