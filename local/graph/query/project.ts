import { membersOf, type PathEntry, type Version } from '../contract.ts';
import { badRequest, unsupportedQuery } from '../errors.ts';
import type { Fields } from '../model.ts';
import type { Row } from '../rows/row.ts';
import type { Expansion, Options } from './options.ts';

/** What can be put into an answer: the rest of the links is not simulated. */
const expandable = new Set([
  'principal',
  'roleDefinition',
  'directoryScope',
  'activatedUsing',
  'policy',
  'rules',
  'effectiveRules',
  'alertDefinition',
  'alertConfiguration',
  'alertIncidents',
  'group',
]);

/** @throws {GraphError} 400. */
export function checkExpansions(entry: PathEntry, expand: readonly Expansion[]): void {
  if (entry.path.endsWith('/roleManagement/directory/roleAssignments') && expand.length > 1) {
    throw badRequest('Only one property can be expanded in a single query.');
  }
}

/** A row as it goes out: the version's properties, of these the chosen ones, and what is expanded. */
export function project(
  given: Row,
  version: Version,
  { select, expand }: Pick<Options, 'select' | 'expand'>,
): Fields {
  const known = membersOf(given.type, version);
  const isWanted = (name: string) => {
    if (select && !select.includes('*')) return select.includes(name);
    if (given.onlySelected?.includes(name)) return false;
    return given.byDefault?.includes(name) ?? true;
  };
  const asksForSignIns = select?.includes('signInActivity') === true;
  const fields = Object.entries(given.fields).filter(
    ([name]) =>
      !name.startsWith('@') &&
      (!known || known.properties.has(name) || known.navigation.has(name)) &&
      (isWanted(name) || (asksForSignIns && name === 'id')),
  );
  const expanded = expand.map(({ name, inner }): [string, unknown] => {
    const follow = given.navigation?.[name];
    if (!expandable.has(name) || !follow) {
      throw unsupportedQuery(`'${name}' of '${given.type}' can not be expanded.`);
    }
    const target = follow();
    const into = (row: Row) => project(row, version, { select: undefined, expand: inner });
    if (Array.isArray(target)) return [name, target.map(into)];
    return [name, target && into(target)];
  });
  const type = given.isNamed || '@odata.type' in given.fields;
  return {
    ...(type && { '@odata.type': `#microsoft.graph.${given.type}` }),
    ...Object.fromEntries([...fields, ...expanded]),
  };
}
