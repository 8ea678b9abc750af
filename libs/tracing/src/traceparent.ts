/** Version 00 of W3C Trace Context; ids of zeros alone are none. A later version begins a trace of its own here. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/u;

/** The header as it was given, if it says what it should. */
export function validTraceparent(text: string | undefined): string | undefined {
  return text !== undefined && TRACEPARENT.test(text) ? text : undefined;
}

/** The id of the trace that the header names. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return validTraceparent(traceparent)?.slice(3, 35);
}
