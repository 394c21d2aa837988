import type { Party } from '../../finding.ts';
import { accountSubject } from '../../memory/subject.ts';
import type { SignInTrace } from '../../memory/trace.ts';
import { networkOf } from '../../read/network-of.ts';
import { dayMs } from '../../time.ts';
import type { Context } from '../detection.ts';
import { knownDevices } from '../rows/own-devices.ts';
import { isWithin } from '../rows/places.ts';

/** What an account was known by before a moment: its own sign-ins, the snapshot and the policy tell. */
export type Familiar = {
  countries: ReadonlySet<string>;
  asns: ReadonlySet<string>;
  devices: ReadonlySet<string>;
  /** The networks of its own that the snapshot names, and those that it has signed in from lately. */
  networks: readonly string[];
  seen: ReadonlySet<string>;
  /** For how long its own sign-ins are known, in milliseconds. */
  learntMs: number;
};

/** So long an account is learnt about before another provider is news. */
const learningMs = 14 * dayMs;

/**
 * @param before - epoch milliseconds: what came later vouches for nothing.
 * @param without - a record to leave out: what would be known had it not come.
 */
export function familiarBefore(
  account: Party,
  before: number,
  { watchlist, tenant, past }: Context,
  without?: string,
): Familiar {
  const subject = accountSubject(account, watchlist);
  const known = watchlist.account(account)?.snapshot?.known;
  const habits = past
    .all('habit', subject)
    .filter(({ at, recordId }) => at < before && recordId !== without);
  const habit = (kind: string) =>
    habits.filter(({ what }) => what === kind).map(({ value }) => value);
  const signIns = past.all('signIn', subject).filter(({ errorCode }) => errorCode === 0);
  const visits = [
    ...signIns.filter(({ id }) => id !== without),
    ...past.all('sighting', subject).filter(({ recordId }) => recordId !== without),
  ].filter(({ at }) => at < before);
  const upper = (country: string) => country.toUpperCase();
  return {
    countries: new Set([
      ...habit('country'),
      ...tenant.knownCountries.map(upper),
      ...(known?.countries ?? []).map(upper),
    ]),
    asns: new Set(habit('asn')),
    devices: new Set([...habit('device'), ...knownDevices(account, watchlist)]),
    networks: known?.networks ?? [],
    seen: new Set(visits.flatMap(({ ip }) => (ip ? networkOf(ip) : []))),
    learntMs: before - Math.min(before, ...habits.map(({ at }) => at)),
  };
}

type Place = Pick<SignInTrace, 'ip' | 'asn' | 'country' | 'isKnownPlace'>;

/** An address of theirs: the office's, one that the snapshot names, or one they came from before. */
export const isOwnNetwork = ({ ip, isKnownPlace }: Place, { networks, seen }: Familiar) =>
  isKnownPlace || isWithin(ip, networks) || (ip !== null && seen.has(networkOf(ip)));

export const isNewCountry = ({ country }: Place, { countries }: Familiar) =>
  country !== null && countries.size > 0 && !countries.has(country);

/** Whether they were never seen there. Of an account that nothing is known of, nobody can say. */
export function isUnfamiliar(place: Place, familiar: Familiar): boolean {
  if (isOwnNetwork(place, familiar)) return false;
  if (isNewCountry(place, familiar)) return true;
  if (isOwnProvider(place, familiar)) return false;
  const isLearnt = familiar.learntMs >= learningMs && familiar.asns.size > 0 && place.asn !== null;
  return familiar.networks.length > 0 || isLearnt;
}

/** Whose lines they come over as a rule: their home's address changes, its provider does not. */
export const isOwnProvider = ({ asn }: Place, { asns }: Familiar) =>
  asn !== null && asns.has(String(asn));

/** A registered device, which proves itself, that was theirs a day before: nothing known of that comes later. */
export const wasTheirs = (
  { device, at }: Pick<SignInTrace, 'device' | 'at'>,
  account: Party,
  context: Context,
): boolean =>
  device.id !== null && familiarBefore(account, at - dayMs, context).devices.has(device.id);
