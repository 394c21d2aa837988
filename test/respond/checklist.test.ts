import { describe, expect, test } from 'vitest';
import { audit, by, signIn, target } from '../../shared/detect/examples/records.ts';
import { people } from '../../shared/detect/examples/tenant.ts';
import { breakGlassMatter } from '../../shared/incident.ts';
import {
  type ChecklistItemId,
  checklistItemIds,
  checklistOf,
  isChecklistItem,
} from '../../shared/respond/checklist.ts';
import { ana, at, ben, scene, secondGlass, start } from '../drill/scene.ts';
import { sampleIncident } from '../stores/sample-findings.ts';

/** A break-glass account was used at minute 10, known at 12. */
async function used() {
  const one = scene();
  await one.declare();
  one.to(12);
  await one.signsIn(10);
  const [incident] = await one.cases.incidents({ limit: 1 });
  const id = incident?.id ?? '';
  let records = 0;
  return {
    ...one,
    id,
    /** A row of the audit log at a minute, by somebody about somebody. */
    happens: async (
      minutes: number,
      operation: string,
      fields: object = {},
      who: { id: string; upn: string } = people.ada,
    ) => {
      records += 1;
      const own = { id: `row ${records}`, correlationId: `click ${records}` };
      const row = audit(operation, {
        category: 'UserManagement',
        activityDateTime: at(minutes),
        initiatedBy: by(who),
        targetResources: [target(people.glass)],
        ...own,
        ...fields,
      });
      one.to(minutes + 2);
      await one.arrive([{ ...row, time: at(minutes) }]);
    },
    list: async () => {
      const kept = await one.cases.load(id);
      if (!kept) throw new Error('there is no incident');
      return checklistOf({ ...kept, acts: await one.cases.acts(id), now: start });
    },
    item: async function (name: ChecklistItemId) {
      const found = (await this.list()).find((each) => each.id === name);
      if (!found) throw new Error(`there is no item ${name}`);
      return found;
    },
    tick: (item: ChecklistItemId, isDone: boolean, note = '', who = ana) =>
      one.responding.check(id, { by: who, item, isDone, note }),
  };
}

const revocation = 'Update StsRefreshTokenValidFrom Timestamp';

describe('the checklist', () => {
  test('is of break-glass incidents alone', () => {
    const nothing = { findings: [], entries: [], acts: [], now: start };
    expect(checklistOf({ incident: sampleIncident('role'), ...nothing })).toEqual([]);
    const incident = sampleIncident('glass', { matter: breakGlassMatter });
    expect(checklistOf({ incident, ...nothing }).map(({ id }) => id)).toEqual(checklistItemIds);
  });

  test('says of each item on whom it falls, and links nothing', async () => {
    const items = await (await used()).list();
    expect(items).toHaveLength(11);
    for (const { text, how } of items) {
      expect(text).toMatch(/^[A-Z][^:]+: [a-z]/);
      expect(`${text} ${how}`).not.toMatch(/https?:|www\./);
    }
  });

  test('knows its items by name', () => {
    expect([isChecklistItem('mail-watched'), isChecklistItem('toString')]).toEqual([true, false]);
  });
});

describe('a tick', () => {
  test('of a person says who, when and what, and the last one counts', async () => {
    const night = await used();
    expect(await night.item('managers-told')).toMatchObject({
      isDone: false,
      how: null,
      canTick: true,
    });
    night.to(15);
    await night.tick('managers-told', true, 'both,\n<b>by phone</b>');
    expect(await night.item('managers-told')).toMatchObject({
      isDone: true,
      how: 'Ticked by Ana Ruiz, 2026-11-20 12:15 UTC: both, <b>by phone</b>.',
      canTick: true,
    });
    night.to(16);
    await night.tick('managers-told', false, '', ben);
    expect(await night.item('managers-told')).toMatchObject({
      isDone: false,
      how: 'Tick taken away by Ben Osei, 2026-11-20 12:16 UTC.',
    });
    expect((await night.item('security-told')).isDone).toBe(false);
  });

  test('is of the time until the incident is closed, and the next one begins anew', async () => {
    const night = await used();
    night.to(15);
    await night.tick('managers-told', true);
    await night.answer(night.id, ana);
    await night.happens(16, revocation);
    night.to(19);
    await night.answer(night.id, ana);
    night.to(20);
    await night.answer(night.id, ben);
    const closed = await night.list();
    expect(closed.filter(({ isDone }) => isDone).map(({ id }) => id)).toEqual([
      'managers-told',
      'sessions-revoked',
      'logs-saved',
    ]);
    expect(closed.some(({ canTick }) => canTick)).toBe(false);

    night.to(32);
    await night.signsIn(30, { sessionId: 'again' });
    const anew = await night.list();
    expect(anew.filter(({ isDone }) => isDone).map(({ id }) => id)).toEqual(['logs-saved']);
    expect(anew.find(({ id }) => id === 'managers-told')?.how).toBeNull();
    expect(anew.find(({ id }) => id === 'logs-saved')?.how).toMatch(/^1 raw record of it is kept/);
    await night.happens(33, revocation);
    expect((await night.item('sessions-revoked')).isDone).toBe(true);
  });
});

test('a session that goes on after the incident was closed was used when it went on', async () => {
  const night = await used();
  night.to(15);
  await night.answer(night.id, ana);
  night.to(20);
  await night.answer(night.id, ben);
  night.to(32);
  await night.signsIn(30, { ipAddress: '203.0.113.9' });
  await night.happens(25, revocation);
  expect((await night.item('sessions-revoked')).isDone).toBe(false);
  await night.happens(31, revocation);
  expect((await night.item('sessions-revoked')).isDone).toBe(true);
});

describe('sessions revoked', () => {
  test('ticks itself, says by whom, and nobody takes it away', async () => {
    const night = await used();
    expect((await night.item('sessions-revoked')).isDone).toBe(false);
    await night.happens(15, revocation);
    await night.tick('sessions-revoked', false, 'no');
    expect(await night.item('sessions-revoked')).toMatchObject({
      isDone: true,
      how: `Seen in the log: ${revocation} by ${people.ada.upn}, 2026-11-20 12:15 UTC.`,
      canTick: false,
    });
  });

  test.each([
    ['before the account was used', 9, {}, people.ada],
    ['of another account', 15, { targetResources: [target(people.dan)] }, people.glass],
    ['by the account itself', 15, {}, people.glass],
    ['that was refused', 15, { result: 'failure' }, people.ada],
  ])('is not what happened %s', async (_, minutes, fields, who) => {
    const night = await used();
    await night.happens(minutes, revocation, fields, who);
    expect(await night.item('sessions-revoked')).toMatchObject({ isDone: false, canTick: true });
  });

  test('is not what was done to an account that nobody used', async () => {
    const night = await used();
    const row = audit(revocation, {
      activityDateTime: at(15),
      targetResources: [target(secondGlass)],
    });
    await night.arrive([{ ...row, time: at(15) }]);
    const incidents = await night.cases.incidents({ limit: 5 });
    const other = incidents.find(({ id }) => id !== night.id);
    const kept = await night.cases.load(other?.id ?? '');
    if (!kept) throw new Error('there is no incident');
    const items = checklistOf({ ...kept, acts: [], now: start });
    expect(items.find(({ id }) => id === 'sessions-revoked')?.isDone).toBe(false);
  });
});

describe('the credential replaced', () => {
  test.each([
    'Reset user password',
    'Admin registered security info',
    'Admin deleted security info',
    'Add FIDO2 security key',
  ])('ticks itself with "%s"', async (operation) => {
    const night = await used();
    await night.happens(15, operation);
    expect(await night.item('credential-rotated')).toMatchObject({
      isDone: true,
      how: `Seen in the log: ${operation} by ${people.ada.upn}, 2026-11-20 12:15 UTC.`,
      canTick: false,
    });
  });

  test('is not any change', async () => {
    const night = await used();
    await night.happens(15, 'Update user');
    await night.happens(16, revocation);
    expect((await night.item('credential-rotated')).isDone).toBe(false);
  });

  test('by the account itself is said, and left to people: a thief does so too', async () => {
    const night = await used();
    await night.happens(15, 'Change user password', {}, people.glass);
    expect(await night.item('credential-rotated')).toMatchObject({
      isDone: false,
      how: expect.stringContaining('did it itself at 2026-11-20 12:15 UTC'),
      canTick: true,
    });
  });

  test('of another account by this one is neither', async () => {
    const night = await used();
    const fields = { targetResources: [target(people.dan)] };
    await night.happens(15, 'Reset user password', fields, people.glass);
    expect(await night.item('credential-rotated')).toMatchObject({ isDone: false, how: null });
  });
});

describe('what has arrived', () => {
  test('is said of the sign-in report, up to the latest', async () => {
    const night = await used();
    expect((await night.item('sign-ins-reviewed')).how).toContain('of 2026-11-20 12:10 UTC.');
    night.to(20);
    await night.signsIn(18, { isInteractive: false });
    expect((await night.item('sign-ins-reviewed')).how).toContain('of 2026-11-20 12:18 UTC.');
  });

  test('is counted of what the account did', async () => {
    const night = await used();
    expect((await night.item('acts-reviewed')).how).toMatch(/^No change by the account/);
    const fields = { targetResources: [target(people.dan)] };
    await night.happens(15, 'Update user', fields, people.glass);
    await night.happens(16, 'Disable account', fields, people.glass);
    expect((await night.item('acts-reviewed')).how).toMatch(/^2 changes by the account/);
  });

  test('is kept: each raw record once, with how to hand it on', async () => {
    const night = await used();
    expect(await night.item('logs-saved')).toMatchObject({
      isDone: true,
      how: `1 raw record of it is kept. To hand them on: npx glasswatch evidence export ${night.id}`,
      canTick: false,
    });
    await night.arrive([signIn(people.glass, { id: 'another', createdDateTime: at(11) })]);
    expect((await night.item('logs-saved')).how).toMatch(/^2 raw records of it are kept/);
  });

  test('holds no more than one clean line of hostile text', async () => {
    const night = await used();
    await night.happens(15, `Reset user password\n\u202e<b>${'x'.repeat(500)}`);
    const { isDone, how } = await night.item('credential-rotated');
    expect(isDone).toBe(true);
    expect(how).not.toMatch(/[\n\u202e]/);
    expect(how?.length).toBeLessThan(250);
  });
});
