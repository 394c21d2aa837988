import { azureType, bodyOf } from '../azure-types.ts';
import type { BicepFile } from '../bicep-file.ts';
import { at, type Expression, literalOf, textOf } from '../expression.ts';
import type { Project } from '../project.ts';
import { callsOf, deployed, objectOf, type Placed } from '../resources.ts';
import type { Rule } from '../rule.ts';

/** Names that are shared with all of Azure, and how long they may be. */
const global: Readonly<Record<string, number>> = {
  'Microsoft.Communication/communicationServices': 63,
  'Microsoft.Communication/emailServices': 63,
  'Microsoft.EventHub/namespaces': 50,
  'Microsoft.KeyVault/vaults': 24,
  'Microsoft.Storage/storageAccounts': 24,
  // The host tells apps apart by so many characters.
  'Microsoft.Web/sites': 32,
};

const onlyPreview = ['Microsoft.Insights/diagnosticSettings'];

/** What is known of a name before it is made. */
type Name = { longest: number | undefined; isUnique: boolean };

export const nameRules: readonly Rule[] = [
  {
    name: 'name-unique',
    says: 'a name that is shared with all of Azure has a part that nobody else makes',
    check: (project) =>
      globals(project)
        .filter(({ name }) => !name.isUnique)
        .map(({ file, resource }) => ({
          file: file.path,
          line: resource.line,
          what: `${resource.name} may be called as somebody else's`,
          allowed: 'uniqueString()',
        })),
  },
  {
    name: 'name-length',
    says: 'no name can become too long, whatever the environment is called',
    check: (project) =>
      globals(project)
        .filter(({ name, most }) => name.longest === undefined || name.longest > most)
        .map(({ file, resource, name, most }) => ({
          file: file.path,
          line: resource.line,
          what: `${resource.name} may have ${name.longest ?? 'any number of'} characters`,
          allowed: `${most}`,
        })),
  },
  {
    name: 'tags',
    says: 'whatever can have tags has those of the deployment',
    check: (project) => {
      const missing = deployed(project)
        .filter(
          ({ resource, object }) =>
            takesTags(resource.type, resource.version) && !at(object, 'tags'),
        )
        .map(({ file, resource }) => ({
          file: file.path,
          line: resource.line,
          what: `${resource.name} has no tags`,
          allowed: 'tags: tags',
        }));
      const text = (path: string) => project.text(path) ?? '';
      const azd = [
        { path: 'infra/main.bicep', tag: "'azd-env-name': environmentName" },
        { path: 'infra/modules/function-app.bicep', tag: "'azd-service-name': 'app'" },
      ]
        .filter(({ path, tag }) => !text(path).includes(tag))
        .map(({ path, tag }) => ({
          file: path,
          line: 1,
          what: `azd finds nothing without ${tag}`,
        }));
      return [...missing, ...azd];
    },
  },
  {
    name: 'location',
    says: 'where something lies comes from outside, or it lies everywhere',
    check: (project) =>
      deployed(project).flatMap(({ file, resource, object }) => {
        const location = at(object, 'location');
        if (!location || location.is === 'name' || textOf(location) === 'global') return [];
        const what = `${resource.name} lies at a place of its own`;
        return [{ file: file.path, line: location.line, what, allowed: "location, or 'global'" }];
      }),
  },
  {
    name: 'stable-version',
    says: 'a version is no preview, but where a type has no other',
    check: (project) =>
      [...project.files.values()].flatMap((file) =>
        file.resources
          .filter(
            ({ type, version }) => version.endsWith('-preview') && !onlyPreview.includes(type),
          )
          .map(({ name, version, line }) => ({
            file: file.path,
            line,
            what: `${name} is of ${version}`,
            allowed: 'a version without -preview',
          })),
      ),
  },
  {
    name: 'one-version',
    says: 'a type is used in one version',
    check: (project) => {
      const first = new Map<string, string>();
      return [...project.files.values()].flatMap((file) =>
        file.resources.flatMap(({ type, version, line }) => {
          const known = first.get(type.toLowerCase()) ?? version;
          first.set(type.toLowerCase(), known);
          if (known === version) return [];
          const what = `${type} is used at ${version} and at ${known}`;
          return [{ file: file.path, line, what, allowed: 'one version' }];
        }),
      );
    },
  },
];

const globals = (project: Project) =>
  Object.entries(global).flatMap(([type, most]) =>
    deployed(project, type).map((placed) => ({ ...placed, most, name: nameOf(project, placed) })),
  );

const nameOf = (project: Project, { file, object }: Placed): Name => {
  const expression = at(object, 'name');
  return expression ? read(project, file, expression) : { longest: undefined, isUnique: false };
};

/** The longest that an expression can become. A parameter of a module is what its callers hand in. */
function read(project: Project, file: BicepFile, expression: Expression): Name {
  if (expression.is === 'text') {
    const parts = expression.parts.map((part) =>
      typeof part === 'string'
        ? { longest: part.length, isUnique: false }
        : read(project, file, part),
    );
    return {
      longest: parts.reduce<number | undefined>((sum, { longest }) => add(sum, longest), 0),
      isUnique: parts.some(({ isUnique }) => isUnique),
    };
  }
  if (expression.is === 'call') {
    if (expression.name === 'uniqueString') return { longest: 13, isUnique: true };
    if (expression.name !== 'take') return { longest: undefined, isUnique: false };
    const [of, most] = expression.values;
    const { longest, isUnique } = of ? read(project, file, of) : { longest: 0, isUnique: false };
    const cut = literalOf(most);
    // Less than ten characters of it, and two deployments may meet.
    if (typeof cut !== 'number') return { longest, isUnique: false };
    return { longest: Math.min(longest ?? cut, cut), isUnique: isUnique && cut >= 10 };
  }
  if (expression.is !== 'name') return { longest: undefined, isUnique: false };
  const { name } = expression;
  const variable = file.variables.find((one) => one.name === name);
  if (variable) return read(project, file, variable.value);
  const parameter = file.parameters.find((one) => one.name === name);
  const given = callsOf(project, file.path).flatMap(({ file: caller, module }) => {
    const value = at(objectOf(module), `params.${name}`);
    return value ? [read(project, caller, value)] : [];
  });
  if (given.length > 0) {
    return {
      longest: given.reduce<number | undefined>((most, one) => larger(most, one.longest), 0),
      isUnique: given.every(({ isUnique }) => isUnique),
    };
  }
  const bound = literalOf(parameter?.decorators.find((one) => one.name === 'maxLength')?.values[0]);
  return { longest: typeof bound === 'number' ? bound : undefined, isUnique: false };
}

const add = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : a + b;
const larger = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : Math.max(a, b);

function takesTags(type: string, version: string): boolean {
  const place = bodyOf(type, version);
  const body = place === undefined ? undefined : azureType(place);
  return body?.k === 'o' && Object.hasOwn(body.p, 'tags');
}
