import { defineDetection } from '../detection.ts';
import { attempt, somebody, stranger, times, wrongPassword } from '../examples/guesses.ts';
import { people } from '../examples/tenant.ts';
import { countedCodes } from '../notes/sources.ts';
import { sourceBursts } from '../past/source-bursts.ts';
import { refusedPassword } from '../rows/error-codes.ts';
import { listOf, nameOf } from '../wording.ts';

const admins = [people.ada, people.ben, people.cleo, people.hana, people.fay];
const spray = (count: number, fields: object = {}, minutes = 1) =>
  times(count, (n) => attempt(somebody(n), wrongPassword, n * minutes, fields));
/** Administrators of the same place get in, at a minute. */
const getIn = (count: number, minute: number, errorCode = 0) =>
  admins.slice(0, count).map((who) => attempt(who, errorCode, minute));

export default defineDetection({
  id: 'password-spray',
  title: 'Password spray',
  reads: ['signIn'],
  lookFor: { errorCodes: countedCodes },
  severity: 'medium',
  severityVaries: 'High where a privileged account is among those tried.',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1110.003'],
  source:
    'https://learn.microsoft.com/security/operations/incident-response-playbook-password-spray',
  why: 'One source tries a few passwords on many accounts. It stays below every lock-out, and needs one account with a weak password.',
  triage: [
    'Look for any sign-in from the address that went well, or was stopped only behind the password.',
    'Reset the passwords of those, and revoke their sessions.',
    'Block the address, and legacy protocols if it came over one.',
  ],
  falsePositives: [
    'The way out of an office or proxy that is not among the known networks: quiet only where as many administrators get in from there as accounts fail.',
  ],

  detect(event, context) {
    return sourceBursts('password-spray', event, context, refusedPassword, context.settings).map(
      ({ source, accounts, privileged, match }) => {
        const among = privileged.length > 0 ? `, ${listOf(privileged.map(nameOf))} among them` : '';
        return {
          ...match,
          title: `Password spray from ${nameOf(source)}: ${accounts} or more accounts${among}`,
          summary: `${nameOf(source)} failed on the passwords of ${accounts} or more accounts within ${context.settings.windowMinutes} minutes${among}.`,
          severity: privileged.length > 0 ? 'high' : 'medium',
        };
      },
    );
  },

  examples: () => [
    { name: 'five accounts', records: spray(5), expect: 'medium' },
    {
      name: 'an administrator among them',
      records: [...spray(4), attempt(people.ben, wrongPassword, 5)],
      expect: 'high',
    },
    {
      name: 'locked out, and right but expired',
      records: [50126, 50053, 50055, 50056, 50144].map((code, n) => attempt(somebody(n), code, n)),
      expect: 'medium',
    },
    { name: 'just within the window', records: spray(5, {}, 5), expect: 'medium' },
    {
      name: 'one IPv6 network',
      records: times(5, (n) =>
        attempt(somebody(n), wrongPassword, n, { ipAddress: `2001:db8:0:1::${n + 1}` }),
      ),
      expect: 'medium',
    },
    {
      name: 'fewer get in than fail',
      records: [...spray(5), ...getIn(4, 10)],
      expect: 'medium',
    },
    {
      name: 'those who got in did so long before',
      records: [...getIn(5, -60), ...spray(5)],
      expect: 'medium',
    },
    {
      name: 'the others were stopped behind the password',
      records: [...spray(5), ...getIn(5, 10, 50074)],
      expect: 'medium',
    },
    {
      name: 'as few as the policy says',
      records: spray(3, {}, 8),
      settings: { distinctUsers: 3, windowMinutes: 16 },
      expect: 'medium',
    },
    {
      name: 'within the window of the second of two failures',
      records: [0, 4, 21, 22, 23, 24].map((minute, n) =>
        attempt(somebody(Math.max(0, n - 1)), wrongPassword, minute),
      ),
      expect: 'medium',
    },
    {
      name: 'accounts of which only the typed name is told',
      records: times(5, (n) =>
        attempt(somebody(n), wrongPassword, n, { userId: '', userPrincipalName: '' }),
      ),
      expect: 'medium',
    },
    { name: 'four accounts', records: spray(4), expect: 'nothing' },
    {
      name: 'one account, typed in five ways',
      records: times(5, (n) =>
        attempt(somebody(0), wrongPassword, n, { signInIdentifier: `alias-${n}@example.com` }),
      ),
      expect: 'nothing',
    },
    {
      name: 'four accounts, again and again',
      records: [...spray(4), ...spray(4), ...spray(4, { createdDateTime: '2026-11-20T12:09:00Z' })],
      expect: 'nothing',
    },
    { name: 'not within the window', records: spray(5, {}, 6), expect: 'nothing' },
    {
      name: 'from different addresses',
      records: times(5, (n) =>
        attempt(somebody(n), wrongPassword, n, { ipAddress: `2001:db8:0:${n}::1` }),
      ),
      expect: 'nothing',
    },
    {
      name: 'at the office',
      records: spray(5),
      tenant: { knownNetworks: [`${stranger}/32`] },
      expect: 'nothing',
    },
    {
      name: 'at a place that the tenant trusts',
      records: spray(5, { networkLocationDetails: [{ networkType: 'trustedNamedLocation' }] }),
      expect: 'nothing',
    },
    {
      name: 'as many get in',
      records: [...spray(5), ...getIn(5, 10)],
      expect: 'nothing',
    },
    {
      name: 'as many got in before',
      records: [...getIn(5, -10), ...spray(5)],
      expect: 'nothing',
    },
    {
      name: 'disabled accounts',
      records: times(5, (n) => attempt(somebody(n), 50057, n)),
      expect: 'nothing',
    },
  ],
});
