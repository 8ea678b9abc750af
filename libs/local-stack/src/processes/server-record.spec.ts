import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive } from './process-identity.js';
import { endStaleServer, readServerRecord, recordServer } from './server-record.js';

describe('record of a data folder’s server', () => {
  const ended = { pid: 2 ** 22 + 1, startedAt: '1' };
  let folder: string;
  let server: ChildProcess;
  let said: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'record-spec-'));
    said = [];
    server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    await once(server, 'spawn');
  });
  afterEach(() => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const log = (line: string) => said.push(line);
  const pid = () => server.pid as number;

  function overwrite(changes: object): void {
    const file = join(folder, 'running-server.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...changes }));
  }

  it('is absent from a new folder', async () => {
    expect(await endStaleServer(folder, log)).toBeUndefined();
  });

  it('refuses a folder whose server was started by a process that still runs', async () => {
    recordServer(folder, pid(), 27_017);
    await expect(endStaleServer(folder, log)).rejects.toThrow(
      `in use by server ${pid()}, started by process ${process.pid}`,
    );
    expect(isAlive(pid())).toBe(true);
  });

  it('ends a server whose starter has ended, and prefers its port', async () => {
    recordServer(folder, pid(), 27_017);
    overwrite({ startedBy: ended });
    expect(await endStaleServer(folder, log)).toBe(27_017);
    expect(isAlive(pid())).toBe(false);
    expect(said).toHaveLength(1);
  });

  it('leaves a process alone that was given the id of an ended server', async () => {
    recordServer(folder, pid(), 27_017);
    overwrite({ server: { ...identify(pid()), startedAt: 'earlier' }, startedBy: ended });
    expect(await endStaleServer(folder, log)).toBe(27_017);
    expect(isAlive(pid())).toBe(true);
  });

  it('reads back what was recorded', () => {
    recordServer(folder, pid(), 4_222);
    expect(readServerRecord(folder)).toEqual({
      server: identify(pid()),
      startedBy: identify(process.pid),
      port: 4_222,
    });
  });
});
