import type { Environment } from '../settings/fault.ts';
import { telemetryForms } from '../settings/telemetry-faults.ts';

/** Where telemetry goes: to one of them, to both, or nowhere. */
export type TelemetrySettings = {
  azureMonitor?: {
    connectionString: string;
    /** As whom; left out where the resource takes its key for an identity. */
    identity?: { isManaged: true; clientId?: string };
  };
  otlp?: {
    /** Of the collector, without the path of a signal. */
    endpoint: string;
    headers?: Readonly<Record<string, string>>;
  };
  exportEveryMs?: number;
};

/** In the embedded stack somebody is watching. */
const whileWatchedMs = 2_000;

/** As the environment says it. What is wrong is left out: whoever looks at the settings names it. */
export function telemetrySettings(env: Environment): TelemetrySettings {
  const given = (name: string, value: string | undefined) =>
    value && telemetryForms[name]?.safeParse(value).success ? value.trim() : undefined;
  const connectionString = given(
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    env.APPLICATIONINSIGHTS_CONNECTION_STRING,
  );
  const endpoint = given('OTEL_EXPORTER_OTLP_ENDPOINT', env.OTEL_EXPORTER_OTLP_ENDPOINT);
  const headers = given('OTEL_EXPORTER_OTLP_HEADERS', env.OTEL_EXPORTER_OTLP_HEADERS);
  const identity = identityOf(env.APPLICATIONINSIGHTS_AUTHENTICATION_STRING);
  return {
    ...(connectionString && {
      azureMonitor: { connectionString, ...(identity && { identity }) },
    }),
    ...(endpoint && { otlp: { endpoint, ...(headers && { headers: headersOf(headers) }) } }),
    ...(env.GLASSWATCH_ALLOW_LOOPBACK === 'true' && { exportEveryMs: whileWatchedMs }),
  };
}

/** `Authorization=AAD`, and before it `ClientId=<id>;` for a user-assigned identity. */
function identityOf(text: string | undefined): { isManaged: true; clientId?: string } | undefined {
  const fields = new Map(
    (text ?? '').split(';').map((pair) => {
      const [key = '', value = ''] = pair.split('=').map((part) => part.trim());
      return [key.toLowerCase(), value];
    }),
  );
  if (fields.get('authorization')?.toUpperCase() !== 'AAD') return undefined;
  const clientId = fields.get('clientid');
  return { isManaged: true, ...(clientId && { clientId }) };
}

/** @param text - `name=value,name=value`, each percent-encoded. */
const headersOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split(',').map((pair) => {
      const [name = '', ...value] = pair.split('=').map((part) => part.trim());
      return [plainOf(name), plainOf(value.join('='))];
    }),
  );

function plainOf(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
