import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a promise, but no longer than the given time: undefined when the time is over first. */
export async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T | undefined> {
  const abort = new AbortController();
  const timer = delay(timeoutMs, undefined, { signal: abort.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, timer]);
  } finally {
    abort.abort();
  }
}
