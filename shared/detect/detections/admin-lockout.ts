import type { Party } from '../../finding.ts';
import { defineDetection, type Match } from '../detection.ts';
import { attempt, type Person, somebody, stranger, times } from '../examples/guesses.ts';
import { people } from '../examples/tenant.ts';
import type { AccountBurst } from '../past/bursts.ts';
import { lockoutsOfAccount, lockoutsOfMany } from '../past/lockouts.ts';
import {
  fromAddresses,
  namesOf,
  roundedDown,
  toldOfBurst,
  whoOf,
} from '../past/told-from-traces.ts';
import { lockedOut } from '../rows/error-codes.ts';
import { nameOf } from '../wording.ts';

const mostListed = 20;
const manyAccounts: Party = { type: 'other', id: null, name: 'many accounts' };
const malicious = 'Sign-in was blocked because it came from an IP address with malicious activity.';
const locked =
  "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.";
const lockout = (who: Person, minute = 0, failureReason = locked) =>
  attempt(who, lockedOut, minute, { status: { errorCode: lockedOut, failureReason } });
const lockouts = (count: number, minutes: number) =>
  times(count, (n) => lockout(somebody(n), n * minutes));

export default defineDetection({
  id: 'admin-lockout',
  title: 'Administrator, or many accounts, locked out',
  reads: ['signIn'],
  lookFor: { errorCodes: [lockedOut] },
  severity: 'high',
  severityVaries:
    'Medium where Entra says that it refused the address for malicious activity, and not the account.',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1110', 'T1531'],
  source: 'https://learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout',
  why: 'So many wrong passwords came that Entra refuses even the right one: somebody guesses, and whoever administers may be kept out.',
  triage: [
    'Ask the administrator whether it was them. Look at the addresses that the attempts come from.',
    'Not them: block the addresses, and look for a sign-in that went well before the lock-out.',
    'Many accounts at once: a spray, or an attempt to keep everybody out. See that break-glass works.',
  ],
  falsePositives: ['A forgotten password after a holiday; a program that has the one of before.'],

  detect(event, context) {
    const { massUsers } = context.settings;
    const who = whoOf(event, context.watchlist);
    const ofAccount = lockoutsOfAccount(event, context).map(
      (burst): Match => ({
        ...toldOfBurst(burst, who, context.watchlist),
        ...inWords(who, burst),
      }),
    );
    const ofMany = lockoutsOfMany(event, context, massUsers).map(
      ({ day, traces, precedence }): Match => {
        const accounts = roundedDown(new Set(traces.map(({ account }) => account)).size, massUsers);
        return {
          key: [manyAccounts.name, day],
          precedence,
          title: `${accounts} or more accounts locked out within an hour`,
          summary: `${accounts} or more accounts were locked out, or refused for a malicious address, within an hour.`,
          subject: manyAccounts,
          actor: null,
          matter: ['guessing'],
          at: traces[0].at,
          recordIds: traces.map(({ recordId }) => recordId),
          details: { accounts: namesOf(traces, Math.min(accounts, mostListed)) },
        };
      },
    );
    return [...ofAccount, ...ofMany];
  },

  examples: () => [
    { name: 'an administrator', records: [lockout(people.ada)], expect: 'high' },
    {
      name: 'again and again',
      records: [lockout(people.ada), lockout(people.ada, 10), lockout(people.ada, 200)],
      expect: 'high',
    },
    {
      name: 'at the office',
      records: [lockout(people.ada)],
      tenant: { knownNetworks: [`${stranger}/32`] },
      expect: 'high',
    },
    { name: 'no reason given', records: [attempt(people.ada, lockedOut, 0)], expect: 'high' },
    {
      name: 'an address refused',
      records: [lockout(people.ada, 0, malicious)],
      expect: 'medium',
    },
    {
      name: 'an address refused, and then the account',
      records: [lockout(people.ada, 0, malicious), lockout(people.ada, 1)],
      expect: 'high',
    },
    {
      name: 'the one or the other',
      records: [lockout(people.ada, 0, `${malicious} Or: ${locked}`)],
      expect: 'high',
    },
    { name: 'many accounts', records: lockouts(20, 3), expect: 'high' },
    {
      name: 'as few as the policy says, at the office',
      records: lockouts(4, 20),
      settings: { massUsers: 4 },
      tenant: { knownNetworks: [`${stranger}/32`] },
      expect: 'high',
    },
    { name: 'one account too few', records: lockouts(19, 3), expect: 'nothing' },
    { name: 'many accounts, in longer than an hour', records: lockouts(20, 4), expect: 'nothing' },
    {
      name: 'many wrong passwords, and one account locked out',
      records: [...times(19, (n) => attempt(somebody(n), 50126, n)), lockout(somebody(19), 20)],
      expect: 'nothing',
    },
    {
      name: 'a wrong password',
      records: [lockout(people.dan), attempt(people.ada, 50126, 1)],
      expect: 'nothing',
    },
  ],
});

/** The code has both meanings, and some records bring the text of both. */
const isOfAddress = (said: string) => /malicious/.test(said) && !/\blocked\b/.test(said);

function inWords(who: Party, { traces }: AccountBurst) {
  const where = fromAddresses(traces);
  const name = nameOf(who);
  return traces.every(({ said }) => isOfAddress(said ?? ''))
    ? {
        severity: 'medium' as const,
        title: `${name} refused for a malicious address${where}`,
        summary: `Entra refused sign-ins of ${name}${where}, which it knows for malicious activity.`,
      }
    : {
        title: `${name} locked out${where}`,
        summary: `${name} was locked out${where}: for a while Entra refuses even the right password.`,
      };
}
