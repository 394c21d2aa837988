import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import { AzureMonitorMetricExporter } from '@azure/monitor-opentelemetry-exporter';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';

type MonitorOptions = {
  connectionString: string;
  /** Left out where the resource takes its key for an identity. */
  credential: TokenCredential | undefined;
  /** For one export with all its tries. */
  timeoutMs: number;
};

/** A minute's values are worth a second try, not a queue. */
const retryOptions = { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 };
const noReports = 'APPLICATION_INSIGHTS_NO_STATSBEAT';
/** Of `ExportResultCode`. */
const failed = 1;

/**
 * Sends to Application Insights, by Microsoft's exporter. Once an hour it asks
 * `settings.sdk.monitor.azure.com` how it should behave, which nothing switches off: docs/security.md.
 *
 * @throws {Error} for a connection string without an instrumentation key.
 * @see https://learn.microsoft.com/azure/azure-monitor/app/connection-strings
 */
export function monitorExporter(options: MonitorOptions): PushMetricExporter {
  const { connectionString, credential, timeoutMs } = options;
  // It would report on itself to Microsoft, and takes no option for that.
  process.env[noReports] = 'true';
  const { policy, listened, heard } = listener(timeoutMs);
  const exporter = new AzureMonitorMetricExporter({
    ...{ connectionString, retryOptions, disableOfflineStorage: true },
    ...(credential && { credential: listened(credential) }),
    additionalPolicies: [{ policy, position: 'perCall' }],
  });
  return {
    // It calls some refusals a success, such as that of an identity, and keeps the reason of others.
    export: (metrics, done) =>
      exporter.export(metrics, (result) => {
        const error = heard();
        done(error ? { code: failed, error } : result);
      }),
    selectAggregationTemporality: (kind) => exporter.selectAggregationTemporality(kind),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}

/** Hears what was answered last, or why nothing was asked or answered. */
function listener(timeoutMs: number) {
  let last: Error | undefined;
  const hear = (error: Error | undefined) => {
    last = error;
  };
  const policy: PipelinePolicy = {
    name: 'listener',
    async sendRequest(request, next) {
      // Else one that is never answered hangs for ever, and each minute another beside it.
      request.abortSignal ??= AbortSignal.timeout(timeoutMs);
      const response = await next(request).catch((error) => {
        hear(error);
        throw error;
      });
      const { status: statusCode } = response;
      hear(statusCode === 200 ? undefined : Object.assign(new Error('not taken'), { statusCode }));
      return response;
    },
  };
  const listened = (credential: TokenCredential): TokenCredential => ({
    getToken: (scopes, options) =>
      credential.getToken(scopes, options).catch((error) => {
        hear(Object.assign(new Error('no token'), { code: 'NO_TOKEN' }));
        throw error;
      }),
  });
  return { policy, listened, heard: () => last };
}
