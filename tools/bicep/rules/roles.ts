import type { BicepFile } from '../bicep-file.ts';
import { at, type Expression, itemsOf, textOf, within } from '../expression.ts';
import { beside, jsonAt, type Project } from '../project.ts';
import { callsOf, deployed, named, objectOf, type Placed, writtenTexts } from '../resources.ts';
import type { Rule } from '../rule.ts';

const rolesFile = 'infra/roles.json';

/** Roles over everything in their scope, which no app needs. */
const forbidden: Readonly<Record<string, string>> = {
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635': 'Owner',
  'b24988ac-6180-42a0-ab88-20f7382dd24c': 'Contributor',
  'acdd72a7-3385-48ef-bd42-f606fba81ae7': 'Reader',
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9': 'User Access Administrator',
};

const guid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

const assignments = (project: Project) =>
  deployed(project, 'Microsoft.Authorization/roleAssignments');

const toldOf =
  ({ file, resource }: Placed) =>
  (what: string, allowed: string, line = resource.line) => ({
    file: file.path,
    line,
    what: `${resource.name} ${what}`,
    allowed,
  });

export const roleRules: readonly Rule[] = [
  {
    name: 'role-scope',
    says: 'a role is given on one resource that is declared beside it',
    check: (project) =>
      assignments(project).flatMap((placed) => {
        const scope = at(placed.object, 'scope');
        const on = named(placed.file, scope);
        if (on && !on.isExisting) return [];
        return [toldOf(placed)('is not given on a resource', 'scope: a resource of this file')];
      }),
  },
  {
    name: 'role-principal',
    says: 'an assignment says that it is for a service, which may be newer than the directory knows',
    check: (project) =>
      assignments(project).flatMap((placed) => {
        if (textOf(at(placed.object, 'properties.principalType')) === 'ServicePrincipal') return [];
        return [toldOf(placed)('has no principalType', "'ServicePrincipal'")];
      }),
  },
  {
    name: 'role-name',
    says: 'an assignment is named after what, who and which, so that a second deployment finds it',
    check: (project) =>
      assignments(project).flatMap((placed) => {
        const name = at(placed.object, 'name');
        const isGuid = name?.is === 'call' && name.name === 'guid';
        const [scope, ...rest] = isGuid ? name.values : [];
        const on = scope?.is === 'property' && scope.property === 'id' ? scope.of : undefined;
        const wanted = at(placed.object, 'scope');
        const isScoped = on?.is === 'name' && wanted?.is === 'name' && on.name === wanted.name;
        if (isScoped && rest.length >= 2) return [];
        return [
          toldOf(placed)('is not named after its scope', 'guid(<scope>.id, principalId, <role>)'),
        ];
      }),
  },
  {
    name: 'role-known',
    says: 'which role it is comes from roles.json, or is a role that is declared beside it',
    check: (project) =>
      assignments(project).flatMap((placed) => {
        const role = at(placed.object, 'properties.roleDefinitionId');
        const isCall = role?.is === 'call' && role.name === 'subscriptionResourceId';
        const [type, id] = isCall ? role.values : [];
        const isRole = textOf(type) === 'Microsoft.Authorization/roleDefinitions';
        if (isRole && id && isKnownRole(project, placed, id)) return [];
        const allowed =
          "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.…)";
        return [toldOf(placed)('has a role from elsewhere', allowed, role?.line)];
      }),
  },
  {
    name: 'role-ids',
    says: 'roles.json has ids, none twice, and none of a role over everything; they stand nowhere else',
    check: (project) => {
      const roles = jsonAt(project, rolesFile);
      const entries = Object.entries(typeof roles === 'object' && roles !== null ? roles : {});
      const wrong = entries.flatMap(([name, id], index) => {
        const told = (what: string) => ({
          file: rolesFile,
          line: index + 2,
          what: `${name} ${what}`,
          allowed: 'the id of a role over data, once',
        });
        if (typeof id !== 'string' || !guid.test(id)) return [told('is no id')];
        const role = forbidden[id.toLowerCase()];
        if (role) return [told(`is ${role}`)];
        const isTwice = entries.findIndex(([, other]) => other === id) < index;
        return isTwice ? [told('is there twice')] : [];
      });
      if (entries.length === 0) {
        wrong.push({ file: rolesFile, line: 1, what: 'has no role', allowed: 'name: id' });
      }
      return [...wrong, ...strayIds(project)];
    },
  },
  {
    name: 'custom-role',
    says: 'a role of our own may not delete, own, or reach beyond the resource group',
    check: (project) =>
      deployed(project, 'Microsoft.Authorization/roleDefinitions').flatMap((placed) => {
        const texts = [...within(placed.object)].flatMap((one) => {
          const text = textOf(one);
          return text === undefined ? [] : [{ text, line: one.line }];
        });
        return texts
          .filter(({ text }) => /^Microsoft\..*(\*|delete|runAsSuperUser|Policies)/i.test(text))
          .map(({ text, line }) => toldOf(placed)(`may ${text}`, 'reading and adding', line));
      }),
  },
];

/** `roles.blobDataOwner`, `writer.name`, or an item of a list of such that every caller hands in. */
function isKnownRole(project: Project, { file, object }: Placed, id: Expression): boolean {
  if (isRoleOfFile(file, id)) return true;
  if (id.is === 'property' && id.of.is === 'name') {
    const type = named(file, id.of)?.type;
    return type === 'Microsoft.Authorization/roleDefinitions' && id.property === 'name';
  }
  const loop = file.resources
    .map(({ body }) => body)
    .find((body) => body.is === 'loop' && body.body === object);
  if (id.is !== 'name' || loop?.is !== 'loop' || loop.names[0] !== id.name) return false;
  const { over } = loop;
  if (over.is !== 'name') return false;
  const calls = callsOf(project, file.path);
  return calls.every(({ file: caller, module }) => {
    const given = itemsOf(at(objectOf(module), `params.${over.name}`));
    return given.length > 0 && given.every((item) => isRoleOfFile(caller, item));
  });
}

function isRoleOfFile(file: BicepFile, id: Expression): boolean {
  if (id.is !== 'property' || id.of.is !== 'name') return false;
  const { name } = id.of;
  const value = file.variables.find((variable) => variable.name === name)?.value;
  const isJson = value?.is === 'call' && value.name === 'loadJsonContent';
  return isJson && beside(file.path, textOf(value.values[0]) ?? '') === rolesFile;
}

/** Ids of roles, tenants and the like that stand in a template. */
function strayIds(project: Project) {
  return writtenTexts(project)
    .filter(({ text }) => guid.test(text))
    .map(({ file, line, text }) => ({
      file: file.path,
      line,
      what: `'${text}' holds an id`,
      allowed: 'a role of roles.json, or a parameter',
    }));
}
