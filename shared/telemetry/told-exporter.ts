import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';

/**
 * The same exporter. Whoever reads the log is told when it begins to fail, and when that is over: not each
 * minute in between, and never in the words of the other side, which may repeat what it was sent.
 *
 * @param to - who takes it, in words.
 */
export function toldExporter(
  exporter: PushMetricExporter,
  to: string,
  warn: (message: string) => void,
): PushMetricExporter {
  let isFailing = false;

  function tell(error: unknown): void {
    const hasFailed = error !== undefined;
    if (hasFailed === isFailing) return;
    isFailing = hasFailed;
    warn(
      hasFailed
        ? `telemetry does not reach ${to} (${reasonOf(error)}); nothing else waits for it`
        : `telemetry reaches ${to} again`,
    );
  }

  return {
    export(metrics, done) {
      exporter.export(metrics, (result) => {
        tell(result.code === succeeded ? undefined : (result.error ?? new Error()));
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
    ...(exporter.selectAggregation && {
      selectAggregation: exporter.selectAggregation.bind(exporter),
    }),
    ...(exporter.selectAggregationTemporality && {
      selectAggregationTemporality: exporter.selectAggregationTemporality.bind(exporter),
    }),
  };
}

/** Of `ExportResultCode`. */
const succeeded = 0;

/** A status, or what the operating system or we call it. */
function reasonOf(error: unknown): string {
  const { code, statusCode, name } = error as Readonly<Record<string, unknown>>;
  const status = statusCode ?? code;
  if (typeof status === 'number') return `HTTP ${status}`;
  if (typeof status === 'string' && /^[A-Z_]{3,40}$/.test(status)) return status;
  // The library keeps the status to itself where it has tried several times.
  return name === 'OTLPExporterError' ? 'it asks to be tried later' : 'no answer';
}
