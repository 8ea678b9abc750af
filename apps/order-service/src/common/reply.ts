import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { REPLY_HEADERS } from '@marketplace/contracts';
import type { Request, Response } from 'express';
import { map, type Observable } from 'rxjs';

/** A body with what is said besides. Over NATS only the body travels, with a header where it is a replay. */
export class Reply<Body> {
  constructor(
    readonly body: Body,
    readonly options: { status?: number; location?: string; replayed?: boolean } = {},
  ) {}
}

/**
 * Sends replies over HTTP: status, Location and Idempotency-Replayed of a {@link Reply}, and an ETag for every versioned
 * resource. A reader whose If-None-Match fits that ETag is answered 304. Those over NATS are written by its transport.
 */
@Injectable()
export class ReplyInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    // Over NATS the transport itself makes the message of the whole reply.
    if (context.getType() === 'rpc') return next.handle();
    return next.handle().pipe(map((result) => send(result, context)));
  }
}

export function bodyOf(result: unknown): unknown {
  return result instanceof Reply ? (result.body as unknown) : result;
}

function send(result: unknown, context: ExecutionContext): unknown {
  const response = context.switchToHttp().getResponse<Response>();
  const body = bodyOf(result);
  if (result instanceof Reply) {
    const { status, location, replayed } = result.options;
    if (status !== undefined) response.status(status);
    if (location !== undefined) response.location(location);
    if (replayed) response.setHeader(REPLY_HEADERS.idempotencyReplayed, 'true');
  }
  const version = (body as { version?: unknown } | null)?.version;
  if (typeof version === 'number') {
    response.setHeader('ETag', `"${version}"`);
    response.setHeader('Cache-Control', 'private, no-cache');
    response.vary('Authorization');
    if (isKnown(context.switchToHttp().getRequest<Request>(), version)) response.status(304);
  }
  return body;
}

/** Express would send the whole body again to every `fetch`, which adds `Cache-Control: no-cache` to such a request. */
function isKnown({ method, headers }: Request, version: number): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const tags = (headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//u, ''));
  return tags.includes('*') || tags.includes(`"${version}"`);
}
