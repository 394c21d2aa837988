import { defineDetection } from '../detection.ts';
import { policyRow } from '../examples/policies.ts';
import { changedSettings, type SettingChange, saysOff, saysOn } from '../rows/policy-settings.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, listOf, nameOf } from '../wording.ts';

type Rule = { path: RegExp; is(change: SettingChange): boolean; what: string };

const on = ({ after }: SettingChange) => saysOn(after);
const off = ({ after }: SettingChange) => saysOff(after);

/** The least first, and before it what stands in none of them. */
const guestRoles = [
  '2af84b1e-32c8-42b7-82bc-daa82404023b', // sees only itself
  '10dae51f-b6af-4016-8d66-8c2a99b929b3', // a guest as usual
  'a0b1b346-4d3e-4e8b-98f8-753987be4970', // as a member
];
const inviters = ['adminsandguestinviters', 'adminsguestinvitersandallmembers', 'everyone'];

const rises =
  (order: readonly string[]) =>
  ({ before, after }: SettingChange) =>
    order.indexOf(String(after).toLowerCase()) > order.indexOf(String(before).toLowerCase());

/** How the policy gives everybody, or every guest, more than before. */
const rules: readonly Rule[] = [
  { path: /\/allowuserconsentforriskyapps$/, is: on, what: 'users may consent to risky apps' },
  {
    path: /\/allowedtocreate(apps|tenants|securitygroups)$/,
    is: on,
    what: 'users may register apps, tenants or groups',
  },
  { path: /\/allowemailverifieduserstojoinorganization$/, is: on, what: 'anyone may join by mail' },
  { path: /\/blockmsolpowershell$/, is: off, what: 'the old PowerShell is open' },
  { path: /\/guestuserroleid$/, is: rises(guestRoles), what: 'guests see more' },
  { path: /\/allowinvitesfrom$/, is: rises(inviters), what: 'more people may invite guests' },
];

/** Which apps users may consent to by themselves; group owners have policies of their own. */
const consent = /\/permissiongrantpolic\w+\/(?!managepermissiongrantsforownedresource)(.+)$/;

const change = (changes: Parameters<typeof policyRow>[1], fields: object = {}) =>
  policyRow('Update authorization policy', changes, { category: 'AuthorizationPolicy', ...fields });
const granting = (...policies: string[]) =>
  policies.map((policy) => `ManagePermissionGrantsForSelf.${policy}`);
const consents = (before: string[], after: string[]) =>
  change({ PermissionGrantPolicyIdsAssignedToDefaultUserRole: [before, after] });
const [low, legacy] = ['microsoft-user-default-low', 'microsoft-user-default-legacy'] as const;

export default defineDetection({
  id: 'authorization-policy-weakened',
  title: 'Rights of ordinary users or guests widened',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries: 'low where the record does not tell what changed',
  categories: ['AuditLogs'],
  techniques: ['T1484', 'T1562'],
  source: 'https://learn.microsoft.com/graph/api/resources/authorizationpolicy',
  why: 'Consent to apps, app registration and guests that see everything are what phishing and spying need, and one setting opens them to all.',
  triage: [
    'Ask whoever changed it, and why for everybody.',
    'If nobody planned it: put it back, and look for consents, apps and guests added since.',
  ],
  falsePositives: ['A setting opened for a while, for a project.'],

  detect(event) {
    if (event.result !== 'success' || event.operation !== 'update authorization policy') return;
    const changed = changedSettings(event);
    const widened = widenedIn(changed);
    const isUntold = changed.length === 0;
    if (widened.length === 0 && !isUntold) return;
    const how = isUntold ? 'changed, the record does not tell how' : listOf(widened);
    const { key, gathered } = oneClick(event);
    return {
      key: [key],
      title: `${nameOf(event.actor)} > authorization policy: ${how}`,
      summary: `${nameOf(event.actor)} changed what everybody may do: ${how}.`,
      severity: isUntold ? 'low' : 'medium',
      subject: { type: 'policy', id: null, name: 'authorization policy' },
      matter: ['tenant-policy'],
      gathered,
      details: { ...auditDetails(event), changes: widened },
    };
  },

  examples: () => [
    {
      name: 'consent to risky apps',
      records: [change({ AllowUserConsentForRiskyApps: ['[false]', '[true]'] })],
      expect: 'medium',
    },
    {
      name: 'no consent to risky apps',
      records: [change({ AllowUserConsentForRiskyApps: ['[true]', '[false]'] })],
      expect: 'nothing',
    },
    {
      name: 'apps, within another value',
      records: [
        change({
          DefaultUserRolePermissions: [
            { allowedToCreateApps: false },
            { allowedToCreateApps: true },
          ],
        }),
      ],
      expect: 'medium',
    },
    {
      name: 'tenants',
      records: [change({ AllowedToCreateTenants: ['"False"', '"True"'] })],
      expect: 'medium',
    },
    {
      name: 'groups',
      records: [change({ AllowedToCreateSecurityGroups: ['false', 'true'] })],
      expect: 'medium',
    },
    {
      name: 'joining by mail',
      records: [change({ AllowEmailVerifiedUsersToJoinOrganization: ['false', 'true'] })],
      expect: 'medium',
    },
    {
      name: 'the old PowerShell is open',
      records: [change({ BlockMsolPowerShell: ['true', 'false'] })],
      expect: 'medium',
    },
    {
      name: 'the old PowerShell is closed',
      records: [change({ BlockMsolPowerShell: ['false', 'true'] })],
      expect: 'nothing',
    },
    {
      name: 'guests as members',
      records: [change({ GuestUserRoleId: [guestRoles[1], guestRoles[2]] })],
      expect: 'medium',
    },
    {
      name: 'guests as usual',
      records: [change({ GuestUserRoleId: [guestRoles[0], guestRoles[1]] })],
      expect: 'medium',
    },
    {
      name: 'guests see only themselves',
      records: [change({ GuestUserRoleId: [guestRoles[1], guestRoles[0]] })],
      expect: 'nothing',
    },
    {
      name: 'guests get a role that nobody knows',
      records: [change({ GuestUserRoleId: ['role-1', 'role-2'] })],
      expect: 'nothing',
    },
    {
      name: 'everyone invites',
      records: [change({ AllowInvitesFrom: ['adminsGuestInvitersAndAllMembers', 'everyone'] })],
      expect: 'medium',
    },
    {
      name: 'members invite',
      records: [
        change({
          AllowInvitesFrom: ['adminsAndGuestInviters', 'adminsGuestInvitersAndAllMembers'],
        }),
      ],
      expect: 'medium',
    },
    {
      name: 'inviters invite',
      records: [change({ AllowInvitesFrom: ['none', 'adminsAndGuestInviters'] })],
      expect: 'medium',
    },
    {
      name: 'only inviters invite',
      records: [change({ AllowInvitesFrom: ['Everyone', 'adminsAndGuestInviters'] })],
      expect: 'nothing',
    },
    {
      name: 'consent to anything',
      records: [consents(granting(low), granting(legacy))],
      expect: 'medium',
    },
    { name: 'consent at all', records: [consents([], granting(low))], expect: 'medium' },
    {
      name: "consent by a policy of the tenant's own",
      records: [consents(granting(low), granting(low, 'own'))],
      expect: 'medium',
    },
    {
      name: "a policy of the tenant's own instead of consent to little",
      records: [consents(granting(low), granting('own'))],
      expect: 'medium',
    },
    {
      name: "consent to anything instead of a policy of the tenant's own",
      records: [consents(granting('own'), granting(legacy))],
      expect: 'medium',
    },
    {
      name: 'consent to little instead of anything',
      records: [consents(granting(legacy), granting(low))],
      expect: 'nothing',
    },
    { name: 'no consent', records: [consents(granting(low), [])], expect: 'nothing' },
    {
      name: 'owners of groups may consent',
      records: [consents([], ['ManagePermissionGrantsForOwnedResource.group'])],
      expect: 'nothing',
    },
    {
      name: 'one setting wider, another not',
      records: [
        change({
          AllowedToCreateApps: ['false', 'true'],
          AllowedToCreateTenants: ['true', 'false'],
        }),
      ],
      expect: 'medium',
    },
    {
      name: 'another setting',
      records: [change({ AllowedToReadOtherUsers: ['false', 'true'] })],
      expect: 'nothing',
    },
    { name: 'the row tells nothing', records: [change({})], expect: 'low' },
    { name: 'another policy', records: [policyRow('Update policy', {})], expect: 'nothing' },
    {
      name: 'refused',
      records: [change({ BlockMsolPowerShell: ['true', 'false'] }, { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

function widenedIn(changed: readonly SettingChange[]): string[] {
  const widened = rules.filter(({ path, is }) =>
    changed.some((one) => path.test(one.path) && is(one)),
  );
  const policies = changed.filter(({ path }) => consent.test(path));
  const most = (some: readonly SettingChange[]) => Math.max(0, ...some.map(rankOfConsent));
  const isMore = most(policies) > most(policies.filter(({ after }) => after === undefined));
  return [
    ...widened.map(({ what }) => what),
    ...(isMore ? ['users may consent to more apps'] : []),
  ];
}

/** Little is asked of the first, anything goes with the last, and one of the tenant's own may be either. */
const rankOfConsent = ({ path }: SettingChange) =>
  path.endsWith(low) ? 1 : path.endsWith('default-legacy') ? 3 : 2;
