import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryLock, withLock } from './exclusive-lock.js';
import { identify } from './process-identity.js';

describe('exclusive lock', () => {
  let folder: string;
  let lockFile: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-spec-'));
    lockFile = join(folder, 'nested', 'a.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function taken() {
    const attempt = tryLock(lockFile);
    if ('heldBy' in attempt) throw new Error(`held by ${attempt.heldBy}`);
    return attempt;
  }

  it('is held by one owner until released, and leaves nothing behind', () => {
    const first = taken();
    expect(tryLock(lockFile)).toEqual({ heldBy: process.pid });
    first.release();
    taken().release();
    expect(readdirSync(join(folder, 'nested'))).toEqual([]);
  });

  it.each([
    ['an owner that has ended', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1' })],
    ['a process id that now belongs to another process', JSON.stringify({ pid: process.pid, startedAt: 'earlier' })],
    ['an unreadable owner', 'half a li'],
  ])('takes over the lock of %s', (_, content) => {
    taken().release();
    writeFileSync(lockFile, content);
    taken().release();
  });

  it('respects the lock of another living process', () => {
    taken().release();
    const parent = identify(process.ppid);
    writeFileSync(lockFile, JSON.stringify(parent));
    expect(tryLock(lockFile)).toEqual({ heldBy: process.ppid });
  });

  it('runs waiting work one at a time and releases after a failure', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    const failing = withLock(lockFile, async () => {
      await work();
      throw new Error('broken');
    });
    const others = [withLock(lockFile, work), withLock(lockFile, work)];
    await expect(failing).rejects.toThrow('broken');
    await Promise.all(others);
    expect(most).toBe(1);
  });

  it('says who holds the lock and gives up at the deadline', async () => {
    const held = taken();
    const waitedFor: number[] = [];
    const options = { deadlineMs: 1, onWait: (pid: number) => waitedFor.push(pid) };
    await expect(withLock(lockFile, () => Promise.resolve(), options)).rejects.toThrow(/held for too long/);
    expect(waitedFor).toEqual([process.pid]);
    held.release();
  });
});
