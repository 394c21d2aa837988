import { expect, test } from 'vitest';
import { telemetrySettings } from '../../shared/telemetry/telemetry-settings.ts';

const key = 'InstrumentationKey=11111111-2222-3333-4444-555555555555';
const client = '99999999-8888-7777-6666-555555555555';

test('nothing is set: telemetry goes nowhere', () => {
  expect(telemetrySettings({})).toEqual({});
});

test.each([
  ['none: by the key', '', undefined],
  ['the identity of the system', 'Authorization=AAD', { isManaged: true }],
  ['one of our own', `ClientId=${client};Authorization=AAD`, { isManaged: true, clientId: client }],
  [
    'in another spelling',
    `authorization = aad ; clientid=${client}`,
    { isManaged: true, clientId: client },
  ],
  ['of another kind', `ClientId=${client};Authorization=Key`, undefined],
])('Application Insights is written to as %s', (_, text, identity) => {
  const env = {
    APPLICATIONINSIGHTS_CONNECTION_STRING: key,
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: text,
  };
  expect(telemetrySettings(env)).toEqual({
    azureMonitor: { connectionString: key, ...(identity && { identity }) },
  });
});

test('a collector is told what goes along to it', () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b==, x-team=soc,x-odd=100%',
  };
  expect(telemetrySettings(env)).toEqual({
    otlp: {
      endpoint: 'https://collector.example:4318',
      headers: { 'api-key': 'a b==', 'x-team': 'soc', 'x-odd': '100%' },
    },
  });
});

test('what is wrong is left out, and the rest counts', () => {
  const env = {
    APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=x',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'no header',
    GLASSWATCH_ALLOW_LOOPBACK: 'true',
  };
  expect(telemetrySettings(env)).toEqual({
    otlp: { endpoint: 'http://127.0.0.1:4318' },
    exportEveryMs: 2_000,
  });
});
