import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../log.js';
import { isPortFree } from './free-port.js';
import { identify, isSameAlive, type ProcessIdentity } from './process-identity.js';
import { waitUntil } from './wait-until.js';

const FILE = 'running-server.json';

/** Which server uses a kept data folder, and for whom. */
export interface ServerRecord {
  server: ProcessIdentity;
  startedBy: ProcessIdentity;
  port: number;
}

/** Notes the server that this process has started on a data folder. */
export function recordServer(dataDir: string, pid: number, port: number): void {
  const record = { server: identify(pid), startedBy: identify(process.pid), port };
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, FILE), JSON.stringify(record));
}

/** The server that a data folder had last, running or not. */
export function readServerRecord(dataDir: string): ServerRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')) as ServerRecord;
  } catch {
    return undefined;
  }
}

/**
 * Ends a server that was left running on a data folder because the process that started it was killed.
 *
 * @returns the port the folder's last server listened on, to be preferred for the next
 * @throws Error when the folder is in use by a stack that still runs
 */
export async function endStaleServer(dataDir: string, log: Log): Promise<number | undefined> {
  const record = readServerRecord(dataDir);
  if (record === undefined) return undefined;
  if (record.server !== undefined && isSameAlive(record.server)) {
    if (record.startedBy !== undefined && isSameAlive(record.startedBy)) {
      throw new Error(
        `${dataDir} is in use by server ${record.server.pid}, started by process ${record.startedBy.pid}`,
      );
    }
    log(`Ending server ${record.server.pid}, left over on ${dataDir}`);
    await endServer(record.server);
    await waitUntil('Its port to be free', () => isPortFree(record.port), { deadlineMs: 3_000 }).catch(() => undefined);
  }
  return record.port;
}

async function endServer(server: ProcessIdentity): Promise<void> {
  for (const target of [-server.pid, server.pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // It has ended by itself, or leads no group.
    }
  }
  await waitUntil(`The end of process ${server.pid}`, () => !isSameAlive(server), { deadlineMs: 10_000 });
}
