import { exporterOf } from './tracing.js';

const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318';

describe('the exporter of spans', () => {
  it('is none unless one is asked for', () => {
    expect(exporterOf({})).toBeUndefined();
    expect(exporterOf({ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT })).toBeUndefined();
  });

  it('is OTLP where an endpoint is named, or where it is named itself', () => {
    expect(exporterOf({ OTEL_EXPORTER_OTLP_ENDPOINT })).toBe('otlp');
    expect(exporterOf({ OTEL_TRACES_EXPORTER: 'otlp' })).toBe('otlp');
  });

  it('is the console where that is named', () => {
    expect(exporterOf({ OTEL_TRACES_EXPORTER: 'console', OTEL_EXPORTER_OTLP_ENDPOINT })).toBe('console');
  });
});
