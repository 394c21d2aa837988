import type { Fields } from '../model.ts';

/** One object that Graph may answer. */
export type Row = {
  type: string;
  fields: Fields;
  /** What `$expand` may put in. */
  navigation?: Readonly<Record<string, () => Row | Row[] | null>>;
  /** What an answer without `$select` holds; all of it unless said. */
  byDefault?: readonly string[];
  /** What an answer holds only if `$select` names it. */
  onlySelected?: readonly string[];
  /** Whether the object says its own type: it does where objects of several types are mixed. */
  isNamed?: boolean;
};

export const row = (
  type: string,
  fields: Fields,
  more: Omit<Row, 'type' | 'fields'> = {},
): Row => ({
  type,
  fields,
  ...more,
});

export const named = (given: Row): Row => ({ ...given, isNamed: true });

/** A row whose fields say their type. */
export function derivedRow(base: string, fields: Fields): Row {
  const type = fields['@odata.type'];
  return row(typeof type === 'string' ? type.replace('#microsoft.graph.', '') : base, fields);
}
