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

/** What a request goes by among the traces of its resource. */
export const requestOf = ({ correlationId, id }: ActivityEvent) => correlationId ?? id;
