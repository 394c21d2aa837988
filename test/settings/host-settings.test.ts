import { describe, expect, test } from 'vitest';
import type { Environment, Harm } from '../../shared/settings/fault.ts';
import { hostFaults } from '../../shared/settings/host-faults.ts';
import { hostForms } from '../../shared/settings/host-settings.ts';
import { telemetryFaults, telemetryForms } from '../../shared/settings/telemetry-faults.ts';

const key = 'c2VjcmV0LWtleS1vZi1hLWh1Yg==';
const client = '6d1f0f0c-3f0c-4d55-8a2e-0e3f9b1f6a11';
const hub = 'Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=';

/** As the templates set them. */
const well: Environment = {
  AzureWebJobsStorage__accountName: 'gwhost',
  AzureWebJobsStorage__credential: 'managedidentity',
  AzureWebJobsStorage__clientId: client,
  ENTRA_LOGS__fullyQualifiedNamespace: 'ns.servicebus.windows.net',
  ENTRA_LOGS__credential: 'managedidentity',
  ENTRA_LOGS__clientId: client,
  ENTRA_LOGS_HUB: 'entra-logs',
  ENTRA_LOGS_CONSUMER_GROUP: 'glasswatch',
  GLASSWATCH_STORAGE__accountName: 'gwstate',
  GLASSWATCH_STORAGE__queueServiceUri: 'https://gwstate.queue.core.windows.net/',
  GLASSWATCH_STORAGE__credential: 'managedidentity',
  GLASSWATCH_STORAGE__clientId: client,
  WEBSITE_SITE_NAME: 'app',
};
/** As `npm start` sets them. */
const embedded: Environment = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  ENTRA_LOGS: `${hub}${key};EntityPath=entra-logs`,
  ENTRA_LOGS_HUB: 'entra-logs',
  ENTRA_LOGS_CONSUMER_GROUP: 'glasswatch',
};

const told = (env: Environment) =>
  hostFaults(env).map(({ name, says, harm }) => `${harm} ${name}: ${says}`);

test('nothing is said of settings as the templates and the embedded stack set them', () => {
  expect(told(well)).toEqual([]);
  expect(told(embedded)).toEqual([]);
});

test('the host takes their names in any case, and so does this', () => {
  const lower = Object.entries(well).map(([name, value]) => [name.toLowerCase(), value]);
  expect(told(Object.fromEntries(lower))).toEqual([]);
  const { ENTRA_LOGS__fullyQualifiedNamespace: host, ...rest } = well;
  expect(told({ ...rest, 'ENTRA_LOGS:fullyQualifiedNamespace': host })).toEqual([]);
});

test.each<[what: string, env: Environment]>([
  [
    'a connection string in another order',
    {
      ...embedded,
      ENTRA_LOGS: `SharedAccessKeyName=listen;SharedAccessKey=${key};Endpoint=sb://ns.servicebus.windows.net/`,
    },
  ],
  [
    'an app registration with its secret, as on a machine of a developer',
    {
      ...well,
      ENTRA_LOGS__credential: '',
      ENTRA_LOGS__tenantId: client,
      ENTRA_LOGS__clientSecret: key,
    },
  ],
  [
    'the address of the queues in capitals',
    { ...well, GLASSWATCH_STORAGE__queueServiceUri: 'https://GWSTATE.queue.core.windows.net' },
  ],
])('nothing is said of %s', (_, env) => {
  expect(told(env)).toEqual([]);
});

type Wrong = [name: string, value: string, harm: Harm, says: RegExp];

describe('a wrong one is named, with what it does', () => {
  const wrong: Wrong[] = [
    ['AzureWebJobsStorage__accountName', 'GWHOST', 'blinds', /^found "GWHOST"; .* 3 to 24 of a-z/],
    ['AzureWebJobsStorage__blobServiceUri', 'gwhost', 'blinds', /allowed: https:\/\/<host/],
    ['AzureWebJobsStorage__credential', 'key', 'blinds', /^found "key"; allowed: managedidentity/],
    ['AzureWebJobsStorage__clientId', 'me', 'blinds', /^found "me"; allowed: the client id/],
    ['AzureWebJobsStorage', `AccountKey=${key}`, 'blinds', /^found a connection string; allowed: /],
    ['ENTRA_LOGS', key, 'blinds', /^found something else; allowed: .* Endpoint=sb:\/\//],
    ['ENTRA_LOGS', 'UseDevelopmentStorage=true', 'blinds', /^found something else/],
    ['ENTRA_LOGS__fullyQualifiedNamespace', 'ns', 'blinds', /^found "ns"; .*servicebus\.windows/],
    [
      'ENTRA_LOGS__fullyQualifiedNamespace',
      'sb://ns.servicebus.windows.net',
      'blinds',
      /^found a URL; /,
    ],
    ['ENTRA_LOGS__credential', 'ManagedIdentity!', 'blinds', /allowed: managedidentity/],
    ['ENTRA_LOGS__clientId', '<client id>', 'blinds', /^found a placeholder/],
    ['ENTRA_LOGS_HUB', 'entra logs', 'blinds', /^found text of 10 characters; .*the event hub/],
    ['ENTRA_LOGS_CONSUMER_GROUP', '-', 'blinds', /^found "-"; allowed: a consumer group/],
    ['ENTRA_LOGS_CONSUMER_GROUP', '$Default', 'none', /^found "\$Default"; .*nothing else reads/],
    // To Event Hubs the names of consumer groups are the same in any case.
    ['ENTRA_LOGS_CONSUMER_GROUP', '$default', 'none', /^found "\$default"; .*nothing else reads/],
    ['GLASSWATCH_STORAGE__queueServiceUri', 'gwstate', 'hurts', /allowed: https:\/\/<account>/],
    [
      'GLASSWATCH_STORAGE__queueServiceUri',
      'https://other.queue.core.windows.net',
      'hurts',
      /^is of another account than GLASSWATCH_STORAGE__accountName/,
    ],
    ['GLASSWATCH_STORAGE__credential', 'key', 'hurts', /allowed: managedidentity/],
  ];

  test.each(wrong)('%s=%j', (name, value, harm, says) => {
    const [fault, ...others] = hostFaults({ ...well, WEBSITE_SITE_NAME: '', [name]: value });
    expect(fault).toEqual({ name, harm, says: expect.stringMatching(says) });
    expect(others).toEqual([]);
    expect(fault?.says).not.toContain(key);
  });

  test('and each is tried', () => {
    const tried = new Set(wrong.map(([name]) => name));
    expect(Object.keys(hostForms).filter((name) => !tried.has(name))).toEqual([]);
  });
});

describe('one without which no log is read is named where it is missing', () => {
  test.each([
    ['AzureWebJobsStorage__accountName'],
    ['ENTRA_LOGS__fullyQualifiedNamespace'],
    ['ENTRA_LOGS_HUB'],
    ['ENTRA_LOGS_CONSUMER_GROUP'],
  ])('%s', (name) => {
    const missing = expect.stringMatching(`^blinds ${name}: missing; allowed: `);
    expect(told({ ...well, [name]: undefined })).toEqual([missing]);
    expect(told({ ...well, [name]: '' })).toEqual([missing]);
  });

  test('with the name that is perhaps meant', () => {
    const { ENTRA_LOGS_HUB: _, ...rest } = well;
    expect(told({ ...rest, ENTRA_LOG_HUB: 'entra-logs' })).toEqual([
      expect.stringContaining('ENTRA_LOGS_HUB: missing, but ENTRA_LOG_HUB is set; allowed: '),
    ]);
  });
});

test.each<[what: string, env: Environment, expected: string]>([
  [
    'another hub than the connection string has',
    { ...embedded, ENTRA_LOGS_HUB: 'other' },
    'blinds ENTRA_LOGS_HUB: is another event hub than the EntityPath of ENTRA_LOGS',
  ],
  [
    'an identity that is not said to be one',
    { ...well, ENTRA_LOGS__credential: '' },
    'hurts ENTRA_LOGS__credential: missing; allowed beside ENTRA_LOGS__clientId: managedidentity',
  ],
  [
    'a key in Azure',
    { ...well, ENTRA_LOGS: `${hub}${key}` },
    'none ENTRA_LOGS: found a key in a setting; better in Azure: ENTRA_LOGS__fullyQualified',
  ],
])('%s is named', (_, env, expected) => {
  expect(told(env)).toEqual([expect.stringContaining(expected)]);
  expect(told(env).join()).not.toContain(key);
});

describe('telemetry', () => {
  const wrong: [name: string, value: string, found: RegExp][] = [
    ['APPLICATIONINSIGHTS_CONNECTION_STRING', 'InstrumentationKey=x', /^found text of 20 char/],
    ['APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'ClientId=me', /^found text of 11 characters; /],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', /^found text of 14 characters; .*collector/],
    ['OTEL_EXPORTER_OTLP_HEADERS', key.replace('=', ''), /^found something else; .*name=value/],
  ];

  test.each(wrong)('%s=%j is named, and hurts no more than telemetry', (name, value, found) => {
    expect(telemetryFaults({ [name]: value })).toEqual([
      { name, harm: 'hurts', says: expect.stringMatching(found) },
    ]);
  });

  test('is sent nowhere without TLS', () => {
    const name = 'APPLICATIONINSIGHTS_CONNECTION_STRING';
    const plain = `InstrumentationKey=${client};IngestionEndpoint=http://x/`;
    expect(telemetryFaults({ [name]: plain })).toEqual([expect.objectContaining({ name })]);
  });

  test('nothing is said of right ones, nor of none', () => {
    expect(wrong.map(([name]) => name)).toEqual(Object.keys(telemetryForms));
    const right = {
      APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${client};IngestionEndpoint=https://x/`,
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${client};Authorization=AAD`,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, x-team=soc',
    };
    expect([telemetryFaults(right), telemetryFaults({})]).toEqual([[], []]);
  });

  test.each([
    'Authorization=AAD',
    `Authorization=AAD;ClientId=${client}`,
    `authorization = aad ; clientid = ${client};`,
  ])('nothing is said of the identity %j', (text) => {
    expect(telemetryFaults({ APPLICATIONINSIGHTS_AUTHENTICATION_STRING: text })).toEqual([]);
  });

  test.each([
    `ClientId=${client}`,
    `ClientId=${client};Authorization=Key`,
    'Authorization=AAD;ClientId=me',
  ])('but of %j, which names nobody', (text) => {
    const name = 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING';
    expect(telemetryFaults({ [name]: text })).toEqual([expect.objectContaining({ name })]);
  });
});
