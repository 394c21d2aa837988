import { isIP } from 'node:net';
import { cleanLine } from '../clean-text.ts';

/** An event in the making: what is optional may be undefined, which {@link filled} leaves out. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? readonly (Draft<Item> | undefined)[]
  : T extends object
    ? { [K in keyof T]: Draft<T[K]> | (object extends Pick<T, K> ? undefined : never) }
    : T;

/** The event with every text cleaned and nothing empty in it: no null, '', [], {} or NaN, at any depth. */
export const filled = <T>(draft: Draft<T>): T => present(draft, 0) as T;

/** More of one value than any event needs; bounds what a hostile record can make us send. */
const maxText = 2000;
/** No event of ours is as deep; what a record nested deeper goes. */
const deepest = 12;

/** One clean line as an event holds it, or undefined if nothing is left of it. */
export const textOf = (value: unknown, maxGraphemes = maxText) =>
  cleanLine(value, maxGraphemes) || undefined;

/** As {@link textOf}, for each of a finding's details. */
export const textsOf = (
  details: Readonly<Record<string, unknown>>,
): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(details).map(([key, value]) => [key, textOf(value)]));

/** OCSF takes no more. Longer is only IPv6 that ends as IPv4 does and abbreviates nothing. */
const maxAddress = 40;

/** An IP address, or undefined if it is anything else: with a port, cut, a word like "unknown". */
export function addressOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text && text.length <= maxAddress && isIP(text) ? text : undefined;
}

/** Each value once, without the empty ones; undefined if none is left. */
export const unique = (values: readonly (string | null | undefined)[]): string[] =>
  [...new Set(values)].filter((value): value is string => Boolean(value));

/** At most so many UTF-16 units, which is how most receivers count; never half of a pair. */
export const cutUnits = (text: string, maxUnits: number): string =>
  text.length <= maxUnits
    ? text
    : `${text.slice(0, maxUnits - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** The same with each text in it cut, see {@link cutUnits}. */
export function shortened<T>(value: T, maxUnits: number): T {
  const shorten = (one: unknown): unknown => {
    if (typeof one === 'string') return cutUnits(one, maxUnits);
    if (Array.isArray(one)) return one.map(shorten);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, shorten(inner)]));
  };
  return shorten(value) as T;
}

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** The first members of a list whose JSON fits into so many UTF-8 bytes, each of them whole. */
export function leading<T>(list: readonly T[], maxBytes: number): T[] {
  // The brackets; then a comma with each.
  let room = maxBytes - 2;
  return list.filter((one) => {
    room -= sizeOf(one) + 1;
    return room >= 0;
  });
}

/**
 * As much of a JSON list or object as fits into so many UTF-8 bytes, in order. A list or object in it
 * that does not fit is made to, in half of what is left, so that what follows has its turn; a text or
 * number that does not fit is left out.
 */
export function fitted<T extends object>(value: T, maxBytes: number): T {
  return sizeOf(value) <= maxBytes ? value : (withRoom(value, maxBytes) as T);
}

function withRoom(value: object, maxBytes: number): object {
  // The brackets. Each member then takes a comma as well.
  let room = maxBytes - 2;
  const take = (member: unknown, keyBytes: number): unknown => {
    const left = room - keyBytes - 1;
    const kept = sizeOf(member) <= left ? member : reduced(member, left / 2);
    if (kept !== undefined) room -= sizeOf(kept) + keyBytes + 1;
    return kept;
  };
  if (Array.isArray(value)) return value.map((one) => take(one, 0)).filter(isKept);
  const entries = Object.entries(value).map(([key, one]) => [key, take(one, sizeOf(key) + 1)]);
  return Object.fromEntries(entries.filter(([, one]) => isKept(one)));
}

const isKept = (member: unknown) => member !== undefined;

/** What is left of a member, if anything is. */
function reduced(member: unknown, maxBytes: number): object | undefined {
  if (typeof member !== 'object' || member === null || maxBytes < 4) return undefined;
  const kept = withRoom(member, maxBytes);
  return Object.keys(kept).length > 0 ? kept : undefined;
}

function present(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null || depth > deepest) return undefined;
  if (Array.isArray(value)) {
    const items = value
      .map((item) => present(item, depth + 1))
      .filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  const entries = Object.entries(value).map(
    ([key, inner]) => [textOf(key), present(inner, depth + 1)] as const,
  );
  const kept = entries.filter(([key, inner]) => key !== undefined && inner !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
