import { describe, expect, test } from 'vitest';
import { directRole, joinsGroup, pimRow } from '../../../shared/detect/examples/records.ts';
import {
  groups,
  helpdeskAdministrator,
  people,
  userAdministrator,
} from '../../../shared/detect/examples/tenant.ts';
import { eligibleUse } from '../../../shared/detect/posture/eligible-use.ts';
import type { Turn } from '../../../shared/watch/turns.ts';
import { adaIn, postureScene } from './posture-scene.ts';

const at = (time: string) => Date.parse(time);
const takenAt = at('2026-11-19T00:00:00Z');
const now = '2026-12-20T12:00:00Z';
const unit = '/administrativeUnits/u-1';
const eligible = (fields: object = {}) => ({
  roleTemplateId: helpdeskAdministrator,
  state: 'eligible',
  scope: '/',
  via: null,
  until: null,
  ...fields,
});

type Given = { assignments?: object[]; others?: object[]; records?: object[]; now?: string };

function useOf({ assignments = [eligible()], ...given }: Given) {
  const scene = postureScene({ now, ...given, ada: { assignments } });
  return eligibleUse(adaIn(scene), scene);
}

const pim = (operation: string, time: string, templateId = helpdeskAdministrator) =>
  pimRow(operation, people.ada, templateId, { activityDateTime: time });
const activation = 'Add member to role completed (PIM activation)';
const grant = 'Add eligible member to role in PIM completed (permanent)';
const removal = 'Remove eligible member from role in PIM completed (permanent)';

describe('the time it is held', () => {
  /** Laid out by hand: what readings and events of many days have left. */
  function held(...turns: Turn[]) {
    const scene = postureScene({ ada: { assignments: [eligible()] }, now });
    const ada = adaIn(scene);
    const [holding] = ada.holdings;
    if (!holding) throw new Error('no holding');
    const holdings = [{ ...holding, turns }];
    const [use] = eligibleUse({ ...ada, holdings }, scene);
    return use && { watchedSince: use.watchedSince, givenAt: use.givenAt };
  }
  const seen = (day: number): Turn => ({ at: day, held: true, isState: true });
  const missed = (day: number): Turn => ({ at: day, held: false, isState: true });

  test('begins where it was first seen, and nobody knows since when it was there', () => {
    expect(held(seen(100), seen(200))).toEqual({ watchedSince: 100, givenAt: null });
  });

  test('begins with the event that gave it', () => {
    expect(held({ at: 100, held: true }, seen(200))).toEqual({ watchedSince: 100, givenAt: 100 });
  });

  test('begins anew after a reading that did not find it', () => {
    expect(held(seen(100), missed(200), seen(300), seen(400))).toEqual({
      watchedSince: 300,
      givenAt: 300,
    });
  });

  test('begins anew after it had ended by itself', () => {
    expect(held({ ...seen(100), until: 150 }, seen(200))).toEqual({
      watchedSince: 200,
      givenAt: 200,
    });
    expect(held({ ...seen(100), until: 200 }, seen(200))).toMatchObject({ watchedSince: 100 });
  });

  test('is none once it was taken away, or has ended', () => {
    expect(held(seen(100), missed(200))).toBeUndefined();
    expect(held({ ...seen(100), until: 150 })).toBeUndefined();
  });

  test('began before a reading that lagged behind the event', () => {
    const given = { at: at('2026-12-20T11:50:00Z'), held: true };
    const lagging = [missed(given.at + 1000), missed(given.at + 2000)];
    expect(held(given, ...lagging)).toMatchObject({ watchedSince: given.at });
  });

  test('is none while nobody watched', () => {
    expect(held(seen(at('2027-01-01T00:00:00Z')))).toBeUndefined();
  });

  test('takes in the moment itself', () => {
    expect(held(seen(at(now)))).toMatchObject({ watchedSince: at(now) });
  });

  test('leaves out what comes after the moment', () => {
    const later = at('2027-01-01T00:00:00Z');
    expect(held(seen(100), missed(later), seen(later + 1))).toMatchObject({ watchedSince: 100 });
  });
});

test.each<[string, string | undefined, number | null]>([
  ['nobody tells', undefined, null],
  ['before it was first seen', '2026-05-01T00:00:00Z', at('2026-05-01T00:00:00Z')],
  ['when it was first seen', '2026-11-19T00:00:00Z', takenAt],
  ['later: the start of a renewal', '2026-11-19T08:00:00Z', null],
])('the directory says since when it is given: %s', (_, since, givenAt) => {
  expect(useOf({ assignments: [eligible({ since })] })).toMatchObject([
    { watchedSince: takenAt, givenAt },
  ]);
});

test('the start of another assignment says nothing', () => {
  const since = '2026-05-01T00:00:00Z';
  const others = [
    eligible({ since, scope: unit }),
    eligible({ since, via: groups.operators.id }),
    eligible({ since, roleTemplateId: userAdministrator }),
    eligible({ since, state: 'active' }),
  ];
  const uses = useOf({ assignments: [...others, eligible()] });
  expect(uses.map(({ givenAt }) => givenAt)).toEqual([at(since), at(since), at(since), null]);
  expect(useOf({ assignments: [eligible({ since: undefined }), ...others] })[0]).toMatchObject({
    role: { templateId: helpdeskAdministrator, scope: '/' },
    givenAt: null,
  });
});

test('what the log gave, and what it took away, counts', () => {
  const given = useOf({ assignments: [], records: [pim(grant, '2026-11-25T00:00:00Z')] });
  expect(given).toMatchObject([{ givenAt: at('2026-11-25T00:00:00Z'), usedAt: null }]);
  expect(useOf({ records: [pim(removal, '2026-11-25T00:00:00Z')] })).toEqual([]);
});

test('a role that nobody watches is left out, and an active one', () => {
  expect(
    useOf({ assignments: [eligible({ roleTemplateId: '4a5d8f65-41da-4de4-8968-e035b65339cf' })] }),
  ).toEqual([]);
  expect(useOf({ assignments: [eligible({ state: 'active' })] })).toEqual([]);
});

describe('the last use', () => {
  const used = (given: Given) => useOf(given).map(({ usedAt }) => usedAt);

  test('is the latest activation, in whichever order they arrived', () => {
    const times = ['2026-12-03T00:00:00Z', '2026-12-01T00:00:00Z'];
    const records = times.map((time) => pim(activation, time));
    expect(used({ records })).toEqual([at('2026-12-03T00:00:00Z')]);
  });

  test('is none without one, and none that comes later', () => {
    expect(used({})).toEqual([null]);
    expect(used({ records: [pim(activation, '2026-12-21T00:00:00Z')] })).toEqual([null]);
  });

  test('is not that of another role', () => {
    const records = [pim(activation, '2026-12-01T00:00:00Z', userAdministrator)];
    expect(useOf({ records })).toMatchObject([
      { role: { templateId: helpdeskAdministrator }, usedAt: null },
      // Whoever activates a role was eligible for it.
      { role: { templateId: userAdministrator }, usedAt: at('2026-12-01T00:00:00Z') },
    ]);
  });

  test('of a role over a unit is told with or without the unit', () => {
    const records = [pim(activation, '2026-12-01T00:00:00Z')];
    const [use] = useOf({ assignments: [eligible({ scope: unit })], records });
    expect(use).toMatchObject({ role: { scope: unit }, usedAt: at('2026-12-01T00:00:00Z') });
  });

  test('of the whole tenant is not that of a unit', () => {
    const active = eligible({ scope: unit, state: 'activated' });
    expect(used({ assignments: [eligible(), active] })).toEqual([null]);
  });

  test('of a unit is that of the same unit', () => {
    const active = eligible({ scope: unit, state: 'activated' });
    expect(used({ assignments: [eligible({ scope: unit }), active] })).toEqual([takenAt]);
  });

  test('takes in the moment itself', () => {
    expect(used({ records: [pim(activation, now)] })).toEqual([at(now)]);
  });

  test('is not the end of it', () => {
    const ends = {
      ...directRole(people.ada, helpdeskAdministrator, {
        activityDateTime: '2026-12-01T00:00:00Z',
      }),
      operationName: 'Remove member from role',
    };
    const assignments = [eligible(), eligible({ state: 'activated' })];
    expect(used({ assignments, records: [ends] })).toEqual([takenAt]);
  });

  test('is what a snapshot found active', () => {
    const active = eligible({ state: 'activated', until: '2026-11-19T08:00:00Z' });
    expect(used({ assignments: [eligible(), active] })).toEqual([takenAt]);
  });

  test('through a group is the activated membership of that group', () => {
    const assignments = [eligible({ via: groups.operators.id })];
    const others = [groups.operators, groups.readers].map(({ id }) => ({ id, type: 'group' }));
    const joins = (group: { id: string; name: string }, operation = 'Add member to group') =>
      joinsGroup(people.ada, group, operation, { activityDateTime: '2026-12-01T00:00:00Z' });
    expect(used({ assignments, others, records: [joins(groups.operators)] })).toEqual([
      at('2026-12-01T00:00:00Z'),
    ]);
    expect(used({ assignments, others, records: [joins(groups.readers)] })).toEqual([null]);
  });
});
