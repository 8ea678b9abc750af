import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until `condition` gives something other than `undefined` or `false`, and gives that.
 *
 * @throws Error naming `what` and the last failure when the deadline passes; whatever `abort` throws ends the wait at once
 */
export async function waitUntil<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  options: { deadlineMs?: number; pollMs?: number; abort?: () => void } = {},
): Promise<T> {
  const deadlineMs = options.deadlineMs ?? 30_000;
  const deadline = Date.now() + deadlineMs;
  let lastFailure = '';
  for (;;) {
    options.abort?.();
    try {
      const result = await condition();
      if (result !== undefined && result !== false) return result;
    } catch (error) {
      lastFailure = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${deadlineMs} ms${lastFailure}`);
    await delay(options.pollMs ?? 50);
  }
}
