import type { Filter } from './filter.ts';

/** Every part of a filter, itself first. */
export function* partsOf(filter: Filter): Generator<Filter> {
  yield filter;
  if (filter.op === 'and' || filter.op === 'or') {
    yield* partsOf(filter.left);
    yield* partsOf(filter.right);
  }
  if (filter.op === 'not') yield* partsOf(filter.of);
  if (filter.op === 'any' && filter.where) yield* partsOf(filter.where);
}

/** The parts that all must hold. */
export function conjunctsOf(filter: Filter): Filter[] {
  return filter.op === 'and'
    ? [...conjunctsOf(filter.left), ...conjunctsOf(filter.right)]
    : [filter];
}

/** The properties that a filter names: the first step of each path, without variables of `any`. */
export function propertiesOf(filter: Filter): Set<string> {
  const variables = new Set<string>();
  const found = new Set<string>();
  for (const part of partsOf(filter)) {
    if (part.op === 'any') variables.add(part.variable);
    if ('path' in part) found.add(part.path.split('/')[0] ?? '');
  }
  return new Set([...found].filter((name) => !variables.has(name)));
}

/** What it must equal, if the filter pins the property down. */
export function pinnedValue(filter: Filter | undefined, property: string): unknown {
  const pin =
    filter && conjunctsOf(filter).find((part) => part.op === 'eq' && part.path === property);
  return pin?.op === 'eq' ? pin.value : undefined;
}

/** Only the eventual index answers these, so they take the header and the count. */
export const isAdvanced = (filter: Filter) =>
  [...partsOf(filter)].some(
    (part) =>
      part.op === 'ne' ||
      part.op === 'not' ||
      part.op === 'endswith' ||
      ('path' in part && part.path.endsWith('/$count')),
  );
