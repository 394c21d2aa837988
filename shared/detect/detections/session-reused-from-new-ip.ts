import type { Party } from '../../finding.ts';
import { accountSubject } from '../../memory/subject.ts';
import type { SightingTrace } from '../../memory/trace.ts';
import { networkOf } from '../../read/network-of.ts';
import { dayMs, isoOf } from '../../time.ts';
import { type Context, defineDetection } from '../detection.ts';
import { day, later } from '../examples/history.ts';
import { refresh, signIn } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { familiarBefore } from '../past/familiarity.ts';
import { countsOf, whoOf, withAddress } from '../past/told-from-traces.ts';
import { journeyBetween, type Stop } from '../past/travel.ts';
import { listOf, nameOf } from '../wording.ts';

const { ada } = people;

type Place = {
  ip: string | null;
  asn: number | null;
  country: string | null;
  point?: readonly [number, number];
};
const home: Place = { ip: '203.0.113.7', asn: 64501, country: 'US' };
const phone: Place = { ip: '203.0.113.200', asn: 64502, country: 'US' };
const abroad: Place = { ip: '192.0.2.7', asn: 64503, country: 'RU' };

const inBerlin = { ...abroad, country: 'DE', point: [52.5, 13.4] } as const;
const inSeattle = { ...home, point: [47.6, -122.3] } as const;
const hours = 60;

const place = (
  { ip, asn, country, point: [latitude, longitude] = [0, 0] }: Place,
  fields = {},
) => ({
  sessionId: 'session-1',
  ipAddress: ip,
  autonomousSystemNumber: asn,
  location: { countryOrRegion: country, geoCoordinates: { latitude, longitude } },
  ...fields,
});
const signsIn = (where: Place, fields: object = {}) => later(0, signIn(ada, place(where, fields)));
const renews = (minute: number, where: Place, fields: object = {}) =>
  later(minute, refresh(ada, place(where, fields)));

export default defineDetection({
  id: 'session-reused-from-new-ip',
  title: 'One session in two countries',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  severityVaries:
    'Low where both countries are known and an aeroplane may have been in time: a browser that stays signed in.',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1539', 'T1550.001'],
  source: 'https://learn.microsoft.com/entra/identity/devices/protecting-tokens-microsoft-entra-id',
  why: 'A session lives in one browser. In two countries at once it was copied: the cookie or the token was stolen, and no second factor will be asked for.',
  triage: [
    'Revoke the sessions of the account: a new password alone does not end a stolen one.',
    'Call the person: have they travelled, or switched a VPN on or off?',
    'Look at what the session did from the place that is not theirs, and how it was taken: a page that passed a sign-in on, or a program on the device.',
  ],
  falsePositives: [
    'A VPN switched on or off: name its networks in `knownNetworks`.',
    'A journey to a new country with a browser that stays signed in.',
    'A telephone between providers of one country is not told, nor one provider’s network in several.',
  ],

  detect(event, context) {
    if (!event.sessionId) return;
    const uses = usesOf(event.sessionId, event.account, context);
    const apart = uses.filter((use) => uses.some((other) => areApart(use, other)));
    const [first] = apart;
    if (!first) return;
    const second = apart.find((use) => areApart(first, use)) ?? first;
    const { minKmh } = context.settingsOf('impossible-travel');
    const stops = stopsOf(apart, event.account, context);
    const isJourney =
      stops.length === apart.length &&
      stops.every((from) =>
        stops
          .filter((to) => areApart(from, to))
          .every((to) => journeyBetween<Use & Stop>(from, to).kmh <= minKmh),
      );
    const who = whoOf(event, context.watchlist);
    const countries = listOf(apart.map(({ country }) => nameOf({ id: country, name: null })));
    return {
      key: [context.watchlist.idOf(who) ?? who.name, event.sessionId],
      precedence: countsOf(apart.length),
      title: `${nameOf(who)}: one session in ${countries}`,
      summary: `A session of ${nameOf(who)} was used in ${countries}, from networks of different providers, within a day.`,
      subject: who,
      actor: withAddress(who, second),
      matter: ['sign-in'],
      ...(isJourney && { severity: 'low' as const }),
      at: second.at,
      recordIds: apart.map(({ recordId }) => recordId),
      details: {
        session: event.sessionId,
        uses: apart
          .slice(0, mostListed)
          .map(({ at, ip, asn, country }) => ({ at: isoOf(at), ip, asn, country })),
      },
    };
  },

  examples: () => [
    {
      name: 'renewed in another country',
      records: [signsIn(home), renews(60, abroad)],
      expect: 'high',
    },
    {
      name: 'renewed in another country at the end of the day',
      records: [signsIn(home), renews(day, abroad)],
      expect: 'high',
    },
    {
      name: 'two tabs signed in',
      records: [signsIn(home), later(60, signIn(ada, place(abroad)))],
      expect: 'high',
    },
    {
      name: 'renewed only, here and there',
      records: [renews(0, home), renews(1, phone), renews(60, abroad)],
      expect: 'high',
    },
    {
      name: 'where no provider is told',
      records: [signsIn({ ...home, asn: null }), renews(60, { ...abroad, asn: null })],
      expect: 'high',
    },
    {
      name: 'on a journey, and on the telephone at both ends',
      records: [
        signsIn(home),
        renews(1, phone),
        renews(2 * day, abroad),
        renews(2 * day + 1, { ...abroad, ip: '192.0.2.200', asn: 64504 }),
      ],
      expect: 'nothing',
    },
    {
      name: 'by aeroplane, between countries that the policy knows',
      records: [signsIn(inSeattle), renews(11 * hours, inBerlin)],
      tenant: { knownCountries: ['US', 'DE'] },
      expect: 'low',
    },
    {
      name: 'as fast as the policy allows, between countries that it knows',
      records: [
        signsIn({ ...home, point: [0, 10] }),
        renews(10 * hours, { ...inBerlin, point: [0, 81.946] }),
      ],
      tenant: { knownCountries: ['US', 'DE'] },
      expect: 'low',
    },
    {
      name: 'faster than any aeroplane, between countries that the policy knows',
      records: [signsIn(inSeattle), renews(10 * hours, inBerlin)],
      tenant: { knownCountries: ['US', 'DE'] },
      expect: 'high',
    },
    {
      name: 'by aeroplane, to a country that is new',
      records: [signsIn(inSeattle), renews(11 * hours, inBerlin)],
      tenant: { knownCountries: ['US'] },
      expect: 'high',
    },
    {
      name: 'by aeroplane, from where nobody works',
      records: [signsIn(inSeattle), renews(11 * hours, inBerlin)],
      tenant: { knownCountries: ['DE'] },
      expect: 'high',
    },
    {
      name: 'in countries that the policy knows, nobody tells where',
      records: [signsIn(home), renews(11 * hours, inBerlin)],
      tenant: { knownCountries: ['US', 'DE'] },
      expect: 'high',
    },
    {
      name: 'in countries that the policy knows, nobody tells where in the other',
      records: [signsIn(inSeattle), renews(11 * hours, { ...inBerlin, point: [0, 0] })],
      tenant: { knownCountries: ['US', 'DE'] },
      expect: 'high',
    },
    {
      name: 'by aeroplane, and still used at home meanwhile',
      records: [
        signsIn(inSeattle),
        renews(11 * hours, inBerlin),
        renews(12 * hours, { ...inSeattle, ip: '203.0.113.8' }),
      ],
      tenant: { knownCountries: ['US', 'DE'] },
      expect: 'high',
    },
    { name: 'on the telephone', records: [signsIn(home), renews(60, phone)], expect: 'nothing' },
    {
      name: 'one provider’s network in two countries',
      records: [signsIn(home), renews(60, { ...abroad, asn: home.asn })],
      expect: 'nothing',
    },
    {
      name: 'one address, placed elsewhere the next time',
      records: [signsIn({ ...home, asn: null }), renews(60, { ...home, asn: null, country: 'CA' })],
      expect: 'nothing',
    },
    {
      name: 'after more than a day',
      records: [signsIn(home), renews(day + 1, abroad)],
      expect: 'nothing',
    },
    {
      name: 'out of the VPN',
      records: [signsIn(home), renews(60, abroad)],
      tenant: { knownNetworks: ['192.0.2.0/24'] },
      expect: 'nothing',
    },
    {
      name: 'where one country is not told',
      records: [signsIn(home), renews(60, { ...abroad, country: null })],
      expect: 'nothing',
    },
    {
      name: 'where one address is not told',
      records: [signsIn(home), renews(60, { ...abroad, ip: null })],
      expect: 'nothing',
    },
    {
      name: 'refused in the other country',
      records: [
        signsIn(home),
        later(60, signIn(ada, place(abroad, { status: { errorCode: 53003 } }))),
      ],
      expect: 'nothing',
    },
    {
      name: 'two sessions',
      records: [signsIn(home), renews(60, abroad, { sessionId: 'session-2' })],
      expect: 'nothing',
    },
    {
      name: 'sessions that are not told',
      records: [signsIn(home, { sessionId: null }), renews(60, abroad, { sessionId: null })],
      expect: 'nothing',
    },
  ],
});

const mostListed = 10;

type Use = Pick<SightingTrace, 'at' | 'ip' | 'asn' | 'country' | 'point' | 'recordId'>;

/** Where a session was used, in the order of time. The office and the VPN are no place: everybody is there at times. */
function usesOf(sessionId: string, account: Party, { past, watchlist }: Context): Use[] {
  const subject = accountSubject(account, watchlist);
  const signIns = past.all('signIn', subject).filter(({ errorCode }) => errorCode === 0);
  return [
    ...signIns.map((signIn) => ({ ...signIn, recordId: signIn.id })),
    ...past.all('sighting', subject),
  ]
    .filter((use) => use.sessionId === sessionId && !use.isKnownPlace)
    .filter(({ ip, country }) => ip !== null && country !== null)
    .sort((a, b) => a.at - b.at);
}

const areApart = (a: Use, b: Use) =>
  a.country !== b.country &&
  (a.asn === null || a.asn !== b.asn) &&
  networkOf(a.ip ?? '') !== networkOf(b.ip ?? '') &&
  Math.abs(a.at - b.at) <= dayMs;

/** The uses of which is told where they were, if that is in a country where the account is known. */
const stopsOf = (uses: readonly Use[], account: Party, context: Context): (Use & Stop)[] =>
  uses.flatMap((use) => {
    // What is a day old can't come later than what is judged here.
    const { countries } = familiarBefore(account, use.at - dayMs, context);
    const { point, country, recordId: id } = use;
    return point && countries.has(country ?? '') ? { ...use, id, point } : [];
  });
