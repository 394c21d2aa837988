import { describe, expect, test } from 'vitest';
import type { SettingsOf } from '../../shared/detect/detect.ts';
import type { Found } from '../../shared/detect/found.ts';
import { WatchError } from '../../shared/errors.ts';
import { sinkTrouble } from '../../shared/forward/sink-trouble.ts';
import type { SinkSeen, SinkTroubles } from '../../shared/forward/sink-troubles.ts';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { recordFindings } from '../../shared/record/record-findings.ts';
import { unheard } from '../../shared/record/unheard.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { noSettings } from '../run-records.ts';

const start = Date.parse('2026-11-20T12:00:00Z');
const minute = 60_000;
const at = (minutes: number) => new Date(start + minutes * minute).toISOString();

/** What is stored, and a clock; each `instance` is a process of its own on them. */
function stage() {
  const cases = memoryCases();
  const shelf = memoryShelf<SinkTroubles>();
  const clock = { minutes: 0 };
  const warnings: string[] = [];
  const recorded: Found[][] = [];
  const now = () => start + clock.minutes * minute;
  const record = (found: readonly Found[]) => {
    recorded.push([...found]);
    return recordFindings(found, { ...unheard, cases, now: now() });
  };
  const instance = (given: Partial<Parameters<typeof sinkTrouble>[0]> = {}) =>
    sinkTrouble({
      tenantsOf: new Map([
        ['splunk', ['tenant-a', 'tenant-b']],
        ['archive', ['tenant-b']],
      ]),
      shelf,
      settingsOf: noSettings,
      record,
      now,
      warn: (message) => warnings.push(message),
      ...given,
    });
  const seen = (given: Partial<SinkSeen> = {}): SinkSeen => ({
    sink: 'splunk',
    lastSuccessAt: at(0),
    failingSince: null,
    lastError: null,
    waitingSince: null,
    refused: 0,
    lastRefusal: null,
    ...given,
  });
  return {
    shelf,
    clock,
    warnings,
    recorded,
    record,
    instance,
    seen,
    findings: () =>
      cases.findings().map(({ state, finding }) => ({
        state,
        tenant: finding.tenantId,
        severity: finding.severity,
        title: finding.title,
        revision: finding.revision,
        details: finding.details,
        summary: finding.summary,
      })),
    incidents: () => cases.incidents({ limit: 10 }),
  };
}

const broken = { failingSince: at(1), lastError: 'splunk.example answered 503: Server is busy' };

describe('a sink that takes nothing', () => {
  test('is no trouble for fifteen minutes, then a high one, told once to each tenant that it serves', async () => {
    const one = stage();
    const { look } = one.instance();
    one.clock.minutes = 15;
    await look(one.seen(broken));
    expect(one.findings()).toEqual([]);

    one.clock.minutes = 16;
    await look(one.seen(broken));
    expect(
      one.findings().map(({ state, tenant, severity, title }) => [state, tenant, severity, title]),
    ).toEqual([
      ['open', 'tenant-a', 'high', 'SIEM sink splunk takes nothing'],
      ['open', 'tenant-b', 'high', 'SIEM sink splunk takes nothing'],
    ]);
    expect(one.findings()[0]?.details).toEqual({
      sink: 'splunk',
      since: at(1),
      error: broken.lastError,
    });

    one.clock.minutes = 40;
    await look(one.seen({ ...broken, lastError: 'splunk.example answered 401' }));
    await one.instance().look(one.seen(broken));
    expect(one.recorded).toHaveLength(2);
    expect(await one.incidents()).toHaveLength(2);
  });

  test('is over once it takes something, and what comes later is another trouble', async () => {
    const one = stage();
    const { look } = one.instance();
    one.clock.minutes = 20;
    await look(one.seen(broken));
    one.clock.minutes = 25;
    await look(one.seen({ lastSuccessAt: at(25), lastError: broken.lastError }));
    expect(one.findings().map(({ state }) => state)).toEqual(['resolved', 'resolved']);
    expect((await one.incidents()).map(({ status }) => status)).toEqual(['resolved', 'resolved']);

    one.clock.minutes = 60;
    await look(one.seen({ ...broken, failingSince: at(44), lastSuccessAt: at(43) }));
    expect(one.findings().map(({ state }) => state)).toEqual([
      ...['resolved', 'open'],
      ...['resolved', 'open'],
    ]);
  });

  test('another process that knew it as well tells its end too', async () => {
    const one = stage();
    const [first, second] = [one.instance(), one.instance()];
    await second.look(one.seen());
    one.clock.minutes = 20;
    await first.look(one.seen(broken));
    one.clock.minutes = 21;
    await second.look(one.seen({ lastSuccessAt: at(21) }));
    expect(one.findings().map(({ state }) => state)).toEqual(['resolved', 'resolved']);
  });

  test('counts as such where something waits and nobody has tried', async () => {
    const one = stage();
    const { look } = one.instance();
    one.clock.minutes = 20;
    await look(one.seen({ waitingSince: at(6) }));
    expect(one.findings()).toEqual([]);
    await look(one.seen({ waitingSince: at(2), lastSuccessAt: at(10) }));
    expect(one.findings()).toEqual([]);
    await look(one.seen({ waitingSince: at(5), lastSuccessAt: null }));
    expect(one.findings().map(({ details }) => details.since)).toEqual([at(5), at(5)]);
    one.clock.minutes = 22;
    await look(one.seen({ waitingSince: at(21), lastSuccessAt: at(22) }));
    expect(one.findings().map(({ state }) => state)).toEqual(['resolved', 'resolved']);
  });

  test('also where it took something after that, and then nothing more', async () => {
    const one = stage();
    const { look } = one.instance();
    const seen = one.seen({ waitingSince: at(2), lastSuccessAt: at(10) });
    one.clock.minutes = 24;
    await look(seen);
    expect(one.findings()).toEqual([]);
    one.clock.minutes = 25;
    await look(seen);
    expect(one.findings().map(({ details }) => details.since)).toEqual([at(10), at(10)]);
  });

  test('another process whose clock is behind tells its end all the same', async () => {
    const one = stage();
    one.clock.minutes = 16;
    await one.instance().look(one.seen(broken));
    const behind = one.instance({ now: () => start + 14 * minute });
    await behind.look(one.seen({ lastSuccessAt: at(17) }));
    expect(one.findings().map(({ state }) => state)).toEqual(['resolved', 'resolved']);
  });

  test('says what the receiver said in one clean line', async () => {
    const one = stage();
    one.clock.minutes = 20;
    const lastError = `\u202eno\nway ${'x'.repeat(2_000)}`;
    await one.instance().look(one.seen({ ...broken, lastError }));
    const [first] = one.findings();
    expect(first?.details.error).toMatch(/^no way x{292}…$/);
  });
});

describe('a sink that refuses events', () => {
  const says = 'mapper_parsing_exception: failed to parse [details]';

  test('is a medium trouble with their number and the receiver’s words', async () => {
    const one = stage();
    one.clock.minutes = 3;
    await one.instance().look(one.seen({ refused: 3, lastRefusal: says, lastSuccessAt: at(3) }));
    expect(one.findings()[0]).toMatchObject({
      state: 'open',
      severity: 'medium',
      title: 'SIEM sink splunk refused 3 events',
      summary: expect.stringContaining(`refused 3 events for good: “${says}”`),
      details: { sink: 'splunk', since: at(3), refused: 3, error: says },
    });
  });

  test('is told again only as the number grows tenfold, though each telling may be refused as well', async () => {
    const one = stage();
    const { look } = one.instance();
    let refused = 1;
    for (let pump = 0; pump < 3_000; pump += 1) {
      one.clock.minutes += 1;
      const before = one.recorded.length;
      await look(one.seen({ refused, lastRefusal: says, lastSuccessAt: at(one.clock.minutes) }));
      // One more of its own; and each telling, which the sink refuses too.
      refused += 1 + one.recorded.length - before;
    }
    // Of 1, 10, 100 and 1000, to two tenants.
    expect(one.recorded).toHaveLength(8);
    expect(one.findings().map(({ revision, details }) => [revision, details.refused])).toEqual([
      [4, expect.any(Number)],
      [4, expect.any(Number)],
    ]);
    expect(Number(one.findings()[0]?.details.refused)).toBeGreaterThanOrEqual(1_000);
  });

  test('is over after an hour in which it took events and refused none, and says how many it were', async () => {
    const one = stage();
    const { look } = one.instance();
    const refusing = { refused: 4, lastRefusal: says };
    await look(one.seen({ refused: 1, lastRefusal: says }));
    one.clock.minutes = 30;
    await look(one.seen(refusing));
    one.clock.minutes = 89;
    await look(one.seen({ ...refusing, lastSuccessAt: at(89) }));
    one.clock.minutes = 95;
    // Nothing was refused since, and nothing taken: that shows nothing.
    await look(one.seen({ ...refusing, lastSuccessAt: at(29) }));
    expect(one.findings().map(({ state }) => state)).toEqual(['open', 'open']);
    await look(one.seen({ ...refusing, lastSuccessAt: at(94) }));
    expect(one.findings().map(({ state, details }) => [state, details.refused])).toEqual([
      ['resolved', 4],
      ['resolved', 4],
    ]);
    one.clock.minutes = 96;
    await look(one.seen({ ...refusing, lastSuccessAt: at(96) }));
    expect(one.recorded).toHaveLength(4);
  });

  test('and then takes nothing at all has two troubles, of one incident', async () => {
    const one = stage();
    const { look } = one.instance();
    await look(one.seen({ refused: 1, lastRefusal: says }));
    one.clock.minutes = 20;
    await look(one.seen({ ...broken, refused: 1, lastRefusal: says }));
    const incidents = await one.incidents();
    expect(incidents.map(({ severity, findings }) => [severity, findings])).toEqual([
      ['high', 2],
      ['high', 2],
    ]);
    one.clock.minutes = 21;
    await look(one.seen({ refused: 1, lastSuccessAt: at(21) }));
    expect(one.findings().map(({ state, severity }) => [state, severity])).toEqual([
      ['open', 'medium'],
      ['resolved', 'high'],
      ['open', 'medium'],
      ['resolved', 'high'],
    ]);
  });

  test('a counter that began anew is no refusal, and the next one is', async () => {
    const one = stage();
    const { look } = one.instance();
    await look(one.seen({ refused: 5, lastRefusal: says }));
    one.clock.minutes = 90;
    await look(one.seen({ refused: 0, lastSuccessAt: at(90) }));
    expect(one.findings().map(({ state }) => state)).toEqual(['resolved', 'resolved']);
    await look(one.seen({ refused: 1, lastRefusal: says }));
    expect(one.findings().filter(({ state }) => state === 'open')).toHaveLength(2);
  });
});

describe('whatever fails in between', () => {
  const away = new WatchError('STORE_UNAVAILABLE', 'the table does not answer');

  /** Every call of the store, and every recording, fails once: the next look makes up for it. */
  test('is made up for by the next look: one finding for each tenant, and its end', async () => {
    for (let failing = 1; failing < 30; failing += 1) {
      const one = stage();
      let calls = 0;
      const mayFail =
        <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          calls += 1;
          if (calls === failing) throw away;
          const done = await call(...args);
          // It was done, and whoever asked for it does not live to know.
          calls += 1;
          if (calls === failing) throw away;
          return done;
        };
      const shelf = { ...one.shelf, get: mayFail(one.shelf.get), put: mayFail(one.shelf.put) };
      const killed = () => one.instance({ shelf, record: mayFail(one.record) });
      one.clock.minutes = 20;
      await killed().look(one.seen({ ...broken, refused: 1 }));
      one.clock.minutes = 21;
      await killed().look(one.seen({ ...broken, refused: 1 }));
      one.clock.minutes = 90;
      const well = one.seen({ lastSuccessAt: at(90), refused: 1 });
      await killed().look(well);
      one.clock.minutes = 92;
      await killed().look(well);
      expect([failing, one.findings().map(({ state }) => state)]).toEqual([
        failing,
        ['resolved', 'resolved', 'resolved', 'resolved'],
      ]);
      expect(one.warnings.length).toBe(calls >= failing ? 1 : 0);
    }
  });

  test('it never throws, and warns without more than the fault', async () => {
    const one = stage();
    const shelf = {
      ...one.shelf,
      get: () => Promise.reject(away),
      all: () => Promise.reject(away),
    };
    const { look, forgetOthers } = one.instance({ shelf });
    await look(one.seen());
    await forgetOthers();
    expect(one.warnings).toEqual([
      'telling of sink splunk: STORE_UNAVAILABLE: the table does not answer',
      'telling of sinks of before: STORE_UNAVAILABLE: the table does not answer',
    ]);
  });
});

test('what was told of a sink that the policy has no more is over', async () => {
  const one = stage();
  one.clock.minutes = 20;
  await one.instance().look(one.seen(broken));
  await one.instance().look(one.seen({ ...broken, sink: 'archive' }));
  const tenantsOf = new Map([['archive', ['tenant-b']]]);
  await one.instance({ tenantsOf }).forgetOthers();
  expect(one.findings().map(({ title, state }) => [title, state])).toEqual([
    ['SIEM sink splunk takes nothing', 'resolved'],
    ['SIEM sink splunk takes nothing', 'resolved'],
    ['SIEM sink archive takes nothing', 'open'],
  ]);
  expect([...(await one.shelf.all()).keys()]).toEqual(['archive']);
});

test('where the policy has it switched off nothing is told, and where it is on again it is', async () => {
  const one = stage();
  one.clock.minutes = 20;
  const off = ((id: string) => ({ ...noSettings(id), enabled: false })) as SettingsOf;
  await one.instance({ settingsOf: off }).look(one.seen(broken));
  expect(one.recorded).toEqual([]);
  await one.instance().look(one.seen(broken));
  expect(one.findings()).toHaveLength(2);
});

test('a sink that is well costs one look at the table in a minute', async () => {
  const one = stage();
  let reads = 0;
  const get = (id: string) => {
    reads += 1;
    return one.shelf.get(id);
  };
  const { look } = one.instance({ shelf: { ...one.shelf, get } });
  for (let pump = 0; pump < 120; pump += 1) {
    one.clock.minutes = pump / 60;
    await look(one.seen());
  }
  expect(reads).toBe(2);
});
