import { badRequest, unsupportedQuery } from '../errors.ts';
import { type Filter, parseFilter } from './filter.ts';

export type Expansion = { name: string; inner: readonly Expansion[] };

/** What a request asks for beyond its path. */
export type Options = {
  select: readonly string[] | undefined;
  filter: Filter | undefined;
  expand: readonly Expansion[];
  orderby: { property: string; isDescending: boolean } | undefined;
  top: number | undefined;
  skip: number;
  hasCount: boolean;
  skipToken: string | undefined;
  deltaToken: string | undefined;
};

const fromTheService = new Set(['$skiptoken', '$deltatoken']);

/**
 * Reads the query of a request.
 *
 * @param allowed - The options that the path takes.
 * @throws {GraphError} 400.
 */
export function readOptions(query: URLSearchParams, allowed: readonly string[]): Options {
  for (const name of query.keys()) {
    if (!name.startsWith('$') || fromTheService.has(name.toLowerCase())) continue;
    if (!allowed.includes(name.toLowerCase())) {
      throw unsupportedQuery(`Query option '${name}' is not supported here.`);
    }
    if (name === '$search') throw unsupportedQuery(`'${name}' is not supported.`);
  }
  const orderby = query.get('$orderby')?.split(' ');
  const filter = query.get('$filter');
  return {
    // Said twice, it adds up: the official client does so.
    select: query.has('$select')
      ? query
          .getAll('$select')
          .flatMap((names) => names.split(','))
          .map((name) => name.trim())
      : undefined,
    filter: filter === null ? undefined : parseFilter(filter),
    expand: query.has('$expand') ? readExpansions(query.get('$expand') ?? '') : [],
    orderby: orderby?.[0]
      ? { property: orderby[0], isDescending: orderby[1]?.toLowerCase() === 'desc' }
      : undefined,
    top: readCount(query, '$top'),
    skip: readCount(query, '$skip') ?? 0,
    hasCount: query.get('$count') === 'true',
    skipToken: query.get('$skiptoken') ?? undefined,
    deltaToken: query.get('$deltatoken') ?? undefined,
  };
}

function readCount(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return;
  if (!/^\d+$/.test(text) || (name === '$top' && Number(text) === 0)) {
    throw badRequest(`Invalid value '${text}' for '${name}'.`);
  }
  return Number(text);
}

/** `policy($expand=rules),principal($select=id)`. What is selected within is passed over, as there. */
function readExpansions(text: string): Expansion[] {
  return splitOutside(text, ',').map((item) => {
    const open = item.indexOf('(');
    if (open < 0) return { name: item.trim(), inner: [] };
    if (!item.endsWith(')')) throw badRequest(`Invalid expand clause: '${text}'.`);
    const inner = splitOutside(item.slice(open + 1, -1), ';')
      .filter((part) => part.trim().toLowerCase().startsWith('$expand='))
      .flatMap((part) => readExpansions(part.trim().slice('$expand='.length)));
    return { name: item.slice(0, open).trim(), inner };
  });
}

function splitOutside(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const letter of text) {
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    if (letter === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
