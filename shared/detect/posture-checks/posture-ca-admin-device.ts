import {
  accessPolicies,
  azureManagement,
  blocking,
  noAccessLicence,
  reportOnly,
} from '../examples/access-policies.ts';
import { groups, helpdeskAdministrator, people } from '../examples/tenant.ts';
import {
  type AccessPolicy,
  blocks,
  demandsManagedDevice,
  enabledPolicies,
  isNarrowed,
} from '../posture/access-policies.ts';
import { administrators, namedAccounts } from '../posture/administrators.ts';
import { waitingInWords, waitingPolicies } from '../posture/policies-in-force.ts';
import { coversOf } from '../posture/portal-cover.ts';
import { definePostureCheck, tenantParty, unread, unreadOf } from '../posture-check.ts';
import { listOf } from '../wording.ts';

const managed = { grant: { operator: 'OR', controls: ['compliantDevice', 'domainJoinedDevice'] } };
const workstation = { ...blocking, deviceFilter: 'exclude: device.extensionAttribute1 -eq "PAW"' };
const exempt = { ...groups.readers, type: 'group', usedFor: ['conditionalAccess'] };
const ben = {
  id: people.ben.id,
  type: 'user',
  enabled: true,
  memberOf: undefined,
  assignments: [{ roleTemplateId: helpdeskAdministrator }],
};

export default definePostureCheck({
  id: 'posture-ca-admin-device',
  title: 'Administrators may use any device',
  severity: 'low',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1539'],
  source:
    'https://learn.microsoft.com/entra/identity/conditional-access/policy-alt-admin-device-compliand-hybrid',
  why: 'MFA does not help on a device that belongs to the attacker, nor against a session stolen from one at home.',
  triage: [
    'Give administrators a device that is for administration alone, and let Intune judge it.',
    'A policy for the portals of administrators: ask for a compliant device, or block all but the tagged workstations.',
    'Let it report first, and see who would be stopped.',
  ],
  falsePositives: [
    'Access by way of a virtual desktop or a jump host that is guarded elsewhere.',
    'Policies for some platforms alone count as none: a platform is what the browser says it is.',
  ],

  check(context) {
    const { snapshot, tenant } = context;
    const people = administrators(context);
    const policies = enabledPolicies(snapshot);
    const asking = (policies ?? []).filter(asksForDevice);
    const covers = coversOf(people, asking, context);
    const open = covers.filter(({ is }) => is === false).map(({ account }) => account);
    const unsure = covers.filter(({ is }) => is === undefined);
    const unknown = unsure.map(({ account }) => unreadOf(snapshot, 'groups', account));
    if (open.length === 0) return unknown;
    if (!policies) return [unread(snapshot, 'conditionalAccess')];
    const named = namedAccounts(open);
    const waiting = waitingPolicies(snapshot, asksForDevice);
    return [
      {
        key: ['administrators'],
        title: `${open.length} of ${people.length} administrators may use any device`,
        summary: `No policy asks these administrators for a managed device at the portals: ${listOf(named.accounts)}.${waitingInWords(waiting)}`,
        subject: tenantParty(tenant),
        matter: ['tenant-policy', 'device'] as const,
        details: { ...named, policy: waiting },
      },
      ...unknown,
    ];
  },

  examples: () => [
    { name: 'MFA alone', directory: accessPolicies({}), expect: 'low' },
    { name: 'no policy', directory: accessPolicies(), expect: 'low' },
    {
      name: 'the policy only reports',
      directory: accessPolicies({ ...managed, ...reportOnly }),
      expect: 'low',
    },
    {
      name: 'a device, or MFA',
      directory: accessPolicies({
        grant: { operator: 'OR', controls: ['compliantDevice', 'mfa'] },
      }),
      expect: 'low',
    },
    {
      name: 'on Windows alone',
      directory: accessPolicies({ ...managed, includePlatforms: ['windows'] }),
      expect: 'low',
    },
    {
      name: 'asked of some devices alone',
      directory: accessPolicies({ ...managed, deviceFilter: 'include: device.model -eq "x"' }),
      expect: 'low',
    },
    {
      name: 'some devices are asked for MFA',
      directory: accessPolicies({ deviceFilter: 'include: device.model -eq "x"' }),
      expect: 'low',
    },
    {
      name: 'others are blocked outside the offices',
      directory: accessPolicies({ ...workstation, excludeLocations: ['AllTrusted'] }),
      expect: 'low',
    },
    {
      name: 'for Azure alone',
      directory: accessPolicies({ ...managed, includeApps: [azureManagement] }),
      expect: 'low',
    },
    {
      name: 'she is excluded, of another it is not known',
      others: [exempt, ben],
      directory: accessPolicies({
        ...managed,
        excludeUsers: [people.ada.id],
        excludeGroups: [groups.readers.id],
      }),
      expect: 'low',
    },
    { name: 'a managed device', directory: accessPolicies(managed), expect: 'nothing' },
    {
      name: 'a managed device, and MFA',
      directory: accessPolicies({
        grant: { operator: 'AND', controls: ['mfa', 'compliantDevice'] },
      }),
      expect: 'nothing',
    },
    {
      name: 'all but the workstations are blocked',
      directory: accessPolicies(workstation),
      expect: 'nothing',
    },
    {
      name: 'a break-glass account',
      directory: accessPolicies({}),
      declared: 'emergency',
      expect: 'nothing',
    },
    { name: 'the policies were not read', expect: 'unknown' },
    { name: 'no licence', directory: noAccessLicence, expect: 'unknown' },
    {
      name: 'a group is excluded, and nobody knows whether she is in it',
      account: { memberOf: undefined },
      others: [exempt],
      directory: accessPolicies({ ...managed, excludeGroups: [groups.readers.id] }),
      expect: 'unknown',
    },
  ],
});

/** A block is for those devices that the filter finds, or for all. */
const asksForDevice = (policy: AccessPolicy): boolean =>
  (demandsManagedDevice(policy) && !isNarrowed(policy)) ||
  (blocks(policy) && !isNarrowed(policy, 'devices'));
