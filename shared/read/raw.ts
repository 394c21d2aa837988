/**
 * Reading fields of raw JSON that may be missing, of another type, or JSON text within a string.
 * Records are read with it in `events/`, and so are the few values that are JSON within a record.
 */
export type Raw = Readonly<Record<string, unknown>>;

/** Longer values are cut: a name of a megabyte must not travel into tables and cards. */
export const maxText = 1024;

export const isRaw = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object, also if it came as JSON text (some routes write inner objects as strings). */
export function asObject(value: unknown): Raw {
  const parsed = unwrapJson(value);
  return isRaw(parsed) ? parsed : {};
}

/** A plain value, also where the API of Azure wraps it: `{ value, localizedValue }`. */
export const plainOf = (field: unknown): unknown => (isRaw(field) ? field.value : field);

/** A list, also if it came as JSON text or as one bare object. */
export function asList(value: unknown): readonly Raw[] {
  const parsed = unwrapJson(value);
  if (Array.isArray(parsed)) return parsed.filter(isRaw);
  return isRaw(parsed) && Object.keys(parsed).length > 0 ? [parsed] : [];
}

/** A text without its surrounding blanks; undefined if it is missing, empty or one of the stand-ins for "none". */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '' || text === '<null>' || text === 'null') return undefined;
  return text.length > maxText ? text.slice(0, maxText) : text;
}

/** The texts of a list, also if it came as JSON text or as one bare text. */
export function asTexts(value: unknown): string[] {
  const parsed = unwrapJson(value);
  const list = Array.isArray(parsed) ? parsed : [parsed];
  return list.flatMap((one) => asText(one) ?? []);
}

/**
 * A display name. Anyone may choose one that looks like a user principal name: in quotes it is never
 * taken for one.
 */
export function asDisplayName(value: unknown): string | undefined {
  const text = asText(value);
  return text?.includes('@') ? `“${text}”` : text;
}

export function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export function asFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value === 0 ? false : value === 1 ? true : undefined;
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  return word === 'true' || word === '1'
    ? true
    : word === 'false' || word === '0'
      ? false
      : undefined;
}

/** `true`, `"True"`, or a list of one of them; a hostile value may be of any depth. */
export function saysTrue(value: unknown): boolean {
  const [one] = Array.isArray(value) ? value : [value];
  return one === true || (typeof one === 'string' && one.toLowerCase() === 'true');
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const zeroGuid = '00000000-0000-0000-0000-000000000000';

export const isGuid = (text: string) => guid.test(text);

/** An id in lower case; undefined for none and for the zero GUID that stands for none. */
export function asId(value: unknown): string | undefined {
  const id = asText(value)?.toLowerCase();
  return id === zeroGuid ? undefined : id;
}

/** Azure claims and evidence write GUIDs without dashes at times. */
export function asGuid(value: unknown): string | undefined {
  const text = asId(value);
  if (!text || !/^[0-9a-f]{32}$/.test(text)) return text;
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** An address as IPv4 or IPv6 text; a port and the bogus leading `::` of some records are taken off. */
export function asAddress(value: unknown): string | undefined {
  const text = asText(value)?.toLowerCase();
  if (!text) return undefined;
  const bracketed = /^\[([0-9a-f:.]+)\](?::\d+)?$/.exec(text);
  if (bracketed) return bracketed[1];
  const withPort = /^(\d{1,3}(?:\.\d{1,3}){3}):\d+$/.exec(text);
  if (withPort) return withPort[1];
  const mapped = /^::(?:ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text);
  if (mapped) return mapped[1];
  // `::2001:db8::1`, or one with all eight groups, is no address; without the bogus opening it is.
  if (/^::(.*::|([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$)/.test(text)) return text.slice(2);
  return text;
}

/**
 * Names compared as Entra varies them: case, kinds of dash, runs of blanks, blanks at the ends.
 * `Update application – Certificates and secrets management ` has both a long dash and a blank.
 */
export function fold(text: string): string {
  const known = folded.get(text);
  if (known !== undefined) return known;
  const answer = text
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
  if (folded.size < mostFolded && text.length < 100) folded.set(text, answer);
  return answer;
}
// The same few hundred names come in every record; a hostile record must not fill the memory with others.
const folded = new Map<string, string>();
const mostFolded = 5_000;

/** A value that is JSON within a string (`"\"Guest\""`, `"[true]"`); text that is no JSON is itself. */
export function unwrapJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  const opens = text.charCodeAt(0);
  // Only what opens as a list, an object or a string: a bare `123` or `true` stays the text it is.
  if (opens !== 0x5b && opens !== 0x7b && opens !== 0x22) return value;
  try {
    return JSON.parse(text);
  } catch {
    return value;
  }
}
