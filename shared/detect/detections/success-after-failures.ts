import type { Party } from '../../finding.ts';
import type { FailureTrace, SignInTrace, SuccessTrace } from '../../memory/trace.ts';
import { defineDetection, type Match } from '../detection.ts';
import {
  attempt,
  byProgram,
  type Person,
  prompted,
  somebody,
  stoppedByMfa,
  strangers,
  times,
  wrongPassword,
} from '../examples/guesses.ts';
import { approvedPrompt, password, refresh } from '../examples/records.ts';
import { known, people } from '../examples/tenant.ts';
import { countedCodes } from '../notes/sources.ts';
import { type Guessed, guessedOfAccount } from '../past/guessed-passwords.ts';
import { guessedFromSource } from '../past/sprayed-passwords.ts';
import {
  detailsOf,
  firstFew,
  namesOf,
  placeOf,
  roundedDown,
  whoOf,
} from '../past/told-from-traces.ts';
import { nameOf } from '../wording.ts';

const day = 24 * 60;
const home = { ipAddress: '198.51.100.7', location: { countryOrRegion: 'US' } };
const [knownDevice = ''] = known.devices;
const laptop = '00000000-0000-4000-8000-000000000091';
const on = (deviceId: string, more: object = {}) => ({ deviceDetail: { deviceId, ...more } });
const failures = (count: number, fields: object = {}, who: Person = people.ada) =>
  times(count, (n) => attempt(who, wrongPassword, n, fields));
const elsewhere = times(5, (n) =>
  attempt(people.ada, wrongPassword, n, { ipAddress: strangers(n) }),
);
const success = (minute: number, fields: object = {}, who: Person = people.ada) =>
  attempt(who, 0, minute, fields);
const spray = times(5, (n) => attempt(somebody(n), wrongPassword, n));
const key = { ...password, authenticationMethod: 'FIDO2 security key' };
const step = (authenticationMethod: string | null, result: string, requirement: string) => ({
  authenticationMethod,
  succeeded: true,
  authenticationStepResultDetail: result,
  authenticationStepRequirement: requirement,
});
const others = [people.ben, people.cleo, people.fay, people.hana, people.ian];
const onTheirLaptops = (errorCode: number, minute: number) =>
  others.map((who) => attempt(who, errorCode, minute, on(laptop, { isManaged: true })));

export default defineDetection({
  id: 'success-after-failures',
  title: 'Administrator signed in after many failures',
  reads: ['signIn'],
  lookFor: { errorCodes: countedCodes },
  severity: 'critical',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1110', 'T1078.004'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'One password after the other was wrong, and then one was right: a guess may have hit, and the account has privilege.',
  triage: [
    'Ask the administrator whether it was them who mistyped.',
    'It was not: revoke the sessions, reset the password, and go through what the account has done since.',
    'Stopped behind the password: it is known all the same. Reset it.',
    'Block the addresses.',
  ],
  falsePositives: [
    'A person who remembers the password in the end. On a device or at a place of their own they stay quiet.',
  ],

  detect(event, context) {
    const { watchlist, settings } = context;
    const ofAccount = guessedOfAccount(event, context, settings).map((guessed) => {
      const { first } = guessed;
      const many = roundedDown(first?.failures.length ?? 0, settings.failures);
      return toMatch(guessed, {
        who: whoOf(event, watchlist),
        after: `after ${many} or more failures${first ? placeOf(first.success) : ''}`,
        details: detailsOf(first ? [first.success, ...first.failures] : []),
      });
    });
    const fromSource = guessedFromSource(event, context, settings).map((guessed) => {
      const { first, account, network } = guessed;
      return toMatch(guessed, {
        who: account,
        after: `from ${nameOf({ id: null, name: network })}, which had failed on others`,
        details: { addresses: firstFew([network]), accounts: namesOf(first?.failures ?? []) },
      });
    });
    return [...ofAccount, ...fromSource].map((match) => ({
      ...match,
      roles: watchlist.rolesOf(match.subject, match.at),
    }));
  },

  examples: () => [
    { name: 'five, then in', records: [...failures(5), success(6)], expect: 'critical' },
    {
      name: 'told the other way round',
      records: [success(6), ...failures(5).toReversed()],
      expect: 'critical',
    },
    {
      name: 'stopped behind the password, then in',
      records: [...failures(5), attempt(people.ada, stoppedByMfa, 6), prompted(people.ada, 7)],
      expect: 'critical',
    },
    {
      name: 'stopped behind the password',
      records: [
        ...failures(5),
        attempt(people.ben, stoppedByMfa, 6),
        ...failures(5, {}, people.ben),
      ],
      expect: 'critical',
    },
    {
      name: 'a day later',
      records: [...failures(5), success(day)],
      expect: 'critical',
    },
    { name: 'from many addresses', records: [...elsewhere, success(6)], expect: 'critical' },
    {
      name: 'as few as the policy says',
      records: [...failures(2), success(150)],
      settings: { failures: 2, withinHours: 3 },
      expect: 'critical',
    },
    {
      name: 'a password handed over by a program',
      records: [...failures(5), byProgram(success(6, { authenticationProtocol: 'ropc' }))],
      expect: 'critical',
    },
    {
      name: 'by an old mail program',
      records: [...failures(5), byProgram(success(6, { clientAppUsed: 'IMAP4' }))],
      expect: 'critical',
    },
    {
      name: 'no steps told',
      records: [...failures(5), success(6, { authenticationDetails: [] })],
      expect: 'critical',
    },
    {
      name: 'ten, at home',
      records: [success(-day, home), ...failures(10, home), success(11, home)],
      expect: 'critical',
    },
    {
      name: 'on a device that anybody may have',
      records: [...failures(5), success(6, on(laptop))],
      expect: 'critical',
    },
    {
      name: 'on a device first seen after the failures began',
      records: [...failures(5), success(2, on(laptop)), success(6, on(laptop))],
      expect: 'critical',
    },
    {
      name: 'on a managed device, in another country',
      records: [
        success(-day, home),
        ...failures(5),
        success(6, { ...on(laptop, { isManaged: true }), location: { countryOrRegion: 'FR' } }),
      ],
      expect: 'critical',
    },
    {
      name: 'somebody elsewhere guesses, and the person is at another provider',
      records: [
        success(-day, { ...home, autonomousSystemNumber: 64500 }),
        ...elsewhere,
        success(6, { ...home, ipAddress: strangers(100), autonomousSystemNumber: 64501 }),
      ],
      expect: 'critical',
    },
    {
      name: 'somebody elsewhere guesses, and the person is in another country',
      records: [
        success(-day, { ...home, autonomousSystemNumber: 64500 }),
        ...elsewhere,
        success(6, {
          location: { countryOrRegion: 'FR' },
          ipAddress: strangers(100),
          autonomousSystemNumber: 64500,
        }),
      ],
      expect: 'critical',
    },
    {
      name: 'five, at another address of their own provider',
      records: [
        success(-day, { ...home, autonomousSystemNumber: 64500 }),
        ...failures(5),
        success(6, { location: home.location, autonomousSystemNumber: 64500 }),
      ],
      expect: 'critical',
    },
    {
      name: 'from a source that sprayed others',
      records: [...spray, success(6)],
      expect: 'critical',
    },
    {
      name: 'from a source that sprayed others, told the other way round',
      records: [success(6), ...spray.toReversed()],
      expect: 'critical',
    },
    {
      name: 'from a source that sprayed others, on what calls itself compliant and has no id',
      records: [...spray, success(6, { deviceDetail: { isCompliant: true } })],
      expect: 'critical',
    },
    {
      name: 'from a source that sprayed others, by a program',
      records: [...spray, byProgram(success(6, { authenticationProtocol: 'ropc' }))],
      expect: 'critical',
    },
    {
      name: 'from there others got in later, and some came as far as a prompt',
      records: [...spray, ...onTheirLaptops(stoppedByMfa, 5), ...onTheirLaptops(0, 7), success(6)],
      expect: 'critical',
    },
    {
      name: 'the second step alone is told',
      records: [...failures(5), success(6, { authenticationDetails: [approvedPrompt] })],
      expect: 'critical',
    },
    {
      name: 'three accounts, twice',
      records: [
        ...times(6, (n) => attempt(somebody(n % 3), wrongPassword, n * 0.5)),
        attempt(people.ben, stoppedByMfa, 6),
      ],
      expect: 'critical',
    },
    { name: 'four, then in', records: [...failures(4), success(6)], expect: 'nothing' },
    {
      name: 'four, told twice, then in',
      records: [...failures(4), ...failures(4), success(6)],
      expect: 'nothing',
    },
    { name: 'in before', records: [success(-1), ...failures(5)], expect: 'nothing' },
    {
      name: 'in before, told the other way round',
      records: [...failures(5), success(-1)],
      expect: 'nothing',
    },
    {
      name: 'more than a day later',
      records: [...failures(5), success(day + 5)],
      expect: 'nothing',
    },
    {
      name: 'failures of another kind',
      records: [...times(5, (n) => attempt(people.ada, 50140, n)), success(6)],
      expect: 'nothing',
    },
    {
      name: 'without a password',
      records: [...failures(5), success(6, { authenticationDetails: [key] })],
      expect: 'nothing',
    },
    {
      name: 'without a password, as the last row tells',
      records: [
        ...failures(5),
        success(6, { id: 'row', authenticationDetails: [] }),
        success(7, { id: 'row', authenticationDetails: [key] }),
      ],
      expect: 'nothing',
    },
    {
      name: 'a session that was ended, and a renewal',
      records: [
        ...failures(5),
        attempt(people.ada, 50173, 6),
        refresh(people.ada, { id: 'renewal' }),
      ],
      expect: 'nothing',
    },
    {
      name: 'on a managed device',
      records: [...failures(5), success(6, on(laptop, { isManaged: true }))],
      expect: 'nothing',
    },
    {
      name: 'on a compliant device',
      records: [...failures(5), success(6, on(laptop, { isCompliant: true }))],
      expect: 'nothing',
    },
    {
      name: 'on a device that the snapshot knows',
      records: [...failures(5, {}, people.hana), success(6, on(knownDevice), people.hana)],
      expect: 'nothing',
    },
    {
      name: 'on a device that they had before, as a late record tells',
      records: [...failures(5), success(6, on(laptop)), success(-day, { ...home, ...on(laptop) })],
      expect: 'nothing',
    },
    {
      name: 'at the office',
      records: [...failures(9, home), success(10, home)],
      tenant: { knownNetworks: ['198.51.100.0/24'] },
      expect: 'nothing',
    },
    {
      name: 'at home, as a late record tells',
      records: [...failures(9, home), success(10, home), success(-day, home)],
      expect: 'nothing',
    },
    {
      name: 'somebody elsewhere guesses, and the person is at their own provider',
      records: [
        success(-day, { ...home, autonomousSystemNumber: 64500 }),
        ...elsewhere,
        success(6, { ...home, ipAddress: strangers(100), autonomousSystemNumber: 64500 }),
      ],
      expect: 'nothing',
    },
    ...[
      step('Previously satisfied', '', ''),
      step('Previously satisfied', 'First factor requirement satisfied by claim in the token', ''),
      step(null, 'MFA requirement satisfied by claim in the token', 'User'),
      step('Windows Hello for Business', '', 'Primary authentication'),
    ].map((one, n) => ({
      name: `by what an earlier sign-in left, or a key, as it is told (${n + 1})`,
      records: [...failures(5), success(6, { authenticationDetails: [one] })],
      expect: 'nothing' as const,
    })),
    {
      name: 'three accounts, once each',
      records: [...spray.slice(0, 3), success(6)],
      expect: 'nothing',
    },
    {
      name: 'from a source that sprayed others later',
      records: [...spray, success(-1)],
      expect: 'nothing',
    },
    {
      name: 'from a source that sprayed others more than a day ago',
      records: [...spray, success(day + 5)],
      expect: 'nothing',
    },
    {
      name: 'from a source that sprayed others, and interrupted for another reason',
      records: [...spray, attempt(people.ada, 50140, 6)],
      expect: 'nothing',
    },
    {
      name: 'from a source that sprayed others, a renewal',
      records: [...spray, byProgram(success(6))],
      expect: 'nothing',
    },
    {
      name: 'from a source that sprayed others, without a password',
      records: [...spray, success(6, { authenticationDetails: [key] })],
      expect: 'nothing',
    },
    {
      name: 'two colleagues mistype',
      records: [...times(6, (n) => attempt(somebody(n % 2), wrongPassword, n * 5)), success(31)],
      expect: 'nothing',
    },
    {
      name: 'as many of the same address got in before',
      records: [
        ...spray.slice(0, 3),
        ...times(3, (n) => attempt(somebody(n), wrongPassword, 10 + n)),
        ...[people.ben, people.cleo, people.fay].map((who) => success(-10, {}, who)),
        success(20),
      ],
      expect: 'nothing',
    },
    {
      name: 'from a source that sprayed others, on a compliant device',
      records: [...spray, success(6, on(laptop, { isCompliant: true }))],
      expect: 'nothing',
    },
    {
      name: 'from a source that sprayed others, on a device that the snapshot knows',
      records: [...spray, success(6, on(knownDevice), people.hana)],
      expect: 'nothing',
    },
    {
      name: 'from a source that sprayed others, on a registered telephone and with MFA',
      records: [...spray, prompted(people.ada, 6, on(laptop))],
      expect: 'nothing',
    },
    {
      name: 'from a source that sprayed others, with MFA, on a device that anybody may have',
      records: [...spray, prompted(people.ada, 6, on(''))],
      expect: 'critical',
    },
    {
      name: 'from a source that sprayed others, without MFA, on a registered device',
      records: [...spray, success(6, on(laptop))],
      expect: 'critical',
    },
    {
      name: 'from a source that sprayed others, on a managed device',
      records: [...spray, success(6, on(laptop, { isManaged: true }))],
      expect: 'nothing',
    },
    {
      name: 'not an administrator',
      records: [...failures(5, {}, people.dan), ...spray, success(6, {}, people.dan)],
      expect: 'nothing',
    },
  ],
});

type Told = { who: Party; after: string; details: Record<string, unknown> };

function toMatch(
  {
    how,
    first,
    network,
    day,
    precedence,
  }: Guessed<SignInTrace | SuccessTrace, SignInTrace | FailureTrace>,
  { who, after, details }: Told,
) {
  const isIn = first?.success.errorCode === 0;
  const did = isIn ? 'signed in' : 'was stopped only behind the right password';
  return {
    key: [who.id ?? who.name, how, network, day],
    precedence,
    ...(!first && { isWithdrawn: true as const }),
    title: `${nameOf(who)} ${did} ${after}`,
    summary: `${nameOf(who)} ${did} ${after}: a guess may have hit.`,
    subject: who,
    actor: { ...who, ip: network },
    matter: ['guessing'],
    at: first?.success.at ?? Date.parse(day),
    recordIds: first ? [first.success, ...first.failures].map(recordOf) : [],
    details,
  } satisfies Match;
}

const recordOf = (trace: SignInTrace | SuccessTrace | FailureTrace) =>
  trace.kind === 'signIn' ? trace.id : trace.recordId;
