import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import { MESSAGE_HEADERS } from '@marketplace/contracts';
import { validTraceparent } from '@marketplace/tracing';
import type { NextFunction, Request, Response } from 'express';
import { log } from '../common/logger.js';
import { inRequest, REQUEST_ID } from '../common/request-context.js';
import { Config } from '../config/config.js';
import { Metrics } from './metrics.js';

/**
 * One line and one observation a request, with the route's template: paths hold ids, and some hold tokens. What the request
 * causes knows it by its id.
 */
@Injectable()
export class RequestLog implements NestMiddleware {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Config) private readonly config: Config,
  ) {}

  use(request: Request, response: Response, next: NextFunction): void {
    const startedAt = process.hrtime.bigint();
    const given = request.header('X-Request-Id');
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
    response.setHeader('X-Request-Id', requestId);
    response.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
      // A stream lasts as long as somebody watches it, which says nothing of how fast requests are served.
      const isStream = String(response.getHeader('Content-Type')).startsWith('text/event-stream');
      if (!isStream) this.metrics.observe(request.method, route, response.statusCode, seconds);
      const level = route.startsWith('/health') || route === '/metrics' ? 'debug' : 'info';
      log[level](
        {
          requestId,
          method: request.method,
          route,
          status: response.statusCode,
          durationMs: Math.round(seconds * 1e3),
        },
        isStream ? 'stream' : response.writableFinished ? 'request' : 'request left by its caller',
      );
    });
    const deadlineAt = Date.now() + this.config.REQUEST_TIMEOUT_MS;
    const traceparent = validTraceparent(request.header(MESSAGE_HEADERS.traceparent));
    inRequest({ requestId, deadlineAt, transport: 'http', traceparent, address: request.ip }, next);
  }
}
