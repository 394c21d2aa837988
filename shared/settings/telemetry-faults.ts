import type * as z from 'zod';
import type { Environment, Fault } from './fault.ts';
import { allowedBy, text } from './forms.ts';
import { foundIn } from './found.ts';

/** Where the service sends what it measures of itself. None of it has to be there. */
export const telemetryForms: Readonly<Record<string, z.ZodType>> = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: text(
    /^(?!(?:.*;)?\s*IngestionEndpoint=(?!\s*https:))(?:.*;)?\s*InstrumentationKey=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*(?:;|$)/i,
    'the connection string of Application Insights: InstrumentationKey=<GUID>;IngestionEndpoint=https:…',
  ),
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: text(
    /^(?=(?:.*;)?\s*Authorization\s*=\s*AAD\s*(?:;|$))(?!(?:.*;)?\s*ClientId\s*=(?!\s*[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*(?:;|$)))/i,
    'Authorization=AAD, and before it ClientId=…; for a user-assigned identity',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: text(
    /^https?:\/\/[^\s/?#]+[^\s?#]*$/i,
    'the http or https URL of a collector, without the path of a signal',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: text(
    /^\s*[\w.!%-]+\s*=[^,\r\n]+(?:,\s*[\w.!%-]+\s*=[^,\r\n]+)*\s*$/,
    'name=value, with commas between several',
  ),
};

const secret = 'OTEL_EXPORTER_OTLP_HEADERS';

export const isSecretTelemetrySetting = (name: string): boolean => name === secret;

/** What is wrong with them. The watch goes on without telemetry, so it stops nothing. */
export const telemetryFaults = (env: Environment): Fault[] =>
  Object.entries(telemetryForms).flatMap(([name, form]) => {
    const value = env[name];
    if (!value || form.safeParse(value).success) return [];
    const found = foundIn(value, isSecretTelemetrySetting(name));
    return [{ name, says: `found ${found}; allowed: ${allowedBy(form)}`, harm: 'hurts' as const }];
  });
