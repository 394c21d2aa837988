import { globalAdministrator } from '../../roles.ts';
import { assigned, pimGap } from '../examples/posture.ts';
import { directRole } from '../examples/records.ts';
import { groups, helpdeskAdministrator, people } from '../examples/tenant.ts';
import {
  isStanding,
  keyOfRole,
  matterOfRoles,
  privilegedAssignments,
  rolesAmong,
  rolesInShort,
  usesPim,
} from '../posture/assignments.ts';
import { isUnlicensed } from '../posture/gaps.ts';
import { definePostureCheck, partyOf, privilegedUsers, unreadOf } from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

const eligible = {
  id: people.ben.id,
  type: 'user',
  ...assigned({ state: 'eligible' }),
};

export default definePostureCheck({
  id: 'posture-permanent-assignment',
  title: 'Administrator holds a role all the time',
  severity: 'medium',
  severityVaries: 'Low where the tenant does not use PIM, or has no licence for it.',
  categories: ['Graph'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-deployment-plan',
  why: 'Whoever takes over the account has the role at once, at any hour. Activated only when needed, it is mostly not there to be taken.',
  triage: [
    'Make the person eligible for the role in PIM, see that they can activate it, then remove the standing assignment.',
    'A role that nobody needs that often: remove it without a replacement.',
  ],
  falsePositives: [
    'Break-glass accounts hold their role for good by design. They are left out.',
    'Applications and managed identities can activate nothing: posture-app-privileged judges them.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot } = context;
    const isLicensed = !isUnlicensed(snapshot, 'pim');
    const isInUse = isLicensed && usesPim(context);
    const advice = isInUse
      ? 'Others activate theirs in PIM.'
      : isLicensed
        ? 'Begin with PIM: eligible people activate a role when they need it.'
        : 'Without a licence for PIM it can only be taken away, or held by fewer.';
    return privilegedUsers(context).flatMap((account) => {
      const subject = partyOf(account);
      if (watchlist.isBreakGlass(subject)) return [];
      const held = privilegedAssignments(account, context);
      if (!held) return unreadOf(snapshot, 'roles', account);
      const standing = held.filter((one) => isStanding(one, snapshot));
      if (standing.length === 0) {
        const isUntold = held.some((one) => isStanding(one, snapshot) === undefined);
        return isUntold ? unreadOf(snapshot, 'pim', account) : [];
      }
      const roles = rolesAmong(standing);
      const carriers = [...new Set(standing.flatMap(({ via }) => via ?? []))];
      return {
        // Another role for good is another state, and told again.
        key: [account.id, ...roles.map(keyOfRole)],
        title: `${nameOf(subject)}: always ${rolesInShort(roles)}`,
        summary: `${nameOf(subject)} is ${rolesInWords(roles)} all the time${carriers.length > 0 ? ', through a group' : ''}. ${advice}`,
        severity: isInUse ? ('medium' as const) : ('low' as const),
        subject,
        roles,
        matter: matterOfRoles(roles),
        details: {
          grant: 'permanent',
          ...(carriers.length > 0 && {
            group: carriers.map((id) =>
              nameOf(watchlist.state.accounts.get(id) ?? { id, name: null }),
            ),
          }),
        },
      };
    });
  },

  examples: () => [
    { name: 'for good', expect: 'medium' },
    { name: 'through a group', account: assigned({ via: groups.operators.id }), expect: 'medium' },
    {
      name: 'two roles are one finding',
      account: assigned({}, { roleTemplateId: globalAdministrator }),
      expect: 'medium',
    },
    {
      name: 'one for good, and one eligible',
      account: assigned({}, { roleTemplateId: globalAdministrator, state: 'eligible' }),
      expect: 'medium',
    },
    { name: 'a guest', account: { userType: 'Guest' }, expect: 'medium' },
    { name: 'eligible', account: assigned({ state: 'eligible' }), expect: 'nothing' },
    { name: 'activated', account: assigned({ state: 'activated' }), expect: 'nothing' },
    {
      name: 'active until a day',
      account: assigned({ until: '2026-12-31T00:00:00Z' }),
      expect: 'nothing',
    },
    {
      name: 'a role that is not watched',
      account: assigned(
        { roleTemplateId: '4a5d8f65-41da-4de4-8968-e035b65339cf' },
        { state: 'eligible' },
      ),
      expect: 'nothing',
    },
    {
      name: 'removed since',
      account: assigned({}, { roleTemplateId: globalAdministrator, state: 'eligible' }),
      records: [
        {
          ...directRole(people.ada, helpdeskAdministrator),
          operationName: 'Remove member from role',
        },
      ],
      expect: 'nothing',
    },
    { name: 'disabled', account: { enabled: false }, expect: 'nothing' },
    { name: 'a break-glass account', declared: 'emergency', expect: 'nothing' },
    {
      name: 'an application',
      account: null,
      others: [{ id: 'app', type: 'servicePrincipal', ...assigned({}) }],
      expect: 'nothing',
    },
    { name: 'the tenant does not use PIM', tenant: { usesPim: false }, expect: 'low' },
    {
      name: 'the policy does not say that the tenant uses PIM, but somebody is eligible',
      others: [eligible],
      tenant: { usesPim: false },
      expect: 'medium',
    },
    { name: 'no licence for PIM', directory: pimGap({ why: 'licence' }), expect: 'low' },
    {
      name: 'no licence for PIM, so nothing has an end',
      account: assigned({ state: undefined, until: undefined }),
      directory: pimGap({ why: 'licence' }),
      expect: 'low',
    },
    { name: 'PIM could not be read', directory: pimGap({ why: 'permission' }), expect: 'unknown' },
    {
      name: 'PIM could not be read, and all that is known of it has an end',
      account: assigned({ until: '2026-12-31T00:00:00Z' }),
      directory: pimGap({ why: 'failed' }),
      expect: 'unknown',
    },
    {
      name: 'PIM as it was yesterday',
      directory: pimGap({ why: 'failed', asOf: '2026-11-18T00:00:00Z' }),
      expect: 'medium',
    },
    {
      name: 'nobody tells whether it ends',
      account: assigned({ until: undefined }),
      expect: 'unknown',
    },
    {
      name: 'nobody tells whether it is active',
      account: assigned({ state: undefined }),
      expect: 'unknown',
    },
    {
      name: 'a role of which only the log knows',
      account: { assignments: undefined },
      records: [directRole(people.ada, helpdeskAdministrator)],
      expect: 'unknown',
    },
    {
      name: 'beside a role of which only the log knows',
      others: [{ id: people.dan.id, type: 'user', userPrincipalName: people.dan.upn }],
      records: [directRole(people.dan, helpdeskAdministrator)],
      expect: 'medium',
    },
  ],
});
