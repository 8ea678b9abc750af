export * from './message-work.js';
export * from './spans.js';
export * from './traceparent.js';
export * from './tracing.js';
