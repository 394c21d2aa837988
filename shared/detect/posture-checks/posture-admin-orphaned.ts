import { audit, target } from '../examples/records.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { definePostureCheck, partyOf, privilegedUsers, unreadOf } from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

const manager = (fields: object = {}) => ({
  manager: { type: 'user', id: people.ben.id, name: people.ben.upn, ...fields },
});

const ben = (fields: object = {}) => ({
  id: people.ben.id,
  type: 'user',
  userPrincipalName: people.ben.upn,
  enabled: true,
  manager: null,
  assignments: [{ roleTemplateId: helpdeskAdministrator }],
  ...fields,
});

const switched = (operation: string) =>
  audit(operation, { category: 'UserManagement', targetResources: [target(people.ben)] });

export default definePostureCheck({
  id: 'posture-admin-orphaned',
  title: 'Administrator account whose owner has left',
  severity: 'high',
  categories: ['Graph', 'AuditLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/security-planning',
  why: 'The person it belongs to is gone, and may still know its password; nobody would miss it.',
  triage: [
    'Was it used since the owner was disabled? Then treat it as taken over.',
    'Disable it, see who complains, then take its roles away.',
    'Somebody else answers for it now: make them its manager, and set a new password.',
  ],
  falsePositives: [
    'The manager is on leave, and their account disabled for that time.',
    'Who answers for it has changed, but not the manager in the directory: change it.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot, now } = context;
    return privilegedUsers(context).flatMap((account) => {
      const owner = account.snapshot?.manager;
      // Without one there is a finding of its own: posture-admin-shared-unclassified.
      if (owner === null) return [];
      const party = owner ? { type: owner.type, id: owner.id, name: owner.name ?? null } : null;
      // The log stream knows it first, where the manager is watched as well.
      const watched = party ? watchlist.account(party)?.enabled.at(-1)?.held : undefined;
      const isOwnerEnabled = watched ?? owner?.enabled;
      if (typeof isOwnerEnabled !== 'boolean') return unreadOf(snapshot, 'users', account);
      if (isOwnerEnabled) return [];
      const subject = partyOf(account);
      const roles = watchlist.rolesOf(subject, now);
      return {
        key: [account.id, owner?.id ?? null],
        title: `${nameOf(subject)}: still enabled, its manager is not`,
        summary: `${nameOf(subject)} (${rolesInWords(roles)}) is enabled, while the account of its manager, ${nameOf(party)}, is disabled.`,
        subject,
        roles,
        matter: ['account', 'owner'] as const,
        details: { manager: nameOf(party) },
      };
    });
  },

  examples: () => [
    { name: 'the manager is disabled', account: manager({ enabled: false }), expect: 'high' },
    {
      name: 'of a manager without a name',
      account: manager({ enabled: false, name: undefined }),
      expect: 'high',
    },
    {
      name: 'an administrator too, disabled since the snapshot',
      account: manager({ enabled: true }),
      others: [ben()],
      records: [switched('Disable account')],
      expect: 'high',
    },
    {
      name: 'another account tells it',
      account: manager(),
      others: [ben({ enabled: false })],
      expect: 'high',
    },
    {
      name: 'the manager of one account is not known, that of another is disabled',
      account: { manager: undefined },
      others: [ben(manager({ id: people.cleo.id, enabled: false }))],
      expect: 'high',
    },
    { name: 'the manager is enabled', account: manager({ enabled: true }), expect: 'nothing' },
    {
      name: 'enabled again since the snapshot',
      account: manager({ enabled: false }),
      others: [ben({ enabled: false })],
      records: [switched('Enable account')],
      expect: 'nothing',
    },
    { name: 'no manager, as Graph writes it', account: { manager: null }, expect: 'nothing' },
    {
      name: 'disabled itself',
      account: { ...manager({ enabled: false }), enabled: false },
      expect: 'nothing',
    },
    {
      name: 'no role',
      account: { ...manager({ enabled: false }), assignments: [] },
      expect: 'nothing',
    },
    { name: 'the snapshot does not say', account: { manager: undefined }, expect: 'unknown' },
    {
      name: 'whether the manager is enabled is not known',
      account: manager(),
      expect: 'unknown',
    },
  ],
});
