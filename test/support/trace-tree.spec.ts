import type { CollectedSpan } from './span-collector.js';
import { traceTree } from './trace-tree.js';

function span(spanId: string, parentSpanId: string, startMs: number): CollectedSpan {
  return {
    service: 'order-service',
    traceId: 'trace',
    spanId,
    parentSpanId,
    name: `span ${spanId}`,
    kind: 'internal',
    startMs,
    durationMs: 2.25,
    isError: false,
    attributes: {},
  };
}

describe('a trace as text', () => {
  it('has each span below the one that it belongs to', () => {
    const lines = traceTree([
      span('a', 'elsewhere', 100),
      span('b', 'a', 101),
      span('d', 'b', 102),
      span('c', 'a', 103),
    ])
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => line.replaceAll(/ {2,}(?=\S)/gu, (gap, at: number) => (at === 0 ? gap : ' ')))).toEqual([
      'span a (internal) order-service 0.0 2.3',
      '  span b (internal) order-service 1.0 2.3',
      '    span d (internal) order-service 2.0 2.3',
      '  span c (internal) order-service 3.0 2.3',
    ]);
  });
});
