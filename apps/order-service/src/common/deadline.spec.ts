import { within } from './deadline.js';

const never = new Promise<string>(() => undefined);

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

describe('waiting with a deadline', () => {
  it('answers as soon as there is an answer', async () => {
    await expect(within(60_000, Promise.resolve('answer'))).resolves.toBe('answer');
  });

  it('stops when the time is over', async () => {
    await expect(within(1, never)).resolves.toBeUndefined();
    await expect(within(0, never)).resolves.toBeUndefined();
  });

  it('passes a failure on', async () => {
    await expect(within(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('leaves no timer behind', async () => {
    const before = timers();
    const waits = Array.from({ length: 50 }, async () => within(60_000, Promise.resolve('answer')));
    await Promise.all(waits);
    expect(timers()).toBeLessThan(before + 10);
  });
});
