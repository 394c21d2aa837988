import { describe, expect, test } from 'vitest';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { recordFindings } from '../../shared/record/record-findings.ts';
import { unheard } from '../../shared/record/unheard.ts';
import { unanswered } from '../../shared/respond/answering.ts';
import type { DrillMark } from '../../shared/respond/response.ts';
import { sampleFound } from '../stores/sample-findings.ts';
import { ben, escalationOf, minute, night, now, start } from './night.ts';

const isoAt = (minutes: number) => new Date(start + minutes * minute).toISOString();

describe('nobody makes an open incident one that nobody is asked about', () => {
  test.each([
    ['that no route takes', []],
    ['that waits for a digest', [{ channel: 'mail', cadence: 'daily' as const, groupMs: 0 }]],
  ])('by a finding %s', async (_, tellings) => {
    const { use, at, acknowledge, heard, incident, look, routes } = night();
    await use('used');
    at(2);
    await acknowledge();
    at(3);
    routes(...tellings);
    await use('tried a password', 'medium');
    expect((await incident()).response.dueAt).toBe(isoAt(32));
    await heard();
    at(33);
    expect(await look()).toBe(1);
    expect(await heard()).toContain('lapsed > teams (ana)');
  });

  test('by a look at the moment at which an acknowledgement is ended', async () => {
    const { use, at, acknowledge, acts, incident, look, whileSaving, due } = night();
    await use('used');
    at(2);
    await acknowledge();
    at(6);
    // The row is still that of the tier that was due at five.
    whileSaving(look);
    await acts(6);
    expect((await incident()).response.dueAt).toBe(isoAt(11));
    expect(await due.due(start + 11 * minute)).toHaveLength(1);
  });

  test('by a look at the moment at which it is opened again', async () => {
    const { use, at, acknowledge, close, look, whileSaving, incident, due } = night();
    await use('used');
    await acknowledge();
    await close();
    at(6);
    whileSaving(look);
    await use('used again');
    expect((await incident()).response.dueAt).toBe(isoAt(11));
    expect(await due.due(start + 11 * minute)).toHaveLength(1);
  });

  test('by wearing out those who are asked, the day before', async () => {
    const { use, at, look, heard, incident } = night();
    await use('tried', 'high');
    for (let hour = 0; hour < 50; hour += 1) {
      at(hour * 60 + 20);
      await look();
    }
    expect((await incident()).response.dueAt).toBeNull();
    await heard();
    at(50 * 60);
    await use('used');
    expect(await heard()).toContain('update > ana by mail (ana)');
    expect((await incident()).response).toMatchObject({
      askedAt: isoAt(50 * 60),
      dueAt: isoAt(50 * 60 + 5),
    });
  });

  test('by a storm in which it became a line among others', async () => {
    const plain = escalationOf({ minSeverity: 'high', tiers: [{ afterMinutes: 5 }] });
    const { ordinary, load, cases, at, look, heard } = night({ escalationOf: () => plain });
    await ordinary('gave a role', 'high');
    for (const { value, version } of (await load()).deliveries) {
      await cases.saveDelivery({ ...value, state: 'folded' }, version);
    }
    await heard();
    at(6);
    await look();
    expect(await heard()).toEqual(['escalation > teams', 'escalation > mail']);
  });
});

test('who is asked on a channel whose digest has it too is asked, and the change can be saved', async () => {
  const pager = escalationOf({ tiers: [{ afterMinutes: 0, channels: ['pager'] }] });
  const { use, heard, load, routes } = night({ escalationOf: () => pager });
  routes(...now('teams'), { channel: 'pager', cadence: 'daily', groupMs: 0 });
  await use('used');
  expect(await heard()).toEqual(['new > teams', 'new > pager']);
  const pending = (await load()).deliveries.map(({ value: { channel, cadence } }) => [
    channel,
    cadence,
  ]);
  expect(pending).toEqual([
    ['teams', undefined],
    ['pager', undefined],
  ]);
});

describe('what the account does after its incident was closed', () => {
  const over = async () => {
    const scene = night();
    await scene.use('used');
    await scene.acknowledge();
    await scene.close();
    await scene.heard();
    return scene;
  };

  test.each([
    ['a sign-in in the session that is known', { kind: 'signIn' as const }, 2],
    ['its session, a quarter of an hour on', { isRenewal: true }, 16],
  ])('%s opens it again', async (_, act, minutes) => {
    const { at, acts, incident, heard, journal, cases, id } = await over();
    at(minutes);
    await acts(minutes, act);
    expect(await incident()).toMatchObject({
      status: 'open',
      response: { period: 2, acknowledgement: null, askedAt: isoAt(minutes), tiersTold: 1 },
    });
    expect(await heard()).toEqual([
      'reopened > teams (ana)',
      'reopened > mail (ana)',
      'reopened > ana by mail (ana)',
    ]);
    expect(await journal()).toEqual(['opened', 'acknowledged', 'resolved', 'reopened']);
    expect(await cases.acts(id)).toHaveLength(1);
  });

  test.each([
    ['a token that it renews in the first minutes', { isRenewal: true }, 10],
    ['what it did before, and the log is late', {}, 0],
    ['what others do to it', { isOwn: false }, 5],
    ['a password that is refused', { isSuccess: false }, 5],
  ])('%s does not', async (_, act, minutes) => {
    const { at, acts, incident, heard } = await over();
    at(20);
    await acts(minutes, act);
    expect((await incident()).status).toBe('resolved');
    expect(await heard()).toEqual([]);
  });

  test('opens it once, however often the batch comes', async () => {
    const { at, acts, incident, heard } = await over();
    at(3);
    await acts(3);
    await acts(3);
    expect((await incident()).response.period).toBe(2);
    expect(await heard()).toHaveLength(3);
  });
});

describe('a drill shields nothing that is done outside its window', () => {
  const drill: DrillMark = { id: 'd1', declaredBy: 'Ben Osei', until: isoAt(10) };
  const drilled = () =>
    night({ drillAt: async (_, when) => (when <= start + 10 * minute ? drill : null) });

  test('of an incident that somebody has', async () => {
    const { use, at, acknowledge, acts, incident } = drilled();
    await use('used');
    await acknowledge();
    at(12);
    await acts(12);
    expect(await incident()).toMatchObject({ status: 'open', response: { drill: null } });
  });

  test('of one that was closed', async () => {
    const { use, at, acknowledge, close, acts, incident } = drilled();
    await use('used');
    await acknowledge();
    await close();
    at(12);
    await acts(12);
    expect(await incident()).toMatchObject({ status: 'open', response: { drill: null } });
  });

  test('of one that nobody has answered: everybody hears it, once', async () => {
    const { use, at, acts, incident, heard } = drilled();
    await use('used');
    expect((await incident()).response.drill).toEqual(drill);
    at(12);
    await heard();
    await acts(12);
    await acts(13);
    expect((await incident()).response.drill).toBeNull();
    expect(await heard()).toEqual(
      expect.arrayContaining(['lapsed > teams (ana)', 'lapsed > mail (ana)']),
    );
    expect(await heard()).toEqual([]);
  });

  test('within the window it stays one', async () => {
    const { use, at, acknowledge, acts, incident } = drilled();
    await use('used');
    await acknowledge();
    at(5);
    await acts(5);
    expect(await incident()).toMatchObject({ status: 'open', response: { drill } });
  });
});

test('the journal says that the account acted where it did, and not where others put it right', async () => {
  const { use, at, acknowledge, load, id } = night();
  await use('used');
  await acknowledge();
  at(3);
  await use('password replaced', 'critical', {
    finding: { actor: { type: 'user', id: ben.id, name: ben.name, ip: null } },
  });
  expect((await load()).entries.at(-1)?.text).not.toContain('the account acted again');
  expect(id).not.toBe('');
});

test('an answer counts for no act that ended the one before', async () => {
  const { use, at, acknowledge, acts, seen, responding, id } = night();
  await use('used');
  const before = await seen();
  await acknowledge();
  at(3);
  await acts(3);
  const given = { by: ben, claim: 'drill', reason: 'planned', seen: before } as const;
  expect(await responding.acknowledge(id, given)).toMatchObject({ done: false, why: 'news' });
});

describe('a crash at any call', () => {
  const ends = {
    'an acknowledgement that an act ends': { isClosed: false, isFound: false },
    'an acknowledgement that a finding ends': { isClosed: false, isFound: true },
    'a closed incident that an act opens': { isClosed: true, isFound: false },
    'a closed incident that a finding opens': { isClosed: true, isFound: true },
  };

  test.each(Object.entries(ends))('leaves %s to be asked about', async (_, given) => {
    for (const isAfter of [false, true]) {
      for (let call = 1; ; call += 1) {
        const scene = night();
        await scene.use('used');
        await scene.acknowledge();
        if (given.isClosed) await scene.close();
        scene.at(20);
        const change = () => (given.isFound ? scene.use('more') : scene.acts(20));
        scene.failAt(call, isAfter);
        // The batch comes again, whether it failed or only its process died.
        await change().catch(() => {});
        const hasFailed = scene.failAt(Number.POSITIVE_INFINITY, false);
        await change();
        const { status, response } = await scene.incident();
        expect([status, response.askedAt]).toEqual(['open', isoAt(20)]);
        expect(scene.isMarked()).toBe(true);
        scene.at(26);
        await scene.look();
        expect((await scene.journal()).at(-1)).toBe('escalated');
        if (!hasFailed) break;
      }
    }
  });
});

test('as many findings of one incident as a batch can hold are saved, each chunk once', async () => {
  const cases = memoryCases();
  let saves = 0;
  const slow: typeof cases = {
    ...cases,
    async save(change) {
      saves += 1;
      await new Promise((done) => setTimeout(done, saves % 3));
      await cases.save(change);
    },
  };
  const found = Array.from({ length: 2_000 }, (_, index) => sampleFound('flooded', `${index}`));
  await recordFindings(found, { ...unheard, cases: slow, now: start });
  expect(cases.findings()).toHaveLength(2_000);
  expect(saves).toBeLessThanOrEqual(100);
});

test('a flood fits into transactions of a hundred rows, however many are asked by name', async () => {
  const cases = memoryCases();
  const rows: number[] = [];
  const noted: typeof cases = {
    ...cases,
    async save(change) {
      const { incident, findings, deliveries, entries = [] } = change;
      rows.push((incident ? 1 : 0) + findings.length + deliveries.length + entries.length);
      await cases.save(change);
    },
  };
  const everybody = Array.from({ length: 30 }, (_, index) => `p${index}`);
  const answering = {
    ...unanswered,
    escalationOf: () => escalationOf({ tiers: [{ afterMinutes: 0, onCall: everybody }] }),
    onCall: (names: readonly string[]) =>
      names.map((id) => ({ id, name: id, account: null, mail: `${id}@example.com` })),
    isPersonal: () => true,
  };
  const tellings = now('mail', 'other-mail');
  const routing = {
    at: async () => () => ({ tellings, unmuted: tellings, quiet: null, because: [] }),
    remember: async () => {},
  };
  const found = Array.from({ length: 120 }, (_, index) => sampleFound('flooded', `${index}`));
  await recordFindings(found, { ...unheard, answering, routing, cases: noted, now: start });
  expect(Math.max(...rows)).toBeLessThanOrEqual(100);
  expect(cases.findings()).toHaveLength(120);
});
