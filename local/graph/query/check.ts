import { bareType, membersOf, type PathEntry } from '../contract.ts';
import { badRequest, unsupportedQuery } from '../errors.ts';
import { conjunctsOf, isAdvanced, partsOf, pinnedValue, propertiesOf } from './inspect.ts';
import type { Options } from './options.ts';

/** Kinds that may stand in a mixed list. */
const mixed = ['user', 'group', 'servicePrincipal', 'device', 'administrativeUnit', 'application'];

const kindsOf = (type: string) => (type === 'directoryObject' ? mixed : [type]);

const hasProperty = (entry: PathEntry, name: string) =>
  kindsOf(bareType(entry.returns)).some((kind) => {
    const members = membersOf(kind, entry.v);
    // Derived types bring properties of their own: their base can't tell.
    const isTracked = entry.path.endsWith('/delta') && members?.navigation.has(name);
    return !members || members.properties.has(name) || isTracked || isOpen(kind);
  });
const isOpen = (kind: string) =>
  ['authenticationMethod', 'namedLocation', 'unifiedRoleManagementAlertIncident'].includes(kind);

/** @throws {GraphError} 400: the options ask for what this path does not answer. */
export function checkOptions(entry: PathEntry, options: Options, consistency: string | undefined) {
  const { select, filter } = options;
  const type = `microsoft.graph.${bareType(entry.returns)}`;
  for (const name of [...(select ?? []), ...(filter ? propertiesOf(filter) : [])]) {
    if (name !== '*' && !hasProperty(entry, name)) {
      throw badRequest(`Could not find a property named '${name}' on type '${type}'.`);
    }
  }
  checkRequired(entry, options);
  checkReach(entry, options);
  const isEventual = consistency?.toLowerCase() === 'eventual';
  if (entry.path.endsWith('/$count')) {
    if (!isEventual) throw badRequest('$count is not currently supported.');
    return;
  }
  if (needsIndex(entry, options) && !(isEventual && options.hasCount)) {
    throw unsupportedQuery(
      "Unsupported Query. It takes the header 'ConsistencyLevel: eventual' and '$count=true'.",
    );
  }
}

function needsIndex(entry: PathEntry, { filter, orderby }: Options): boolean {
  if (entry.path.endsWith('/microsoft.graph.user') && entry.path.startsWith('/groups')) return true;
  if (entry.path.endsWith('/transitiveRoleAssignments')) return true;
  const isDirectory = kindsOf(bareType(entry.returns)).some((kind) =>
    membersOf(kind, entry.v)?.lineage.includes('directoryObject'),
  );
  if (!isDirectory || !filter) return false;
  if (entry.path.endsWith('/delta')) return false;
  return isAdvanced(filter) || orderby !== undefined || isMembership(entry.path);
}

/** Members can be filtered by the index alone. */
const isMembership = (path: string) => /(members|memberOf|owners|ownedObjects)$/i.test(path);

function checkRequired({ req }: PathEntry, { filter }: Options): void {
  if (req === undefined) return;
  const has = (name: string) => typeof pinnedValue(filter, name) === 'string';
  const isThere = req.includes('groupId')
    ? has('groupId') || has('principalId')
    : req.includes('principalId')
      ? has('principalId')
      : has('scopeId') && has('scopeType');
  if (!isThere) throw badRequest(`The filter is missing: ${req}.`);
}

/** Which properties a path can be filtered by, where that is less than all. */
function checkReach({ path }: PathEntry, { filter }: Options): void {
  if (!filter) return;
  const properties = propertiesOf(filter);
  if (path.endsWith('/roleManagement/directory/roleAssignments')) {
    if ([...properties].every((name) => name === 'roleDefinitionId' || name === 'principalId'))
      return;
    throw unsupportedQuery('Role assignments are filtered by roleDefinitionId or principalId.');
  }
  if (path.endsWith('/delta')) {
    if ([...properties].every((name) => name === 'id')) return;
    throw unsupportedQuery('Changes are filtered by id.');
  }
  if (properties.has('signInActivity') && properties.size > 1) {
    throw unsupportedQuery('signInActivity can not be filtered together with other properties.');
  }
  for (const part of partsOf(filter)) {
    if (part.op !== 'any' || part.path !== 'identities' || !part.where) continue;
    const named = conjunctsOf(part.where).flatMap((item) => ('path' in item ? item.path : []));
    const isWhole = ['issuer', 'issuerAssignedId'].every((name) =>
      named.some((path) => path.endsWith(`/${name}`)),
    );
    if (!isWhole) throw unsupportedQuery('identities are filtered by issuer and issuerAssignedId.');
  }
}
