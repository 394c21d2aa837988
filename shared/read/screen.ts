import type { DetectionsByKind } from '../detect/detect.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import { FieldOpening, hasErrorCode, quote, startsAt } from './fields-in-bytes.ts';

/**
 * Decides on the bytes of a record whether any detection could have a word to say about it, so that
 * the rest is never parsed. It may pass a record too many, never one too few: whatever it does not
 * understand, passes.
 *
 * Only user sign-ins and workload sign-ins, which are nearly all of a tenant's logs, are ever held
 * back. What to look for is derived from the detections (`lookFor`) and the watchlists.
 */
export type Screen = {
  /** Whether a plain sign-in (see `isPlainSignIn`) may matter. */
  passes(json: Buffer): boolean;
};

/** Lets everything through: for comparing, and for whoever wants each record read. */
export const noScreen: Screen = { passes: () => true };

/** Makes screens, and keeps the last one until a watchlist changes. */
export class Screener {
  readonly #detections: DetectionsByKind;
  #screen: Screen = noScreen;
  #madeOf: readonly [Watchlist, number][] = [];

  /** @param detections - all there are: one that the policy switched off is looked for in vain, no more. */
  constructor(detections: DetectionsByKind) {
    this.#detections = detections;
  }

  /** @param watchlists - of all tenants. */
  screen(watchlists: readonly Watchlist[]): Screen {
    const isSame =
      watchlists.length > 0 &&
      watchlists.length === this.#madeOf.length &&
      this.#madeOf.every(([one, size], index) => one === watchlists[index] && size === one.size);
    if (!isSame) {
      this.#screen = screenFor(this.#detections, watchlists);
      this.#madeOf = watchlists.map((watchlist) => [watchlist, watchlist.size]);
    }
    return this.#screen;
  }
}

function screenFor(detections: DetectionsByKind, watchlists: readonly Watchlist[]): Screen {
  const wanted = (detections.get('signIn') ?? []).map(({ lookFor }) => lookFor);
  const words = wanted.flatMap((one) =>
    typeof one === 'object' && 'words' in one ? one.words : [],
  );
  const accounts = watchlists.flatMap((watchlist) => [...watchlist.watchedIds()]);
  const ids = new GuidSet();
  const areAllIds = [...words, ...accounts].map((id) => ids.add(id)).every(Boolean);
  // An account that is known by name alone, or a word that is no id, can be in any record.
  const isBlind =
    !areAllIds ||
    wanted.includes('every record') ||
    watchlists.some((watchlist) => watchlist.hasUnresolvedNames());
  if (isBlind) return noScreen;
  const codes = new Set(
    wanted.flatMap((one) => (typeof one === 'object' && 'errorCodes' in one ? one.errorCodes : [])),
  );
  const openings = wanted.flatMap((one) =>
    typeof one === 'object' && 'openings' in one
      ? Object.entries(one.openings).map(([field, texts]) => new FieldOpening(field, texts))
      : [],
  );
  return {
    passes: (json) =>
      ids.isWithin(json) ||
      openings.some((opening) => opening.isWithin(json)) ||
      (codes.size > 0 && hasErrorCode(json, codes)),
  };
}

const categoryKey = Buffer.from('"category":"');
/** How the key ends in any case: the first byte is rare, so this is found fast. */
const endOfCategory = Buffer.from('gory"');
const beforeEnd = '"cate'.length;
const userKey = Buffer.from('userId":"');
const workloadKey = Buffer.from('servicePrincipalId":"');
/** Each with the field that names the account. */
const signInCategories = (
  [
    ['SignInLogs"', userKey],
    ['NonInteractiveUserSignInLogs"', userKey],
    ['ServicePrincipalSignInLogs"', workloadKey],
    ['ManagedIdentitySignInLogs"', workloadKey],
  ] as const
).map(([name, accountKey]) => ({ name: Buffer.from(name), accountKey }));
const unicodeEscape = Buffer.from('\\u00');
const longestId = 36;

/**
 * A sign-in as Entra spells it, whose account stands in it by id. An unescaped `"category":"` can't
 * occur inside a JSON string, so no name in a record of another log can pass for one.
 */
export function isPlainSignIn(json: Buffer): boolean {
  const end = json.indexOf(endOfCategory);
  const at = end - beforeEnd + categoryKey.length;
  if (end < beforeEnd || !startsAt(json, categoryKey, end - beforeEnd)) return false;
  const category = signInCategories.find(({ name }) => startsAt(json, name, at));
  if (!category || !hasIdAfter(json, category.accountKey)) return false;
  // With a second one this is more than one record: the quick cut does not look inside.
  return json.indexOf(endOfCategory, at + category.name.length) < 0;
}

function hasIdAfter(json: Buffer, key: Buffer): boolean {
  const found = json.indexOf(key);
  if (found < 0 || json[found - 1] !== quote) return false;
  const from = found + key.length;
  // No id, or the zeros that stand for none: then the name decides, which is not looked for here.
  return json[from + longestId] === quote && dashesAt(json, from) && !isZero(json, from);
}

const zeroId = Buffer.from('00000000-0000-0000-0000-000000000000');
const isZero = (json: Buffer, from: number) => startsAt(json, zeroId, from);

/**
 * Whether an id may be written so that its bytes do not show it: `\u0041` for a letter, digit, dash or
 * blank hides one; `\u0027` and the like do not.
 */
export function hidesLetters(json: Buffer): boolean {
  for (let at = json.indexOf(unicodeEscape); at >= 0; at = json.indexOf(unicodeEscape, at + 4)) {
    const code = Number.parseInt(json.toString('latin1', at + 4, at + 6), 16);
    if (/[0-9A-Za-z -]/.test(String.fromCharCode(code))) return true;
  }
  return false;
}

const dash = 0x2d;
/** Where the dashes of a GUID stand. Their remainders by four are all different. */
const dashes = [8, 13, 18, 23] as const;

const dashesAt = (json: Buffer, from: number) =>
  json[from + 8] === dash &&
  json[from + 13] === dash &&
  json[from + 18] === dash &&
  json[from + 23] === dash;

/**
 * A set of GUIDs that is looked for in bytes.
 *
 * Every fourth byte is enough: of the four dashes of a GUID exactly one falls on it, whatever field,
 * order or layout the GUID is in.
 */
export class GuidSet {
  readonly #ids = new Set<string>();
  /** By the first four digits: most GUIDs end here. */
  readonly #openings = new Uint8Array(65_536);

  /** @returns false if this is no GUID, and so can't be looked for. */
  add(id: string): boolean {
    const key = id.toLowerCase();
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key)) return false;
    this.#ids.add(key);
    this.#openings[Number.parseInt(key.slice(0, 4), 16)] = 1;
    return true;
  }

  isWithin(json: Buffer): boolean {
    // Behind the last dash of a GUID stand twelve digits: the end itself need not be looked at.
    const end = json.length - 12;
    // Four steps at once: the loop is all that is paid for most records.
    for (let at = 8; at < end; at += 16) {
      if (json[at] === dash && this.#isAround(json, at)) return true;
      if (json[at + 4] === dash && this.#isAround(json, at + 4)) return true;
      if (json[at + 8] === dash && this.#isAround(json, at + 8)) return true;
      if (json[at + 12] === dash && this.#isAround(json, at + 12)) return true;
    }
    return false;
  }

  #isAround(json: Buffer, at: number): boolean {
    for (const offset of dashes) {
      const from = at - offset;
      if (from >= 0 && dashesAt(json, from) && this.#hasAt(json, from)) return true;
    }
    return false;
  }

  #hasAt(json: Buffer, from: number): boolean {
    const opening =
      (hexValue(json[from]) << 12) |
      (hexValue(json[from + 1]) << 8) |
      (hexValue(json[from + 2]) << 4) |
      hexValue(json[from + 3]);
    if (opening < 0 || this.#openings[opening] !== 1) return false;
    return this.#ids.has(json.toString('latin1', from, from + longestId).toLowerCase());
  }
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
