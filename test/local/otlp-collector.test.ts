import { expect, onTestFinished, test } from 'vitest';
import { quantile } from '../../local/otlp/spread.ts';
import { startOtlpCollector } from '../../local/otlp-collector.ts';

async function collector() {
  const one = await startOtlpCollector();
  onTestFinished(one.close);
  const post = (body: unknown, type = 'application/json') =>
    fetch(`${one.url}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const page = async () => (await fetch(one.url)).text();
  return { ...one, post, page };
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const from = (instance: string, ...metrics: object[]) => ({
  resourceMetrics: [
    {
      resource: { attributes: [text('service.instance.id', instance)] },
      scopeMetrics: [{ scope: { name: 'any' }, metrics }],
    },
  ],
});
const [delta, cumulative] = [1, 2];
const records = (aggregationTemporality: number, value: number | string, outcome = 'judged') => ({
  ...{ name: 'records', unit: '{record}', description: 'What came.' },
  sum: {
    ...{ aggregationTemporality, isMonotonic: true },
    dataPoints: [{ attributes: [text('outcome', outcome)], asInt: value }],
  },
});

test('a counter is the sum of all processes, whether each sends all or only what is new', async () => {
  const { post, measures } = await collector();
  await post(from('one', records(cumulative, 3)));
  await post(from('one', records(cumulative, '5')));
  await post(from('two', records(delta, 10)));
  await post(from('two', records(delta, 1)));
  await post(from('two', records(delta, 7, 'skipped')));
  expect(measures()).toEqual([
    {
      ...{ name: 'records', kind: 'counter', unit: '{record}', says: 'What came.' },
      series: [
        { about: { outcome: 'judged' }, value: 16 },
        { about: { outcome: 'skipped' }, value: 7 },
      ],
    },
  ]);
});

test('a gauge is what was heard last, of whichever process', async () => {
  const { post, measures } = await collector();
  const waiting = (asDouble: number) => ({
    ...{ name: 'waiting', gauge: { dataPoints: [{ asDouble }] } },
  });
  for (const [process, value] of [
    ['one', 4],
    ['two', 5],
    ['one', 6],
  ] as const) {
    await post(from(process, waiting(value)));
  }
  expect(measures()[0]?.series).toEqual([{ about: {}, value: 6 }]);
});

test('histograms add up, and say about where most values lie', async () => {
  const { post, measures, page } = await collector();
  const delay = (temporality: number, more: object) => ({
    ...{ name: 'delay', unit: 's', description: 'How long it took.' },
    histogram: {
      aggregationTemporality: temporality,
      dataPoints: [{ explicitBounds: [1, 10], ...more }],
    },
  });
  const slow = { bucketCounts: [0, 1, 1], count: 2, sum: 245, min: 5, max: 240 };
  await post(
    from('one', delay(delta, { bucketCounts: ['8', 0, 0], count: '8', sum: 4, max: 0.9 })),
  );
  await post(from('one', delay(delta, slow)));
  const [series] = measures()[0]?.series ?? [];
  expect(series?.spread).toEqual({
    ...{ count: 10, sum: 249, min: 5, max: 240, buckets: [8, 1, 1], bounds: [1, 10] },
  });
  expect(await page()).toContain('<b>mean 24.9 s</b> <span class="soft">of 10 · ');
  expect(await page()).toContain('longest 4 min');
});

test.each([
  ['in the first bucket', 0.25, 0.5],
  ['at its end', 0.5, 1],
  ['in the middle', 0.75, 5.5],
  ['in the last, which only the most bounds', 1, 30],
])('a share that lies %s', (_, share, expected) => {
  const spread = { count: 8, sum: 0, buckets: [4, 4, 0], bounds: [1, 10] };
  const wide = { ...spread, count: 10, buckets: [4, 4, 2], min: 0, max: 30 };
  if (share === 1) expect(quantile(wide, share)).toBe(expected);
  else expect(quantile(spread, share)).toBeCloseTo(expected);
});

test('an empty histogram has no share', () => {
  expect(quantile({ count: 0, sum: 0, buckets: [0, 0], bounds: [1] }, 0.5)).toBe(0);
});

test('only metrics in JSON are taken, and what is none leaves what was there', async () => {
  const { post, measures, url } = await collector();
  await post(from('one', records(cumulative, 3)));
  const odd = { name: 'odd', histogram: { aggregationTemporality: 2, dataPoints: [{}] } };
  const answers = [
    await post('{'),
    await post({ resourceMetrics: 1 }),
    await post(from('one', odd)),
    await post(from('one', records(3, 3))),
    await post(from('one', records(cumulative, 1)), 'application/x-protobuf'),
    await post(`"${'x'.repeat(4_000_000)}"`),
    await fetch(`${url}/v1/metrics`),
    await fetch(`${url}/v1/traces`, { method: 'POST' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 415, 413, 404, 405]);
  expect(measures()[0]?.series).toEqual([{ about: { outcome: 'judged' }, value: 3 }]);
});

test('the page shows each measure with its words, and nothing that was sent acts on it', async () => {
  const { post, page, url } = await collector();
  expect(await page()).toContain('Nothing has arrived yet.');
  const markup = '<img src=x onerror=alert(1)>';
  await post(
    from('one', {
      ...{ name: `records${markup}`, unit: markup, description: markup },
      sum: {
        aggregationTemporality: 2,
        dataPoints: [{ attributes: [text(markup, markup)], asDouble: 2.5 }],
      },
    }),
  );
  expect(await page()).not.toContain('<img');
  expect(await page()).toContain('&lt;img');
  const { headers } = await fetch(url);
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('data of the page is JSON at /messages.json', async () => {
  const { post, measures, url } = await collector();
  await post(from('one', records(cumulative, 3)));
  expect(await (await fetch(`${url}/messages.json`)).json()).toEqual(measures());
});
