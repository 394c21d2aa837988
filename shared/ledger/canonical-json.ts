/**
 * The one way to write a value as JSON: keys sorted by their UTF-16 units, no blanks, numbers as
 * ECMAScript writes them. Whoever computes a hash of the same value, in any language, writes the same.
 *
 * Half surrogate pairs, which the RFC refuses, are written as escapes: a hostile name must not keep an
 * act of a person out of the ledger. As in JSON.stringify, what is undefined is left out of an object.
 *
 * @param value - what JSON knows, and nothing else.
 * @throws {TypeError} of anything else.
 * @see https://www.rfc-editor.org/rfc/rfc8785
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${Array.from(value, (one) => canonicalJson(one === undefined ? null : one)).join()}]`;
  }
  if (!isPlain(value)) throw new TypeError(`${typeof value} has no canonical JSON`);
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join()}}`;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
