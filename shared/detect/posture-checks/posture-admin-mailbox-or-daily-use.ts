import { people } from '../examples/tenant.ts';
import { purposeOf, registeredAs } from '../posture/account-kinds.ts';
import { definePostureCheck, partyOf, privilegedUsers, unreadOf } from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

/** Nobody's everyday account: of those the guidance asks other things. */
const notPersonal: ReadonlySet<string | null> = new Set(['break-glass', 'shared', 'automation']);

const registered = (fields: object) => ({
  register: [{ account: people.ada.upn, owner: 'Grace Hopper', ...fields }],
});

export default definePostureCheck({
  id: 'posture-admin-mailbox-or-daily-use',
  title: 'Administrator account used for everyday work',
  severity: 'medium',
  severityVaries:
    'Low without a mailbox (a licence alone), or registered as mixed-use with a reason.',
  categories: ['Graph'],
  techniques: ['T1566.002', 'T1078.004'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/security-planning',
  why: 'Mail and everyday programs are how intruders come in. Whoever reads mail as an administrator lets them in as one.',
  triage: [
    'Give the person a second account without mailbox, for administration alone, and move the roles there.',
    'Until then: no active roles on this one, only eligible ones.',
    'Licensed only: take away what administration does not need.',
  ],
  falsePositives: [
    'A licence for PIM or Conditional Access (Entra ID P2) alone: administrators need it. Exclude the account, with the reason.',
    'Small teams without second accounts: register them as mixed-use, with the reason.',
    'Break-glass, shared and automation accounts. They are left out.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot, now } = context;
    return privilegedUsers(context).flatMap((account) => {
      if (notPersonal.has(purposeOf(account, context).kind)) return [];
      const { hasMailbox, isLicensed } = account.snapshot ?? {};
      if (!hasMailbox && !isLicensed) {
        const isSound = hasMailbox === false && isLicensed === false;
        return isSound ? [] : unreadOf(snapshot, 'users', account);
      }
      const subject = partyOf(account);
      const roles = watchlist.rolesOf(subject, now);
      const { kind, reason } = registeredAs(account, context) ?? {};
      const isAccepted = kind === 'mixed-use' && reason !== undefined;
      const what = hasMailbox ? 'has a mailbox' : 'holds a licence';
      const because = isAccepted ? ', as the policy knows' : '';
      return {
        key: [account.id, hasMailbox ? 'mailbox' : 'licence'],
        title: `${nameOf(subject)}: administrator ${what}`,
        summary: `${nameOf(subject)} holds ${rolesInWords(roles)} and ${what}${because}.`,
        severity: hasMailbox && !isAccepted ? ('medium' as const) : ('low' as const),
        subject,
        roles,
        matter: ['account', 'everyday use'] as const,
        details: { reason: reason ?? null },
      };
    });
  },

  examples: () => [
    { name: 'a mailbox', account: { hasMailbox: true, isLicensed: true }, expect: 'medium' },
    {
      name: 'a mailbox, though its licence is not known of',
      account: { hasMailbox: true, isLicensed: undefined },
      expect: 'medium',
    },
    {
      name: 'registered as administration-only, with a mailbox',
      account: { hasMailbox: true },
      tenant: registered({ kind: 'administration-only', reason: 'runs the tenant' }),
      expect: 'medium',
    },
    {
      name: 'registered as mixed-use without a reason',
      account: { hasMailbox: true },
      tenant: registered({ kind: 'mixed-use' }),
      expect: 'medium',
    },
    {
      name: 'registered as mixed-use with a reason',
      account: { hasMailbox: true },
      tenant: registered({ kind: 'mixed-use', reason: 'a team of two' }),
      expect: 'low',
    },
    {
      name: 'a licence without a mailbox',
      account: { hasMailbox: false, isLicensed: true },
      expect: 'low',
    },
    {
      name: 'a licence, though a mailbox is not known of',
      account: { hasMailbox: undefined, isLicensed: true },
      expect: 'low',
    },
    { name: 'neither', account: {}, expect: 'nothing' },
    {
      name: 'a break-glass account with a mailbox',
      account: { hasMailbox: true },
      declared: 'emergency',
      expect: 'nothing',
    },
    {
      name: 'a shared account with a mailbox',
      account: { hasMailbox: true },
      declared: 'shared',
      expect: 'nothing',
    },
    {
      name: 'a script that sends mail',
      account: { hasMailbox: true },
      tenant: registered({ kind: 'automation' }),
      expect: 'nothing',
    },
    {
      name: 'a mailbox without a role',
      account: { hasMailbox: true, assignments: [] },
      expect: 'nothing',
    },
    { name: 'disabled', account: { hasMailbox: true, enabled: false }, expect: 'nothing' },
    {
      name: 'a mailbox is not known of: shared ones need no licence',
      account: { hasMailbox: undefined, isLicensed: false },
      expect: 'unknown',
    },
    {
      name: 'a licence is not known of',
      account: { hasMailbox: false, isLicensed: null },
      expect: 'unknown',
    },
  ],
});
