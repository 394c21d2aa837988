import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import about from '../../package.json' with { type: 'json' };
import { measureBy } from './instruments.ts';
import type { Telemetry } from './measures.ts';

type MeterOptions = {
  /** Each gets everything. */
  exporters: readonly PushMetricExporter[];
  exportEveryMs: number;
  /** An export that takes longer has failed. */
  timeoutMs: number;
  /** Tells this process from all others that measure the same. */
  instanceId: string;
};

/** Adds up what is measured, and gives it to the exporters again and again. */
export function meter(options: MeterOptions): Telemetry {
  const { exporters, exportEveryMs, timeoutMs, instanceId } = options;
  const provider = new MeterProvider({
    resource: resourceOf(instanceId),
    readers: exporters.map(
      (exporter) =>
        new PeriodicExportingMetricReader({
          exporter,
          exportIntervalMillis: exportEveryMs,
          exportTimeoutMillis: Math.min(timeoutMs, exportEveryMs),
        }),
    ),
  });
  return {
    measure: measureBy(provider.getMeter(about.name, about.version)),
    flush: () => provider.forceFlush(),
  };
}

/** @see https://opentelemetry.io/docs/specs/semconv/resource/service/ */
const resourceOf = (instanceId: string): Resource =>
  resourceFromAttributes({
    'service.name': about.name,
    'service.version': about.version,
    'service.instance.id': instanceId,
  });
