import mongoose from 'mongoose';
import { waitUntil } from '../processes/wait-until.js';

const NAME = 'rs0';
const NOT_YET_INITIALIZED = 94;
const ALREADY_INITIALIZED = 23;

interface ReplicaSetConfig {
  version: number;
  members: { _id: number; host: string }[];
}

type Admin = ReturnType<ReturnType<InstanceType<typeof mongoose.mongo.MongoClient>['db']>['admin']>;

/** The connection string of a replica set whose members listen on these ports. */
export function replicaSetUri(ports: readonly number[]): string {
  return `mongodb://${ports.map(hostOf).join(',')}/?replicaSet=${NAME}`;
}

/**
 * Makes the servers on these ports a replica set with a primary: initiates it on fresh data, and on kept data gives it the new
 * addresses by force if the ports have changed.
 *
 * @param assertRunning throws when one of the servers has ended, which ends the wait
 */
export async function ensureReplicaSet(ports: readonly number[], assertRunning: () => void): Promise<void> {
  const options = { deadlineMs: 90_000, abort: assertRunning };
  // A client whose first connection was refused never connects again, so every attempt has its own.
  await waitUntil('Configuring the replica set', () => withAdmin(ports, (admin) => configure(admin, ports)), options);
  await waitUntil('The election of a primary', () => withAdmin(ports, hasPrimary), options);
}

/** Has a server write everything and end, which a signal does not do under Wine. Ignores a server that has already ended. */
export async function requestShutdown(port: number): Promise<void> {
  await withAdmin([port], (admin) => admin.command({ shutdown: 1, force: true, timeoutSecs: 0 })).catch(
    () => undefined,
  );
}

function hostOf(port: number): string {
  return `127.0.0.1:${port}`;
}

/** Through the first server alone, as there is no replica set to find before it is configured. */
async function withAdmin<T>(ports: readonly number[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const client = new mongoose.mongo.MongoClient(`mongodb://${hostOf(ports[0] as number)}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
    connectTimeoutMS: 2_000,
    heartbeatFrequencyMS: 500,
  });
  try {
    return await work(client.db('admin').admin());
  } finally {
    await client.close();
  }
}

async function configure(admin: Admin, ports: readonly number[]): Promise<boolean> {
  const config = await readConfig(admin);
  const members = ports.map((port, index) => ({ _id: index, host: hostOf(port) }));
  if (config === undefined) {
    await admin.command({ replSetInitiate: { _id: NAME, members } }).catch(ignoreCode(ALREADY_INITIALIZED));
    return true;
  }
  if (config.members.map((member) => member.host).join() === members.map((member) => member.host).join()) return true;
  const moved = members.map((member, index) => ({ ...config.members[index], ...member }));
  await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members: moved }, force: true });
  return true;
}

async function readConfig(admin: Admin): Promise<ReplicaSetConfig | undefined> {
  try {
    return (await admin.command({ replSetGetConfig: 1 })).config as ReplicaSetConfig;
  } catch (error) {
    ignoreCode(NOT_YET_INITIALIZED)(error);
    return undefined;
  }
}

async function hasPrimary(admin: Admin): Promise<boolean> {
  const hello = await admin.command({ hello: 1 });
  return typeof hello.primary === 'string';
}

function ignoreCode(code: number): (error: unknown) => void {
  return (error) => {
    if ((error as { code?: number }).code !== code) throw error;
  };
}
