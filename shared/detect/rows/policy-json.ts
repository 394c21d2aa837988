import { isRaw, type Raw } from '../../read/raw.ts';

/**
 * Policies stand in audit rows as JSON text: `{…}`, the same in quotes once more, or `["{…}"]`. Long
 * ones may break off. Keys come out in lower case, since one service writes `grantControls` where
 * another writes `Controls`.
 */

/** Objects in which the text broke off: what is missing is unknown, not absent. */
const openEnded = new WeakSet<object>();
/** Marks them while they are still text: no key that Entra writes. */
const mark = '\u0000broken off';
/** Nobody nests a policy deeper; a hostile value may. */
const maxDepth = 16;

/** @returns the value behind the text; text that is no JSON is itself. */
export function policyJson(value: unknown): unknown {
  const parsed = typeof value === 'string' ? parsedOrMended(value.trim()) : value;
  if (Array.isArray(parsed) && parsed.length === 1) {
    const [one] = parsed;
    if (typeof one === 'string' && /^\s*\{/.test(one)) return policyJson(one);
  }
  // In quotes once more.
  if (typeof parsed === 'string' && parsed !== value) return policyJson(parsed);
  return lowerKeys(parsed, 0);
}

/** The policy as an object; undefined if the value is none. */
export function policyObject(value: unknown): Raw | undefined {
  const policy = policyJson(value);
  const one = Array.isArray(policy) && policy.length === 1 ? policy[0] : policy;
  return isRaw(one) ? one : undefined;
}

/** Whether a value, or anything in it, broke off. */
export function isBrokenOff(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isBrokenOff);
  return isRaw(value) && (isOpenEnded(value) || Object.values(value).some(isBrokenOff));
}

/** Whether the keys of just this object are not all known. */
export const isOpenEnded = (object: Raw) => openEnded.has(object);

function lowerKeys(value: unknown, depth: number): unknown {
  if (depth > maxDepth) return null;
  if (Array.isArray(value)) return value.map((one) => lowerKeys(one, depth + 1));
  if (!isRaw(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== mark);
  const lowered = Object.fromEntries(
    entries.map(([key, one]) => [key.toLowerCase(), lowerKeys(one, depth + 1)]),
  );
  if (mark in value) openEnded.add(lowered);
  return lowered;
}

function parsedOrMended(text: string): unknown {
  if (!/^["[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // `["{\"state\": …` lost its closing quote as well: what is within the quotes is what counts.
    const isQuoted = /^\[?"\s*\{\s*\\"/.test(text);
    const inner = isQuoted ? text.replace(/^\[?"/, '').replace(/\\(["\\])/g, '$1') : text;
    return mended(inner) ?? text;
  }
}

/** Text that broke off, closed behind its last whole member; every object left open is marked. */
function mended(text: string): unknown {
  const open: ('}' | ']')[] = [];
  let [end, closing, isText] = [0, '', false];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '"') isText = !isText;
    else if (isText) continue;
    else if (char === '{') open.push('}');
    else if (char === '[') open.push(']');
    else if (char === '}' || char === ']') open.pop();
    else if (char === ',' && open.at(-1) === '}') {
      end = at;
      closing = open.toReversed().map(closed).join('');
    }
  }
  try {
    return JSON.parse(text.slice(0, end) + closing);
  } catch {
    return undefined;
  }
}

const closed = (bracket: '}' | ']') => (bracket === '}' ? `,${JSON.stringify(mark)}:true}` : ']');
