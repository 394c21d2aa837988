import { describe, expect, test } from 'vitest';
import { directRole, joinsGroup } from '../../../shared/detect/examples/records.ts';
import {
  groups,
  helpdeskAdministrator,
  people,
  userAdministrator,
} from '../../../shared/detect/examples/tenant.ts';
import {
  isStanding,
  matterOfRoles,
  privilegedAssignments,
  rolesAmong,
  rolesInShort,
  usesPim,
} from '../../../shared/detect/posture/assignments.ts';
import { globalAdministrator } from '../../../shared/roles.ts';
import { adaIn, postureScene } from './posture-scene.ts';

const reportsReader = '4a5d8f65-41da-4de4-8968-e035b65339cf';
const privilegedRoleAdministrator = 'e8611ab8-c189-46e8-94e1-60213ab1f814';
const unit = '/administrativeUnits/u-1';
const assignment = (fields: object = {}) => ({
  roleTemplateId: helpdeskAdministrator,
  state: 'active',
  scope: '/',
  via: null,
  until: null,
  ...fields,
});

function rolesOf(
  assignments: object[] | undefined,
  given: Parameters<typeof postureScene>[0] = {},
) {
  const scene = postureScene({ ...given, ada: { assignments } });
  return privilegedAssignments(adaIn(scene), scene)?.map(
    ({ role, state, via }) => `${role.name} ${role.scope} ${state} ${via}`,
  );
}

describe('privileged assignments', () => {
  test('are those of the snapshot, whatever they leave out', () => {
    const bare = { roleTemplateId: userAdministrator };
    expect(rolesOf([assignment({ scope: unit }), bare])).toEqual([
      `Helpdesk Administrator ${unit} active null`,
      'User Administrator / undefined undefined',
    ]);
  });

  test('leave out roles that nobody watches', () => {
    expect(rolesOf([assignment({ roleTemplateId: reportsReader })])).toEqual([]);
  });

  test('leave out what ended by itself', () => {
    const ending = assignment({ state: 'activated', until: '2026-11-20T11:00:00Z' });
    expect(rolesOf([ending], { now: '2026-11-20T11:00:00Z' })).toHaveLength(1);
    expect(rolesOf([ending], { now: '2026-11-20T11:00:01Z' })).toEqual([]);
  });

  test('leave out what was removed since, and of two of a role only that one', () => {
    const removed = {
      ...directRole(people.ada, helpdeskAdministrator),
      operationName: 'Remove member from role',
    };
    const both = [assignment(), assignment({ state: 'eligible' })];
    expect(rolesOf(both, { records: [removed] })).toEqual([
      'Helpdesk Administrator / eligible null',
    ]);
  });

  test('leave out what went with a group, and nothing else', () => {
    const left = joinsGroup(people.ada, groups.operators, 'Remove member from group');
    const both = [assignment(), assignment({ via: groups.operators.id })];
    const others = [{ id: groups.operators.id, type: 'group' }];
    expect(rolesOf(both, { others, records: [left] })).toEqual([
      'Helpdesk Administrator / active null',
    ]);
  });

  test('are told apart by role and place', () => {
    const until = '2026-11-20T11:00:00Z';
    const ended = [assignment({ scope: unit, until }), assignment({ until })];
    const lasting = [assignment({ roleTemplateId: userAdministrator }), assignment({ via: 'g-1' })];
    expect(rolesOf([...ended, ...lasting])).toEqual([
      'User Administrator / active null',
      'Helpdesk Administrator / active g-1',
    ]);
    expect(rolesOf([assignment({ scope: unit, until }), assignment()])).toEqual([
      'Helpdesk Administrator / active null',
    ]);
  });

  test('are none of those that the watch has not learnt', () => {
    const scene = postureScene();
    expect(privilegedAssignments({ ...adaIn(scene), holdings: [] }, scene)).toEqual([]);
  });

  test('are not known where the snapshot does not tell them', () => {
    expect(rolesOf(undefined)).toBeUndefined();
    expect(rolesOf([])).toEqual([]);
  });

  test('say nothing of what only the log has told', () => {
    expect(rolesOf([], { records: [directRole(people.ada, helpdeskAdministrator)] })).toEqual([]);
  });
});

describe('a standing assignment', () => {
  const { snapshot } = postureScene();
  const reading = (why: string, fields: object = {}) =>
    postureScene({
      directory: { gaps: [{ part: 'pim', why, detail: 'Not read.', ...fields }] },
    }).snapshot;
  const judged = (fields: object, from = snapshot) =>
    isStanding(assignment(fields) as Parameters<typeof isStanding>[0], from);

  test.each<[string, object, boolean | undefined]>([
    ['is active without an end', {}, true],
    ['is not eligible', { state: 'eligible' }, false],
    ['is not activated', { state: 'activated' }, false],
    ['has no end', { until: '2027-01-01T00:00:00Z' }, false],
    ['has no end, whatever its state', { state: undefined, until: '2027-01-01T00:00:00Z' }, false],
    ['is not known where the end is not told', { until: undefined }, undefined],
    ['is not known where the state is not told', { state: undefined }, undefined],
    ['is not known where the state is null', { state: null }, undefined],
  ])('%s', (_, fields, expected) => {
    expect(judged(fields)).toBe(expected);
  });

  test('without a licence for PIM is any that does not say otherwise', () => {
    const unlicensed = reading('licence');
    expect(judged({ state: undefined, until: undefined }, unlicensed)).toBe(true);
    expect(judged({ until: '2027-01-01T00:00:00Z' }, unlicensed)).toBe(false);
  });

  test('is not known where PIM was not read: what was activated looks the same', () => {
    expect(judged({}, reading('permission'))).toBeUndefined();
    expect(judged({ state: 'eligible' }, reading('permission'))).toBe(false);
    expect(judged({}, reading('failed', { asOf: '2026-11-18T00:00:00Z' }))).toBe(true);
  });
});

describe('PIM is used', () => {
  test.each<[string, boolean, string | null, boolean]>([
    ['where the policy says so', true, null, true],
    ['where somebody is eligible', false, 'eligible', true],
    ['where somebody has activated a role', false, 'activated', true],
    ['nowhere else', false, 'active', false],
  ])('%s', (_, declared, state, expected) => {
    const ada = { assignments: state ? [assignment({ state })] : undefined };
    expect(usesPim(postureScene({ ada, usesPim: declared }))).toBe(expected);
  });
});

test('roles are told once each, the gravest first', () => {
  const role = (templateId: string, scope = '/') => ({
    role: { templateId, name: templateId, scope },
  });
  const listed = [
    role(userAdministrator),
    role(helpdeskAdministrator, unit),
    role(helpdeskAdministrator),
    role(privilegedRoleAdministrator),
    role(globalAdministrator),
    role(helpdeskAdministrator),
  ];
  const told = rolesAmong(listed);
  expect(told.map(({ templateId, scope }) => [templateId, scope])).toEqual([
    [globalAdministrator, '/'],
    [privilegedRoleAdministrator, '/'],
    [helpdeskAdministrator, '/'],
    [helpdeskAdministrator, unit],
    [userAdministrator, '/'],
  ]);
  expect(rolesAmong([...listed].reverse())).toEqual(told);
  expect(rolesInShort(told)).toBe(`${globalAdministrator} and 4 more`);
  expect(rolesInShort(told.slice(3, 4))).toBe(`${helpdeskAdministrator} (scoped)`);
});

test('of one role it is the matter that a change of the role is', () => {
  const role = { templateId: helpdeskAdministrator, name: 'Helpdesk Administrator', scope: unit };
  expect(matterOfRoles([role])).toEqual(['role', helpdeskAdministrator, unit]);
});
