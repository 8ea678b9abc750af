import type { CollectedSpan } from './span-collector.js';

const NAME_WIDTH = 66;

/** A trace as text: one line a span, below the span that it belongs to, with its service, beginning and duration in milliseconds. */
export function traceTree(spans: readonly CollectedSpan[]): string {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
  const beganAtMs = Math.min(...spans.map(({ startMs }) => startMs));
  const linesOf = (span: CollectedSpan, depth: number): string[] => [
    lineOf(span, depth, beganAtMs),
    ...spans.filter((other) => other.parentSpanId === span.spanId).flatMap((child) => linesOf(child, depth + 1)),
  ];
  return `${roots.flatMap((root) => linesOf(root, 0)).join('\n')}\n`;
}

function lineOf({ name, kind, service, startMs, durationMs }: CollectedSpan, depth: number, beganAtMs: number): string {
  const what = `${'  '.repeat(depth)}${name} (${kind})`.padEnd(NAME_WIDTH);
  const times = [startMs - beganAtMs, durationMs].map((ms) => ms.toFixed(1).padStart(8));
  return `${what} ${service.padEnd(21)}${times.join('')}`;
}
