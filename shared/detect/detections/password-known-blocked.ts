import { minuteMs } from '../../time.ts';
import { defineDetection, type Match } from '../detection.ts';
import {
  attempt,
  byProgram,
  failedPrompt,
  type Person,
  prompted,
  stoppedByMfa,
  stoppedByPolicy,
  stranger,
} from '../examples/guesses.ts';
import { password, refresh } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { blockedPasswords } from '../past/blocked-passwords.ts';
import { detailsOf, fromAddresses, whoOf, withAddress } from '../past/told-from-traces.ts';
import { nameOf } from '../wording.ts';

const from = (countryOrRegion: string) => ({ location: { countryOrRegion } });
const day = 24 * 60;
const flow = { correlationId: 'flow-1' };
const home = { ipAddress: '198.51.100.7', ...from('US') };
/** ada was at home a day ago. */
const known = prompted(people.ada, -day, home);
const abroad = (errorCode: number, fields: object = {}, who: Person = people.ada) =>
  attempt(who, errorCode, 0, { ...from('FR'), ...fields });

export default defineDetection({
  id: 'password-known-blocked',
  title: 'Right password of an administrator from an unfamiliar place, then stopped',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1078.004', 'T1110'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-user-accounts',
  why: 'Somebody where the administrator was never seen has the right password. This time MFA or a policy held.',
  triage: [
    'Ask the administrator whether they are there.',
    'They are not: reset the password and revoke the sessions. Nothing else is lost yet.',
    'Look for the same address at other accounts, and for prompts that follow.',
  ],
  falsePositives: [
    'An administrator on a journey, whose telephone was out of reach. What goes well within the same sign-in is taken back.',
  ],

  detect(event, context) {
    const who = whoOf(event, context.watchlist);
    const name = nameOf(who);
    return blockedPasswords(event, context).map(({ network, day, rows, precedence }): Match => {
      const [first] = rows;
      const where = fromAddresses(rows);
      return {
        key: [who.id ?? who.name, network, day],
        precedence,
        title: `Right password of ${name}${where}, then stopped`,
        summary: `Somebody gave the right password of ${name}${where}, where the account was never seen, and was stopped behind it.`,
        ...(!first && { isWithdrawn: true as const }),
        // The rest of the sign-in may still be on its way.
        settleMs: 10 * minuteMs,
        subject: who,
        actor: first ? withAddress(who, first) : null,
        roles: context.watchlist.rolesOf(who, event.at),
        matter: ['guessing'],
        at: first?.at ?? event.at,
        recordIds: rows.map(({ id }) => id),
        details: { ...detailsOf(rows), error: first?.errorCode },
      };
    });
  },

  examples: () => [
    { name: 'a prompt in another country', records: [known, abroad(stoppedByMfa)], expect: 'high' },
    {
      name: 'a policy in another country',
      records: [known, abroad(stoppedByPolicy)],
      expect: 'high',
    },
    {
      name: 'told before it is known where they are at home',
      records: [abroad(failedPrompt), known],
      expect: 'high',
    },
    {
      name: 'again and again',
      records: [known, abroad(stoppedByMfa), abroad(failedPrompt, { id: 'row-2' })],
      expect: 'high',
    },
    {
      name: 'the snapshot knows their country',
      records: [abroad(stoppedByMfa, {}, people.hana)],
      expect: 'high',
    },
    {
      name: 'the snapshot knows their networks',
      records: [abroad(stoppedByMfa, from('US'), people.hana)],
      expect: 'high',
    },
    {
      name: 'the policy knows their countries',
      records: [abroad(stoppedByMfa)],
      tenant: { knownCountries: ['us'] },
      expect: 'high',
    },
    {
      name: 'a provider that they were never seen with in a month',
      records: [
        prompted(people.ada, -30 * day, { ...home, autonomousSystemNumber: 64500 }),
        abroad(stoppedByMfa, { ...from('US'), autonomousSystemNumber: 64501 }),
      ],
      expect: 'high',
    },
    {
      name: 'a password handed over by a program',
      records: [known, byProgram(abroad(stoppedByMfa, { authenticationProtocol: 'ropc' }))],
      expect: 'high',
    },
    {
      name: 'another sign-in from there went well later',
      records: [known, abroad(stoppedByMfa), prompted(people.ada, 5, from('FR'))],
      expect: 'high',
    },
    {
      name: 'in the end it went well',
      records: [
        known,
        abroad(stoppedByMfa, flow),
        prompted(people.ada, 1, { ...from('FR'), ...flow }),
      ],
      expect: 'nothing',
    },
    {
      name: 'in the end it went well, under the same id',
      records: [
        known,
        abroad(stoppedByMfa, { id: 'row', ...flow }),
        prompted(people.ada, 1, { ...from('FR'), id: 'row', ...flow }),
      ],
      expect: 'nothing',
    },
    {
      name: 'they were there before, as a late record tells',
      records: [
        known,
        abroad(stoppedByMfa),
        refresh(people.ada, {
          id: 'renewal',
          createdDateTime: '2026-11-20T10:00:00Z',
          ipAddress: stranger,
          ...from('FR'),
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'at home',
      records: [known, abroad(stoppedByMfa, home)],
      expect: 'nothing',
    },
    {
      name: 'in their own country, from an address of their own provider',
      records: [
        prompted(people.ada, -30 * day, { ...home, autonomousSystemNumber: 64500 }),
        abroad(stoppedByMfa, { ...from('US'), autonomousSystemNumber: 64500 }),
      ],
      expect: 'nothing',
    },
    {
      name: 'another provider, of an account not known for long',
      records: [
        prompted(people.ada, -day, { ...home, autonomousSystemNumber: 64500 }),
        abroad(stoppedByMfa, { ...from('US'), autonomousSystemNumber: 64501 }),
      ],
      expect: 'nothing',
    },
    {
      name: 'in a network that the snapshot names, wherever that is said to be',
      records: [abroad(stoppedByMfa, { ipAddress: home.ipAddress }, people.hana)],
      expect: 'nothing',
    },
    {
      name: 'of an account whose own providers were never told',
      records: [
        prompted(people.ada, -30 * day, home),
        abroad(stoppedByMfa, { ...from('US'), autonomousSystemNumber: 64501 }),
      ],
      expect: 'nothing',
    },
    {
      name: 'from a provider that is not told',
      records: [
        prompted(people.ada, -30 * day, { ...home, autonomousSystemNumber: 64500 }),
        abroad(stoppedByMfa, from('US')),
      ],
      expect: 'nothing',
    },
    {
      name: 'no country told',
      records: [known, abroad(stoppedByMfa, { location: {} })],
      expect: 'nothing',
    },
    { name: 'nothing is known of them', records: [abroad(stoppedByMfa)], expect: 'nothing' },
    { name: 'a wrong password', records: [known, abroad(50126)], expect: 'nothing' },
    { name: 'a session that was ended', records: [known, abroad(50173)], expect: 'nothing' },
    {
      name: 'a token and no password',
      records: [known, byProgram(abroad(stoppedByMfa))],
      expect: 'nothing',
    },
    {
      name: 'a key and no password',
      records: [
        known,
        abroad(stoppedByPolicy, {
          authenticationDetails: [{ ...password, authenticationMethod: 'FIDO2 security key' }],
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'not an administrator',
      records: [abroad(stoppedByMfa, {}, people.dan)],
      tenant: { knownCountries: ['US'] },
      expect: 'nothing',
    },
  ],
});
