// Reading a policy that may be wrong anywhere: what is not as it should be is passed over,
// since the schema has its own word on it.

type Raw = Record<string, unknown>;

const isMap = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at the end of the way, or undefined. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let here = value;
  for (const key of keys) {
    if (!isMap(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

export const itemsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const entriesOf = (value: unknown): [string, unknown][] =>
  isMap(value) ? Object.entries(value).filter(([key]) => key !== '__proto__') : [];

/** The texts of a list, each with its index and as names and ids are compared: case does not count. */
export const textsOf = (value: unknown): { index: number; text: string; folded: string }[] =>
  itemsOf(value).flatMap((text, index) =>
    typeof text === 'string' ? [{ index, text, folded: fold(text) }] : [],
  );

export const fold = (text: string) => text.trim().toLowerCase();
