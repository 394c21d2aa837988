import type { Party } from '../../finding.ts';
import type { SnapshotAccount } from '../../watch/directory.ts';
import { accessPolicies, noAccessLicence, reportOnly } from '../examples/access-policies.ts';
import { groups, helpdeskAdministrator, people } from '../examples/tenant.ts';
import { nameOfPolicy } from '../posture/access-policies.ts';
import { policiesInForce } from '../posture/policies-in-force.ts';
import { partyOfReference } from '../posture/references.ts';
import {
  definePostureCheck,
  type PostureContext,
  type PostureMatch,
  type Unknown,
  unread,
} from '../posture-check.ts';
import { listOf, nameOf, rolesInWords } from '../wording.ts';

const sound = {
  id: groups.operators.id,
  type: 'group',
  displayName: groups.operators.name,
  roleAssignable: true,
  isDynamic: false,
  onPremisesSynced: null,
  isManagementRestricted: null,
  owners: [],
};
const carrier = (fields: object = {}) => [
  {
    ...sound,
    usedFor: ['role'],
    assignments: [{ roleTemplateId: helpdeskAdministrator }],
    ...fields,
  },
];
const exempt = (fields: object = {}) => [
  { ...sound, usedFor: ['conditionalAccess'], roleAssignable: false, assignments: [], ...fields },
];
const excluding = accessPolicies({ excludeGroups: [groups.operators.id] });
const dan = { type: 'user', id: people.dan.id, name: people.dan.upn };
const ada = { type: 'user', id: people.ada.id, name: people.ada.upn };
const restricted = { isManagementRestricted: true };

export default definePostureCheck({
  id: 'posture-group-protection',
  title: 'Group with power that others can fill',
  severity: 'high',
  categories: ['Graph'],
  techniques: ['T1098.003', 'T1556.009'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept',
  why: 'Whoever can change the members of a group that carries a role, or that policies spare, can make themselves administrator, or let a stolen account past MFA.',
  triage: [
    'Look at who is in the group, and who joined last.',
    'Take owners away who are no administrators.',
    'Groups that policies exclude: make a new one that is role-assignable, or put it in a restricted management administrative unit.',
    'No rule and no synchronisation for such a group: whoever can edit an attribute or the on-premises group decides who is in it.',
  ],
  falsePositives: [
    'A rule on attributes that nobody but administrators can change.',
    'An owner who is an administrator elsewhere: give them an account for it here.',
    'Groups under PIM that neither carry a privileged role nor are excluded by a policy are left out.',
  ],

  check(context) {
    const { snapshot, watchlist, now } = context;
    const policies = policiesInForce(snapshot);
    const all = snapshot.accounts.filter(({ type }) => type === 'group');
    return all.flatMap((group): (PostureMatch | Unknown)[] => {
      const subject: Party = { type: 'group', id: group.id, name: group.displayName ?? null };
      const roles = watchlist.rolesOf(subject, now);
      const sparing = (policies ?? []).filter(({ excludeGroups }) =>
        (excludeGroups ?? []).includes(group.id),
      );
      const faults = [
        ...(roles.length > 0 || sparing.length > 0 ? faultsOf(group, context) : []),
        ...(sparing.length > 0 ? [faultOfSpared(group)] : []),
      ];
      const found = faults.filter(({ is }) => is).map(({ what }) => what);
      const unknown = [
        ...(faults.some(({ is }) => is === undefined) ? [unread(snapshot, 'groups')] : []),
        ...(mayCarry(group) ? [unread(snapshot, 'roles')] : []),
        ...(!policies && mayBeSpared(group) ? [unread(snapshot, 'conditionalAccess')] : []),
      ];
      if (found.length === 0) return unknown.map((one) => ({ ...one, about: subject }));
      const power = [
        ...(roles.length > 0 ? [`carries ${rolesInWords(roles)}`] : []),
        ...(sparing.length > 0 ? [`is excluded by ${listOf(sparing.map(nameOfPolicy))}`] : []),
      ];
      return [
        {
          key: [group.id],
          title: `Group ${nameOf(subject)}: others can decide who is in it`,
          summary: `The group ${nameOf(subject)} ${power.join(' and ')}, and is ${found.join('; ')}.`,
          subject,
          roles,
          matter: ['account', 'group'] as const,
          details: { flaws: found, policy: sparing.map(nameOfPolicy) },
        },
      ];
    });
  },

  examples: () => [
    {
      name: 'carries a role, and is owned by somebody who is no administrator',
      others: carrier({ owners: [ada, dan] }),
      expect: 'high',
    },
    {
      name: 'carries a role, and is filled by a rule',
      others: carrier({ isDynamic: true }),
      expect: 'high',
    },
    {
      name: 'carries a role, and is synchronised',
      others: carrier({ onPremisesSynced: true }),
      expect: 'high',
    },
    {
      name: 'is at fault, whatever else is not known',
      others: carrier({ isDynamic: true, owners: undefined }),
      expect: 'high',
    },
    {
      name: 'eligible for a role',
      others: carrier({
        owners: [dan],
        assignments: [{ roleTemplateId: helpdeskAdministrator, state: 'eligible' }],
      }),
      expect: 'high',
    },
    {
      name: 'policies exclude it, and any administrator of groups may fill it',
      others: exempt(),
      directory: excluding,
      expect: 'high',
    },
    {
      name: 'policies exclude it, and a rule fills it',
      others: exempt({ ...restricted, isDynamic: true }),
      directory: excluding,
      expect: 'high',
    },
    {
      name: 'policies exclude it, and it is owned by somebody who is no administrator',
      others: exempt({ roleAssignable: true, owners: [dan] }),
      directory: excluding,
      expect: 'high',
    },
    {
      name: 'carries a role, policies exclude it, and nothing else is wrong',
      others: carrier({ roleAssignable: false }),
      directory: excluding,
      expect: 'high',
    },
    { name: 'carries a role, and has no owner', others: carrier(), expect: 'nothing' },
    {
      name: 'owned by an administrator',
      others: carrier({ owners: [ada] }),
      expect: 'nothing',
    },
    {
      name: 'what Graph leaves null never was',
      others: carrier({ isDynamic: null, onPremisesSynced: null }),
      directory: accessPolicies(),
      expect: 'nothing',
    },
    {
      name: 'owners can not touch what is restricted',
      others: carrier({ ...restricted, owners: [dan] }),
      expect: 'nothing',
    },
    {
      name: 'policies exclude it, and it is role-assignable',
      others: exempt({ roleAssignable: true }),
      directory: excluding,
      expect: 'nothing',
    },
    {
      name: 'policies exclude it, and no role is listed since it carries none',
      others: exempt({ roleAssignable: true, assignments: undefined }),
      directory: excluding,
      expect: 'nothing',
    },
    {
      name: 'policies exclude it, and it is restricted',
      others: exempt({ ...restricted, roleAssignable: undefined }),
      directory: excluding,
      expect: 'nothing',
    },
    {
      name: 'a policy that only reports excludes it',
      others: exempt(),
      directory: accessPolicies({ excludeGroups: [groups.operators.id], ...reportOnly }),
      expect: 'nothing',
    },
    {
      name: 'a policy is for it',
      others: exempt(),
      directory: accessPolicies({ includeGroups: [groups.operators.id] }),
      expect: 'nothing',
    },
    {
      name: 'without a licence no policy excludes anybody',
      others: exempt(),
      directory: noAccessLicence,
      expect: 'nothing',
    },
    {
      name: 'PIM manages it, for something without privilege',
      others: [{ ...sound, usedFor: ['pim'], assignments: [], owners: [dan] }],
      expect: 'nothing',
    },
    {
      name: 'it carries a role without privilege',
      others: carrier({
        owners: [dan],
        assignments: [{ roleTemplateId: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b' }],
      }),
      expect: 'nothing',
    },
    { name: 'no group', expect: 'nothing' },
    { name: 'owners are not known', others: carrier({ owners: undefined }), expect: 'unknown' },
    {
      name: 'nobody knows whether its owners may touch it',
      others: carrier({ isManagementRestricted: undefined, owners: [dan] }),
      expect: 'unknown',
    },
    {
      name: 'nobody knows whether a rule fills it',
      others: carrier({ isDynamic: undefined }),
      expect: 'unknown',
    },
    {
      name: 'nobody knows whether it is synchronised',
      others: carrier({ onPremisesSynced: undefined }),
      expect: 'unknown',
    },
    {
      name: 'policies exclude it, and nobody knows whether it is role-assignable',
      others: exempt({ roleAssignable: undefined }),
      directory: excluding,
      expect: 'unknown',
    },
    {
      name: 'policies exclude it, and nobody knows whether it is restricted',
      others: exempt({ isManagementRestricted: undefined }),
      directory: excluding,
      expect: 'unknown',
    },
    { name: 'the policies were not read', others: exempt(), expect: 'unknown' },
    {
      name: 'the policies were not read, and nobody says what it is for',
      others: exempt({ usedFor: undefined }),
      expect: 'unknown',
    },
    {
      name: 'it carries a role, nobody knows which',
      others: carrier({ assignments: undefined, usedFor: ['role'] }),
      expect: 'unknown',
    },
  ],
});

/** `is` undefined: not known. What Graph leaves null never was. */
type Fault = { is: boolean | null | undefined; what: string };
type Group = SnapshotAccount;

const faultsOf = (group: Group, context: PostureContext): Fault[] => [
  { is: group.isDynamic, what: 'filled by a rule' },
  { is: group.onPremisesSynced, what: 'synchronised from on-premises' },
  faultOfOwners(group, context),
];

/** In a restricted unit, and if it is role-assignable, it takes more than an administrator of groups. */
function faultOfSpared({ roleAssignable, isManagementRestricted }: Group): Fault {
  const shields = [roleAssignable, isManagementRestricted];
  const isOpen = shields.includes(undefined) ? undefined : true;
  return {
    is: shields.includes(true) ? false : isOpen,
    what: 'open to any administrator of groups',
  };
}

function faultOfOwners(
  { owners, isManagementRestricted }: Group,
  { watchlist, now }: PostureContext,
): Fault {
  const parties = owners?.map(partyOfReference);
  const strangers = parties?.filter((owner) => !watchlist.isPrivileged(owner, now));
  const what = `owned by ${listOf((strangers ?? []).map(nameOf))}, no administrator`;
  if (strangers?.length === 0) return { is: false, what };
  // Owners of what is restricted can't change it.
  const mayFill = isManagementRestricted === undefined ? undefined : !isManagementRestricted;
  return { is: strangers ? mayFill : undefined, what };
}

const mayCarry = ({ usedFor, assignments }: Group) =>
  !assignments && (usedFor ?? []).includes('role');

const mayBeSpared = ({ usedFor }: Group) =>
  (usedFor ?? ['conditionalAccess']).includes('conditionalAccess');
