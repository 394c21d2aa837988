import { describe, expect, test } from 'vitest';
import { people } from '../../shared/detect/examples/tenant.ts';
import { WatchError } from '../../shared/errors.ts';
import type { Person } from '../../shared/respond/response.ts';
import { ana, at, ben, declared, drillNow, minute, scene, secondGlass, start } from './scene.ts';

const saysOf = (outcome: { done: boolean; says?: string }) => [outcome.done, outcome.says];

describe('a declaration', () => {
  test('makes a drill of the account, for the incident that its findings go to', async () => {
    const one = scene();
    const drill = await declared(one);
    await one.signsIn(5);

    expect(drill).toMatchObject({
      account: { id: people.glass.id, name: people.glass.upn },
      declaredBy: ana,
      declaredAt: at(0),
      from: at(0),
      until: at(60),
      reason: 'quarterly drill',
      state: 'declared',
      signedInAt: null,
    });
    const uses = one.cases.findings().map(({ finding }) => finding);
    expect(new Set(uses.map(({ incident }) => incident))).toEqual(new Set([drill.incident]));
    expect(await one.verbs.list()).toEqual([drill]);
  });

  test('is in the ledger before it counts', async () => {
    const one = scene();
    const drill = await declared(one);
    expect(one.ledger.map(({ kind, subject, payload }) => [kind, subject, payload])).toEqual([
      ['drill', drill.id, { what: 'declared', drill }],
    ]);

    const other = scene();
    other.deps.written = async () => {
      throw new WatchError('STORE_UNAVAILABLE', 'the ledger');
    };
    await expect(other.declare()).rejects.toThrow('STORE_UNAVAILABLE');
    expect(await other.verbs.list()).toEqual([]);
  });

  const glass: Person = { id: people.glass.id, name: 'nobody', identifiedBy: 'sign-in' };
  test.each([
    [
      'an account that is none',
      { account: people.ada.upn },
      /is not a break-glass account.*glass-1/,
    ],
    ['nobody', { account: '' }, /is not a break-glass account/],
    ['a tenant that is not watched', { tenantId: 'elsewhere' }, /no such tenant/],
    ['no reason', { reason: ' \u202e ' }, /needs a reason/],
    ['nine minutes', { until: at(9) }, /at least 10 minutes/],
    ['a day and a minute', { until: at(24 * 60 + 1) }, /at most 24 hours/],
    ['an end before its beginning', { from: at(60), until: at(30) }, /at least 10 minutes/],
    ['what has happened', { from: at(-6) }, /before it begins/],
    ['no time', { from: 'noon' }, /UTC ISO 8601/],
  ])('of %s is refused with a sentence', async (_, given, says) => {
    const one = scene();
    const outcome = await one.declare(given);
    expect(saysOf(outcome)).toEqual([false, expect.stringMatching(says)]);
    expect([await one.verbs.list(), one.ledger]).toEqual([[], []]);
  });

  test('by a break-glass account is refused', async () => {
    const outcome = await scene().declare({}, glass);
    expect(saysOf(outcome)).toEqual([false, expect.stringContaining('declares no drill')]);
  });

  test('that comes a moment late counts from then on', async () => {
    const one = scene();
    one.to(3);
    const drill = await declared(one, { until: at(10) });
    expect([drill.from, drill.until]).toEqual([at(3), at(13)]);
    expect(await one.verbs.markFor(drill.incident, start + 2 * minute)).toBeNull();
  });

  test('of a day, of ten minutes, and by object id is fine', async () => {
    const one = scene();
    await declared(one, { until: at(24 * 60) });
    const other = await declared(one, { account: secondGlass.id.toUpperCase(), until: at(10) });
    expect(other.account).toEqual({ id: secondGlass.id, name: secondGlass.id });
  });

  test('that overlaps another of the account is refused, and one beside it is not', async () => {
    const one = scene();
    const first = await declared(one);
    expect(saysOf(await one.declare({ from: at(60), until: at(90) }))).toEqual([
      false,
      expect.stringContaining(first.id),
    ]);
    await declared(one, { from: at(61), until: at(90) });
    await declared(one, { account: secondGlass.id });
  });

  test('keeps what was typed as one clean line', async () => {
    const drill = await declared(scene(), { reason: 'a\nb\u202ec'.padEnd(900, 'x') });
    expect(drill.reason).toMatch(/^a bcx+…$/);
    expect(drill.reason).toHaveLength(300);
  });
});

describe('the mark', () => {
  test('is for the account and the window, both ends included', async () => {
    const one = scene();
    const drill = await declared(one, { from: at(10) });
    const mark = { id: drill.id, declaredBy: 'Ana Ruiz', until: at(60) };
    const markAt = (minutes: number) => one.verbs.markFor(drill.incident, start + minutes * minute);
    expect([await markAt(10), await markAt(60)]).toEqual([mark, mark]);
    expect([await markAt(9.99), await markAt(60.01)]).toEqual([null, null]);
    expect(await one.verbs.markFor('another incident', start + 20 * minute)).toBeNull();
  });

  test('changes nothing about how loud an alert is', async () => {
    const [plain, drilled] = [scene(), scene()];
    await declared(drilled);
    const tellings = await Promise.all(
      [plain, drilled].map(async (one) => {
        await one.signsIn(5);
        const [incident] = await one.cases.incidents({ limit: 2 });
        const kept = await one.cases.load(incident?.id ?? '');
        return {
          drill: incident?.response.drill?.declaredBy ?? null,
          severity: incident?.severity,
          told: kept?.deliveries.map(({ value: { channel, kind, severity, dueAt } }) => [
            channel,
            kind,
            severity,
            dueAt,
          ]),
        };
      }),
    );
    expect(tellings.map(({ drill }) => drill)).toEqual([null, 'Ana Ruiz']);
    expect({ ...tellings[1], drill: null }).toEqual(tellings[0]);
    expect(tellings[0]).toMatchObject({
      severity: 'critical',
      told: [
        ['teams', 'new', 'critical', at(0)],
        ['pager', 'new', 'critical', at(0)],
      ],
    });
  });

  test('is not for a sign-in outside the window, nor for the other account', async () => {
    const one = scene();
    await declared(one, { from: at(10) });
    one.to(20);
    await one.signsIn(9);
    await one.signsIn(15, {}, secondGlass);
    const incidents = await one.cases.incidents({ limit: 5 });
    expect(incidents.map(({ response }) => response.drill)).toEqual([null, null]);
  });

  test('of a drill that another instance declared comes within seconds, at one read', async () => {
    const one = scene();
    let reads = 0;
    const { all } = one.shelf;
    one.shelf.all = () => {
      reads += 1;
      return all();
    };
    const drill = await declared(one);
    reads = 0;
    await one.verbs.markFor(drill.incident, start);
    await one.shelf.remove(drill.id);
    expect(await one.verbs.markFor(drill.incident, start)).not.toBeNull();
    expect(reads).toBe(1);
    one.to(0.1);
    expect(await one.verbs.markFor(drill.incident, start)).toBeNull();
  });

  test('is left out, not waited for, where drills can not be read', async () => {
    const one = scene();
    const drill = await declared(one);
    one.shelf.all = () => Promise.reject(new WatchError('STORE_UNAVAILABLE', 'away'));
    expect(await one.verbs.markFor(drill.incident, start)).toBeNull();
    expect(one.warnings).toEqual(['drills: STORE_UNAVAILABLE: away']);
  });
});

describe('a cancelled drill', () => {
  test('marks nothing, and is in the ledger with who cancelled it', async () => {
    const one = scene();
    const drill = await declared(one);
    expect(await one.verbs.cancel(drill.id, ben)).toMatchObject({ done: true });
    expect((await drillNow(one, drill.id)).state).toBe('cancelled');
    expect(await one.verbs.markFor(drill.incident, start)).toBeNull();
    expect(one.ledger.at(-1)?.payload).toMatchObject({ what: 'cancelled', by: ben });
    // Another may be declared in its place.
    one.to(1);
    await declared(one);
  });

  test('is refused once the account has signed in, though nobody has looked yet', async () => {
    const one = scene();
    const drill = await declared(one);
    one.to(10);
    await one.signsIn(5);
    expect(saysOf(await one.verbs.cancel(drill.id, ben))).toEqual([
      false,
      expect.stringContaining(`signed in at ${at(5)}`),
    ]);
    expect((await drillNow(one, drill.id)).state).toBe('declared');
  });

  test.each([
    [61, 'Its window is over'],
    [95, 'It has failed'],
  ])('is refused %i minutes later: nobody makes a failure unhappen', async (later, says) => {
    const one = scene();
    const drill = await declared(one);
    one.to(later);
    await one.follow();
    expect(saysOf(await one.verbs.cancel(drill.id, ben))).toEqual([
      false,
      expect.stringContaining(says),
    ]);
  });

  test('is refused a second time, and of one that does not exist', async () => {
    const one = scene();
    const drill = await declared(one);
    await one.verbs.cancel(drill.id, ben);
    expect((await one.verbs.cancel(drill.id, ben)).done).toBe(false);
    expect(saysOf(await one.verbs.cancel('nothing', ben))).toEqual([
      false,
      'There is no drill nothing.',
    ]);
  });

  test('gives way to a sign-in that another instance saw meanwhile', async () => {
    const one = scene();
    const drill = await declared(one);
    const put = one.shelf.put;
    one.shelf.put = async (id, value, version) => {
      one.shelf.put = put;
      one.to(10);
      await one.signsIn(5);
      await one.follow();
      return put(id, value, version);
    };
    expect((await one.verbs.cancel(drill.id, ben)).done).toBe(false);
    expect(await drillNow(one, drill.id)).toMatchObject({ state: 'declared', signedInAt: at(5) });
    // The ledger tells that it was tried, and what became of it.
    expect(one.ledger.map(({ payload }) => payload.what)).toEqual([
      'declared',
      'cancelled',
      'followed',
      'cancel refused',
    ]);
  });
});
