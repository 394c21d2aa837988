import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openTelemetry } from '../../shared/azure/open-telemetry.ts';
import type { TelemetrySettings } from '../../shared/telemetry/telemetry-settings.ts';
import { identityEndpoint, ingestionEndpoint, instrumentationKey } from './ingestion-endpoint.ts';

const never = 2 ** 30;
const identity = await identityEndpoint();

/** As in Azure, where the identity of the app gets this token, or none. */
function inAzure(token: string | undefined): void {
  identity.token = token;
  for (const [name, value] of Object.entries(identity.env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** A service that exports when it is asked to, and what it says of that. */
function service(azureMonitor: NonNullable<TelemetrySettings['azureMonitor']>, own = {}) {
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const pace = { loadAfterMs: never, flushMs: 15_000, ...own };
  return { ...openTelemetry({ azureMonitor, exportEveryMs: never }, warn, pace), warnings };
}

describe('telemetry for Application Insights', () => {
  test('goes there by the identity of the app, and its values as what is new', async () => {
    const { connectionString, received } = await ingestionEndpoint();
    inAzure('a-token');
    const clientId = '99999999-8888-7777-6666-555555555555';
    const { measure, flush, warnings } = service({
      connectionString,
      identity: { isManaged: true, clientId },
    });
    const before = Date.now();
    measure('glasswatch.records', 3, { outcome: 'set aside' });
    measure('glasswatch.alert.delay', 2, { channel: 'secops' });
    measure('glasswatch.alert.delay', 5, { channel: 'secops' });
    await flush();
    measure('glasswatch.records', 4, { outcome: 'set aside' });
    await flush();

    expect(warnings).toEqual([]);
    expect(identity.asked.map(({ searchParams }) => Object.fromEntries(searchParams))).toEqual([
      expect.objectContaining({ resource: 'https://monitor.azure.com', client_id: clientId }),
    ]);
    expect(received.map(({ path, authorization }) => [path, authorization])).toEqual([
      ['/v2.1/track', 'Bearer a-token'],
      ['/v2.1/track', 'Bearer a-token'],
    ]);
    const [first, second] = received.map(({ envelopes }) => envelopes);
    const points = [...(first ?? []), ...(second ?? [])].map(({ data }) => [
      data.baseData.metrics[0],
      data.baseData.properties,
    ]);
    const kind = 'Aggregation';
    expect(points).toEqual([
      [{ kind, name: 'glasswatch.records', value: 3, count: 1 }, { outcome: 'set aside' }],
      [
        { kind, name: 'glasswatch.alert.delay', value: 7, count: 2, min: 2, max: 5 },
        { channel: 'secops' },
      ],
      [{ kind, name: 'glasswatch.records', value: 4, count: 1 }, { outcome: 'set aside' }],
    ]);
    const [envelope] = first ?? [];
    expect(envelope).toMatchObject({ iKey: instrumentationKey, sampleRate: 100 });
    expect(envelope?.tags).toMatchObject({
      'ai.cloud.role': 'glasswatch',
      'ai.cloud.roleInstance': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'ai.application.ver': expect.stringMatching(/^\d+\.\d+/),
    });
    expect(Date.parse(envelope?.time ?? '')).toBeGreaterThanOrEqual(before);
  });
});

describe('Application Insights that fails', () => {
  const refusals = [
    ['refuses the identity', 403],
    ['takes only some of it', 206],
    ['has moved to another address', 308],
  ] as const;
  test.each(refusals)('and %s is told of once', async (_, status) => {
    const { connectionString, received, answerNext } = await ingestionEndpoint();
    const { measure, flush, warnings } = service({ connectionString });
    answerNext({ status, headers: { location: 'https://elsewhere.example/' } });
    measure('glasswatch.alerts.waiting', 1, {});
    await flush();
    expect(received).toEqual([]);
    expect(warnings).toEqual([
      `telemetry does not reach Application Insights (HTTP ${status}); nothing else waits for it`,
    ]);
    await flush();
    expect(warnings).toHaveLength(1 + received.length);
    expect(warnings.join()).not.toContain(instrumentationKey);
  });

  test('because the identity gets no token is told of as that', async () => {
    const { connectionString, received } = await ingestionEndpoint();
    inAzure(undefined);
    const before = identity.asked.length;
    const { measure, flush, warnings } = service({
      connectionString,
      identity: { isManaged: true },
    });
    measure('glasswatch.alerts.waiting', 1, {});
    await flush();
    expect([received, warnings]).toEqual([[], [expect.stringContaining('(NO_TOKEN)')]]);
    expect(identity.asked.length).toBeGreaterThan(before);
  });

  test('to answer is given up, and told of', async () => {
    const { connectionString, answerNext } = await ingestionEndpoint();
    answerNext('none', 'none');
    const { measure, flush, warnings } = service({ connectionString }, { timeoutMs: 100 });
    measure('glasswatch.records', 3, { outcome: 'judged' });
    await flush();
    await vi.waitFor(() =>
      expect(warnings).toEqual([
        'telemetry does not reach Application Insights (no answer); nothing else waits for it',
      ]),
    );
  });

  test('for a moment is asked again', async () => {
    const { connectionString, received, answerNext } = await ingestionEndpoint();
    answerNext({ status: 503, headers: { 'retry-after': '0' } });
    const { measure, flush, warnings } = service({ connectionString });
    measure('glasswatch.records', 3, { outcome: 'judged' });
    await flush();
    expect([received.length, warnings]).toEqual([1, []]);
    expect(received[0]?.authorization).toBeUndefined();
  });
});
