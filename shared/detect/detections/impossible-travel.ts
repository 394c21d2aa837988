import { cleanLine } from '../../clean-text.ts';
import type { Party } from '../../finding.ts';
import { accountSubject } from '../../memory/subject.ts';
import type { SignInTrace } from '../../memory/trace.ts';
import { networkOf } from '../../read/network-of.ts';
import { dayOf, isoOf, minuteMs } from '../../time.ts';
import { type Context, defineDetection } from '../detection.ts';
import { day, hour, later } from '../examples/history.ts';
import { signIn } from '../examples/records.ts';
import { known, people } from '../examples/tenant.ts';
import { wasTheirs } from '../past/familiarity.ts';
import { placeOf, whoOf, withAddress } from '../past/told-from-traces.ts';
import { type Journey, journeyBetween, type Stop } from '../past/travel.ts';
import { nameOf } from '../wording.ts';

const { ada, hana } = people;

type Place = {
  city: string;
  country: string;
  point: readonly [number, number];
  ip: string | null;
  asn: number;
};
const seattle: Place = {
  city: 'Seattle',
  country: 'US',
  point: [47.6, -122.3],
  ip: '203.0.113.7',
  asn: 64501,
};
const portland: Place = {
  city: 'Portland',
  country: 'US',
  point: [45.5, -122.7],
  ip: '203.0.113.8',
  asn: 64502,
};
const boston: Place = {
  city: 'Boston',
  country: 'US',
  point: [42.4, -71.1],
  ip: '203.0.113.9',
  asn: 64502,
};
const berlin: Place = {
  city: 'Berlin',
  country: 'DE',
  point: [52.5, 13.4],
  ip: '192.0.2.7',
  asn: 64503,
};

const signInAt = ({ city, country, point, ip, asn }: Place, fields: object = {}) =>
  signIn(ada, {
    ipAddress: ip,
    autonomousSystemNumber: asn,
    location: {
      city,
      countryOrRegion: country,
      geoCoordinates: { latitude: point[0], longitude: point[1] },
    },
    ...fields,
  });
const laptop = { deviceDetail: { deviceId: 'laptop-1', operatingSystem: 'Windows 11' } };
const telephone = { deviceDetail: { deviceId: 'telephone-1', operatingSystem: 'Ios' } };
const anybodys = { deviceDetail: { deviceId: '', operatingSystem: 'Windows 11' } };
const ofHana = (deviceId = '') => ({
  userId: hana.id,
  userPrincipalName: hana.upn,
  deviceDetail: { deviceId, operatingSystem: 'Windows 11' },
});
const at = (minute: number, place: Place, fields: object = {}) =>
  later(minute, signInAt(place, fields));

export default defineDetection({
  id: 'impossible-travel',
  title: 'Signed in at two places that nobody can travel between in time',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  severityVaries:
    'Medium within one country, where the place of an address is often that of a provider, and where both ends are the same registered device.',
  categories: ['SignInLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-user-accounts',
  why: 'Two people use the account: one of them is not its owner.',
  triage: [
    'Call the person: which of the two places were they at?',
    'If one is not theirs: revoke the sessions, reset the password, check the methods, and look at what came from there.',
  ],
  falsePositives: [
    'A VPN or proxy that comes out elsewhere: name its networks in `knownNetworks`.',
    'Addresses of mobile networks that are located by guess. Within one country nothing is told of one provider, nor of devices that were theirs a day before.',
  ],

  detect(event, context) {
    const { past, watchlist, settings } = context;
    const ends = past.all('signIn', accountSubject(event.account, watchlist)).filter(isEnd);
    const own = ends.find(({ id }) => id === event.id);
    if (!own) return;
    const who = whoOf(event, watchlist);
    return ends
      .filter((end) => !isOneNetwork(end, own))
      .map((end) => journeyBetween<End>(end, own))
      .filter(({ km, kmh }) => km > settings.minKm && kmh > settings.minKmh)
      .filter((journey) => !isOnePerson(journey, event.account, context))
      .map((journey) => {
        const { from, to, km } = journey;
        const far = `${km} km in ${minutesBetween(journey)} minutes`;
        return {
          // Of all journeys of a day the gravest is told.
          key: [watchlist.idOf(who) ?? who.name, dayOf(to.at)],
          precedence: gravity(journey),
          title: `${nameOf(who)}: ${cityOf(from)} to ${cityOf(to)}, ${far}`,
          summary: `${nameOf(who)} signed in${placeOf(from)} and${placeOf(to)}: ${far}.`,
          severity: mayBeOnePerson(journey) ? 'medium' : 'high',
          subject: who,
          actor: withAddress(who, to),
          matter: ['sign-in'],
          at: to.at,
          recordIds: [to.id, from.id],
          details: { from: detailsOf(from), to: detailsOf(to), km },
        };
      });
  },

  examples: () => [
    {
      name: 'from one country to another, after days at home',
      records: [at(-2 * day, seattle), at(0, seattle), at(60, berlin)],
      expect: 'high',
    },
    {
      name: 'at the same moment',
      records: [at(0, seattle), at(0, berlin, { id: 'other' })],
      expect: 'high',
    },
    { name: 'within one country', records: [at(0, seattle), at(60, boston)], expect: 'medium' },
    {
      name: 'on one registered device',
      records: [at(0, seattle, laptop), at(60, berlin, laptop)],
      expect: 'medium',
    },
    {
      name: 'on one device that may be anybody’s',
      records: [at(0, seattle, anybodys), at(60, berlin, anybodys)],
      expect: 'high',
    },
    {
      name: 'within one country, on two devices that were theirs before',
      records: [
        at(-2 * day, seattle, laptop),
        at(-2 * day + 1, seattle, telephone),
        at(0, seattle, laptop),
        at(60, boston, telephone),
      ],
      expect: 'nothing',
    },
    {
      name: 'within one country, on a device that the snapshot knows',
      records: [at(0, seattle, ofHana(known.devices[0])), at(60, boston, ofHana(known.devices[0]))],
      expect: 'nothing',
    },
    {
      name: 'within one country, on a new device at the end',
      records: [
        at(-2 * day, seattle, laptop),
        at(0, seattle, laptop),
        at(60, boston, telephone),
        at(2 * day, seattle, telephone),
      ],
      expect: 'medium',
    },
    {
      name: 'within one country, on a new device at the beginning',
      records: [at(-2 * day, seattle, laptop), at(0, boston, telephone), at(60, seattle, laptop)],
      expect: 'medium',
    },
    {
      name: 'within one country, on what may be anybody’s device',
      records: [
        at(-2 * day, seattle, anybodys),
        at(0, seattle, anybodys),
        at(60, boston, anybodys),
      ],
      expect: 'medium',
    },
    {
      name: 'in two countries, on a device that was theirs before',
      records: [at(-2 * day, seattle, laptop), at(0, seattle, laptop), at(60, berlin, laptop)],
      expect: 'medium',
    },
    {
      name: 'on two registered devices',
      records: [at(0, seattle, laptop), at(60, berlin, telephone)],
      expect: 'high',
    },
    {
      name: 'on one registered device, and on another nearby',
      records: [at(0, seattle, laptop), at(1, portland, telephone), at(60, berlin, laptop)],
      expect: 'high',
    },
    {
      name: 'where no address is told',
      records: [at(0, { ...seattle, ip: null }), at(60, { ...berlin, ip: null })],
      expect: 'high',
    },
    { name: 'near', records: [at(0, seattle), at(1, portland)], expect: 'nothing' },
    {
      name: 'near, but farther than the policy allows',
      records: [at(0, seattle), at(1, portland)],
      settings: { minKm: 200 },
      expect: 'medium',
    },
    { name: 'by aeroplane', records: [at(0, seattle), at(11 * hour, berlin)], expect: 'nothing' },
    {
      name: 'by aeroplane, faster than the policy allows',
      records: [at(0, seattle), at(11 * hour, berlin)],
      settings: { minKmh: 700 },
      expect: 'high',
    },
    {
      name: 'as near as the policy allows',
      records: [at(0, seattle), at(1, portland)],
      settings: { minKm: 236 },
      expect: 'nothing',
    },
    {
      name: 'by aeroplane, as fast as the policy allows',
      records: [at(0, seattle), at(11 * hour, berlin)],
      settings: { minKmh: 738 },
      expect: 'nothing',
    },
    {
      name: 'the address of one network, placed elsewhere',
      records: [at(0, seattle), at(60, { ...berlin, ip: seattle.ip })],
      expect: 'nothing',
    },
    {
      name: 'of one provider within a country',
      records: [at(0, seattle), at(60, { ...boston, asn: seattle.asn })],
      expect: 'nothing',
    },
    {
      name: 'of one provider in two countries',
      records: [at(0, seattle), at(60, { ...berlin, asn: seattle.asn })],
      expect: 'high',
    },
    {
      name: 'of providers that are not told',
      records: [at(0, { ...seattle, asn: 0 }), at(60, { ...boston, asn: 0 })],
      expect: 'medium',
    },
    {
      name: 'out of the VPN',
      records: [at(0, seattle), at(60, berlin)],
      tenant: { knownNetworks: ['192.0.2.0/24'] },
      expect: 'nothing',
    },
    {
      name: 'where one place is not told',
      records: [at(0, { ...seattle, point: [0, 0] }), at(60, berlin)],
      expect: 'nothing',
    },
    {
      name: 'where a place in between is not told',
      records: [at(0, seattle), at(30, { ...boston, point: [0, 0] }), at(60, berlin)],
      expect: 'high',
    },
    {
      name: 'refused at one of them',
      records: [at(0, seattle), at(60, berlin, { status: { errorCode: 50126 } })],
      expect: 'nothing',
    },
    {
      name: 'a mail program elsewhere, with the password',
      records: [at(0, seattle), at(60, berlin, { isInteractive: false, clientAppUsed: 'IMAP4' })],
      expect: 'nothing',
    },
    {
      name: 'somebody else',
      records: [at(0, seattle), at(60, berlin, { userId: hana.id, userPrincipalName: hana.upn })],
      expect: 'nothing',
    },
  ],
});

type End = SignInTrace & Stop;

/** Where the person was for certain: known networks are no place, and programs renew tokens anywhere. */
const isEnd = (trace: SignInTrace): trace is End =>
  trace.errorCode === 0 && trace.flow === 'user' && trace.point !== null && !trace.isKnownPlace;

/** One address, or addresses of one provider in one country, which it gives out as it likes. */
function isOneNetwork(a: End, b: End): boolean {
  if (networkOf(a.ip ?? 'untold') === networkOf(b.ip ?? '')) return true;
  return a.asn !== null && a.asn === b.asn && a.country === b.country;
}

/** A laptop and a telephone of theirs in one country, where a carrier's addresses are placed anywhere. */
const isOnePerson = ({ from, to }: Journey<End>, account: Party, context: Context): boolean =>
  from.country === to.country && [from, to].every((end) => wasTheirs(end, account, context));

const mayBeOnePerson = ({ from, to }: Journey<End>) =>
  from.country === to.country || (from.device.id !== null && from.device.id === to.device.id);

/** Text that grows with it: a journey between two people outweighs a faster one that may be one person's. */
const gravity = (journey: Journey<End>) =>
  `${mayBeOnePerson(journey) ? 0 : 1} ${String(journey.kmh).padStart(9, '0')}`;

const minutesBetween = ({ from, to }: Journey<End>) => Math.round((to.at - from.at) / minuteMs);
const cityOf = ({ city, country, ip }: End) =>
  cleanLine([city, country].filter(Boolean).join(', ') || ip, 60);
const detailsOf = ({ at, ip, city, country, app, device }: End) => ({
  at: isoOf(at),
  ip,
  place: [city, country].filter(Boolean).join(', '),
  app,
  device: device.name ?? device.id,
});
