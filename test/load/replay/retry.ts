import type { HttpReply } from './http-reply.js';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/** Too many requests; a gateway without a backend; temporarily unavailable; a gateway that did not wait long enough. */
const BUSY_STATUSES = new Set([429, 502, 503, 504]);

/** Whether the first request with the same idempotency key is still running. */
export function isInProgress(reply: Pick<HttpReply, 'status' | 'body'>): boolean {
  return reply.status === 409 && (reply.body as { code?: string } | undefined)?.code === 'idempotency_in_progress';
}

/** The `Retry-After` of a reply in milliseconds; it is a number of seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMs(reply: Pick<HttpReply, 'headers'>, now: number): number | undefined {
  const value = reply.headers['retry-after'];
  if (value === undefined) return undefined;
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

/**
 * How long to wait before a request is made again, in milliseconds; `undefined` when its outcome stands. A connection
 * failure and a busy service are asked again: as late as the service says, otherwise with growing, jittered pauses.
 *
 * @param attempt number of attempts made before this one
 */
export function retryDelayMs(
  outcome: Pick<HttpReply, 'status' | 'headers' | 'body'> | Error,
  attempt: number,
  random: () => number = Math.random,
  now: number = Date.now(),
): number | undefined {
  const failed = outcome instanceof Error;
  if (!failed && !BUSY_STATUSES.has(outcome.status) && !isInProgress(outcome)) return undefined;
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  const jittered = ceiling * (0.5 + random() / 2);
  const asked = failed ? undefined : retryAfterMs(outcome, now);
  // A little more than asked for, or all workers would be back at the same moment.
  return asked === undefined ? jittered : asked + random() * FIRST_DELAY_MS;
}
