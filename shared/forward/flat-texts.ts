/**
 * One level of texts and lists of them: a field that is once a number or an object and then a text
 * makes Elastic refuse the second document.
 */
export function flatTexts(
  details: Readonly<Record<string, unknown>>,
): Record<string, string | string[]> {
  const flat = new Map<string, string | string[]>();
  const add = (key: string, value: unknown): void => {
    if (Array.isArray(value)) flat.set(key, value.map(asText));
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) add(`${key}_${keyOf(name)}`, inner);
    else flat.set(key, asText(value));
  };
  for (const [name, value] of Object.entries(details)) add(keyOf(name), value);
  return Object.fromEntries(flat);
}

/** A dot in a name would be a level. */
const keyOf = (name: string) => name.replace(/[^\p{L}\p{N}]+/gu, '_');
const asText = (value: unknown) =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);
