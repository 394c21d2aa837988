import { describe, expect, test } from 'vitest';
import { soundAdministrator } from '../../../shared/detect/examples/posture.ts';
import {
  audit,
  directRole,
  joinsGroup,
  partyTarget,
} from '../../../shared/detect/examples/records.ts';
import {
  exampleTenant,
  groups,
  helpdeskAdministrator,
  people,
  userAdministrator,
} from '../../../shared/detect/examples/tenant.ts';
import {
  type AccessPolicy,
  appliesTo,
  blocks,
  coversAdminPortals,
  coversPortal,
  demandsManagedDevice,
  demandsMfa,
  demandsPhishingResistant,
  enabledPolicies,
  excludes,
  includes,
  isNarrowed,
  isUnsure,
  type PolicySubject,
  reportOnlyPolicies,
  subjectOfPolicy,
} from '../../../shared/detect/posture/access-policies.ts';
import { normalise } from '../../../shared/read/normalise.ts';
import { globalAdministrator } from '../../../shared/roles.ts';
import { type Snapshot, snapshotSchema } from '../../../shared/watch/directory.ts';
import { Watchlist } from '../../../shared/watch/watchlist.ts';

const now = Date.parse('2026-11-20T12:30:00Z');
const azure = '797f4846-ba00-4fd7-ba43-dac1f8f63013';
const policy = (fields: object = {}) =>
  ({
    id: 'p',
    state: 'enabled',
    includeUsers: ['all'],
    includeApps: ['all'],
    ...fields,
  }) as AccessPolicy;
const granting = (controls: string[], operator = 'OR', strength: object | null = null) =>
  policy({ grant: { operator, controls, strength } });

const who = (fields: Partial<PolicySubject> = {}): PolicySubject => ({
  id: 'ada',
  groups: [],
  roles: [],
  ...fields,
});

function read(account: object, others: object[] = [], takenAt = '2026-11-19T00:00:00Z'): Snapshot {
  const accounts = [{ ...soundAdministrator, ...account }, ...others];
  return snapshotSchema.parse({ tenantId: exampleTenant.id, takenAt, accounts });
}

function subject(snapshot: Snapshot, records: readonly unknown[] = []): PolicySubject {
  const watchlist = new Watchlist(exampleTenant);
  watchlist.takeSnapshot(snapshot);
  for (const record of records) {
    const one = normalise(record, exampleTenant.id);
    if ('event' in one) watchlist.apply(one.event);
  }
  return seenOf(watchlist);
}

function seenOf(watchlist: Watchlist): PolicySubject {
  const account = watchlist.state.accounts.get(people.ada.id);
  if (!account) throw new Error('nobody');
  return subjectOfPolicy(account, watchlist, now);
}

describe('which policies count', () => {
  const conditionalAccess = [
    policy({ id: 'on' }),
    policy({ id: 'off', state: 'disabled' }),
    policy({ id: 'reports', state: 'enabledForReportingButNotEnforced' }),
  ];

  test('those that only report do nothing', () => {
    expect(enabledPolicies({ conditionalAccess })?.map(({ id }) => id)).toEqual(['on']);
    expect(reportOnlyPolicies({ conditionalAccess })?.map(({ id }) => id)).toEqual(['reports']);
  });

  test.each([undefined, null])('unread (%s), there is no telling', (unread) => {
    expect(enabledPolicies({ conditionalAccess: unread })).toBeUndefined();
    expect(reportOnlyPolicies({ conditionalAccess: unread })).toBeUndefined();
  });
});

describe('whom a policy is for', () => {
  const guest = who({ isGuest: true });
  const member = who({ groups: ['g'] });
  const holder = who({ roles: ['r'] });
  const nobody = { includeUsers: ['none'] };

  test.each<[string, object, PolicySubject, boolean]>([
    ['everybody', {}, who(), true],
    ['nobody', nobody, who(), false],
    ['what leaves everything out', { includeUsers: null }, who(), false],
    ['a person', { includeUsers: ['ada'] }, who(), true],
    ['another person', { includeUsers: ['ben'] }, who(), false],
    ['guests', { includeUsers: ['guestsorexternalusers'] }, guest, true],
    ['guests, of a member', { includeUsers: ['guestsorexternalusers'] }, who(), false],
    ['everybody, of a guest', {}, guest, true],
    ['a group', { ...nobody, includeGroups: ['g'] }, member, true],
    ['another group', { ...nobody, includeGroups: ['h'] }, member, false],
    ['a role', { ...nobody, includeRoles: ['r'] }, holder, true],
    ['another role', { ...nobody, includeRoles: ['s'] }, holder, false],
  ])('includes %s', (_, fields, one, expected) => {
    expect(includes(policy(fields), one)).toBe(expected);
    expect(appliesTo(policy(fields), one)).toBe(expected);
  });

  test.each<[string, object, PolicySubject, boolean]>([
    ['nobody', {}, who(), false],
    ['a person', { excludeUsers: ['ada'] }, who(), true],
    ['another person', { excludeUsers: ['ben'] }, who(), false],
    ['guests', { excludeUsers: ['guestsorexternalusers'] }, guest, true],
    ['guests, of a member', { excludeUsers: ['guestsorexternalusers'] }, who(), false],
    ['a group', { excludeGroups: ['g'] }, member, true],
    ['a role', { excludeRoles: ['r'] }, holder, true],
  ])('excludes %s', (_, fields, one, expected) => {
    expect(excludes(policy(fields), one)).toBe(expected);
    expect(appliesTo(policy(fields), one)).toBe(!expected);
  });
});

describe('a group of which nobody told who is in it', () => {
  const unsure = who({ groups: ['g'], knownGroups: new Set(['g']) });
  const byGroup = { includeUsers: [], includeGroups: ['h'] };

  test.each<[string, object, PolicySubject, boolean]>([
    ['excluded', { excludeGroups: ['h'] }, unsure, true],
    ['excluded, but all groups are known', { excludeGroups: ['h'] }, who(), false],
    ['excluded, like the person', { excludeGroups: ['h'], excludeUsers: ['ada'] }, unsure, false],
    ['excluded beside one it is in', { excludeGroups: ['h', 'g'] }, unsure, false],
    ['excluded for others', { includeUsers: ['ben'], excludeGroups: ['h'] }, unsure, false],
    ['included', byGroup, unsure, true],
    ['included like the person', { ...byGroup, includeUsers: ['ada'] }, unsure, false],
    ['included, the person excluded', { ...byGroup, excludeUsers: ['ada'] }, unsure, false],
    ['none', {}, unsure, false],
  ])('%s', (_, fields, one, expected) => {
    expect(isUnsure(policy(fields), one)).toBe(expected);
  });
});

describe('an account as a policy sees it', () => {
  const holds = (templateId: string, more: object = {}) => ({
    roleTemplateId: templateId,
    ...more,
  });
  const group = (one: { id: string; name: string }, more: object = {}) => ({
    ...one,
    type: 'group',
    ...more,
  });

  test('holds what it holds, or may activate, in the whole tenant', () => {
    const assignments = [
      holds(globalAdministrator, { state: 'active' }),
      holds(userAdministrator, { state: 'eligible', scope: '/' }),
      holds(helpdeskAdministrator, { scope: '/administrativeUnits/1' }),
      holds('00000000-0000-4000-8000-000000000051', { roleName: 'Our own' }),
    ];
    expect(subject(read({ assignments })).roles).toEqual([globalAdministrator, userAdministrator]);
  });

  test('no longer holds what has ended', () => {
    const assignments = [holds(userAdministrator, { until: '2026-11-20T12:29:59Z' })];
    expect(subject(read({ assignments })).roles).toEqual([]);
  });

  test('holds what the stream told of', () => {
    const records = [directRole(people.ada, helpdeskAdministrator)];
    expect(subject(read({ assignments: [] }), records).roles).toEqual([helpdeskAdministrator]);
  });

  test('holds what its groups hold', () => {
    const carrier = group(groups.operators, { assignments: [holds(userAdministrator)] });
    const snapshot = read({ assignments: [], memberOf: [groups.operators.id] }, [carrier]);
    expect(subject(snapshot).roles).toEqual([userAdministrator]);
  });

  const known = [
    group(groups.operators),
    group(groups.nested, { memberOf: [groups.operators.id] }),
    group(groups.readers),
  ];

  test('is in the groups that the snapshot lists', () => {
    expect(subject(read({ memberOf: [groups.readers.id] }, known)).groups).toEqual([
      groups.readers.id,
    ]);
  });

  test('is in what it joined since, and in what that is in', () => {
    const records = [joinsGroup(people.ada, groups.nested)];
    expect(subject(read({}, known), records).groups).toEqual([
      groups.nested.id,
      groups.operators.id,
    ]);
  });

  test('left what it left since the snapshot', () => {
    const snapshot = read({ memberOf: [groups.readers.id, groups.nested.id] }, known);
    const records = [joinsGroup(people.ada, groups.readers, 'Remove member from group')];
    expect(subject(snapshot, records).groups).toEqual([groups.nested.id]);
  });

  test('is in what a later snapshot lists again', () => {
    const records = [joinsGroup(people.ada, groups.readers, 'Remove member from group')];
    const later = read({ memberOf: [groups.readers.id] }, known, '2026-11-20T12:10:00Z');
    expect(subject(later, records).groups).toEqual([groups.readers.id]);
  });

  test('groups that are in each other do no harm', () => {
    const watchlist = new Watchlist(exampleTenant);
    watchlist.takeSnapshot(read({}, known));
    const join = (id: string, into: string) =>
      watchlist.state.accounts
        .get(id)
        ?.memberships.push({ group: into, turns: [{ at: now, held: true }] });
    join(people.ada.id, groups.nested.id);
    join(groups.nested.id, groups.readers.id);
    join(groups.readers.id, groups.nested.id);
    expect(seenOf(watchlist).groups.toSorted()).toEqual(
      [groups.nested.id, groups.operators.id, groups.readers.id].toSorted(),
    );
  });

  test('is known to be in no other group of the snapshot', () => {
    const { knownGroups } = subject(read({ memberOf: [] }, known));
    expect([...(knownGroups ?? [])]).toEqual(known.map(({ id }) => id));
  });

  test('nothing is known of a group that is newer than the snapshot', () => {
    const fresh = { id: '00000000-0000-4000-8000-000000000029', name: 'fresh' };
    const made = audit('Add group', {
      category: 'GroupManagement',
      targetResources: [partyTarget('Group', fresh, { IsAssignableToRole: true })],
    });
    const watchlist = new Watchlist(exampleTenant);
    watchlist.takeSnapshot(read({ memberOf: [] }, known));
    const event = normalise(made, exampleTenant.id);
    if ('event' in event) watchlist.apply(event.event);
    expect(watchlist.state.accounts.has(fresh.id)).toBe(true);
    expect(seenOf(watchlist).knownGroups?.has(fresh.id)).toBe(false);
  });

  test('all groups are known, if none was left unread', () => {
    const gaps = (part?: string) => (part ? [{ part, why: 'failed', detail: '' }] : []);
    const told = (memberOf: string[] | null, part?: string) => {
      const snapshot = { ...read({ memberOf }, known), gaps: gaps(part) } as Snapshot;
      return subject(snapshot).knownGroups === undefined;
    };
    expect([told([]), told([], 'mailRules'), told([], 'groups'), told(null)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('is known to be in what it joined, if nothing lists its groups', () => {
    const records = [joinsGroup(people.ada, groups.readers)];
    const { knownGroups } = subject(read({ memberOf: null }, known), records);
    expect([...(knownGroups ?? [])]).toEqual([groups.readers.id]);
  });

  test.each([
    ['Guest', true],
    ['Member', false],
  ])('a %s is from outside: %s', (userType, expected) => {
    expect(subject(read({ userType })).isGuest).toBe(expected);
  });
});

describe('what a policy asks for', () => {
  const strength = (combinations: string[] | null, id = 'own') => ({ id, combinations });
  const builtIn = (n: number) => `00000000-0000-0000-0000-00000000000${n}`;

  test.each<[string, AccessPolicy, boolean]>([
    ['MFA', granting(['mfa']), true],
    ['MFA, as others spell it', granting(['Mfa'], 'Or'), true],
    ['MFA and a device', granting(['mfa', 'compliantDevice'], 'AND'), true],
    ['MFA or a device', granting(['mfa', 'compliantDevice']), false],
    ['MFA or a device, nobody says which', granting(['mfa', 'compliantDevice'], ''), false],
    ['a device', granting(['compliantDevice']), false],
    ['a strength', granting([], 'OR', strength(null, builtIn(2))), true],
    ['a strength of two factors', granting([], 'OR', strength(['password,sms', 'fido2'])), true],
    ['a strength of one factor', granting([], 'OR', strength(['fido2', 'password'])), false],
    ['a strength or a device', granting(['compliantDevice'], 'OR', strength(['fido2'])), false],
    ['a strength and a device', granting(['compliantDevice'], 'AND', strength(['fido2'])), true],
    ['nothing', granting([]), false],
    ['nothing, and says so', policy({ grant: null }), false],
    ['to stay out', granting(['block']), false],
  ])('MFA: %s', (_, one, expected) => {
    expect(demandsMfa(one)).toBe(expected);
  });

  test.each<[string, AccessPolicy, boolean]>([
    ['the strength for it', granting([], 'OR', strength(null, builtIn(4))), true],
    ['the strength for MFA', granting([], 'OR', strength(null, builtIn(2))), false],
    [
      'one of their own',
      granting(
        [],
        'OR',
        strength(['fido2', 'windowsHelloForBusiness', 'x509CertificateMultiFactor']),
      ),
      true,
    ],
    [
      'one of their own with less',
      granting([], 'OR', strength(['fido2', 'deviceBasedPush'])),
      false,
    ],
    ['the strength or MFA', granting(['mfa'], 'OR', strength(null, builtIn(4))), false],
    ['the strength and MFA', granting(['mfa'], 'AND', strength(null, builtIn(4))), true],
    ['MFA', granting(['mfa']), false],
  ])('what phishing does not get: %s', (_, one, expected) => {
    expect(demandsPhishingResistant(one)).toBe(expected);
  });

  test.each<[string, AccessPolicy, boolean]>([
    ['one that complies', granting(['compliantDevice']), true],
    ['one of either kind', granting(['compliantDevice', 'domainJoinedDevice']), true],
    ['one, or MFA', granting(['compliantDevice', 'mfa']), false],
    ['one, and MFA', granting(['compliantDevice', 'mfa'], 'AND'), true],
    ['one, or a strength', granting(['compliantDevice'], 'OR', strength(['fido2'])), false],
    ['none', granting(['mfa']), false],
  ])('a managed device: %s', (_, one, expected) => {
    expect(demandsManagedDevice(one)).toBe(expected);
  });

  test('to stay out', () => {
    expect([blocks(granting(['Block'])), blocks(granting(['mfa']))]).toEqual([true, false]);
  });
});

describe('what a policy covers', () => {
  test.each<[string, object, boolean]>([
    ['all', {}, true],
    ['both', { includeApps: ['microsoftadminportals', azure] }, true],
    ['the portals alone', { includeApps: ['microsoftadminportals'] }, false],
    ['Azure alone', { includeApps: [azure] }, false],
    ['Office', { includeApps: ['office365'] }, false],
    ['none', { includeApps: ['none'] }, false],
    ['an action', { includeApps: null, userActions: ['urn:user:registersecurityinfo'] }, false],
    ['all but another', { excludeApps: ['office365'] }, true],
    ['all but Azure', { excludeApps: [azure] }, false],
    ['all but the portals', { excludeApps: ['microsoftadminportals'] }, false],
    ['all but one portal', { excludeApps: ['c44b4083-3bb0-49c1-b47d-974e53cbdf3c'] }, false],
  ])('the portals of administrators: %s', (_, fields, expected) => {
    expect(coversAdminPortals(policy(fields))).toBe(expected);
  });

  test('a portal that is left out is left out of the portals alone', () => {
    const one = policy({ excludeApps: ['c44b4083-3bb0-49c1-b47d-974e53cbdf3c'] });
    expect(coversPortal(one, 'microsoftadminportals')).toBe(false);
    expect(coversPortal(one, azure)).toBe(true);
  });

  test.each<[string, object, boolean]>([
    ['nothing', {}, false],
    ['any place', { includeLocations: ['All'] }, false],
    ['some places', { includeLocations: ['AllTrusted'] }, true],
    ['all but some places', { includeLocations: ['All'], excludeLocations: ['AllTrusted'] }, true],
    ['any platform', { includePlatforms: ['all'] }, false],
    ['some platforms', { includePlatforms: ['android', 'iOS'] }, true],
    ['all but some platforms', { includePlatforms: ['all'], excludePlatforms: ['linux'] }, true],
    ['a user at risk', { userRiskLevels: ['high'] }, true],
    ['a sign-in at risk', { signInRiskLevels: ['high'] }, true],
    ['no risk', { userRiskLevels: [], signInRiskLevels: [] }, false],
    ['a device', { deviceFilter: 'device.isCompliant -eq True' }, true],
    ['no device', { deviceFilter: '' }, false],
    ['one way to sign in', { authenticationFlows: ['deviceCodeFlow'] }, true],
    ['all clients', { clientAppTypes: ['all'] }, false],
    ['modern clients', { clientAppTypes: ['browser', 'mobileAppsAndDesktopClients'] }, false],
    ['browsers', { clientAppTypes: ['browser'] }, true],
    ['programs', { clientAppTypes: ['mobileAppsAndDesktopClients'] }, true],
    ['old clients', { clientAppTypes: ['exchangeActiveSync', 'other'] }, true],
  ])('only part of the sign-ins: %s', (_, fields, expected) => {
    expect(isNarrowed(policy(fields))).toBe(expected);
  });
});
