import type { GeoPoint } from '../../read/event.ts';
import { hourMs } from '../../time.ts';

/** Where somebody was, and when: epoch milliseconds. The id tells stops of one moment apart. */
export type Stop = { id: string; at: number; point: GeoPoint };

/** In whole kilometres: where an address is, is not known better. */
export type Journey<T extends Stop> = { from: T; to: T; km: number; kmh: number };

const earthRadiusKm = 6371;
/** Clocks and geography are no better than this; and nobody divides by nothing. */
const shortestMs = 60_000;

/** From the earlier of two stops to the later, in a straight line. */
export function journeyBetween<T extends Stop>(one: T, other: T): Journey<T> {
  const isFirst = one.at < other.at || (one.at === other.at && one.id < other.id);
  const [from, to] = isFirst ? [one, other] : [other, one];
  const km = Math.round(kmBetween(from.point, to.point));
  const hours = Math.max(to.at - from.at, shortestMs) / hourMs;
  return { from, to, km, kmh: Math.round(km / hours) };
}

/** The great circle, by the haversine formula. */
function kmBetween(a: GeoPoint, b: GeoPoint): number {
  const h =
    haversine(b.latitude - a.latitude) +
    cosine(a.latitude) * cosine(b.latitude) * haversine(b.longitude - a.longitude);
  return 2 * earthRadiusKm * Math.asin(Math.sqrt(Math.min(1, h)));
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const haversine = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2;
const cosine = (degrees: number) => Math.cos(radians(degrees));
