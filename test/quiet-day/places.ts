import { type Place, places } from '../../local/sample-day/apps.ts';
import { idFor, type Site } from '../../local/sample-day/people.ts';
import type { Dice } from '../../local/sample-day/records.ts';

/** Where a sign-in comes from, as the log tells it. */
export type Network = { ip: string; asn: number; place: Place; isTrusted?: true };

const city = (name: string, country: string, latitude: number, longitude: number): Place => ({
  ...{ city: name, state: name, country, latitude, longitude },
});
export const portland = city('Portland', 'US', 45.52, -122.68);
export const hamburg = city('Hamburg', 'DE', 53.55, 9.99);
const around: Record<Site, readonly Place[]> = {
  Seattle: [places.Seattle, city('Bellevue', 'US', 47.61, -122.2), portland],
  Berlin: [places.Berlin, city('Potsdam', 'DE', 52.4, 13.06), city('Leipzig', 'DE', 51.34, 12.37)],
};
/** Where the addresses of the mobile networks are thought to be. */
const masts: Record<Site, readonly Place[]> = {
  Seattle: [
    places.Seattle,
    city('Los Angeles', 'US', 34.05, -118.24),
    city('Dallas', 'US', 32.78, -96.8),
  ],
  Berlin: [
    places.Berlin,
    city('Frankfurt am Main', 'DE', 50.11, 8.68),
    city('Munich', 'DE', 48.14, 11.58),
  ],
};

/** One address for hundreds of people each; the policy knows them, and the tenant trusts them. */
export const offices: Record<Site, Network> = {
  Seattle: { ip: '198.51.100.7', asn: 64500, place: places.Seattle, isTrusted: true },
  Berlin: { ip: '2001:db8:7::71', asn: 64500, place: places.Berlin, isTrusted: true },
};
export const vpn: Network = { ip: '198.51.100.250', asn: 64500, place: places.Berlin };
export const knownNetworks = ['198.51.100.0/24', '2001:db8:7::/48'];

const providers: Record<Site, readonly number[]> = {
  Seattle: [64601, 64602],
  Berlin: [64611, 64612, 64613],
};
const carriers: Record<Site, readonly number[]> = {
  Seattle: [64701, 64702],
  Berlin: [64711, 64712],
};

/** A number that is the same for the same name. */
const numberOf = (name: string, below: number) =>
  Number.parseInt(idFor(name).slice(0, 8), 16) % below;
const oneOf = <T>(list: readonly T[], name: string): T => list[numberOf(name, list.length)] as T;

const homes = new Map<string, Network>();

/** The line that somebody has at home; some share it, as couples do. */
export function homeOf(who: { upn: string; site: Site }): Network {
  const home = homes.get(who.upn) ?? lineOf(who);
  homes.set(who.upn, home);
  return home;
}

/** Half of the administrators work at home today. */
export const adminDesk = (who: { id: string; upn: string; site: Site }): Network =>
  Number.parseInt(who.id.slice(0, 2), 16) % 2 === 0 ? homeOf(who) : offices[who.site];

/** Most lines have two kinds of addresses, and either may be used. */
export function homeAt(who: { upn: string; site: Site }, at: number): Network {
  const { ip, ...home } = homeOf(who);
  const line = numberOf(`line ${who.upn}`, 60_000);
  return { ...home, ip: at % 2 === 0 ? lineAddress(line) : ip };
}

function lineOf(who: { upn: string; site: Site }): Network {
  const line = numberOf(`line ${who.upn}`, 60_000);
  const isSix = line % 4 === 0;
  return {
    ip: isSix
      ? `2001:db8:${(0x1000 + (line % 0x7000)).toString(16)}:1::${line % 50}`
      : lineAddress(line),
    asn: oneOf(providers[who.site], `provider ${who.upn}`),
    place: oneOf(around[who.site], `town ${who.upn}`),
  };
}

/** The network for benchmarks has enough addresses; those for documentation have not. */
const lineAddress = (line: number) => `198.18.${Math.floor(line / 250)}.${1 + (line % 250)}`;

/** On the way: a new address every hour, at times behind an address that many share, located by guess. */
export function mobileOf(who: { upn: string; site: Site }, at: number): Network {
  const hour = Math.floor(at / 3_600_000);
  const cell = numberOf(`cell ${who.upn} ${hour}`, 0x4000);
  const isShared = cell % 5 === 0;
  const carrier = carriers[who.site];
  return {
    ip: isShared
      ? `198.19.${who.site === 'Berlin' ? 4 : 5}.${cell % 40}`
      : `2001:db8:${(0x9000 + cell).toString(16)}:${hour % 97}::${cell % 999}`,
    // Some have a second card for data.
    asn: cell % 11 === 0 ? (carrier[1] as number) : oneOf(carrier, `carrier ${who.upn}`),
    place: oneOf(masts[who.site], `mast ${who.upn} ${hour}`),
  };
}

/** An address of somebody who is not of the house, anywhere. */
export function elsewhere(dice: Dice, place: Place, asn = 64_800): Network {
  return { ip: `198.19.${dice.between(20, 250)}.${dice.between(1, 250)}`, asn, place };
}

export const abroad: readonly Place[] = [
  city('Hanoi', 'VN', 21.03, 105.85),
  city('São Paulo', 'BR', -23.55, -46.63),
  city('Jakarta', 'ID', -6.2, 106.8),
  city('Moscow', 'RU', 55.75, 37.62),
];
