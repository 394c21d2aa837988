import { notFound } from '../errors.ts';
import type { Entity, Tenant, User } from '../model.ts';
import type { Filter } from '../query/filter.ts';
import { derivedRow, type Row, row } from '../rows/row.ts';

/** What a source may look at. */
export type Question = {
  tenant: Tenant;
  now: number;
  /** What stands in the path for each `{id}`. */
  keys: readonly string[];
  filter: Filter | undefined;
};

/** Where the rows of a path come from. One row: the path is of a single object. */
export type Source = (question: Question) => Row[] | Row;
export type Sources = Readonly<Record<string, Source>>;

/** Entities that the tenant holds as Graph answers them. */
export const plain =
  (type: string, pick: (tenant: Tenant) => readonly Entity[]): Source =>
  ({ tenant }) =>
    pick(tenant).map((fields) => derivedRow(type, fields));

export const alone =
  (type: string, pick: (tenant: Tenant) => Entity): Source =>
  ({ tenant }) =>
    row(type, pick(tenant));

export const emptyList: Source = () => [];

/** @throws {GraphError} 404. */
export function found<T>(value: T | undefined, id: string | undefined): T {
  if (value === undefined) throw notFound(id ?? '');
  return value;
}

export const key = ({ keys }: Question, index = 0) => keys[index] ?? '';

/** @throws {GraphError} 404. */
export const oneOf = (rows: readonly Row[], id: string): Row =>
  found(
    rows.find(({ fields }) => fields.id === id),
    id,
  );

/**
 * What the first key of the path stands for.
 *
 * @throws {GraphError} 404.
 */
export const keyed = <T extends { fields: Entity }>(all: readonly T[], question: Question): T =>
  found(
    all.find(({ fields }) => fields.id === key(question)),
    key(question),
  );

/** By id, or by user principal name. */
export const findUser = (tenant: Tenant, name: string): User | undefined =>
  tenant.users.find(
    ({ fields }) =>
      fields.id === name.toLowerCase() ||
      fields.userPrincipalName.toLowerCase() === name.toLowerCase(),
  );
