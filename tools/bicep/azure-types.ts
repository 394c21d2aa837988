import { readFileSync } from 'node:fs';

/**
 * What Azure says of its resources, cut out of the data that Bicep is made with: see data/NOTICE.md.
 * Types name each other by their place in one list.
 */
export type AzureType =
  | { k: 's' | 'n' | 'b' | 'any' }
  /** Exactly this text. */
  | { k: 'l'; v: string }
  /** One of these. With a `s` among them any other text is taken too. */
  | { k: 'u'; e: readonly number[] }
  | { k: 'a'; i: number }
  /** `x`: properties of any other name. */
  | { k: 'o'; p: Readonly<Record<string, AzureProperty>>; x?: number }
  /** Which of `e` it is, the text of property `d` says; `b` are properties of all of them. */
  | {
      k: 'd';
      d: string;
      b: Readonly<Record<string, AzureProperty>>;
      e: Readonly<Record<string, number>>;
    };

/** Where its type is, and what holds of it: 1 required, 2 only read, 4 only written, 8 known beforehand. */
export type AzureProperty = readonly [type: number, flags: number];

export const isRequired = ([, flags]: AzureProperty) => (flags & 1) !== 0;
export const isReadOnly = ([, flags]: AzureProperty) => (flags & 2) !== 0;

export type AzureTypes = {
  types: readonly AzureType[];
  /** `Microsoft.Web/sites@2025-03-01` and where its body is. */
  resources: Readonly<Record<string, number>>;
};

const file = new URL('./data/azure-types.json', import.meta.url);
let known: AzureTypes | undefined;

export function azureTypes(): AzureTypes {
  known ??= JSON.parse(readFileSync(file, 'utf8')) as AzureTypes;
  return known;
}

const byLowerCase = new Map<string, number>();

/** The body of a resource; undefined where the data has no such type, or not in this version. */
export function bodyOf(type: string, version: string): number | undefined {
  if (byLowerCase.size === 0) {
    for (const [name, body] of Object.entries(azureTypes().resources)) {
      byLowerCase.set(name.toLowerCase(), body);
    }
  }
  return byLowerCase.get(`${type}@${version}`.toLowerCase());
}

/** The versions that the data has of a type. */
export function versionsOf(type: string): string[] {
  const prefix = `${type}@`.toLowerCase();
  return Object.keys(azureTypes().resources)
    .filter((name) => name.toLowerCase().startsWith(prefix))
    .map((name) => name.slice(prefix.length));
}

export function azureType(index: number): AzureType {
  const type = azureTypes().types[index];
  if (!type) throw new Error(`azure-types.json has no type ${index}`);
  return type;
}
