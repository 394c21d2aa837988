import { at, entriesOf, fold, itemsOf, textsOf } from './as-written.ts';
import { channelNamePattern } from './delivery.ts';
import { describeFound, listOf, type Mistake, type Path } from './problem.ts';
import { closest } from './suggestion.ts';

/**
 * The names that other parts of the policy may use. Undefined where another mistake hides them, so that
 * it is not told once more for everyone who uses one.
 */
export type KnownNames = {
  channels: string[] | undefined;
  people: string[] | undefined;
  schedules: string[] | undefined;
  tenants: { names: string[]; known: Set<string> } | undefined;
};

export const knownNames = (data: unknown, repeatedKeys: ReadonlySet<string>): KnownNames => {
  const namesIn = (key: string) => (repeatedKeys.has(key) ? undefined : keysAt(data, key));
  return {
    channels: namesIn('channels'),
    people: namesIn('people'),
    schedules: namesIn('schedules'),
    tenants: repeatedKeys.has('tenants') ? undefined : tenantNames(data),
  };
};

function keysAt(data: unknown, key: string): string[] | undefined {
  const named = at(data, key);
  if (named !== undefined) {
    const isMap = typeof named === 'object' && named !== null && !Array.isArray(named);
    return isMap ? entriesOf(named).map(([name]) => name) : undefined;
  }
  const isMisspelt = entriesOf(data).some(([other]) => closest(other, [key]) !== undefined);
  return isMisspelt ? undefined : [];
}

function tenantNames(data: unknown): KnownNames['tenants'] {
  const tenants = itemsOf(at(data, 'tenants'));
  const textsAt = (key: string) =>
    tenants.map((tenant) => at(tenant, key)).filter((text) => typeof text === 'string');
  const names = textsAt('name');
  const isComplete = names.length > 0 && names.length === tenants.length;
  return isComplete ? { names, known: new Set([...names, ...textsAt('id')].map(fold)) } : undefined;
}

/** The items of a list that name nothing there is. @param what - as people call what they should name. */
export const unknownIn = (
  list: unknown,
  path: Path,
  what: string,
  known: readonly string[] | undefined,
): Mistake[] =>
  textsOf(list)
    .filter(({ text }) => known && !known.includes(text))
    .map(({ index, text }) => unknownName([...path, index], text, what, known ?? []));

export const unknownTenantsIn = (
  list: unknown,
  path: Path,
  tenants: KnownNames['tenants'],
): Mistake[] =>
  textsOf(list)
    .filter(({ folded }) => tenants && !tenants.known.has(folded))
    .map(({ index, text }) => unknownName([...path, index], text, 'tenant', tenants?.names ?? []));

export function unknownName(
  path: Path,
  name: string,
  what: string,
  known: readonly string[],
): Mistake {
  // What is no name may be a piece of a URL, with the secret in it.
  const names = what === 'channel' ? known.filter((one) => channelNamePattern.test(one)) : known;
  return {
    path,
    point: 'value',
    found: `the unknown ${what} ${describeFound(name, path)}`,
    allowed:
      names.length > 0
        ? listOf(names.map((one) => describeFound(one, path)))
        : `none: there is no ${what}`,
    suggestion: closest(name, names),
  };
}
