import { networkOf } from '../../read/network-of.ts';
import { defineDetection } from '../detection.ts';
import { attempt, type Person, strangers, times, wrongPassword } from '../examples/guesses.ts';
import { people } from '../examples/tenant.ts';
import { accountBursts } from '../past/bursts.ts';
import { fromAddresses, toldOfBurst, whoOf } from '../past/told-from-traces.ts';
import { refusedPassword } from '../rows/error-codes.ts';
import { nameOf } from '../wording.ts';

const guesses = (count: number, minutes = 10, who: Person = people.ada) =>
  times(count, (n) => attempt(who, wrongPassword, n * minutes, { ipAddress: strangers(n) }));
const fromNetworks = (address: (n: number) => string) =>
  times(5, (n) => attempt(people.ada, wrongPassword, n, { ipAddress: address(n) }));

export default defineDetection({
  id: 'admin-distributed-bruteforce',
  title: 'One administrator, tried from many addresses',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1110.001', 'T1110.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Passwords are tried from one address after the other, so that no address and no lock-out stops it. Somebody has chosen this account.',
  triage: [
    'Has it ended with a sign-in? Then revoke its sessions and reset the password.',
    'See that the account has a second factor that nobody can talk it out of: a passkey or security key.',
    'Restrict by Conditional Access from where the account can sign in.',
  ],
  falsePositives: ['A telephone with an old password, on a long journey.'],

  detect(event, context) {
    const { sources: least, windowMinutes } = context.settings;
    const who = whoOf(event, context.watchlist);
    return accountBursts('admin-distributed-bruteforce', event, context, {
      // The ways out of one office are many addresses too.
      counts: ({ errorCode, ip, isKnownPlace }) =>
        refusedPassword.has(errorCode) && ip !== null && !isKnownPlace,
      by: ({ ip }) => networkOf(ip ?? ''),
      least,
      windowMinutes,
    }).map((burst) => {
      const where = fromAddresses(burst.traces);
      return {
        ...toldOfBurst(burst, who, context.watchlist),
        title: `${nameOf(who)}: wrong passwords${where}`,
        summary: `${nameOf(who)} was tried with wrong passwords${where}, ${least} of them within ${windowMinutes} minutes.`,
      };
    });
  },

  examples: () => [
    { name: 'five addresses', records: guesses(5), expect: 'high' },
    { name: 'as the window ends', records: guesses(5, 15), expect: 'high' },
    {
      name: 'five IPv6 networks',
      records: fromNetworks((n) => `2001:db8:0:${n}::1`),
      expect: 'high',
    },
    {
      name: 'as few as the policy says',
      records: guesses(2, 90),
      settings: { sources: 2, windowMinutes: 90 },
      expect: 'high',
    },
    { name: 'four addresses', records: guesses(4), expect: 'nothing' },
    {
      name: 'four addresses, and none',
      records: [...guesses(4), attempt(people.ada, wrongPassword, 41, { ipAddress: '' })],
      expect: 'nothing',
    },
    { name: 'over more than an hour', records: guesses(5, 16), expect: 'nothing' },
    {
      name: 'one IPv6 network',
      records: fromNetworks((n) => `2001:db8:0:1::${n}`),
      expect: 'nothing',
    },
    {
      name: 'the ways out of the office',
      records: guesses(5),
      tenant: { knownNetworks: ['203.0.113.0/24'] },
      expect: 'nothing',
    },
    {
      name: 'the right password from the fifth',
      records: [...guesses(4), attempt(people.ada, 0, 50, { ipAddress: strangers(4) })],
      expect: 'nothing',
    },
    { name: 'not an administrator', records: guesses(5, 10, people.dan), expect: 'nothing' },
  ],
});
