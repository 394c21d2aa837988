import { type AzureType, azureType } from './azure-types.ts';

/** What an expression can be, as far as it is known without running anything. */
export type Shape =
  | { is: 'any' }
  | { is: 'null' }
  /** `values`: one of these texts, and no other. */
  | { is: 'text'; values?: readonly string[] }
  | { is: 'number'; values?: readonly number[] }
  | { is: 'flag' }
  | { is: 'list'; of: Shape }
  /** Without `properties`: of any names. */
  | { is: 'object'; properties?: ReadonlyMap<string, Shape> }
  /** A place in azure-types.json. */
  | { is: 'azure'; type: number }
  | { is: 'either'; shapes: readonly Shape[] };

export const any: Shape = { is: 'any' };
export const text: Shape = { is: 'text' };
export const number: Shape = { is: 'number' };
export const flag: Shape = { is: 'flag' };
export const listOf = (of: Shape): Shape => ({ is: 'list', of });
export const objectOf = (properties: Readonly<Record<string, Shape>>): Shape => ({
  is: 'object',
  properties: new Map(Object.entries(properties)),
});

export function eitherOf(shapes: readonly Shape[]): Shape {
  const flat = shapes.flatMap((shape) => (shape.is === 'either' ? shape.shapes : [shape]));
  const [only, more] = flat;
  if (only && !more) return only;
  return flat.some(({ is }) => is === 'any') ? any : { is: 'either', shapes: flat };
}

/** What a JSON file holds. */
export function shapeOfJson(value: unknown): Shape {
  if (value === null) return { is: 'null' };
  if (typeof value === 'string') return { is: 'text', values: [value] };
  if (typeof value === 'number') return { is: 'number', values: [value] };
  if (typeof value === 'boolean') return flag;
  if (Array.isArray(value)) return listOf(eitherOf(value.map(shapeOfJson)));
  if (typeof value !== 'object') return any;
  const entries = Object.entries(value).map(([name, one]) => [name, shapeOfJson(one)] as const);
  return { is: 'object', properties: new Map(entries) };
}

/** What a parameter or an output is declared as: `string`, `string[]`, `object`. */
export function shapeOfDeclared(type: string): Shape | undefined {
  if (type.endsWith('[]')) {
    const item = shapeOfDeclared(type.slice(0, -2));
    return item && listOf(item);
  }
  const simple: Readonly<Record<string, Shape>> = {
    string: text,
    int: number,
    bool: flag,
    object: { is: 'object' },
    array: listOf(any),
  };
  return simple[type];
}

type Kind = 'any' | 'null' | 'text' | 'number' | 'flag' | 'list' | 'object';

const azureKinds: Readonly<Record<AzureType['k'], Kind>> = {
  s: 'text',
  l: 'text',
  u: 'text',
  n: 'number',
  b: 'flag',
  a: 'list',
  o: 'object',
  d: 'object',
  any: 'any',
};

/** All that it may be, in the roughest words. */
export function kindsOf(shape: Shape): Kind[] {
  if (shape.is === 'either') return [...new Set(shape.shapes.flatMap(kindsOf))];
  if (shape.is === 'azure') return [azureKinds[azureType(shape.type).k]];
  return [shape.is];
}

/** Whether every `given` is fine where `wanted` is asked for. Nothing is not: who allows it says so. */
export function fits(given: Shape, wanted: Shape): boolean {
  const kinds = kindsOf(wanted);
  if (kinds.includes('any')) return true;
  const isKind = kindsOf(given).every((kind) => kind === 'any' || kinds.includes(kind));
  if (!isKind) return false;
  if (given.is === 'list' && wanted.is === 'list') return fits(given.of, wanted.of);
  return true;
}

export const kindText = (shape: Shape) => kindsOf(shape).join(' or ');
