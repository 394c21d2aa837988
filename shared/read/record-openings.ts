import { colon, isBlank } from './json-grammar.ts';

/**
 * How records begin, to find the next one behind a broken one.
 *
 * An unescaped `{"time":` can't stand inside a JSON string: wherever it is found, an object begins.
 */

/** First keys that no object within a record has. */
const firstKeys = new Set(['time', 'Time', 'TimeGenerated', 'RoleLocation', 'createdDateTime']);
/** What comes after `id` in answers of the Graph API; targets have an `id` first too. */
const afterId = new Set(['category', 'createdDateTime', 'requestId', 'isDeleted']);

const firstKey = /^\{\s*"([^"\\]{1,64})"\s*:/;
const twoKeys =
  /^\{\s*"([^"\\]{1,64})"\s*:\s*(?:"(?:[^"\\]|\\.)*"|[\w+.-]+)\s*,\s*"([^"\\]{1,64})"\s*:/;
/** So much of an object is read to know its first two keys. */
const mostBytes = 1024;
const mostOpenings = 32;

/** The two first keys of the object at `at`; undefined if it does not begin with two plain members. */
export function openingAt(buffer: Buffer, at: number): string | undefined {
  const keys = twoKeys.exec(buffer.toString('latin1', at, at + mostBytes));
  return keys ? `${keys[1]} ${keys[2]}` : undefined;
}

/** The first letter of the first key. */
function firstLetter(buffer: Buffer, at: number): number | undefined {
  let key = at + 1;
  while (isBlank(buffer[key] ?? 0)) key += 1;
  return buffer[key + 1];
}

/** The ways in which the records of one file were seen to begin. */
export class RecordOpenings {
  readonly #seen = new Set<string>();
  /** Of the first keys; most objects are told from records by it. */
  readonly #letters = new Set<number | undefined>();

  learn(buffer: Buffer, at: number): void {
    if (this.#seen.size >= mostOpenings) return;
    const opening = openingAt(buffer, at);
    if (!opening) return;
    this.#seen.add(opening);
    this.#letters.add(firstLetter(buffer, at));
  }

  /** Whether the object at `at` begins as the record at `record` does, or as others before it. */
  isLike(buffer: Buffer, at: number, record: number): boolean {
    const letter = firstLetter(buffer, at);
    if (letter !== firstLetter(buffer, record) && !this.#letters.has(letter)) return false;
    const opening = openingAt(buffer, at);
    if (opening === undefined) return false;
    return this.#seen.has(opening) || opening === openingAt(buffer, record);
  }

  /**
   * Whether a record seems to begin at `at`.
   *
   * @param another - an opening that counts as seen.
   */
  isAt(buffer: Buffer, at: number, another: string | undefined): boolean {
    // What stands behind a colon is a value of the record around it.
    if (buffer[at - 1] === colon) return false;
    const key = firstKey.exec(buffer.toString('latin1', at, at + mostBytes))?.[1];
    if (key === undefined) return false;
    if (firstKeys.has(key)) return true;
    const opening = openingAt(buffer, at);
    if (opening === undefined) return false;
    if (key === 'id' && afterId.has(opening.slice('id '.length))) return true;
    return opening === another || this.#seen.has(opening);
  }

  /** Whether the bytes from `at` on are enough to tell. */
  static canTell = (buffer: Buffer, at: number) => buffer.length - at >= mostBytes;
}
