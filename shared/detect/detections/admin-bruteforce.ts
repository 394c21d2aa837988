import { defineDetection } from '../detection.ts';
import {
  attempt,
  byProgram,
  type Person,
  stranger,
  times,
  wrongPassword,
} from '../examples/guesses.ts';
import { people } from '../examples/tenant.ts';
import { accountBursts } from '../past/bursts.ts';
import { fromAddresses, roundedDown, toldOfBurst, whoOf } from '../past/told-from-traces.ts';
import { refusedPassword } from '../rows/error-codes.ts';
import { nameOf } from '../wording.ts';

const guesses = (count: number, minutes = 1, who: Person = people.ada, fields: object = {}) =>
  times(count, (n) => attempt(who, wrongPassword, n * minutes, fields));

export default defineDetection({
  id: 'admin-bruteforce',
  title: 'Many wrong passwords for one administrator',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1110.001'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Somebody, or a program with an old password, tries one password after the other on an account with privilege.',
  triage: [
    'Has it ended with a sign-in? Then revoke its sessions and reset the password.',
    "Is the address the administrator's own, and a password just changed? Then find the program that has the old one.",
    'Nobody knows the address: block it, and see what else came from there.',
  ],
  falsePositives: ['A device or program that still has the password of before.'],

  detect(event, context) {
    const { failures: least, windowMinutes } = context.settings;
    const who = whoOf(event, context.watchlist);
    return accountBursts('admin-bruteforce', event, context, {
      counts: ({ errorCode }) => refusedPassword.has(errorCode),
      by: ({ id }) => id,
      least,
      windowMinutes,
    }).map((burst) => {
      const many = `${roundedDown(burst.traces.length, least)} or more wrong passwords`;
      const where = fromAddresses(burst.traces);
      return {
        ...toldOfBurst(burst, who, context.watchlist),
        title: `${nameOf(who)}: ${many}${where}`,
        summary: `${nameOf(who)} was tried with ${many}, ${least} of them within ${windowMinutes} minutes${where}.`,
      };
    });
  },

  examples: () => [
    { name: 'ten in nine minutes', records: guesses(10), expect: 'high' },
    { name: 'as the window ends', records: guesses(10, 10 / 9), expect: 'high' },
    { name: 'a break-glass account', records: guesses(10, 1, people.glass), expect: 'high' },
    { name: 'by a program', records: guesses(10).map(byProgram), expect: 'high' },
    {
      name: 'that end in a lock-out',
      records: [...guesses(8), attempt(people.ada, 50053, 8), attempt(people.ada, 50053, 9)],
      expect: 'high',
    },
    {
      name: 'as few as the policy says',
      records: guesses(3, 10),
      settings: { failures: 3, windowMinutes: 20 },
      expect: 'high',
    },
    {
      name: 'ten, and then the right one',
      records: [...guesses(10), attempt(people.ada, 0, 10, { id: '0' })],
      expect: 'high',
    },
    {
      name: 'ten, and a row that was mended later',
      records: [
        ...guesses(10),
        attempt(people.ada, wrongPassword, 9, { id: '0' }),
        attempt(people.ada, 0, 9.5, { id: '0' }),
      ],
      expect: 'high',
    },
    { name: 'nine', records: guesses(9), expect: 'nothing' },
    { name: 'nine, told twice', records: [...guesses(9), ...guesses(9)], expect: 'nothing' },
    { name: 'ten in fifteen minutes', records: guesses(10, 1.5), expect: 'nothing' },
    { name: 'not an administrator', records: guesses(10, 1, people.dan), expect: 'nothing' },
    {
      name: 'nine, and stopped behind the right one',
      records: [...guesses(9), attempt(people.ada, 50074, 9)],
      expect: 'nothing',
    },
    {
      name: 'nine, and a row that was mended later',
      records: [
        ...guesses(9),
        attempt(people.ada, wrongPassword, 9, { id: 'row' }),
        attempt(people.ada, 0, 9.5, { id: 'row' }),
      ],
      expect: 'nothing',
    },
    {
      name: 'five on each of two administrators',
      records: [...guesses(5), ...guesses(5, 1, people.ben)],
      expect: 'nothing',
    },
    {
      name: 'at the office',
      records: guesses(10),
      tenant: { knownNetworks: [`${stranger}/32`] },
      expect: 'high',
    },
  ],
});
