import { randomUUID } from 'node:crypto';
import { HttpException } from '@nestjs/common';
import { ProblemError, PROBLEMS, type Problem, type ProblemCode } from '@marketplace/contracts';
import { IllegalTransitionError } from '@marketplace/domain';
import { traceIdOf } from '@marketplace/tracing';
import { isDatabaseAway } from './database-away.js';
import { log } from './logger.js';
import { currentTraceId } from './trace.js';

/** A failure that a request under the same idempotency key has come to before, given again. */
export class ReplayedProblem extends ProblemError {}

/** Seconds after which a caller may try again, for the failures that pass by themselves. */
const RETRY_AFTER_SECONDS: Partial<Record<ProblemCode, number>> = {
  idempotency_in_progress: 1,
  rate_limited: 1,
  catalog_unavailable: 2,
  inventory_unavailable: 2,
  database_unavailable: 2,
  keys_unavailable: 2,
  overloaded: 2,
  draining: 2,
};

/** What the failure itself says of it comes first. */
export function retryAfterSeconds(problem: Problem): number | undefined {
  const own = problem['retryAfterSeconds'];
  return typeof own === 'number' ? own : RETRY_AFTER_SECONDS[problem.code];
}

/** Whether the same request may succeed later, however long that takes. */
export function passesByItself(code: ProblemCode): boolean {
  return RETRY_AFTER_SECONDS[code] !== undefined;
}

/** Whether a failure passes by itself. */
export function isTemporary(error: unknown): boolean {
  const code = error instanceof ProblemError ? error.code : expectedCode(error);
  return code !== undefined && passesByItself(code);
}

/**
 * Turns whatever was thrown into a problem document. What was not expected gets an error id, and only the log knows more.
 *
 * @param instance the path or the subject that was asked, where it is known
 * @param traceparent as the caller gave it, for failures that come before a request has its context
 */
export function problemOf(error: unknown, instance?: string, traceparent?: string): Problem {
  const problem = describedProblem(error, instance);
  const traceId = currentTraceId() ?? traceIdOf(traceparent);
  return traceId === undefined ? problem : { ...problem, traceId };
}

function describedProblem(error: unknown, instance?: string): Problem {
  if (error instanceof ProblemError) return document(error.code, instance, error.message, error.extensions);
  if (error instanceof IllegalTransitionError) {
    const { from, to, allowed } = error;
    return document('illegal_transition', instance, error.message, { from, to, allowed });
  }
  const code = expectedCode(error);
  if (code) return document(code, instance, PROBLEMS[code].title);
  const errorId = randomUUID();
  log.error({ errorId, err: error, instance }, 'unexpected failure');
  return document('internal', instance, undefined, { errorId });
}

function document(
  code: ProblemCode,
  instance: string | undefined,
  detail: string | undefined,
  extensions: Readonly<Record<string, unknown>> = {},
): Problem {
  const { status, title } = PROBLEMS[code];
  return {
    type: `https://marketplace.example/problems/${code.replaceAll('_', '-')}`,
    title,
    status,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(instance === undefined ? {} : { instance }),
    ...extensions,
  };
}

const STATUS_CODES: Record<number, ProblemCode> = {
  400: 'validation_failed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'body_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  429: 'rate_limited',
};

/** The failures of the framework and the drivers that have a code of ours. */
function expectedCode(error: unknown): ProblemCode | undefined {
  if (isDatabaseAway(error)) return 'database_unavailable';
  if (error instanceof HttpException) return httpCode(error);
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  if (type === 'entity.parse.failed') return 'malformed_json';
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') return 'unsupported_media_type';
  return typeof status === 'number' ? STATUS_CODES[status] : undefined;
}

function httpCode(error: HttpException): ProblemCode | undefined {
  if (error.getStatus() === 400 && error.cause instanceof SyntaxError) return 'malformed_json';
  return STATUS_CODES[error.getStatus()];
}
