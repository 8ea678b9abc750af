import { activeTraceHeaders, activeTraceId, isTracing, traceIdOf } from '@marketplace/tracing';
import { currentRequest } from './request-context.js';

/** The trace that the running code belongs to: of its span, or as its caller named it where none are made. */
export function currentTraceId(): string | undefined {
  return activeTraceId() ?? traceIdOf(currentRequest()?.traceparent);
}

/** What carries the trace on to others. Without spans of its own this service hands on what it was given. */
export function traceHeaders(): Readonly<Record<string, string>> {
  if (isTracing()) return activeTraceHeaders();
  const traceparent = currentRequest()?.traceparent;
  return traceparent === undefined ? {} : { traceparent };
}
