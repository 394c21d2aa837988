import { describe, expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import type { SinkStatus } from '../../shared/forward/sink-status.ts';
import { isoOf, minuteMs } from '../../shared/time.ts';
import { night, openScene, sinkStates } from './scene.ts';

const minutesAgo = (minutes: number) => isoOf(night - minutes * minuteMs);

/** What is to be read on the page, without its marks and with single blanks. */
async function textOf(sinks?: readonly SinkStatus[]): Promise<string> {
  const scene = await openScene();
  if (sinks) scene.deps.api.sinks = async () => sinks;
  const page = await (await scene.get('/sinks', 'reader')).text();
  const [, main = ''] = /<main[^>]*>(.*)<\/main>/s.exec(page) ?? [];
  return main
    .replaceAll('<wbr>', '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ')
    .replace(/ ([.:])/g, '$1')
    .trim();
}

const [well] = sinkStates((text) => text, 1) as [SinkStatus];

describe('the page of sinks', () => {
  test('says of each how it stands, since when, and what the receiver said', async () => {
    const text = await textOf();
    expect(text).toContain(
      'Works soc-sentinel Custom-Glasswatch_CL at watch.ingest.monitor.azure.com, as sentinel It took something last 2026-11-20 02:03:12 UTC (2 min ago). Nothing waits for it. A heartbeat goes there every five minutes. It has refused nothing.',
    );
    expect(text).toContain(
      'Failing since 2026-11-20 01:43:12 UTC (22 min ago). The last try: splunk.contoso.example answered 503: Server is busy It took something last 2026-11-20 01:42:12 UTC (23 min ago). 12 events wait for it, the oldest since 2026-11-20 01:43:12 UTC (22 min ago).',
    );
    expect(text).toContain(
      'Refuses some soc-elastic Custom-Glasswatch_CL at watch.ingest.monitor.azure.com, as sentinel It took something last 2026-11-20 02:03:12 UTC (2 min ago). Nothing waits for it. The policy sends no heartbeat there: nothing in the SIEM shows when we are silent. One event refused for good',
    );
    expect(text).toMatch(
      /They lie in the dead letters, with what the receiver said. [0-9a-f]{32}\.1 40 min ago: mapper_parsing_exception: failed to parse field \[details\]$/,
    );
  });

  test('is in the navigation, for whoever may read', async () => {
    const scene = await openScene();
    const page = await (await scene.get('/sinks', 'reader')).text();
    expect(page).toContain('<a href="/sinks" aria-current="page">Sinks</a>');
    expect(await (await scene.get('/incidents', 'reader')).text()).toContain('<a href="/sinks">');
  });

  test.each<[string, readonly SinkStatus[], string]>([
    ['there is no sink', [], 'The policy names no sink, so nothing goes to a SIEM.'],
    [
      'nothing was sent yet, and a heartbeat will be',
      [{ ...well, lastTakenAt: null }],
      'Nothing taken yet soc-sentinel',
    ],
    [
      'the heartbeat has not come yet',
      [{ ...well, lastTakenAt: null }],
      'It has taken nothing yet: the first heartbeat comes within five minutes of the start.',
    ],
    [
      'nothing was found yet, and there is no heartbeat',
      [{ ...well, lastTakenAt: null, heartbeat: false }],
      'It has taken nothing yet: nothing was found since the policy names it.',
    ],
    [
      'it has never worked, and nobody knows why',
      [{ ...well, lastTakenAt: null, failingSince: minutesAgo(2) }],
      'Nothing is known of why. It has never taken anything.',
    ],
    ['one waits', [{ ...well, waiting: 1, waitingSince: minutesAgo(1) }], 'Works soc-sentinel'],
    [
      'one event waits, it says so in the singular',
      [{ ...well, waiting: 1, waitingSince: minutesAgo(1) }],
      'One event waits for it, the oldest since 2026-11-20 02:04:12 UTC (1 min ago).',
    ],
    [
      'very much waits, and not all of it was counted',
      [{ ...well, waiting: 2_000, isMoreWaiting: true, waitingSince: null }],
      'At least 2000 events wait for it.',
    ],
    [
      'it waits for too long, though nothing failed',
      [{ ...well, waiting: 1, waitingSince: minutesAgo(15) }],
      'Late soc-sentinel',
    ],
    [
      'what it refused is of yesterday',
      [
        {
          ...well,
          refused: 2,
          refusals: [{ uid: 'u.1', says: 'no', at: minutesAgo(24 * 60) }],
        },
      ],
      'Works soc-sentinel',
    ],
    [
      'two were refused of which one is known',
      [{ ...well, refused: 2, refusals: [{ uid: 'u.1', says: 'no', at: minutesAgo(3) }] }],
      '2 events refused for good They lie in the dead letters, with what the receiver said. The newest 1: u.1 3 min ago: no',
    ],
    [
      'some were refused, and nobody knows which',
      [{ ...well, refused: 7, refusals: [] }],
      '7 events refused for good They lie in the dead letters, with what the receiver said.',
    ],
  ])('%s', async (_, sinks, expected) => {
    expect(await textOf(sinks)).toContain(expected);
  });

  test('words of a receiver stay text, are one line, and are cut', async () => {
    const scene = await openScene();
    const lastError = `<script>alert(1)</script>\n\u202e"${'x'.repeat(4_000)}`;
    scene.deps.api.sinks = async () => [{ ...well, failingSince: minutesAgo(1), lastError }];
    const page = await (await scene.get('/sinks')).text();
    expect(page).toContain('<q>&lt;script&gt;alert(1)&lt;/script&gt; &quot;xxx');
    expect(page).not.toMatch(/<script|\u202e|x{600}/);
  });

  test('twenty refusals have room on it', async () => {
    const scene = await openScene({ many: 30 });
    const page = await (await scene.get('/sinks')).text();
    expect(page.match(/failed to parse field/g)).toHaveLength(20);
    expect(page).toContain('The newest 20:');
  });

  test('a store that is away is said', async () => {
    const scene = await openScene();
    scene.deps.api.sinks = () => Promise.reject(new WatchError('STORE_UNAVAILABLE', 'gone'));
    const answer = await scene.get('/sinks');
    expect([answer.status, await answer.text()]).toEqual([
      503,
      expect.stringContaining('Storage does not answer'),
    ]);
  });
});

test('the status has the same as JSON', async () => {
  const scene = await openScene({ many: 30 });
  const { sinks } = (await (await scene.get('/api/status', 'reader')).json()) as {
    sinks: SinkStatus[];
  };
  expect(sinks).toEqual(sinkStates((text) => text, 30));
  expect(sinks[2]?.refusals).toHaveLength(20);
});
