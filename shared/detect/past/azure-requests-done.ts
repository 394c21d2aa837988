import type { ExportRequestTrace, RoleRequestTrace } from '../../memory/trace.ts';

/**
 * The requests that were carried out, in the order of their end, and what each asked for: the row of
 * the end rarely shows it, the row of the start does.
 */
export function carriedOut<T extends RoleRequestTrace | ExportRequestTrace>(traces: readonly T[]) {
  const rowsOf = Map.groupBy(traces, ({ correlationId, id }) => correlationId ?? id);
  const requests = [...rowsOf].flatMap(([id, rows]) => {
    const ends = rows.filter(({ isDone }) => isDone);
    const [end] = ends;
    const asked: T['asked'][] = [...ends, ...rows].map((row) => row.asked);
    const shown = asked.filter((one) => one !== null);
    return end ? [{ id, end, shown, recordIds: rows.map((row) => row.id) }] : [];
  });
  return requests.sort((a, b) => a.end.at - b.end.at);
}
