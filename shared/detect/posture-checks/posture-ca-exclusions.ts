import type { Watchlist } from '../../watch/watchlist.ts';
import {
  accessPolicies,
  azureManagement,
  blocking,
  reportOnly,
} from '../examples/access-policies.ts';
import { joinsGroup } from '../examples/records.ts';
import { groups, helpdeskAdministrator, people } from '../examples/tenant.ts';
import {
  type AccessPolicy,
  blocks,
  demandsMfa,
  enabledPolicies,
  includes,
  isNarrowed,
  nameOfPolicy,
  type PolicySubject,
  subjectOfPolicy,
} from '../posture/access-policies.ts';
import { administrators } from '../posture/administrators.ts';
import { isAsStrict } from '../posture/policy-strictness.ts';
import { portalCover, portalsOf } from '../posture/portal-cover.ts';
import {
  definePostureCheck,
  type PostureMatch,
  partyOf,
  type Unknown,
  unread,
  unreadOf,
} from '../posture-check.ts';
import { listOf, nameOf } from '../wording.ts';

const withoutAda = { excludeUsers: [people.ada.id] };
const withoutReaders = { excludeGroups: [groups.readers.id] };
const readers = {
  id: groups.readers.id,
  type: 'group',
  displayName: groups.readers.name,
  usedFor: ['conditionalAccess'],
};
const oldProtocols = { ...blocking, clientAppTypes: ['other', 'exchangeActiveSync'] };

export default definePostureCheck({
  id: 'posture-ca-exclusions',
  title: 'Administrator excluded from Conditional Access',
  severity: 'high',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1556.009'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'An exception made for an afternoon stays for years, and whoever steals the account meets neither MFA nor a block.',
  triage: [
    'Ask who made the exception, and what for. Nobody knows: take it away.',
    'Still needed: make it narrower (an app, a place), give it an end, and cover the rest by another policy.',
    'Look at the sign-ins of the account since it was excluded.',
  ],
  falsePositives: [
    'Break-glass accounts and the account that synchronises the directory: they shall be excluded, and are left out.',
    'A block for everybody but administrators is no exception for them, and left out.',
  ],

  check(context) {
    const { snapshot, watchlist, now } = context;
    const policies = enabledPolicies(snapshot);
    const strict = (policies ?? []).filter((policy) => demandsMfa(policy) || blocks(policy));
    const answers = administrators(context).flatMap((account): (PostureMatch | Unknown)[] => {
      const seen = subjectOfPolicy(account, watchlist, now);
      const covers = strict
        .filter((policy) => isMeantFor(policy, seen))
        .map((policy) => ({ policy, is: coverInstead(policy, strict, seen) }));
      const open = covers.filter(({ is }) => is === false).map(({ policy }) => policy);
      if (open.length === 0) {
        const isUnsure = covers.some(({ is }) => is === undefined);
        return isUnsure ? [unreadOf(snapshot, 'groups', account)] : [];
      }
      const subject = partyOf(account);
      const named = open.map(nameOfPolicy);
      const ways = open.map((policy) => wayOut(policy, seen, watchlist));
      return [
        {
          key: [account.id],
          title: `${nameOf(subject)}: excluded from ${named[0]}${named.length > 1 ? ` and ${named.length - 1} more` : ''}`,
          summary: `The administrator ${nameOf(subject)} is excluded from ${listOf(ways)}, and no other policy does the same.`,
          subject,
          roles: watchlist.rolesOf(subject, now),
          matter: ['tenant-policy', 'exclusion'] as const,
          details: { policy: named, ways },
        },
      ];
    });
    return policies ? answers : [unread(snapshot, 'conditionalAccess')];
  },

  examples: () => [
    { name: 'by name', directory: accessPolicies(withoutAda), expect: 'high' },
    {
      name: 'by a group',
      account: { memberOf: [groups.readers.id] },
      others: [readers],
      directory: accessPolicies(withoutReaders),
      expect: 'high',
    },
    {
      name: 'by a group that she joined since',
      others: [readers],
      directory: accessPolicies(withoutReaders),
      records: [joinsGroup(people.ada, groups.readers)],
      expect: 'high',
    },
    {
      name: 'by a role that she may activate',
      account: { assignments: [{ roleTemplateId: helpdeskAdministrator, state: 'eligible' }] },
      directory: accessPolicies({ excludeRoles: [helpdeskAdministrator] }),
      expect: 'high',
    },
    {
      name: 'a guest, as all guests',
      account: { userType: 'Guest' },
      directory: accessPolicies({ excludeUsers: ['guestsorexternalusers'] }),
      expect: 'high',
    },
    {
      name: 'excluded from the block of old protocols, asked for MFA by modern ones',
      directory: accessPolicies({}, { ...oldProtocols, ...withoutAda }),
      expect: 'high',
    },
    {
      name: 'the other policy only reports',
      directory: accessPolicies(withoutAda, reportOnly),
      expect: 'high',
    },
    {
      name: 'the other holds outside the offices alone',
      directory: accessPolicies(withoutAda, { excludeLocations: ['AllTrusted'] }),
      expect: 'high',
    },
    {
      name: 'the other is for Azure alone',
      directory: accessPolicies(withoutAda, { includeApps: [azureManagement] }),
      expect: 'high',
    },
    {
      name: 'the other is content with a device',
      directory: accessPolicies(withoutAda, {
        grant: { operator: 'OR', controls: ['mfa', 'compliantDevice'] },
      }),
      expect: 'high',
    },
    { name: 'nobody is excluded', directory: accessPolicies({}), expect: 'nothing' },
    {
      name: 'somebody else is',
      directory: accessPolicies({ excludeUsers: [people.ben.id] }),
      expect: 'nothing',
    },
    {
      name: 'she never was meant',
      directory: accessPolicies({ includeUsers: [people.ben.id], ...withoutAda }),
      expect: 'nothing',
    },
    {
      name: 'the policy only reports',
      directory: accessPolicies({ ...withoutAda, ...reportOnly }),
      expect: 'nothing',
    },
    {
      name: 'a policy that only limits sessions',
      directory: accessPolicies({ ...withoutAda, grant: null }),
      expect: 'nothing',
    },
    {
      name: 'a policy for mail',
      directory: accessPolicies({ ...withoutAda, includeApps: ['office365'] }),
      expect: 'nothing',
    },
    {
      name: 'another asks her the same',
      directory: accessPolicies(withoutAda, {}),
      expect: 'nothing',
    },
    {
      name: 'the portals are shut but for administrators',
      directory: accessPolicies({ ...blocking, ...withoutAda }),
      expect: 'nothing',
    },
    {
      name: 'another blocks her old protocols as well',
      directory: accessPolicies(
        { ...oldProtocols, ...withoutAda },
        { ...oldProtocols, clientAppTypes: ['exchangeActiveSync', 'other'] },
      ),
      expect: 'nothing',
    },
    {
      name: 'a break-glass account',
      directory: accessPolicies(withoutAda),
      declared: 'emergency',
      expect: 'nothing',
    },
    {
      name: 'not in the group that is excluded',
      others: [readers],
      directory: accessPolicies(withoutReaders),
      expect: 'nothing',
    },
    {
      name: 'the group that is excluded was deleted: all that there are were read',
      directory: { ...accessPolicies(withoutReaders), gaps: [] },
      expect: 'nothing',
    },
    { name: 'the policies were not read', expect: 'unknown' },
    {
      name: 'nobody knows who is in the group that is excluded',
      account: { memberOf: undefined },
      others: [readers],
      directory: accessPolicies(withoutReaders),
      expect: 'unknown',
    },
    {
      name: 'the group that is excluded was not read',
      directory: accessPolicies(withoutReaders),
      expect: 'unknown',
    },
  ],
});

/** It would hold but for an exception. What is shut for good is shut for those who do not administer. */
const isMeantFor = (policy: AccessPolicy, subject: PolicySubject) =>
  includes(policy, subject) && (isNarrowed(policy) || !blocks(policy));

/** Whether it, or others together, hold at those portals at which it was to hold. */
const coverInstead = (policy: AccessPolicy, all: readonly AccessPolicy[], subject: PolicySubject) =>
  portalCover(
    all.filter((other) => isAsStrict(other, policy)),
    subject,
    portalsOf(policy),
  );

function wayOut(policy: AccessPolicy, subject: PolicySubject, { state }: Watchlist): string {
  const group = policy.excludeGroups?.find((id) => subject.groups.includes(id));
  const isNamed = policy.excludeUsers?.includes(subject.id);
  const known = group && state.accounts.get(group);
  const groupName = nameOf(known || { id: group ?? null, name: null });
  const how = isNamed ? 'by name' : group ? `by the group ${groupName}` : 'by role or type';
  return `${nameOfPolicy(policy)} (${how})`;
}
