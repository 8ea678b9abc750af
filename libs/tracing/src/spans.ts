import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** What a span is about. Attributes are ids and names by the semantic conventions, never what belongs to a person. */
export interface Work {
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  readonly attributes?: Attributes;
}

/** The headers of a request or a message; one that is absent is undefined or empty. */
export interface ReceivedHeaders {
  get(name: string): string | undefined;
}

/** None while no exporter is configured; then nothing below does anything. */
let tracer: Tracer | undefined;

export function traceWith(given: Tracer | undefined): void {
  tracer = given;
}

export function isTracing(): boolean {
  return tracer !== undefined;
}

/** A span that has begun; whoever holds it ends it. */
export class OpenSpan {
  readonly #span: Span;
  readonly #context: Context;

  constructor(given: Tracer, { name, kind, attributes = {} }: Work, parent: Context) {
    this.#span = given.startSpan(name, { kind: KINDS[kind], attributes }, parent);
    this.#context = trace.setSpan(parent, this.#span);
  }

  /** What the task begins belongs to this span. */
  run<T>(task: () => T): T {
    return context.with(this.#context, task);
  }

  rename(name: string): void {
    this.#span.updateName(name);
  }

  note(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
  }

  end(): void {
    this.#span.end();
  }

  endFailed(error: unknown): void {
    noteFailure(this.#span, error instanceof Error ? error.name : 'error', true);
    this.#span.end();
  }
}

/** Begins the span of what somebody else has asked for: in the asker's trace, where the headers name one. */
export function startReceived(work: Work, headers: ReceivedHeaders | undefined): OpenSpan | undefined {
  if (!tracer) return undefined;
  const parent = headers ? propagation.extract(ROOT_CONTEXT, headers, HEADER_GETTER) : ROOT_CONTEXT;
  return new OpenSpan(tracer, work, parent);
}

/** Begins a span of the running trace. What belongs to none, such as the rounds of background jobs, is not traced. */
export function startWithin(work: Work): OpenSpan | undefined {
  if (!tracer || !trace.getActiveSpan()) return undefined;
  return new OpenSpan(tracer, work, context.active());
}

/** Runs a task in its span, if it has one, and ends that with it. */
export async function inSpan<T>(span: OpenSpan | undefined, task: () => Promise<T>): Promise<T> {
  if (!span) return task();
  try {
    const result = await span.run(task);
    span.end();
    return result;
  } catch (error) {
    span.endFailed(error);
    throw error;
  }
}

/**
 * Tells the running span what has gone wrong.
 *
 * @param isFault whether it is this side's fault
 */
export function noteProblem(code: string, isFault: boolean): void {
  const span = tracer && trace.getActiveSpan();
  if (span) noteFailure(span, code, isFault);
}

/** The id of the running trace. */
export function activeTraceId(): string | undefined {
  return tracer && trace.getActiveSpan()?.spanContext().traceId;
}

/** What carries the running trace on: headers of W3C Trace Context. */
export function activeTraceHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  if (tracer) propagation.inject(context.active(), headers);
  return headers;
}

/** Messages of errors hold what no trace may, so their kind must do. */
function noteFailure(span: Span, kind: string, isFault: boolean): void {
  span.setAttribute('error.type', kind);
  if (isFault) span.setStatus({ code: SpanStatusCode.ERROR });
}

const HEADER_GETTER = {
  get: (headers: ReceivedHeaders, name: string) => headers.get(name) || undefined,
  keys: () => [],
};
