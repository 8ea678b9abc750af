import { jest } from '@jest/globals';
import { requireVersion, untilWritten } from './compare-and-set.js';

describe('a write by compare-and-set', () => {
  // The pauses are random: without chance they are none.
  beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0));
  afterEach(() => jest.restoreAllMocks());

  it('is done at once when nobody else writes', async () => {
    const attempts: number[] = [];
    const attempt = async (number: number): Promise<string> => {
      attempts.push(number);
      return Promise.resolve('written');
    };
    await expect(untilWritten(attempt)).resolves.toBe('written');
    expect(attempts).toEqual([0]);
  });

  it('is tried again for as long as others come first, and counts the attempts', async () => {
    const attempts: number[] = [];
    const attempt = async (number: number): Promise<string | undefined> => {
      attempts.push(number);
      return Promise.resolve(number < 9 ? undefined : 'written');
    };
    await expect(untilWritten(attempt)).resolves.toBe('written');
    expect(attempts).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('gives up after a dozen attempts', async () => {
    let attempts = 0;
    const never = async (): Promise<undefined> => {
      attempts += 1;
      return Promise.resolve(undefined);
    };
    await expect(untilWritten(never)).rejects.toMatchObject({ code: 'overloaded' });
    expect(attempts).toBe(12);
  });

  it('is not tried again after a failure of another kind', async () => {
    let attempts = 0;
    const failing = async (): Promise<undefined> => {
      attempts += 1;
      return Promise.reject(new Error('the database is away'));
    };
    await expect(untilWritten(failing)).rejects.toThrow('the database is away');
    expect(attempts).toBe(1);
  });

  it('takes whatever was written for written, be it nothing much', async () => {
    await expect(untilWritten(async () => Promise.resolve(0))).resolves.toBe(0);
    await expect(untilWritten(async () => Promise.resolve(null))).resolves.toBeNull();
  });
});

describe('a change that is meant for a version', () => {
  it('is let through for that version, or when any will do', () => {
    expect(() => requireVersion(3, 3)).not.toThrow();
    expect(() => requireVersion(3, undefined)).not.toThrow();
  });

  it.each([2, 4, 0])('is refused for version %p of 3, with the current one', (expected) => {
    expect(() => requireVersion(3, expected)).toThrow(
      expect.objectContaining({ code: 'version_conflict', extensions: { version: 3 } }),
    );
  });
});
