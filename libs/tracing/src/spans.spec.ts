import { context, propagation, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import {
  activeTraceHeaders,
  activeTraceId,
  inSpan,
  isTracing,
  noteProblem,
  startReceived,
  startWithin,
  traceWith,
  type Work,
} from './spans.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const HEADERS = new Map([['traceparent', `00-${TRACE_ID}-b7ad6b7169203331-01`]]);
const SERVED: Work = { name: 'served', kind: 'server' };
const ASKED: Work = { name: 'asked', kind: 'client' };

describe('while nothing is traced', () => {
  it('tasks run as they would, and there is no trace', async () => {
    expect(isTracing()).toBe(false);
    expect(startReceived(SERVED, HEADERS)).toBeUndefined();
    await inSpan(undefined, async () => {
      expect(activeTraceId()).toBeUndefined();
      expect(activeTraceHeaders()).toEqual({});
      noteProblem('internal', true);
    });
  });
});

describe('spans', () => {
  const exporter = new InMemorySpanExporter();

  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    traceWith(provider.getTracer('test'));
  });

  beforeEach(() => exporter.reset());
  afterAll(() => traceWith(undefined));

  it('go on with the trace of the headers, and hand it on', async () => {
    await inSpan(startReceived(SERVED, HEADERS), async () => {
      expect(activeTraceId()).toBe(TRACE_ID);
      await inSpan(startWithin(ASKED), async () => {
        expect(activeTraceHeaders()['traceparent']).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`, 'u'));
      });
    });
    const [asked, served] = exporter.getFinishedSpans();
    expect(asked).toMatchObject({ name: 'asked', kind: SpanKind.CLIENT });
    expect(asked?.parentSpanContext?.spanId).toBe(served?.spanContext().spanId);
    expect(served).toMatchObject({ kind: SpanKind.SERVER, parentSpanContext: { spanId: 'b7ad6b7169203331' } });
  });

  it.each([undefined, new Map(), new Map([['traceparent', '']]), new Map([['traceparent', '00-1-2-01']])])(
    'begin a trace where the headers name none: %p',
    async (headers: ReadonlyMap<string, string> | undefined) => {
      await inSpan(startReceived(SERVED, headers), async () => expect(activeTraceId()).toMatch(/^[0-9a-f]{32}$/u));
      expect(exporter.getFinishedSpans()[0]?.parentSpanContext).toBeUndefined();
    },
  );

  it('are not made of what belongs to no trace', () => expect(startWithin(ASKED)).toBeUndefined());

  it('tell the kind of a failure, and not what it says', async () => {
    const failed = inSpan(startReceived(SERVED, undefined), async () => {
      throw new TypeError('alice@example.com');
    });
    await expect(failed).rejects.toThrow('alice');
    const [span] = exporter.getFinishedSpans();
    expect(span).toMatchObject({ attributes: { 'error.type': 'TypeError' }, status: { code: SpanStatusCode.ERROR } });
    expect(span?.status.message).toBeUndefined();
    expect(span?.events).toEqual([]);
  });

  it('of a request that was refused are no errors', async () => {
    await inSpan(startReceived(SERVED, undefined), async () => noteProblem('not_found', false));
    const [span] = exporter.getFinishedSpans();
    expect(span).toMatchObject({ attributes: { 'error.type': 'not_found' }, status: { code: SpanStatusCode.UNSET } });
  });
});
