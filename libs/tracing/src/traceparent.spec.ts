import { traceIdOf, validTraceparent } from './traceparent.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

describe('the header traceparent', () => {
  it('names its trace', () => {
    expect(validTraceparent(TRACEPARENT)).toBe(TRACEPARENT);
    expect(traceIdOf(TRACEPARENT)).toBe(TRACE_ID);
  });

  it.each([
    undefined,
    '',
    '00-1-2-01',
    TRACEPARENT.toUpperCase(),
    `${TRACEPARENT}-more`,
    `ff${TRACEPARENT.slice(2)}`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
    `${TRACEPARENT}\n`,
  ])('that says %j names none', (text) => {
    expect(validTraceparent(text)).toBeUndefined();
    expect(traceIdOf(text)).toBeUndefined();
  });
});
