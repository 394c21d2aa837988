import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { TelemetrySettings } from './telemetry-settings.ts';

/**
 * Sends by OTLP over HTTP, in JSON. The library itself reads what else the environment says of OTLP, such
 * as OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export const otlpExporter = (
  { endpoint, headers }: NonNullable<TelemetrySettings['otlp']>,
  timeoutMs: number,
): PushMetricExporter =>
  new OTLPMetricExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/metrics`,
    timeoutMillis: timeoutMs,
    // An export that hangs is the only one: what comes meanwhile is added up, and goes with the next.
    concurrencyLimit: 2,
    ...(headers && { headers: { ...headers } }),
  });
