import {
  accessPolicies,
  azureManagement,
  blocking,
  noAccessLicence,
  reportOnly,
} from '../examples/access-policies.ts';
import { groups, people } from '../examples/tenant.ts';
import { blocks, demandsMfa, isNarrowed } from '../posture/access-policies.ts';
import { administrators, namedAccounts } from '../posture/administrators.ts';
import { policiesInForce, waitingInWords, waitingPolicies } from '../posture/policies-in-force.ts';
import { coversOf } from '../posture/portal-cover.ts';
import { definePostureCheck, tenantParty, unread, unreadOf } from '../posture-check.ts';
import { listOf } from '../wording.ts';

const device = { grant: { operator: 'OR', controls: ['mfa', 'compliantDevice'] } };
const forNobody = { includeUsers: ['none'] };
const exempt = { ...groups.readers, type: 'group', usedFor: ['conditionalAccess'] };
const ben = {
  id: people.ben.id,
  type: 'user',
  userPrincipalName: people.ben.upn,
  enabled: true,
  memberOf: [],
};
const synchronisation = 'd29b2b05-8046-44ba-8758-1e26182fcf32';
const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8';

export default definePostureCheck({
  id: 'posture-ca-admin-mfa',
  title: 'Administrators whom no policy asks for MFA',
  severity: 'high',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1110'],
  source:
    'https://learn.microsoft.com/entra/identity/conditional-access/policy-admin-phish-resistant-mfa',
  why: 'A password that was guessed or phished is then all it takes. Having registered a second factor helps only where something asks for it.',
  triage: [
    'A policy that would do only reports: look at its sign-ins, then turn it on.',
    'Else make one: all administrators by role, all apps, phishing-resistant MFA, break-glass accounts excluded.',
    'Roles scoped to administrative units and custom roles are not seen by policies for roles: include these people by a group.',
  ],
  falsePositives: [
    'MFA asked for by a federated identity provider alone, or per user, is not seen here.',
    'Break-glass accounts and the account that synchronises the directory are left out.',
  ],

  check(context) {
    const { snapshot, tenant } = context;
    const { securityDefaults } = snapshot;
    if (securityDefaults?.enabled) return [];
    const people = administrators(context);
    const policies = policiesInForce(snapshot);
    const asking = (policies ?? []).filter(
      (policy) => (demandsMfa(policy) || blocks(policy)) && !isNarrowed(policy),
    );
    const covers = coversOf(people, asking, context);
    const open = covers.filter(({ is }) => is === false).map(({ account }) => account);
    const unsure = covers.filter(({ is }) => is === undefined);
    const unknown = unsure.map(({ account }) => unreadOf(snapshot, 'groups', account));
    if (open.length === 0) return unknown;
    if (!policies) return [unread(snapshot, 'conditionalAccess')];
    // With a policy that is on, security defaults can't be.
    if (!securityDefaults && policies.length === 0) return [unread(snapshot, 'securityDefaults')];
    const named = namedAccounts(open);
    const waiting = waitingPolicies(
      snapshot,
      (policy) =>
        demandsMfa(policy) &&
        !isNarrowed(policy) &&
        coversOf(open, [policy], context).some(({ is }) => is),
    );
    return [
      {
        key: ['administrators'],
        title: `No policy asks ${open.length} of ${people.length} administrators for MFA`,
        summary: `Nothing asks for MFA when these administrators open the portals: ${listOf(named.accounts)}.${
          snapshot.conditionalAccess
            ? ''
            : ' There is no licence for Conditional Access, and security defaults are off.'
        }${waitingInWords(waiting)}`,
        subject: tenantParty(tenant),
        matter: ['tenant-policy', 'mfa'] as const,
        details: { ...named, policy: waiting },
      },
      ...unknown,
    ];
  },

  examples: () => [
    { name: 'no policy at all', directory: accessPolicies(), expect: 'high' },
    {
      name: 'the policy only reports',
      directory: accessPolicies(reportOnly),
      expect: 'high',
    },
    { name: 'switched off', directory: accessPolicies({ state: 'disabled' }), expect: 'high' },
    {
      name: 'a device will do instead of MFA',
      directory: accessPolicies(device),
      expect: 'high',
    },
    {
      name: 'for somebody else',
      directory: accessPolicies({ includeUsers: [people.ben.id] }),
      expect: 'high',
    },
    {
      name: 'she is excluded',
      directory: accessPolicies({ excludeUsers: [people.ada.id] }),
      expect: 'high',
    },
    {
      name: 'only outside the offices',
      directory: accessPolicies({ includeLocations: ['All'], excludeLocations: ['AllTrusted'] }),
      expect: 'high',
    },
    {
      name: 'the portals, but not Azure',
      directory: accessPolicies({ includeApps: ['microsoftadminportals'] }),
      expect: 'high',
    },
    {
      name: 'no licence, and no security defaults',
      directory: { ...noAccessLicence, securityDefaults: { enabled: false } },
      expect: 'high',
    },
    {
      name: 'a policy for the role, which she holds in a part of the tenant',
      account: {
        assignments: [{ roleTemplateId: helpdesk, scope: '/administrativeUnits/1' }],
      },
      directory: accessPolicies({ ...forNobody, includeRoles: [helpdesk] }),
      expect: 'high',
    },
    {
      name: 'one is asked, another is not',
      others: [{ ...ben, assignments: [{ roleTemplateId: helpdesk }] }],
      directory: accessPolicies({ excludeUsers: [people.ben.id] }),
      expect: 'high',
    },
    {
      name: 'one is not asked, of another it is not known',
      others: [{ ...ben, memberOf: undefined, assignments: [{ roleTemplateId: helpdesk }] }],
      directory: accessPolicies({
        excludeUsers: [people.ada.id],
        excludeGroups: [groups.readers.id],
      }),
      expect: 'high',
    },
    {
      name: 'policies that are on, and nobody said anything of security defaults',
      directory: { ...accessPolicies(device), securityDefaults: undefined },
      expect: 'high',
    },
    { name: 'everybody is asked', directory: accessPolicies({}), expect: 'nothing' },
    {
      name: 'everybody is asked, whatever security defaults are',
      directory: { ...accessPolicies({}), securityDefaults: undefined },
      expect: 'nothing',
    },
    {
      name: 'security defaults ask administrators',
      directory: { conditionalAccess: [], securityDefaults: { enabled: true } },
      expect: 'nothing',
    },
    {
      name: 'she is eligible only, and asked by her role',
      account: { assignments: [{ roleTemplateId: helpdesk, state: 'eligible' }] },
      directory: accessPolicies({ ...forNobody, includeRoles: [helpdesk] }),
      expect: 'nothing',
    },
    {
      name: 'one policy for the portals, one for Azure',
      directory: accessPolicies(
        { includeApps: ['microsoftadminportals'] },
        { includeApps: [azureManagement] },
      ),
      expect: 'nothing',
    },
    {
      name: 'the portals are shut for her',
      directory: accessPolicies(blocking),
      expect: 'nothing',
    },
    {
      name: 'excluded from one, asked by another',
      directory: accessPolicies({ excludeUsers: [people.ada.id] }, {}),
      expect: 'nothing',
    },
    {
      name: 'a break-glass account',
      directory: accessPolicies(),
      declared: 'emergency',
      expect: 'nothing',
    },
    {
      name: 'what synchronises the directory can do no MFA',
      account: { assignments: [{ roleTemplateId: synchronisation }] },
      directory: accessPolicies(),
      expect: 'nothing',
    },
    { name: 'nobody to be asked', account: null, expect: 'nothing' },
    { name: 'the policies were not read', expect: 'unknown' },
    {
      name: 'no licence, and nobody knows of security defaults',
      directory: noAccessLicence,
      expect: 'unknown',
    },
    {
      name: 'no policy, and nobody knows of security defaults',
      directory: { conditionalAccess: [] },
      expect: 'unknown',
    },
    {
      name: 'not read, and security defaults are off',
      directory: { securityDefaults: { enabled: false } },
      expect: 'unknown',
    },
    {
      name: 'a group is excluded, and nobody knows whether she is in it',
      account: { memberOf: undefined },
      others: [exempt],
      directory: accessPolicies({ excludeGroups: [groups.readers.id] }),
      expect: 'unknown',
    },
  ],
});
