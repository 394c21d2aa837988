import { globalAdministrator } from '../../roles.ts';
import { assigned, pimGap } from '../examples/posture.ts';
import { directRole } from '../examples/records.ts';
import { groups, helpdeskAdministrator, people } from '../examples/tenant.ts';
import {
  keyOfRole,
  matterOfRoles,
  privilegedAssignments,
  rolesAmong,
  rolesInShort,
  usesPim,
} from '../posture/assignments.ts';
import { gapOf } from '../posture/gaps.ts';
import {
  definePostureCheck,
  isEnabled,
  partyOf,
  type Unknown,
  unread,
  unreadOf,
} from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

const outside = (...all: object[]) =>
  assigned(...all.map((fields) => ({ isOutsidePim: true, ...fields })));
const group = { ...groups.operators, type: 'group' };
const viaGroup = outside({ via: groups.operators.id });

export default definePostureCheck({
  id: 'posture-assigned-outside-pim',
  title: 'Role held that was assigned outside PIM',
  severity: 'high',
  categories: ['Graph'],
  techniques: ['T1098.003'],
  source:
    'https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-configure-security-alerts',
  why: 'Where roles are managed in PIM, a direct assignment has stepped around its approval, its MFA and its end, and is still there.',
  triage: [
    'Find in the audit log who made the assignment and why they did not use PIM.',
    'Remove it, or replace it by an eligible one.',
    'Look for what the holder did since.',
  ],
  falsePositives: [
    'Break-glass accounts hold their role outside PIM by design. They are left out.',
    'Applications are given their roles outside PIM as a rule: posture-app-privileged judges them.',
    'Where nobody uses PIM every role is outside it: posture-permanent-assignment says so.',
  ],

  check(context) {
    const { watchlist, snapshot, now } = context;
    const gap = gapOf(snapshot, 'pim');
    if (gap && !gap.asOf) return [unread(snapshot, 'pim')];
    if (!usesPim(context)) return [];
    // A role that a group carries was assigned to the group, and is told of it.
    const holders = [...watchlist.state.accounts.values()].filter(
      (account) =>
        account.type !== 'servicePrincipal' &&
        isEnabled(account) &&
        !watchlist.isBreakGlass(partyOf(account)) &&
        watchlist.rolesOf(partyOf(account), now).length > 0,
    );
    return holders.flatMap((account) => {
      const held = privilegedAssignments(account, context);
      if (!held) return unreadOf(snapshot, 'roles', account);
      // Whatever is eligible or activated came by way of PIM.
      const own = held.filter(
        ({ state, via }) => !via && state !== 'eligible' && state !== 'activated',
      );
      const outside = own.filter(({ isOutsidePim }) => isOutsidePim);
      if (outside.length === 0) {
        const isUntold = own.some(({ isOutsidePim }) => isOutsidePim !== false);
        return isUntold ? unreadOf(snapshot, 'pim', account) : ([] as Unknown[]);
      }
      const subject = partyOf(account);
      const roles = rolesAmong(outside);
      return {
        key: [account.id, ...roles.map(keyOfRole)],
        title: `${nameOf(subject)}: ${rolesInShort(roles)} outside PIM`,
        summary: `${nameOf(subject)} holds ${rolesInWords(roles)} by an assignment that PIM did not make and does not manage.`,
        subject,
        roles,
        matter: matterOfRoles(roles),
        details: { grant: 'outside PIM' },
      };
    });
  },

  examples: () => [
    { name: 'outside PIM', account: outside({}), expect: 'high' },
    {
      name: 'outside PIM, to a group',
      account: null,
      others: [{ ...group, ...outside({}) }],
      expect: 'high',
    },
    {
      name: 'through the group: told of the group alone',
      account: viaGroup,
      others: [{ ...group, ...outside({}) }],
      expect: 'high',
    },
    {
      name: 'through a group that has it from PIM',
      account: viaGroup,
      others: [{ ...group, ...outside({ isOutsidePim: false }) }],
      expect: 'nothing',
    },
    {
      name: 'two roles, one of them outside PIM',
      account: outside({ isOutsidePim: false, roleTemplateId: globalAdministrator }, {}),
      expect: 'high',
    },
    {
      name: 'one outside PIM, one of which nobody tells',
      account: outside({ isOutsidePim: undefined, roleTemplateId: globalAdministrator }, {}),
      expect: 'high',
    },
    { name: 'in PIM', account: outside({ isOutsidePim: false }), expect: 'nothing' },
    {
      name: 'eligible',
      account: outside({ state: 'eligible', isOutsidePim: undefined }),
      expect: 'nothing',
    },
    {
      name: 'activated',
      account: outside({ state: 'activated', isOutsidePim: undefined }),
      expect: 'nothing',
    },
    {
      name: 'removed since',
      account: outside({}),
      records: [
        {
          ...directRole(people.ada, helpdeskAdministrator),
          operationName: 'Remove member from role',
        },
      ],
      expect: 'nothing',
    },
    { name: 'disabled', account: { ...outside({}), enabled: false }, expect: 'nothing' },
    {
      name: 'a break-glass account',
      account: outside({}),
      declared: 'emergency',
      expect: 'nothing',
    },
    {
      name: 'an application',
      account: { ...outside({}), type: 'servicePrincipal' },
      expect: 'nothing',
    },
    {
      name: 'a group that carries nothing, and of which nothing is told',
      account: null,
      others: [group],
      expect: 'nothing',
    },
    {
      name: 'the tenant does not use PIM',
      account: outside({}),
      tenant: { usesPim: false },
      expect: 'nothing',
    },
    {
      name: 'the policy does not say that the tenant uses PIM, but somebody has activated a role',
      account: outside({}),
      others: [{ id: people.ben.id, type: 'user', ...outside({ state: 'activated' }) }],
      tenant: { usesPim: false },
      expect: 'high',
    },
    { name: 'nobody tells', account: outside({ isOutsidePim: null }), expect: 'unknown' },
    {
      name: 'a role of which only the log knows',
      account: { assignments: undefined },
      records: [directRole(people.ada, helpdeskAdministrator)],
      expect: 'unknown',
    },
    {
      name: 'beside a role of which only the log knows',
      account: outside({}),
      others: [{ id: people.dan.id, type: 'user', userPrincipalName: people.dan.upn }],
      records: [directRole(people.dan, helpdeskAdministrator)],
      expect: 'high',
    },
    {
      name: 'PIM could not be read',
      account: outside({ isOutsidePim: false }),
      directory: pimGap(),
      expect: 'unknown',
    },
    {
      name: 'no licence for PIM',
      directory: pimGap({ why: 'licence' }),
      expect: 'unknown',
    },
    {
      name: 'PIM as it was yesterday',
      account: outside({}),
      directory: pimGap({ asOf: '2026-11-18T00:00:00Z' }),
      expect: 'high',
    },
  ],
});
