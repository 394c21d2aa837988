import type { WatchedAccount } from '../../watch/watch-state.ts';
import { applicationAdministrator, people, workloads } from '../examples/tenant.ts';
import { purposeOf } from '../posture/account-kinds.ts';
import { definePostureCheck, isEnabled, partyOf, unreadOf } from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

const ben = { type: 'user', id: people.ben.id, name: people.ben.upn };
const noOwner = { manager: null };

const application = (fields: object) => ({
  id: workloads.deployer.id,
  type: 'servicePrincipal',
  displayName: workloads.deployer.name,
  assignments: [{ roleTemplateId: applicationAdministrator }],
  ...fields,
});

export default definePostureCheck({
  id: 'posture-admin-shared-unclassified',
  title: 'Nobody answers for a privileged account, or nobody knows what it is for',
  severity: 'low',
  categories: ['Graph'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/security-planning',
  why: 'An account that belongs to nobody is not missed when it is misused, and not removed when it is not needed.',
  triage: [
    'Find out who uses it: its sign-ins tell. Nobody does: take its roles away.',
    'Set a manager (an owner, for an application), or enter it in the register of the policy with kind and owner.',
  ],
  falsePositives: [
    'Managed identities can have no owner in the directory: name one in the register of the policy.',
    'Break-glass accounts belong to no person. They are left out.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot, now } = context;
    const holders = [...watchlist.state.accounts.values()].filter(
      (account) =>
        account.type !== 'group' &&
        isEnabled(account) &&
        watchlist.rolesOf(partyOf(account), now).length > 0,
    );
    return holders.flatMap((account) => {
      const { kind, owner } = purposeOf(account, context);
      if (kind === 'break-glass') return [];
      // With all of the snapshot read, every account is of one kind: it is only ever not known.
      const unplaced = kind === null ? [unreadOf(snapshot, 'users', account)] : [];
      if (owner !== null) return unplaced;
      const missing = missingPart(account);
      if (missing) return [unreadOf(snapshot, missing, account)];
      const subject = partyOf(account);
      const roles = watchlist.rolesOf(subject, now);
      const what = kind === null ? 'what it is for is not known either' : `its kind: ${kind}`;
      return [
        {
          key: [account.id, 'owner'],
          title: `${nameOf(subject)}: nobody answers for this account`,
          summary: `${nameOf(subject)} (${rolesInWords(roles)}) has no owner in the policy and none in the directory; ${what}.`,
          subject,
          roles,
          matter: ['account', 'owner'] as const,
          details: { kind },
        },
        ...unplaced,
      ];
    });
  },

  examples: () => [
    { name: 'no manager, as Graph writes it', account: noOwner, expect: 'low' },
    {
      name: 'a shared account of nobody',
      account: noOwner,
      declared: 'shared',
      expect: 'low',
    },
    {
      name: 'neither owner nor kind',
      account: { ...noOwner, hasMailbox: undefined },
      expect: 'low',
    },
    {
      name: 'an application without owners',
      account: null,
      others: [application({ owners: [] })],
      expect: 'low',
    },
    {
      name: 'a manager, and a kind that the directory shows',
      account: { manager: ben },
      expect: 'nothing',
    },
    {
      name: 'registered with owner and kind, whatever is known of it',
      account: { hasMailbox: undefined },
      tenant: { register: [{ account: people.ada.upn, kind: 'shared', owner: 'Grace Hopper' }] },
      expect: 'nothing',
    },
    {
      name: 'a break-glass account belongs to no person',
      account: noOwner,
      declared: 'emergency',
      expect: 'nothing',
    },
    {
      name: 'an application with an owner',
      account: null,
      others: [application({ owners: [ben] })],
      expect: 'nothing',
    },
    {
      name: 'a managed identity in the register',
      account: null,
      others: [application({ owners: [] })],
      tenant: { register: [{ account: workloads.deployer.id, owner: 'Grace Hopper' }] },
      expect: 'nothing',
    },
    {
      name: 'a group that carries a role is no account',
      account: null,
      others: [application({ type: 'group', owners: [] })],
      expect: 'nothing',
    },
    { name: 'no role', account: { ...noOwner, assignments: [] }, expect: 'nothing' },
    { name: 'disabled', account: { ...noOwner, enabled: false }, expect: 'nothing' },
    { name: 'whether it has a manager is not known', account: {}, expect: 'unknown' },
    {
      name: 'owners of an application are not known',
      account: null,
      others: [application({})],
      expect: 'unknown',
    },
    {
      name: 'what kind it is is not known',
      account: { manager: ben, hasMailbox: undefined },
      expect: 'unknown',
    },
  ],
});

/** What must be read before it can be said that there is no owner. */
function missingPart({ type, snapshot }: WatchedAccount) {
  if (type === 'user') return snapshot?.manager === undefined ? 'users' : undefined;
  return snapshot?.owners ? undefined : 'applications';
}
