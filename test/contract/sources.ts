import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = resolve('dist/apps/order-service/src/print-contracts.js');
const MOST_BYTES = 16 * 1024 * 1024;

export type JsonObject = Record<string, unknown>;

/** What the built service says of itself. */
export interface Sources {
  openapi: JsonObject;
  /** Of everything that requests and replies consist of, over HTTP and NATS. */
  schemas: Record<string, JsonObject>;
}

export async function readSources(): Promise<Sources> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], {
    maxBuffer: MOST_BYTES,
    // Nothing of the surroundings may show in the documents.
    env: { PATH: process.env.PATH, NODE_ENV: 'test', LOG_LEVEL: 'silent', MONGODB_URI: 'mongodb://127.0.0.1:1/none' },
  });
  return JSON.parse(stdout) as Sources;
}
