import type { Filter, Literal } from './filter.ts';

type Source = Readonly<Record<string, unknown>>;

/** What a path like `status/errorCode` leads to. A path through a list takes the first that has it. */
function valueAt(source: unknown, path: string): unknown {
  let value = source;
  for (const step of path.split('/')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Source)[step];
  }
  return value;
}

/** Graph compares text without regard to case. */
const folded = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value);

const isTime = (text: string) => /^\d{4}-\d\d-\d\dT/.test(text);

function order(value: unknown, against: Literal): number | undefined {
  if (value === null || value === undefined || against === null) return;
  if (typeof value === 'string' && typeof against === 'string') {
    if (isTime(value)) return Date.parse(value) - Date.parse(against);
    return value.toLowerCase() < against.toLowerCase() ? -1 : Number(value !== against);
  }
  return Number(value) - Number(against);
}

const isEqual = (value: unknown, against: Literal) =>
  typeof value === 'string' && typeof against === 'string' && isTime(value)
    ? order(value, against) === 0
    : (folded(value) ?? null) === folded(against);

/**
 * Whether a row fits.
 *
 * @param scope - Variables of `any` around this filter.
 */
export function matches(filter: Filter, row: unknown, scope: Source = {}): boolean {
  const at = (path: string) => {
    const [head = '', ...rest] = path.split('/');
    if (!(head in scope)) return valueAt(row, path);
    return rest.length === 0 ? scope[head] : valueAt(scope[head], rest.join('/'));
  };
  switch (filter.op) {
    case 'and':
      return matches(filter.left, row, scope) && matches(filter.right, row, scope);
    case 'or':
      return matches(filter.left, row, scope) || matches(filter.right, row, scope);
    case 'not':
      return !matches(filter.of, row, scope);
    case 'in':
      return filter.values.some((value) => isEqual(at(filter.path), value));
    case 'eq':
      return isEqual(at(filter.path), filter.value);
    case 'ne':
      return !isEqual(at(filter.path), filter.value);
    case 'ge':
      return (order(at(filter.path), filter.value) ?? -1) >= 0;
    case 'le':
      return (order(at(filter.path), filter.value) ?? 1) <= 0;
    case 'startswith':
      return String(folded(at(filter.path)) ?? '').startsWith(filter.value.toLowerCase());
    case 'endswith':
      return String(folded(at(filter.path)) ?? '').endsWith(filter.value.toLowerCase());
    case 'is':
      return at(filter.path) === true;
    case 'any': {
      const list = at(filter.path);
      const { where, variable } = filter;
      if (!Array.isArray(list)) return false;
      return list.some((item) => !where || matches(where, row, { ...scope, [variable]: item }));
    }
  }
}
