import { cleanLine } from '../../clean-text.ts';
import { definePostureCheck, partyOf, privilegedUsers, unreadOf } from '../posture-check.ts';
import { nameOf } from '../wording.ts';

export default definePostureCheck({
  id: 'admin-password-never-expires-weak',
  title: "Administrator's password may be weak or never expires",
  severity: 'low',
  severityVaries: 'Medium if a weak password is allowed.',
  categories: ['Graph'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy',
  why: 'A password that may be weak is guessed; one that never expires is worth guessing.',
  triage: [
    'Allowed to be weak: take the exception away and set a new password.',
    'Never expires: fine with MFA and no password in daily use; else take it away.',
  ],
  falsePositives: ['Break-glass accounts shall not expire: that is what the guidance asks.'],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot, now } = context;
    return privilegedUsers(context).flatMap((account) => {
      const written = account.snapshot?.passwordPolicies;
      if (written === undefined) return unreadOf(snapshot, 'users', account);
      const policies = (written ?? '').toLowerCase();
      const mayBeWeak = policies.includes('disablestrongpassword');
      const subject = partyOf(account);
      const neverExpires =
        policies.includes('disablepasswordexpiration') && !watchlist.isBreakGlass(subject);
      if (!mayBeWeak && !neverExpires) return [];
      const what = [mayBeWeak && 'may be weak', neverExpires && 'never expires']
        .filter(Boolean)
        .join(' and ');
      return {
        key: [account.id, what],
        title: `${nameOf(subject)}: password ${what}`,
        summary: `The password of the administrator ${nameOf(subject)} ${what} (${cleanLine(written, 100)}).`,
        severity: mayBeWeak ? ('medium' as const) : ('low' as const),
        subject,
        roles: watchlist.rolesOf(subject, now),
        matter: ['password'] as const,
      };
    });
  },

  examples: () => [
    {
      name: 'never expires',
      account: { passwordPolicies: 'DisablePasswordExpiration' },
      expect: 'low',
    },
    {
      name: 'may be weak',
      account: { passwordPolicies: 'DisablePasswordExpiration, DisableStrongPassword' },
      expect: 'medium',
    },
    {
      name: 'may be weak, but expires',
      account: { passwordPolicies: 'DisableStrongPassword' },
      expect: 'medium',
    },
    { name: 'no exception', account: { passwordPolicies: 'None' }, expect: 'nothing' },
    { name: 'none, as Graph writes it', account: { passwordPolicies: null }, expect: 'nothing' },
    {
      name: 'the snapshot does not say',
      account: { passwordPolicies: undefined },
      expect: 'unknown',
    },
    {
      name: 'a break-glass account that never expires',
      account: { passwordPolicies: 'DisablePasswordExpiration' },
      declared: 'emergency',
      expect: 'nothing',
    },
  ],
});
