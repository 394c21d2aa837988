import { describe, expect, test } from 'vitest';
import type { SettingsOf } from '../../shared/detect/detect.ts';
import type { DetectionId } from '../../shared/detect/detection-ids.ts';
import { exampleTenant, people } from '../../shared/detect/examples/tenant.ts';
import type { Found } from '../../shared/detect/found.ts';
import { WatchError } from '../../shared/errors.ts';
import { type AnnounceDeps, announcer } from '../../shared/route/announce.ts';
import type { Silence } from '../../shared/route/silence.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { Watchlist } from '../../shared/watch/watchlist.ts';
import { at, ben, declared, minute, type Scene, scene, start } from '../drill/scene.ts';
import { noSettings } from '../run-records.ts';
import { silenceOf } from './sample.ts';

const otherTenantId = '3f8c1e52-6d0a-4b7e-9c41-5a2f7be08d16';
const day = 24 * 60;

/** The service around announcements; every `instance` is a process of its own on the same storage. */
function stage() {
  const one = scene();
  const silences = memoryShelf<Silence>();
  const clock = { minutes: 0 };
  const recorded: Found[][] = [];
  const deps: AnnounceDeps = {
    silences,
    drills: one.shelf,
    cases: one.cases,
    tenantIds: [exampleTenant.id],
    watchlistOf: one.deps.watchlistOf,
    settingsOf: noSettings,
    record: (found) => {
      recorded.push([...found]);
      return one.record(found);
    },
    warn: (message) => one.warnings.push(message),
  };
  const instance = (given: Partial<AnnounceDeps> = {}) => {
    const announce = announcer({ ...deps, ...given });
    return () => announce(start + clock.minutes * minute);
  };
  return {
    ...one,
    one: one as Scene,
    silences,
    recorded,
    deps,
    instance,
    to(minutes: number) {
      clock.minutes = minutes;
      one.to(minutes);
    },
    silence: (given: Partial<Silence> = {}) => {
      const silence = silenceOf({ createdAt: at(0), until: at(day), ...given });
      return silences.put(silence.id, silence);
    },
    async end(id = 'silence-1', minutes = clock.minutes) {
      const kept = await silences.get(id);
      if (!kept) throw new Error(`there is no ${id}`);
      await silences.put(id, { ...kept.value, ended: { by: ben, at: at(minutes) } });
    },
    /** What all who listen were told or are to be told, by incident. */
    async told() {
      const incidents = await one.cases.incidents({ limit: 20 });
      const kept = await Promise.all(incidents.map(({ id }) => one.cases.load(id)));
      return kept.flatMap((all) =>
        all === undefined
          ? []
          : {
              title: all.incident.title,
              status: all.incident.status,
              kinds: all.deliveries
                .map(({ value }) => value)
                .filter(({ channel }) => channel === 'teams')
                .map(({ kind, state }) => `${kind} ${state}`),
            },
      );
    },
    async sendAll(channels?: readonly string[]) {
      for (const { id } of await one.cases.incidents({ limit: 20 })) await one.send(id, channels);
    },
  };
}

const title = 'Silenced by Ana Ruiz until 2026-11-21 12:00 UTC: admin-new-device';

describe('a silence', () => {
  test('is told with who, what, why and until when, and is a medium matter of its own', async () => {
    const one = stage();
    await one.silence({ accounts: ['ada@example.com'] });
    expect(await one.instance()()).toBe(1);
    const [kept] = one.cases.findings();
    expect(kept).toMatchObject({
      state: 'open',
      finding: {
        detection: 'silence-declared',
        severity: 'medium',
        title,
        time: at(0),
        subject: { type: 'other', id: null, name: 'Ana Ruiz' },
        details: {
          silence: 'silence-1',
          detections: ['admin-new-device'],
          accounts: ['ada@example.com'],
          reason: 'new laptops',
          until: at(day),
        },
      },
    });
    expect(kept?.finding.summary).toContain('about ada@example.com.');
    expect(await one.told()).toEqual([{ title, status: 'open', kinds: ['new pending'] }]);
  });

  test('is told once: this process asks nobody again, and what another records is no news', async () => {
    const one = stage();
    await one.silence();
    const announce = one.instance();
    await announce();
    const before = await one.told();
    one.to(1);
    expect([await announce(), one.recorded.length]).toEqual([0, 1]);
    expect(await one.instance()()).toBe(0);
    expect([await one.told(), one.recorded.length]).toEqual([before, 2]);
  });

  test.each([
    ['ended early', 30, true],
    ['when its time has come', day, false],
    ['when its time came days ago, as far as anybody looked', 5 * day, false],
  ])('is over %s, and everybody who heard of it hears that', async (_, minutes, isEnded) => {
    const one = stage();
    await one.silence();
    const announce = one.instance();
    await announce();
    await one.sendAll();
    one.to(minutes);
    if (isEnded) await one.end();
    expect(await announce()).toBe(1);
    const heard = await one.told();
    const asked = one.recorded.length;
    await one.sendAll();
    expect([await announce(), one.recorded.length]).toEqual([0, asked]);
    expect(await one.instance()()).toBe(0);
    expect(heard).toEqual([{ title, status: 'resolved', kinds: ['new sent', 'resolved pending'] }]);
  });

  test('that was ended before anybody looked is told all the same, and only then over', async () => {
    const one = stage();
    await one.silence();
    one.to(60);
    await one.end('silence-1', 1);
    const announce = one.instance();
    expect(await announce()).toBe(1);
    await one.sendAll(['pager']);
    // A message whose matter is over would never be sent.
    expect(await announce()).toBe(0);
    expect(await one.told()).toEqual([{ title, status: 'open', kinds: ['new pending'] }]);
    await one.sendAll();
    expect(await announce()).toBe(1);
    expect(await one.told()).toMatchObject([
      { status: 'resolved', kinds: ['new sent', 'resolved pending'] },
    ]);
  });

  test('is never opened again by an instance that learns late of its end', async () => {
    const one = stage();
    await one.silence();
    const [quick, slow] = [one.instance(), one.instance()];
    await quick();
    await one.sendAll();
    const old = await one.silences.all();
    await one.end();
    await quick();
    const before = await one.told();
    const blind = one.instance({ silences: { all: async () => old } });
    expect([await blind(), await slow(), await one.told()]).toEqual([0, 0, before]);
    expect(before).toMatchObject([{ status: 'resolved' }]);
  });

  test.each([1, 2])('is told once, and over, though record %i crashes', async (crash) => {
    for (const isSaved of [false, true]) {
      const one = stage();
      await one.silence();
      let calls = 0;
      const announce = one.instance({
        async record(found) {
          calls += 1;
          if (calls === crash && isSaved) await one.record(found);
          if (calls === crash) throw new WatchError('STORE_UNAVAILABLE', 'away');
          return one.record(found);
        },
      });
      await announce();
      await one.sendAll();
      await one.end();
      for (const again of [announce, one.instance(), announce]) {
        await again();
        await one.sendAll();
      }
      expect(one.warnings).toHaveLength(1);
      expect(one.warnings[0]).toMatch(/^announcing silence silence-1 of .*STORE_UNAVAILABLE/);
      expect(await one.told()).toMatchObject([
        { status: 'resolved', kinds: ['new sent', 'resolved sent'] },
      ]);
    }
  });

  test('is told in each tenant that it is for, and in no other', async () => {
    const tenantIds = [exampleTenant.id, otherTenantId];
    const tenantsTold = async (tenants: readonly string[]) => {
      const one = stage();
      await one.silence({ tenants });
      await one.instance({ tenantIds })();
      return one.cases.findings().map(({ finding }) => finding.tenantId);
    };
    expect((await tenantsTold([])).sort()).toEqual([...tenantIds].sort());
    expect(await tenantsTold([otherTenantId])).toEqual([otherTenantId]);
    expect(await tenantsTold(['gone from the policy'])).toEqual([]);
  });

  test('stays one matter, whatever the directory learns of whoever declared it', async () => {
    const one = stage();
    await one.silence({ by: { id: 'ada', name: people.ada.upn, identifiedBy: 'sign-in' } });
    const unread = new Watchlist(one.tenant);
    await one.instance({ watchlistOf: async () => unread })();
    await declared(one.one, { from: at(60), until: at(90) });
    await one.sendAll();
    await one.end();
    await one.instance()();
    expect(await one.told()).toContainEqual({
      title: `Silenced by ${people.ada.upn} until 2026-11-21 12:00 UTC: admin-new-device`,
      status: 'resolved',
      kinds: ['new sent', 'resolved pending'],
    });
  });

  test('of long ago, of the policy, or where the policy wants no such finding, is not told', async () => {
    const one = stage();
    await one.silence({ id: 'old' });
    one.to(5 * day + 1);
    await one.silence({
      id: 'of the policy',
      until: at(9 * day),
      by: { id: 'policy', name: 'Ines', identifiedBy: 'policy' },
    });
    expect([await one.instance()(), one.cases.findings()]).toEqual([0, []]);

    await one.silence({ id: 'young', until: at(9 * day) });
    const off = ((id: DetectionId) => ({ ...noSettings(id), enabled: false })) as SettingsOf;
    expect([await one.instance({ settingsOf: off })(), one.cases.findings()]).toEqual([0, []]);
    expect(await one.instance()()).toBe(1);
  });

  test('with hostile names and reasons is told as short clean lines', async () => {
    const one = stage();
    const nasty = `x\n\u202e<b>${'y'.repeat(500)}`;
    await one.silence({
      by: { id: 'a', name: nasty, identifiedBy: 'sign-in' },
      reason: nasty,
      accounts: [nasty],
    });
    await one.instance()();
    const [kept] = one.cases.findings();
    const { title, summary, details } = kept?.finding ?? {};
    expect([title, summary, JSON.stringify(details)].join()).not.toMatch(/[\n\u202e]|\\n/);
    expect(title?.length).toBeLessThan(150);
    expect(summary?.length).toBeLessThan(700);
  });
});

describe('a drill', () => {
  const drillTitle = `Drill of ${people.glass.upn} declared by Ana Ruiz: 14:00 to 15:00 UTC, 20 Nov 2026`;

  test('is told before it, and is no part of the incident of the account', async () => {
    const one = stage();
    const drill = await declared(one.one, { from: at(120), until: at(180) });
    expect(await one.instance()()).toBe(1);
    expect([await one.instance()(), one.recorded.length]).toEqual([0, 2]);
    expect(await one.told()).toEqual([
      { title: drillTitle, status: 'open', kinds: ['new pending'] },
    ]);
    const [kept] = one.cases.findings();
    expect(kept?.finding).toMatchObject({ severity: 'medium', time: at(0) });
    expect(kept?.finding.incident).not.toBe(drill.incident);
    expect(await one.cases.load(drill.incident)).toBeUndefined();
  });

  test('over midnight names both days', async () => {
    const one = stage();
    await declared(one.one, { from: at(11 * 60), until: at(13 * 60) });
    await one.instance()();
    expect((await one.told())[0]?.title).toContain(
      'declared by Ana Ruiz: 23:00, 20 Nov 2026, to 01:00 UTC, 21 Nov 2026',
    );
  });

  test.each<[string, (one: ReturnType<typeof stage>, id: string) => Promise<unknown>]>([
    ['cancelled', (one, id) => one.verbs.cancel(id, ben)],
    [
      'seen',
      async (one, id) => {
        one.to(8);
        await one.signsIn(5);
        await one.send((await one.verbs.get(id))?.incident ?? '');
        await one.follow();
      },
    ],
    ['past', async (one) => one.to(61)],
    [
      'failed',
      async (one) => {
        one.to(91);
        await one.follow();
      },
    ],
  ])('that is %s is over', async (_, happens) => {
    const one = stage();
    const drill = await declared(one.one);
    const announce = one.instance();
    await announce();
    await one.sendAll();
    one.to(1);
    expect(await announce()).toBe(0);
    await happens(one, drill.id);
    expect([await announce(), await announce(), await one.instance()()]).toEqual([1, 0, 0]);
    expect((await one.told()).find((told) => told.title.startsWith('Drill of'))).toMatchObject({
      status: 'resolved',
      kinds: ['new sent', 'resolved pending'],
    });
  });

  test('that was declared and is past after an hour without timer is told, then over', async () => {
    const one = stage();
    await declared(one.one, { until: at(10) });
    one.to(60);
    const announce = one.instance();
    await announce();
    await one.sendAll();
    await one.instance()();
    expect(await one.told()).toMatchObject([
      { status: 'resolved', kinds: ['new sent', 'resolved pending'] },
    ]);
  });

  test.each(['silence-declared', 'drill-declared'])(
    'and a silence are told each for itself: %s fails, and is told the next time',
    async (failing) => {
      const one = stage();
      await declared(one.one);
      await one.silence();
      let isAway = true;
      const announce = one.instance({
        async record(found) {
          if (isAway && found[0]?.kept.finding.detection === failing) {
            throw new WatchError('STORE_UNAVAILABLE', 'away');
          }
          return one.record(found);
        },
      });
      expect(await announce()).toBe(1);
      isAway = false;
      expect([await announce(), await announce()]).toEqual([1, 0]);
      expect(await one.told()).toHaveLength(2);
    },
  );

  test('of a tenant that is not known yet is told as soon as it is', async () => {
    const one = stage();
    await declared(one.one);
    let isKnown = false;
    const announce = one.instance({
      watchlistOf: async (id, now) => (isKnown ? one.deps.watchlistOf(id, now) : undefined),
    });
    expect(await announce()).toBe(0);
    isKnown = true;
    expect(await announce()).toBe(1);
  });
});
