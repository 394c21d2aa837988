import { builtInRoles, globalAdministrator, roleIdByName } from '../roles.ts';
import { at, itemsOf, textsOf } from './as-written.ts';
import { guidPattern } from './fields.ts';
import { describeFound, type Mistake, type Path } from './problem.ts';
import { closest } from './suggestion.ts';

/** Role names that no built-in role has, and a policy that no longer watches Global Administrators. */
export function roleMistakes(
  data: unknown,
  roleNames: ReadonlyMap<string, string> | undefined,
): Mistake[] {
  const idOf = (folded: string) => (roleNames ? roleNames.get(folded) : roleIdByName(folded));
  const names = roleNames ? [...roleNames.keys()] : builtInRoles.map(({ name }) => name);
  const lists = itemsOf(at(data, 'tenants')).flatMap((tenant, index) =>
    (['add', 'remove'] as const).map((key) => ({
      path: ['tenants', index, 'privilegedRoles', key] as Path,
      roles: at(tenant, 'privilegedRoles', key),
      isRemoval: key === 'remove',
    })),
  );
  const alertRoles = {
    path: ['detections', 'pim-activation', 'alertRoles'] as Path,
    roles: at(data, 'detections', 'pim-activation', 'alertRoles'),
    isRemoval: false,
  };
  return [...lists, alertRoles].flatMap(({ path, roles, isRemoval }) =>
    textsOf(roles).flatMap(({ index, text, folded }): Mistake[] => {
      const own = [...path, index];
      const id = guidPattern.test(folded) ? folded : idOf(folded);
      if (isRemoval && id === globalAdministrator) return [removalMistake(text, own)];
      return id === undefined ? [unknownRole(text, own, names)] : [];
    }),
  );
}

const removalMistake = (text: string, path: Path): Mistake => ({
  path,
  point: 'value',
  reason: 'Global Administrators are always watched',
  found: describeFound(text, path),
  allowed: 'any other role',
});

function unknownRole(text: string, path: Path, names: readonly string[]): Mistake {
  return {
    path,
    point: 'value',
    found: `the unknown role ${describeFound(text, path)}`,
    allowed: 'the name of a built-in role, upper or lower case, or a role template id (GUID)',
    suggestion: closest(text, names),
  };
}
