import { startReceived, type OpenSpan } from '@marketplace/tracing';
import type { NextFunction, Request, Response } from 'express';
import { ALWAYS_ADMITTED } from './admission.js';

/**
 * The span of a request over HTTP, named by its method and its route's template. Its path, its address and its caller's are left
 * out: paths hold ids, and some hold tokens.
 */
export function traceRequest(request: Request, response: Response, next: NextFunction): void {
  const span = isTraced(request) ? startReceived(workOf(request), request) : undefined;
  if (!span) return next();
  response.once('close', () => finish(span, request, response));
  span.run(next);
}

/** Probes come every few seconds, and a stream lasts as long as somebody watches it. */
function isTraced({ path, headers }: Request): boolean {
  return !ALWAYS_ADMITTED.test(path) && !headers.accept?.includes('text/event-stream');
}

function workOf({ method, protocol, httpVersion }: Request): Parameters<typeof startReceived>[0] {
  return {
    name: method,
    kind: 'server',
    attributes: {
      'http.request.method': method,
      'url.scheme': protocol,
      'network.protocol.version': httpVersion,
    },
  };
}

function finish(span: OpenSpan, request: Request, response: Response): void {
  const route = (request.route as { path?: string } | undefined)?.path;
  if (route !== undefined) {
    span.rename(`${request.method} ${route}`);
    span.note({ 'http.route': route });
  }
  span.note({ 'http.response.status_code': response.statusCode });
  span.end();
}
