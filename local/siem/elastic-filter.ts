/**
 * What `filter_path` leaves of an answer: comma separated paths, `*` for any one name; lists are passed
 * through.
 */
export function filtered(value: unknown, filter: string | null): unknown {
  if (!filter) return value;
  return (
    kept(
      value,
      filter.split(',').map((path) => path.split('.')),
    ) ?? {}
  );
}

function kept(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  if (paths.length === 0 || typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item) => kept(item, paths)).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  const entries = Object.entries(value)
    .map(([key, inner]) => {
      const under = paths
        .filter(([first]) => first === '*' || first === key)
        .map((path) => path.slice(1));
      return [key, kept(inner, under)] as const;
    })
    .filter(([, inner]) => inner !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
