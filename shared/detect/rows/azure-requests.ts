import type { ExportRequestTrace, RoleRequestTrace } from '../../memory/trace.ts';
import type { ActivityEvent } from '../../read/event.ts';
import { asObject, type Raw } from '../../read/raw.ts';

/**
 * What a request to Azure asked for, by its names in lower case: the fields of its body, and of the
 * answer where the request is not shown. Either may have them beneath `properties`.
 */
export function askedFields({ properties }: ActivityEvent): ReadonlyMap<string, unknown> {
  const bodies = ['requestbody', 'responsebody'].map((name) => byLowerCase(properties.get(name)));
  const layers = bodies.flatMap((body) => [byLowerCase(body.properties), body]);
  // The first that has a field tells.
  return new Map(layers.toReversed().flatMap((layer) => Object.entries(layer)));
}

/** The fields of an object, also if it came as JSON text, by their names in lower case. */
export const byLowerCase = (value: unknown): Raw =>
  Object.fromEntries(
    Object.entries(asObject(value)).map(([key, inner]) => [key.toLowerCase(), inner]),
  );

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

/** Of two accounts of one request, the one that knew of more rows is right. */
export const precedenceOf = (traces: readonly unknown[]) => String(traces.length).padStart(4, '0');

/** What a request goes by among the traces of its resource. */
export const requestOf = ({ correlationId, id }: ActivityEvent) => correlationId ?? id;
