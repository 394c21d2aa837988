import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startOtlpCollector } from '../../local/otlp-collector.ts';
import { openTelemetry } from '../../shared/azure/open-telemetry.ts';
import { noTelemetry } from '../../shared/telemetry/measures.ts';
import type { TelemetrySettings } from '../../shared/telemetry/telemetry-settings.ts';

const never = 2 ** 30;
const patient = { loadAfterMs: never, flushMs: 15_000 };

/** A service that exports when it is asked to, and what it says of that. */
function service(settings: TelemetrySettings, pace = {}) {
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const own = { ...patient, ...pace };
  return { ...openTelemetry({ exportEveryMs: never, ...settings }, warn, own), warnings };
}

async function collector() {
  const bodies: string[] = [];
  const one = await startOtlpCollector({ onBody: (body) => bodies.push(body) });
  onTestFinished(one.close);
  const seriesOf = (name: string) => one.measures().find((it) => it.name === name)?.series;
  return { ...one, seriesOf, bodies, otlp: { endpoint: one.url } };
}

/** A collector that answers as told. */
async function server(answer: (request: IncomingMessage) => number) {
  const one = createServer(async (request, response) => {
    await text(request);
    response.writeHead(answer(request)).end('{}');
  });
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    one.closeAllConnections();
    one.close();
  });
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
}

describe('telemetry by OTLP', () => {
  test('reaches a collector: counters as sums, gauges as they stand, histograms with their bounds', async () => {
    const { otlp, measures, seriesOf } = await collector();
    const { measure, flush, warnings } = service({ otlp });
    measure('glasswatch.records', 3, { outcome: 'judged' });
    measure('glasswatch.records', 4, { outcome: 'judged' });
    measure('glasswatch.records', 1, { outcome: 'set aside' });
    measure('glasswatch.alerts.waiting', 9, {});
    measure('glasswatch.alerts.waiting', 2, {});
    measure('glasswatch.alert.delay', 2.5, { channel: 'secops' });
    measure('glasswatch.alert.delay', 700, { channel: 'secops' });
    await flush();
    // Cumulative: the same again is no more.
    await flush();

    expect(seriesOf('glasswatch.records')).toEqual([
      { about: { outcome: 'judged' }, value: 7 },
      { about: { outcome: 'set aside' }, value: 1 },
    ]);
    expect(seriesOf('glasswatch.alerts.waiting')).toEqual([{ about: {}, value: 2 }]);
    const [delay] = seriesOf('glasswatch.alert.delay') ?? [];
    expect(delay?.spread).toMatchObject({ count: 2, sum: 702.5, min: 2.5, max: 700 });
    expect(delay?.spread?.bounds).toContain(0.5);
    expect(delay?.spread?.bounds.at(-1)).toBe(3_600);
    expect(measures().map(({ name, kind, unit }) => [name, kind, unit])).toEqual([
      ['glasswatch.alert.delay', 'histogram', 's'],
      ['glasswatch.alerts.waiting', 'gauge', '{incident}'],
      ['glasswatch.records', 'counter', '{record}'],
    ]);
    expect(warnings).toEqual([]);
  });

  test('says who measured: the service, its version and this process', async () => {
    const { otlp, bodies } = await collector();
    for (const one of [service({ otlp }), service({ otlp })]) {
      one.measure('glasswatch.alerts.waiting', 1, {});
      await one.flush();
    }
    const resources = bodies.map((body) => {
      const [{ resource }] = JSON.parse(body).resourceMetrics;
      return Object.fromEntries(
        resource.attributes.map(
          ({ key, value }: { key: string; value: { stringValue: string } }) => [
            ...[key, value.stringValue],
          ],
        ),
      );
    });
    expect(resources).toEqual([
      {
        'service.name': 'glasswatch',
        'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
        'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      expect.anything(),
    ]);
    const ids = resources.map((resource) => resource['service.instance.id']);
    expect(new Set(ids).size).toBe(2);
  });

  test('leaves out values that are none, and a measure that nobody knows', async () => {
    const { otlp, seriesOf, measures } = await collector();
    const { measure, flush } = service({ otlp });
    await flush();
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined as never, 5]) {
      measure('glasswatch.records', value, { outcome: 'judged' });
      measure('glasswatch.directory.age', value, { tenant: 'one' });
    }
    measure('glasswatch.nothing' as never, 1 as never, {} as never);
    measure('glasswatch.records', -1, { outcome: 'judged' });
    // The hub's clock is ahead of ours.
    measure('glasswatch.ingest.wait', -0.2, {});
    await flush();
    expect(seriesOf('glasswatch.records')).toEqual([{ about: { outcome: 'judged' }, value: 5 }]);
    expect(seriesOf('glasswatch.directory.age')).toEqual([{ about: { tenant: 'one' }, value: 5 }]);
    expect(seriesOf('glasswatch.ingest.wait')?.[0]?.spread).toMatchObject({ count: 1, sum: 0 });
    expect(measures()).toHaveLength(3);
  });

  test('sends only what is new where the environment says delta', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'delta');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { otlp, bodies, seriesOf } = await collector();
    const { measure, flush } = service({ otlp });
    for (const value of [3, 4]) {
      measure('glasswatch.records', value, { outcome: 'judged' });
      await flush();
    }
    expect(bodies.map((body) => /"asDouble":(\d)/.exec(body)?.[1])).toEqual(['3', '4']);
    expect(seriesOf('glasswatch.records')?.[0]?.value).toBe(7);
  });

  test('exports by itself', async () => {
    const { otlp, measures } = await collector();
    const { measure } = service({ otlp, exportEveryMs: 20 }, { loadAfterMs: 0 });
    measure('glasswatch.alerts.waiting', 1, {});
    await vi.waitFor(() => expect(measures()).toHaveLength(1), { timeout: 15_000 });
  });

  test('goes where it was told, with the headers it was told, as JSON', async () => {
    const seen: unknown[] = [];
    const url = await server(({ url, method, headers }) => {
      seen.push([method, url, headers['content-type'], headers['x-api-key']]);
      return 200;
    });
    for (const endpoint of [url, `${url}/`, `${url}/otlp/`]) {
      const { measure, flush } = service({ otlp: { endpoint, headers: { 'x-api-key': 'k' } } });
      measure('glasswatch.alerts.waiting', 1, {});
      await flush();
    }
    expect(seen).toEqual(
      ['/v1/metrics', '/v1/metrics', '/otlp/v1/metrics'].map((path) => [
        ...['POST', path, 'application/json', 'k'],
      ]),
    );
  });
});

describe('a collector that fails', () => {
  const secret = 'very-secret-key';

  test('is told of once until it works again, and the secret is not', async () => {
    let status = 403;
    const url = await server(() => status);
    const { measure, flush, warnings } = service({
      otlp: { endpoint: url, headers: { authorization: secret } },
    });
    measure('glasswatch.alerts.waiting', 1, {});
    await flush();
    await flush();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('HTTP 403');
    status = 200;
    await flush();
    await flush();
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toContain('again');
    expect(warnings.join()).not.toContain(secret);
  });

  test('loses no sum: the next export has what the last one had', async () => {
    const { otlp, seriesOf, failNext } = await collector();
    failNext(1, { status: 400 });
    const { measure, flush } = service({ otlp });
    measure('glasswatch.records', 3, { outcome: 'judged' });
    await flush();
    measure('glasswatch.records', 4, { outcome: 'judged' });
    await flush();
    expect(seriesOf('glasswatch.records')?.[0]?.value).toBe(7);
  });

  test('that hangs holds up neither a flush nor a measure', async () => {
    const { otlp, failNext } = await collector();
    failNext(9, { slowMs: 60_000 });
    const { measure, flush } = service({ otlp }, { flushMs: 300 });
    measure('glasswatch.alerts.waiting', 1, {});
    const started = performance.now();
    await flush();
    for (let n = 0; n < 100_000; n++) measure('glasswatch.records', 1, { outcome: 'judged' });
    await flush();
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  test('that is busy is told of as that', async () => {
    const { otlp, failNext } = await collector();
    failNext(1, { status: 503, retryAfter: 60 });
    const { measure, flush, warnings } = service({ otlp });
    measure('glasswatch.alerts.waiting', 1, {});
    await flush();
    expect(warnings).toEqual([expect.stringContaining('(it asks to be tried later)')]);
  });

  test('that is not there is told of in a word', async () => {
    // Nothing listens on the port of a collector that has gone.
    const { url, close } = await startOtlpCollector();
    await close();
    const { measure, flush, warnings } = service({ otlp: { endpoint: url } }, { timeoutMs: 200 });
    measure('glasswatch.alerts.waiting', 1, {});
    await flush();
    expect(warnings).toEqual([expect.stringContaining('(ECONNREFUSED)')]);
  });
});

test('nobody asked for telemetry: nothing is measured, nor loaded', () => {
  expect(openTelemetry({}, () => {})).toBe(noTelemetry);
});
