import { randomUUID } from 'node:crypto';
import { lateTelemetry } from '../telemetry/late-telemetry.ts';
import { noTelemetry, type Telemetry } from '../telemetry/measures.ts';
import type { TelemetrySettings } from '../telemetry/telemetry-settings.ts';
import { credentialOf } from './credential.ts';

export type TelemetryPace = {
  /** After the start; what is measured before waits. */
  loadAfterMs: number;
  /** The host ends a process five seconds after it asked it to end. */
  flushMs: number;
  timeoutMs: number;
};

const usualPace: TelemetryPace = { loadAfterMs: 1_500, flushMs: 3_500, timeoutMs: 10_000 };
const usualExportEveryMs = 60_000;

/**
 * Measures, and sends it. Returns at once: its libraries are loaded when the start of the process, for
 * which alerts may wait, is over.
 */
export function openTelemetry(
  { azureMonitor, otlp, exportEveryMs = usualExportEveryMs }: TelemetrySettings,
  warn: (message: string) => void,
  pace: Partial<TelemetryPace> = {},
): Telemetry {
  if (!azureMonitor && !otlp) return noTelemetry;
  const { loadAfterMs, flushMs, timeoutMs } = { ...usualPace, ...pace };

  async function load(): Promise<Telemetry> {
    const [{ meter }, { toldExporter }] = await Promise.all([
      import('../telemetry/meter.ts'),
      import('../telemetry/told-exporter.ts'),
    ]);
    const exporters = [];
    if (azureMonitor) {
      const { monitorExporter } = await import('./monitor-exporter.ts');
      const { connectionString, identity } = azureMonitor;
      const credential = identity && credentialOf(identity);
      const exporter = monitorExporter({ connectionString, credential, timeoutMs });
      exporters.push(toldExporter(exporter, 'Application Insights', warn));
    }
    if (otlp) {
      const { otlpExporter } = await import('../telemetry/otlp-exporter.ts');
      const exporter = otlpExporter(otlp, timeoutMs);
      exporters.push(toldExporter(exporter, 'the collector of OTEL_EXPORTER_OTLP_ENDPOINT', warn));
    }
    return meter({ exporters, exportEveryMs, timeoutMs, instanceId: randomUUID() });
  }

  return lateTelemetry(load, { afterMs: loadAfterMs, flushMs, warn });
}
