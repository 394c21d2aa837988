import { definePostureCheck, partyOf, privilegedUsers, unreadOf } from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

export default definePostureCheck({
  id: 'posture-admin-synced',
  title: 'Administrator synchronised from Active Directory',
  severity: 'high',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1556.007'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices',
  why: 'Whoever takes over Active Directory takes over this account, and with it the cloud.',
  triage: [
    'Give the administrator a cloud-only account for the role, and take the role from this one.',
    'Who can reset its password on premises? Until it is moved, those are administrators too.',
  ],
  falsePositives: [
    'An account that was converted to cloud-only: it counts as synchronised until the next snapshot.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot, now } = context;
    return privilegedUsers(context).flatMap((account) => {
      const isSynced = account.snapshot?.onPremisesSynced;
      if (isSynced === undefined) return unreadOf(snapshot, 'users', account);
      if (!isSynced) return [];
      const subject = partyOf(account);
      const roles = watchlist.rolesOf(subject, now);
      return {
        key: [account.id],
        title: `${nameOf(subject)}: synchronised from Active Directory`,
        summary: `${nameOf(subject)} (${rolesInWords(roles)}) is synchronised from Active Directory instead of living in the cloud alone.`,
        subject,
        roles,
        matter: ['account', 'synchronised'] as const,
      };
    });
  },

  examples: () => [
    { name: 'synchronised', account: { onPremisesSynced: true }, expect: 'high' },
    {
      name: 'a break-glass account, which must not depend on anything on premises',
      account: { onPremisesSynced: true },
      declared: 'emergency',
      expect: 'high',
    },
    { name: 'once, but not any more', account: { onPremisesSynced: false }, expect: 'nothing' },
    { name: 'never, as Graph writes it', account: { onPremisesSynced: null }, expect: 'nothing' },
    {
      name: 'synchronised without a role',
      account: { onPremisesSynced: true, assignments: [] },
      expect: 'nothing',
    },
    {
      name: 'disabled',
      account: { onPremisesSynced: true, enabled: false },
      expect: 'nothing',
    },
    {
      name: 'the snapshot does not say',
      account: { onPremisesSynced: undefined },
      expect: 'unknown',
    },
  ],
});
