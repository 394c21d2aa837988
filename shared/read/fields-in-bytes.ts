/** Fields of a record that are looked at in its bytes, before anybody has parsed it. */

export const quote = 0x22;
const colon = 0x3a;
const comma = 0x2c;
const backslash = 0x5c;
const brace = 0x7d;

/** How the key ends, in the bytes of `"errorCode":50126`: from its capital on, a rare byte that is found fast. */
const endOfErrorCode = Buffer.from('Code"');
const beforeCode = Buffer.from('rror');

/** Whether a sign-in has one of the codes. One whose code can't be found as Entra writes it, passes. */
export function hasErrorCode(json: Buffer, codes: ReadonlySet<number>): boolean {
  let isFound = false;
  for (let key = json.indexOf(endOfErrorCode); key >= 0; key = json.indexOf(endOfErrorCode, key)) {
    const isErrorCode = startsAt(json, beforeCode, key - beforeCode.length);
    key += endOfErrorCode.length;
    const at = isErrorCode ? valueAt(json, key) : undefined;
    if (at === undefined) continue;
    const code = codeAt(json, at);
    if (code === undefined || codes.has(code)) return true;
    isFound = true;
  }
  return !isFound;
}

/** A whole number, or one in quotes; anything else that may be one (`5.0126e4`) is not understood. */
function codeAt(json: Buffer, value: number): number | undefined {
  const isText = json[value] === quote;
  const from = isText ? value + 1 : value;
  let [at, code] = [from, 0];
  for (let byte = json[at]; byte !== undefined && isDigit(byte); byte = json[at]) {
    code = code * 10 + byte - 0x30;
    at += 1;
  }
  const end = json[at];
  const hasEnded = isText ? end === quote : end === comma || end === brace || isBlank(end);
  return at > from && hasEnded ? code : undefined;
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;

/**
 * Finds records in which the text of a field opens with one of some words, in any case.
 *
 * Looked for is the end of the field's name, from its last capital on, for the same reason.
 */
export class FieldOpening {
  readonly #endOfName: Buffer;
  readonly #words: readonly Buffer[];

  /** @param words - ASCII, in lower case. */
  constructor(field: string, words: readonly string[]) {
    this.#endOfName = Buffer.from(`${/[A-Z][a-z]*$/.exec(field)?.[0] ?? field}"`);
    this.#words = words.map((word) => Buffer.from(word));
  }

  isWithin(json: Buffer): boolean {
    const end = this.#endOfName;
    for (let key = json.indexOf(end); key >= 0; key = json.indexOf(end, key)) {
      key += end.length;
      const at = valueAt(json, key);
      if (at !== undefined && json[at] === quote && this.#opensAt(json, pastBlanks(json, at + 1)))
        return true;
    }
    return false;
  }

  #opensAt(json: Buffer, from: number): boolean {
    const first = json[from] ?? 0;
    // An escape, or a letter beyond ASCII: what that comes to is not decided here.
    if (first === backslash || first > 0x7f) return true;
    return this.#words.some((word) => startsWith(json, word, from));
  }
}

/** Whether a word in lower case stands there, in any case. */
function startsWith(json: Buffer, word: Buffer, from: number): boolean {
  for (let index = 0; index < word.length; index += 1) {
    const byte = json[from + index] ?? 0;
    const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (lower !== word[index]) return false;
  }
  return true;
}

/** Where the value of a key stands, from behind the key. A text that looks like the key has no colon behind it. */
function valueAt(json: Buffer, endOfKey: number): number | undefined {
  const at = pastBlanks(json, endOfKey);
  return json[at] === colon ? pastBlanks(json, at + 1) : undefined;
}

function pastBlanks(json: Buffer, from: number): number {
  let at = from;
  while (isBlank(json[at])) at += 1;
  return at;
}

const isBlank = (byte: number | undefined) =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Whether these very bytes stand there. */
export function startsAt(json: Buffer, word: Buffer, at: number): boolean {
  const end = at + word.length;
  return (
    json[at] === word[0] && end <= json.length && json.compare(word, 0, word.length, at, end) === 0
  );
}
