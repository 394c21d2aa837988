import { describe, expect, test } from 'vitest';
import { refresh } from '../../shared/detect/examples/records.ts';
import { people } from '../../shared/detect/examples/tenant.ts';
import { observe } from '../../shared/drill/observe.ts';
import { isoOf } from '../../shared/time.ts';
import { ana, at, ben, declared, drillNow, minute, scene, secondGlass, start } from './scene.ts';

describe('a drill that goes well', () => {
  test('has all its evidence, each with its time', async () => {
    const one = scene();
    const drill = await declared(one);
    one.to(8);
    await one.signsIn(5);
    one.to(9);
    await one.send(drill.incident, ['pager']);
    await one.follow();
    expect(await drillNow(one, drill.id)).toMatchObject({
      state: 'seen',
      signedInAt: at(5),
      detectedAt: at(8),
      acknowledged: null,
    });
    expect((await drillNow(one, drill.id)).alerted).toEqual({ pager: at(9) });

    one.to(12);
    await one.send(drill.incident);
    one.to(13);
    expect((await one.answer(drill.incident, ana)).done).toBe(true);
    one.to(20);
    expect((await one.answer(drill.incident, ben)).done).toBe(true);
    await one.follow();
    expect(await drillNow(one, drill.id)).toMatchObject({
      alerted: { pager: at(9), teams: at(12) },
      acknowledged: { by: ana, at: at(13) },
      closed: { by: ben, at: at(20) },
    });
    expect(one.missed()).toEqual([]);
    expect(one.ledger.map(({ payload }) => payload.what)).toEqual(['declared', 'seen', 'followed']);
  });

  test('is the same after an hour without anybody looking', async () => {
    const one = scene();
    const drill = await declared(one);
    one.to(8);
    await one.signsIn(5);
    await one.send(drill.incident);
    one.to(13);
    await one.answer(drill.incident, ana);
    one.to(20);
    await one.answer(drill.incident, ben);
    one.to(150);
    await one.follow();
    expect(await drillNow(one, drill.id)).toMatchObject({
      state: 'seen',
      signedInAt: at(5),
      alerted: { pager: at(8), teams: at(8) },
      acknowledged: { by: ana, at: at(13) },
      closed: { by: ben, at: at(20) },
    });
    expect(one.missed()).toEqual([]);
  });

  test('is not changed by looking again, nor by what the account does later', async () => {
    const one = scene();
    const drill = await declared(one);
    one.to(8);
    await one.signsIn(5);
    await one.send(drill.incident);
    await one.follow();
    const before = [await drillNow(one, drill.id), one.ledger.length];
    for (const minutes of [9, 10, 100]) {
      one.to(minutes);
      await one.follow();
    }
    await one.signsIn(99, { sessionId: 'another' });
    await one.send(drill.incident);
    await one.follow();
    expect([await drillNow(one, drill.id), one.ledger.length]).toEqual(before);
  });

  test('is not answered by what was answered before its sign-in was found', async () => {
    const one = scene();
    const drill = await declared(one, { from: at(30) });
    one.to(6);
    await one.signsIn(1, { sessionId: 'in earnest' });
    await one.send(drill.incident);
    one.to(10);
    await one.answer(drill.incident, ana);
    one.to(40);
    await one.signsIn(35, { sessionId: 'drill' });
    await one.send(drill.incident);
    await one.follow();
    expect(await drillNow(one, drill.id)).toMatchObject({
      state: 'seen',
      signedInAt: at(35),
      acknowledged: null,
    });
    one.to(45);
    await one.answer(drill.incident, ben);
    await one.follow();
    expect((await drillNow(one, drill.id)).acknowledged).toEqual({ by: ben, at: at(45) });
  });

  test('proves its account, and no other', async () => {
    const one = scene();
    const drill = await declared(one);
    one.to(8);
    await one.signsIn(5);
    expect((await one.verbs.provenDrills(one.tenant.id))(people.glass.id)).toBeUndefined();
    await one.send(drill.incident);
    await one.follow();
    const proven = await one.verbs.provenDrills(one.tenant.id);
    expect([proven(people.glass.id), proven(secondGlass.id)]).toEqual([
      start + 5 * minute,
      undefined,
    ]);
    expect(await one.verbs.accounts([one.tenant.id, 'another tenant'])).toEqual([
      { tenantId: one.tenant.id, id: secondGlass.id, name: secondGlass.id, lastProvenAt: null },
      { tenantId: one.tenant.id, ...drill.account, lastProvenAt: at(5) },
    ]);
    expect((await one.verbs.provenDrills('another tenant'))(people.glass.id)).toBeUndefined();
  });
});

describe('what proves nothing', () => {
  const failsAfter = async (use: (one: ReturnType<typeof scene>) => Promise<unknown>) => {
    const one = scene();
    const drill = await declared(one, { from: at(10) });
    one.to(65);
    await use(one);
    await one.send(drill.incident);
    one.to(91);
    await one.follow();
    return (await drillNow(one, drill.id)).state;
  };

  test.each([
    ['a sign-in before the window', 9, {}],
    ['a sign-in after the window', 61, {}],
    ['a wrong password', 20, { status: { errorCode: 50126 } }],
  ])('%s', async (_, minutes, fields) => {
    expect(await failsAfter((one) => one.signsIn(minutes, fields))).toBe('failed');
  });

  test('the other account', async () => {
    expect(await failsAfter((one) => one.signsIn(20, {}, secondGlass))).toBe('failed');
  });

  test('a token that is renewed', async () => {
    const renewal = refresh(people.glass, { id: 'r', createdDateTime: at(20), sessionId: 'old' });
    expect(await failsAfter((one) => one.arrive([{ ...renewal, time: at(20) }]))).toBe('failed');
  });

  test('a sign-in that was taken back', async () => {
    const one = scene();
    const drill = await declared(one);
    one.to(8);
    await one.signsIn(5);
    await one.send(drill.incident);
    const kept = await one.cases.load(drill.incident);
    if (!kept) throw new Error('there is no incident');
    const seenIn = (state: 'open' | 'withdrawn') =>
      observe(drill, { ...kept, findings: kept.findings.map((one) => ({ ...one, state })) }, []);
    expect(seenIn('open').signedInAt).toBe(at(5));
    expect(seenIn('withdrawn')).toEqual(drill);
  });

  test('a message that was sent before the one that was folded', async () => {
    const one = scene();
    const drill = await declared(one);
    one.to(8);
    await one.signsIn(5);
    await one.signsIn(6, { sessionId: 'second' });
    const kept = await one.cases.load(drill.incident);
    const second = kept?.findings.find(
      ({ finding: { detection, time } }) =>
        detection === 'breakglass-signin-success' && time === at(6),
    );
    if (!kept || !second) throw new Error('there is no incident');
    const deliveries = kept.deliveries.map(({ value, version }) => {
      const isFirst = value.revision === 1;
      const told = { state: isFirst ? 'sent' : 'folded', sentAt: isFirst ? at(9) : null } as const;
      return { value: { ...value, ...told }, version };
    });
    const { signedInAt, alerted } = observe(drill, { ...kept, findings: [second], deliveries }, []);
    expect([signedInAt, alerted]).toEqual([at(6), {}]);
  });

  test('a digest', async () => {
    const one = scene();
    const drill = await declared(one);
    await one.signsIn(5);
    const kept = await one.cases.load(drill.incident);
    for (const { value, version } of kept?.deliveries ?? []) {
      const folded = { ...value, state: 'folded' as const, cadence: 'daily' as const };
      await one.cases.saveDelivery(folded, version);
    }
    await one.follow();
    const { state, alerted } = await drillNow(one, drill.id);
    expect([state, alerted]).toEqual(['declared', {}]);
  });

  test('a later sign-in of the day in which the account was told of before', async () => {
    // Without a session all of a day is one finding, told with its first sign-in.
    const noSession = { sessionId: '' };
    const one = scene();
    const drill = await declared(one, { from: at(10) });
    await one.signsIn(5, noSession);
    await one.send(drill.incident);
    one.to(22);
    await one.signsIn(20, noSession);
    one.to(91);
    await one.follow();
    expect(await drillNow(one, drill.id)).toMatchObject({
      state: 'failed',
      signedInAt: at(20),
      arrivedAt: null,
    });
    expect((await drillNow(one, drill.id)).alerted).toEqual({});
    expect(one.missed().map(({ finding }) => finding.title)).toEqual([
      `Drill FAILED: ${people.glass.upn}: its sign-in was told on no channel`,
    ]);
  });
});

describe('a message that took up another', () => {
  test('tells of the sign-in too', async () => {
    const one = scene();
    const drill = await declared(one);
    await one.signsIn(5);
    one.to(6);
    await one.signsIn(6, { sessionId: 'second', ipAddress: '203.0.113.9' });
    const kept = await one.cases.load(drill.incident);
    for (const { value, version } of kept?.deliveries ?? []) {
      const state = value.revision === 1 ? ('folded' as const) : ('sent' as const);
      const sentAt = state === 'sent' ? at(7) : null;
      await one.cases.saveDelivery({ ...value, state, sentAt }, version);
    }
    await one.follow();
    expect((await drillNow(one, drill.id)).alerted).toEqual({ pager: at(7), teams: at(7) });
  });
});

describe('a drill without an alert', () => {
  test('fails half an hour after its window, not earlier', async () => {
    const one = scene();
    const drill = await declared(one);
    one.to(90);
    await one.follow();
    expect([(await drillNow(one, drill.id)).state, one.missed()]).toEqual(['declared', []]);
    one.to(90.1);
    await one.follow();
    expect((await drillNow(one, drill.id)).state).toBe('failed');
    const [missed] = one.missed();
    expect(missed).toMatchObject({
      state: 'open',
      finding: {
        severity: 'critical',
        title: `Drill FAILED: ${people.glass.upn}: no sign-in arrived`,
        subject: { type: 'other', id: people.glass.id },
        time: at(90),
      },
    });
    expect(missed?.finding.incident).not.toBe(drill.incident);
    const kept = await one.cases.load(missed?.finding.incident ?? '');
    expect(kept?.incident.matter).toBe('the-watch');
    expect(kept?.deliveries.map(({ value }) => value.channel)).toEqual(['teams', 'pager']);
  });

  test('says so once, however often and by whomever it is looked at', async () => {
    const one = scene();
    await declared(one);
    one.to(91);
    await Promise.all([one.follow(), one.follow()]);
    for (const minutes of [92, 500]) {
      one.to(minutes);
      await one.follow();
    }
    const [missed] = one.missed();
    const kept = await one.cases.load(missed?.finding.incident ?? '');
    expect([one.missed().length, kept?.incident.revision, kept?.deliveries.length]).toEqual([
      1, 1, 2,
    ]);
    expect(new Set(one.ledger.map(({ id }) => id)).size).toBe(2);
    expect(one.warnings).toEqual([]);
  });

  test('is found even if whoever saw it died before it was recorded', async () => {
    const one = scene();
    await declared(one);
    one.to(91);
    await one.follow({ record: () => Promise.reject(new Error('died')) });
    expect([one.missed(), one.warnings.length]).toEqual([[], 1]);
    await one.follow();
    expect(one.missed()).toHaveLength(1);
  });

  test('says more once the sign-in is known, and no channel takes the alert', async () => {
    const one = scene();
    const drill = await declared(one);
    one.to(91);
    await one.follow();
    await one.signsIn(20);
    one.to(92);
    await one.follow();
    expect(await drillNow(one, drill.id)).toMatchObject({ state: 'failed', signedInAt: at(20) });
    expect(one.missed().map(({ state, finding }) => [state, finding.title])).toEqual([
      ['open', `Drill FAILED: ${people.glass.upn}: its sign-in was told on no channel`],
    ]);
  });

  test('is seen after all once the alert comes, and people hear that it is over', async () => {
    const one = scene();
    const drill = await declared(one);
    one.to(91);
    await one.follow();
    one.to(200);
    await one.signsIn(20);
    await one.send(drill.incident);
    await one.follow({ record: () => Promise.reject(new Error('died')) });
    expect((await drillNow(one, drill.id)).state).toBe('failed');
    await one.follow();
    await one.follow();
    expect(await drillNow(one, drill.id)).toMatchObject({
      state: 'seen',
      signedInAt: at(20),
      detectedAt: at(200),
      alerted: { pager: at(200) },
    });
    const [missed] = one.missed();
    const kept = await one.cases.load(missed?.finding.incident ?? '');
    expect([missed?.state, kept?.incident.status]).toEqual(['resolved', 'resolved']);
    expect(kept?.deliveries.map(({ value }) => value.kind)).toEqual([
      'new',
      'new',
      'resolved',
      'resolved',
    ]);
  });

  test('stays over, though an instance that read it before comes late with its failure', async () => {
    const one = scene();
    await declared(one);
    one.to(91);
    let late: Parameters<typeof one.record>[0] = [];
    await one.follow({
      record: async (found) => {
        late = found;
      },
    });
    const drill = (await one.verbs.list())[0];
    await one.signsIn(20);
    await one.send(drill?.incident ?? '');
    await one.follow();
    await one.record(late);
    expect(late).toHaveLength(1);
    expect(one.missed().map(({ state }) => state)).toEqual(['resolved']);
  });

  test('is found beside one whose incident can not be read', async () => {
    const one = scene();
    const unreadable = await declared(one);
    const other = await declared(one, { account: secondGlass.id });
    one.to(91);
    await one.follow({
      cases: {
        acts: one.cases.acts,
        load: (id) =>
          id === unreadable.incident ? Promise.reject(new Error('away')) : one.cases.load(id),
      },
    });
    expect((await drillNow(one, other.id)).state).toBe('failed');
    expect((await drillNow(one, unreadable.id)).state).toBe('declared');
    expect(one.warnings).toEqual([`drill ${unreadable.id}: away`]);
  });

  test('is no finding where the policy has switched that off', async () => {
    const one = scene();
    const drill = await declared(one);
    one.to(91);
    await one.follow({
      settingsOf: ((id: string) => ({ enabled: false, exclude: [], id })) as never,
    });
    expect([(await drillNow(one, drill.id)).state, one.missed()]).toEqual(['failed', []]);
  });
});

describe('what is looked at', () => {
  test('is neither cancelled, nor still to come, nor long over', async () => {
    const one = scene();
    const cancelled = await declared(one);
    await one.verbs.cancel(cancelled.id, ana);
    await declared(one, { account: secondGlass.id, from: at(10), until: at(60) });
    expect(await one.follow()).toBe(0);
    one.to(10);
    expect(await one.follow()).toBe(1);
    one.to(60 + 30 * 24 * 60);
    expect(await one.follow()).toBe(1);
    one.to(61 + 30 * 24 * 60);
    expect(await one.follow()).toBe(0);
  });

  test('two at once come to the same drill', async () => {
    const one = scene();
    const drill = await declared(one);
    one.to(8);
    await one.signsIn(5);
    await one.send(drill.incident);
    await Promise.all([one.follow(), one.follow(), one.follow()]);
    expect(await drillNow(one, drill.id)).toMatchObject({ state: 'seen', signedInAt: at(5) });
    expect([new Set(one.ledger.map(({ id }) => id)).size, one.warnings]).toEqual([2, []]);
    expect(one.ledger[1]?.at).toBe(isoOf(start + 8 * minute));
  });
});
