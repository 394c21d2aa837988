import type { Party } from '../../finding.ts';
import type { SignInEvent } from '../../read/event.ts';
import { dayOf } from '../../time.ts';
import { type Context, defineDetection, type Match } from '../detection.ts';
import { workloadSignIn } from '../examples/applications.ts';
import { day, later } from '../examples/history.ts';
import { directRole, refresh, signIn } from '../examples/records.ts';
import { helpdeskAdministrator, people, workloads } from '../examples/tenant.ts';
import { type Novelty, noveltiesIn } from '../past/novelty.ts';
import { whoOf, withAddress } from '../past/told-from-traces.ts';
import { isKnownPlace, isWithin } from '../rows/places.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const { ada, dan, hana } = people;
type Fields = Readonly<Record<string, unknown>>;
const inCountry = (country: string, fields: Fields = {}) => ({
  ipAddress: '203.0.113.7',
  location: { countryOrRegion: country },
  ...fields,
});
const from = (country: string, days: number, fields: Fields = {}) =>
  later(days * day, signIn(ada, inCountry(country, fields)));
const office = {
  ipAddress: '198.51.100.7',
  networkLocationDetails: [{ networkType: 'trustedNamedLocation' }],
};
const denyingKp = { deniedCountries: ['KP'] };

export default defineDetection({
  id: 'admin-new-location',
  title: 'Administrator in a country that was never seen',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'A stolen account is mostly used from where its owner never is.',
  triage: [
    'Call the person: are they there?',
    'If not: revoke the sessions, reset the password, check the methods, and look at what came from there.',
  ],
  falsePositives: [
    'A journey.',
    'A VPN or proxy that comes out elsewhere: name its networks in `knownNetworks`.',
    'Another provider in a country that is known is not told: hotels, telephones and trains change it daily.',
  ],

  detect(event, context) {
    if (event.flow === 'workload') return;
    const { learningDays, deniedCountries } = context.settings;
    const denied: readonly string[] = deniedCountries;
    const who = whoOf(event, context.watchlist);
    const known = context.watchlist.account(event.account)?.snapshot?.known;
    const listed = [...context.tenant.knownCountries, ...(known?.countries ?? [])].map(upper);
    const novelties = noveltiesIn(event, 'country', { learningDays, listed }, context).filter(
      ({ habit: { value, ip, isKnownPlace } }) =>
        !isKnownPlace && !denied.includes(value) && !isWithin(ip, known?.networks ?? []),
    );
    const isDenied = denied.includes(event.place.country ?? '') && isSignedIn(event, context);
    return [
      ...novelties.map((novelty) => newCountry(who, novelty, context)),
      ...(isDenied ? [deniedCountry(who, event, context)] : []),
    ];
  },

  examples: () => [
    {
      name: 'after two weeks in another',
      records: [from('US', 0), from('BR', 14)],
      expect: 'high',
    },
    {
      name: 'a token renewed there',
      records: [from('US', 0), later(20 * day, refresh(ada, inCountry('BR')))],
      expect: 'high',
    },
    {
      name: 'the office was seen before, and no other place',
      records: [from('US', 0, office), from('BR', 20)],
      expect: 'high',
    },
    {
      name: 'where the snapshot knows the countries',
      records: [signIn(hana, inCountry('BR'))],
      expect: 'high',
    },
    {
      name: 'where the policy knows the countries',
      records: [from('BR', 0)],
      tenant: { knownCountries: ['US'] },
      expect: 'high',
    },
    {
      name: 'a country that the policy knows',
      records: [from('US', 0), from('BR', 20)],
      tenant: { knownCountries: ['US', 'BR'] },
      expect: 'nothing',
    },
    {
      name: 'a country that the snapshot knows',
      records: [signIn(hana, inCountry('us'))],
      expect: 'nothing',
    },
    {
      name: 'a network that the snapshot knows',
      records: [signIn(hana, inCountry('BR', { ipAddress: '198.51.100.7' }))],
      expect: 'nothing',
    },
    {
      name: 'the office, placed elsewhere',
      records: [from('US', 0), from('BR', 20, office)],
      expect: 'nothing',
    },
    {
      name: 'while the account is learnt about',
      records: [from('US', 0), from('BR', 13)],
      expect: 'nothing',
    },
    {
      name: 'while the account is learnt about, as long as the policy says',
      records: [from('US', 0), from('BR', 13)],
      settings: { deniedCountries: [], learningDays: 13 },
      expect: 'high',
    },
    { name: 'the first of all', records: [from('BR', 0)], expect: 'nothing' },
    {
      name: 'seen before, in a record that comes late',
      records: [from('US', 0), from('BR', 14.1), from('BR', 13.9)],
      expect: 'nothing',
    },
    {
      name: 'another provider in a country that is known',
      records: [
        from('US', 0, { autonomousSystemNumber: 64501 }),
        from('US', 20, { autonomousSystemNumber: 64502, ipAddress: '192.0.2.7' }),
      ],
      expect: 'nothing',
    },
    { name: 'none that is told', records: [from('US', 0), from('', 20)], expect: 'nothing' },
    {
      name: 'refused there',
      records: [from('US', 0), from('BR', 20, { status: { errorCode: 50126 } })],
      expect: 'nothing',
    },
    {
      name: 'an application',
      records: [workloadSignIn(workloads.deployer, inCountry('BR'))],
      tenant: { knownCountries: ['US'] },
      expect: 'nothing',
    },
    {
      name: 'a denied country, though it is known',
      records: [from('KP', 0)],
      settings: denyingKp,
      tenant: { knownCountries: ['KP'] },
      expect: 'high',
    },
    {
      name: 'a denied country, as a new one',
      records: [from('US', 0), from('KP', 20)],
      settings: denyingKp,
      expect: 'high',
    },
    {
      name: 'a denied country, several times on one day',
      records: [from('KP', 0), from('KP', 0.1)],
      settings: denyingKp,
      expect: 'high',
    },
    {
      name: 'refused in a denied country',
      records: [from('KP', 0, { status: { errorCode: 50126 } })],
      settings: denyingKp,
      expect: 'nothing',
    },
    {
      name: 'the office in a denied country',
      records: [from('KP', 0, office)],
      settings: denyingKp,
      expect: 'nothing',
    },
    {
      name: 'somebody in a denied country, before they got a role',
      records: [directRole(dan, helpdeskAdministrator), later(-60, signIn(dan, inCountry('KP')))],
      settings: denyingKp,
      expect: 'nothing',
    },
  ],
});

const upper = (country: string) => country.toUpperCase();

const isSignedIn = (event: SignInEvent, { watchlist, tenant }: Context) =>
  event.errorCode === 0 &&
  watchlist.isPrivileged(event.account, event.at) &&
  !isKnownPlace(event, tenant);

function newCountry(who: Party, { habit, isNews, precedence }: Novelty, { watchlist }: Context) {
  const where = inWords(habit.value, habit.ip);
  return {
    key: [watchlist.idOf(who) ?? who.name, habit.value],
    precedence,
    ...(!isNews && { isWithdrawn: true as const }),
    title: `${nameOf(who)} in a new country:${where}`,
    summary: `${nameOf(who)} signed in${where}, a country that the account was never seen in.`,
    subject: who,
    actor: withAddress(who, habit),
    matter: ['sign-in'],
    at: habit.at,
    recordIds: [habit.recordId],
    details: { country: habit.value, ip: habit.ip },
  } satisfies Match;
}

function deniedCountry(who: Party, event: SignInEvent, { watchlist }: Context) {
  const { country } = event.place;
  const where = inWords(country, event.ip);
  return {
    // As long as it goes on, each day is news.
    key: [watchlist.idOf(who) ?? who.name, 'denied', country, dayOf(event.at)],
    gathered: { addresses: [event.ip] },
    title: `${nameOf(who)} in a denied country:${where}`,
    summary: `${nameOf(who)} signed in${where}, a country that the policy denies.`,
    subject: who,
    actor: withAddress(who, event),
    matter: ['sign-in'],
    details: signInDetails(event),
  } satisfies Match;
}

const inWords = (country: string | null, ip: string | null) =>
  fromWhere({ ip, place: { country, city: null, point: null } });
