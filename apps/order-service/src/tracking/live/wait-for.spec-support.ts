import { setTimeout as delay } from 'node:timers/promises';

const DEADLINE_MS = 5_000;

/** Waits for something that happens by itself. */
export async function waitFor(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await delay(5);
  }
}
