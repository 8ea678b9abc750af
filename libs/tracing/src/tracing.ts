import { traceWith } from './spans.js';

/** Where spans go, by the names of OpenTelemetry's own environment variables. */
export interface TracingSettings {
  readonly OTEL_TRACES_EXPORTER?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
}

/** The exporter that the settings ask for. Unlike an SDK by itself, nothing is exported to an address that nobody has named. */
export function exporterOf(settings: TracingSettings): 'otlp' | 'console' | undefined {
  const { OTEL_TRACES_EXPORTER: exporter, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = settings;
  if (exporter === 'console' || exporter === 'otlp') return exporter;
  return endpoint && exporter !== 'none' ? 'otlp' : undefined;
}

let stop: (() => Promise<void>) | undefined;

/**
 * Begins to trace if an exporter is configured; otherwise not even the SDK is loaded.
 *
 * @param report is told why spans could not be exported
 */
export async function startTracing(
  serviceName: string,
  settings: TracingSettings,
  report: (message: string) => void,
): Promise<void> {
  const exporter = exporterOf(settings);
  if (!exporter) return;
  const { startSdk } = await import('./sdk.js');
  const sdk = startSdk(serviceName, exporter, report);
  traceWith(sdk.tracer);
  stop = sdk.stop;
}

/** Hands over the spans that still wait. */
export async function stopTracing(): Promise<void> {
  await stop?.();
}
