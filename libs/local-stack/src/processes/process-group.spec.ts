import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GUARD_SCRIPT, ProcessGroup } from './process-group.js';
import { isAlive } from './process-identity.js';
import { waitUntil } from './wait-until.js';

describe('process group', () => {
  let folder: string;
  const groups: ProcessGroup[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'group-spec-'));
  });
  afterEach(async () => {
    await Promise.all(groups.splice(0).map((group) => group.kill()));
    rmSync(folder, { recursive: true });
  });

  async function run(script: string, onLine?: (line: string) => void): Promise<ProcessGroup> {
    const options = {
      name: 'Sample',
      command: '/bin/sh',
      args: ['-c', script],
      logFile: join(folder, 'sample.log'),
      onLine,
    };
    const group = await ProcessGroup.start(options);
    groups.push(group);
    return group;
  }

  it('keeps what the process wrote and how it ended', async () => {
    const group = await run('echo one; echo two >&2; exit 7');
    expect(await group.exited).toEqual({ code: 7, signal: null });
    expect(group.lastLines(1)).toBe('two');
    expect(() => group.assertRunning()).toThrow(/Sample ended with code 7[^]*one\ntwo/);
  });

  it('hands on lines as they come', async () => {
    const lines: string[] = [];
    const group = await run('echo one; echo two', (line) => lines.push(line));
    await group.exited;
    await waitUntil('Both lines', () => lines.length === 2);
    expect(readFileSync(join(folder, 'sample.log'), 'utf8')).toBe('one\ntwo\n');
  });

  it('kills a process that does not end when asked, and what it started', async () => {
    const group = await run('trap "" TERM; sleep 1000 & echo $!; wait; wait');
    const child = await waitUntil('The child', () => Number(group.lastLines(1)) || undefined);
    expect(await group.stop(50)).toEqual({ code: null, signal: 'SIGKILL' });
    await waitUntil('The end of the child', () => !isAlive(child));
  });

  it('tells listeners of the end and refuses an unknown program', async () => {
    const group = await run('exec sleep 1000');
    const ends: unknown[] = [];
    group.onExit((exit) => ends.push(exit));
    await group.stop();
    expect(ends).toEqual([{ code: null, signal: 'SIGTERM' }]);
    const missing = {
      name: 'Missing',
      command: join(folder, 'missing'),
      args: [],
      logFile: join(folder, 'missing.log'),
    };
    await expect(ProcessGroup.start(missing)).rejects.toThrow('Missing could not be started');
  });

  it('is killed and its folder removed by a guard whose pipe to the parent closes', async () => {
    const group = await run('exec sleep 1000');
    const throwAway = join(folder, 'throw-away');
    mkdirSync(throwAway);
    const args = ['-c', GUARD_SCRIPT, 'sh', String(group.pid), throwAway];
    const guard = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'] });
    guard.stdin.end();
    expect(await group.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await waitUntil('The end of the folder', () => !existsSync(throwAway));
  });
});
