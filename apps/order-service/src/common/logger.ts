import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { currentRequest } from './request-context.js';
import { currentTraceId } from './trace.js';

/** The log of the process: one JSON object a line. Ids only; no bodies, tokens, addresses or e-mails. */
export const log: Logger = pino({
  level: process.env['LOG_LEVEL'] ?? 'info',
  base: { service: 'order-service' },
  timestamp: pino.stdTimeFunctions.isoTime,
  mixin: () => {
    const request = currentRequest();
    const traceId = currentTraceId();
    return {
      ...(request ? { requestId: request.requestId } : {}),
      ...(traceId === undefined ? {} : { traceId }),
    };
  },
  serializers: { err: describedError },
  formatters: { level: (label) => ({ level: label }) },
});

/** What a fault is and where it came from. Drivers attach documents to their errors, and documents hold what no log may. */
export function describedError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, code } = error as Error & { code?: unknown };
  return {
    type: name,
    message: withoutValues(message),
    stack: withoutValues(stack),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(error.cause === undefined ? {} : { cause: describedError(error.cause) }),
  };
}

/** The message of a violated unique index ends with the values that were there already. */
function withoutValues(text: string | undefined): string | undefined {
  return text?.replace(/ dup key: \{[^\n]*/u, '');
}

/** Hands what Nest itself has to say to the same log. */
export class NestLogger implements LoggerService {
  log(message: unknown, ...rest: unknown[]): void {
    log.debug({ context: contextOf(rest) }, String(message));
  }
  warn(message: unknown, ...rest: unknown[]): void {
    log.warn({ context: contextOf(rest) }, String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    const err = message instanceof Error ? message : undefined;
    log.error({ context: contextOf(rest), err }, err ? err.message : String(message));
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    log.fatal({ context: contextOf(rest) }, String(message));
  }
}

function contextOf(rest: readonly unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}
