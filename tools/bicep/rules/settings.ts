import { settingNames } from '../../../shared/config.ts';
import { settingGroups } from '../../../shared/settings/reference.ts';
import { functionSources } from '../app-functions.ts';
import { at, type Expression, type ExpressionOf } from '../expression.ts';
import { jsonAt, type Project } from '../project.ts';
import { callsOf, deployed, nameOf, objectOf, writtenTexts } from '../resources.ts';
import type { Rule } from '../rule.ts';

/**
 * Settings that the code is about to read. One that it reads already has no place here, which the rule
 * `settings-known` sees to.
 */
const announced: readonly string[] = [];

/** Read by the platform, never by the code. */
const ofThePlatform = [
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
];

/** What the host needs of each connection that is reached by identity. */
const byIdentity = ['credential', 'clientId'];

/** How each connection names where it leads, beside its credential. */
const places: Readonly<Record<string, string>> = {
  AzureWebJobsStorage: 'accountName',
  ENTRA_LOGS: 'fullyQualifiedNamespace',
  GLASSWATCH_STORAGE: 'queueServiceUri',
};

const told = settingGroups.flatMap(({ settings }) => settings);
const inAzure = told.filter(({ counts }) => counts.includes('Azure')).map(({ name }) => name);

/** For `func start` and the embedded stack alone; never in Azure. */
const local = told.map(({ name }) => name).filter((name) => !inAzure.includes(name));

const example = 'local.settings.example.json';
const examplePolicy = 'policy.example.yaml';

/** What the registrations of the functions ask the host for. */
function settingsOfFunctions(project: Project): { named: string[]; connections: string[] } {
  const sources = functionSources(project);
  const all = (pattern: RegExp) => [
    ...new Set([...sources.matchAll(pattern)].flatMap(([, name]) => name ?? [])),
  ];
  return {
    named: all(/'%([^%']+)%'/g),
    connections: [...all(/connection: '([^']+)'/g), 'AzureWebJobsStorage'],
  };
}

export const settingRules: readonly Rule[] = [
  {
    name: 'settings-complete',
    says: 'the app is given every setting that it reads, and what its connections need',
    check: (project) => {
      const given = new Set(settingsIn(project).map(({ name }) => name));
      const { named, connections } = settingsOfFunctions(project);
      const wanted = [
        ...named,
        ...settingNames.filter((name) => !local.includes(name)),
        ...announced,
        ...ofThePlatform,
        ...connections.flatMap((name) =>
          [...byIdentity, places[name] ?? 'serviceUri'].map((part) => `${name}__${part}`),
        ),
      ];
      return [...new Set(wanted)]
        .filter((name) => !given.has(name))
        .map((name) => ({ ...placeOf(project), what: `the app is not given ${name}` }));
    },
  },
  {
    name: 'settings-known',
    says: 'the app is given nothing that nobody reads, and nothing that is for a laptop alone',
    check: (project) => {
      const { named, connections } = settingsOfFunctions(project);
      const known = new Set([...named, ...inAzure, ...announced]);
      for (const name of connections) {
        for (const part of [...byIdentity, places[name]]) known.add(`${name}__${part}`);
      }
      const wrong = settingsIn(project)
        .filter(({ name }) => !known.has(name) || local.includes(name))
        .map(({ name, line }) => ({
          ...placeOf(project),
          line,
          what: `nothing reads ${name} in Azure`,
        }));
      const done = announced
        .filter((name) => settingNames.includes(name))
        .map((name) => ({
          file: 'tools/bicep/rules/settings.ts',
          line: 1,
          what: `the code reads ${name} by now: it is announced no more`,
        }));
      return [...wrong, ...done];
    },
  },
  {
    name: 'settings-example',
    says: `${example} has each of these settings too, or says why it does not matter`,
    check: (project) => {
      const content = jsonAt(project, example) as { Values?: Record<string, string> } | undefined;
      const values = content?.Values ?? {};
      const ofConnections = /^(AzureWebJobsStorage|ENTRA_LOGS|GLASSWATCH_STORAGE)__/;
      return settingsIn(project)
        .filter(({ name }) => !Object.hasOwn(values, name))
        .filter(({ name }) => ![...ofThePlatform, ...announced].includes(name))
        .filter(({ name }) => !ofConnections.test(name))
        .map(({ name, line }) => ({
          ...placeOf(project),
          line,
          what: `${example} has no ${name}`,
        }));
    },
  },
  {
    name: 'vault-references',
    says: 'settings whose value is secret are references to the vault',
    check: (project) => {
      const { file, line } = placeOf(project);
      const isThere = writtenTexts(project).some(
        (one) => one.file.path === file && one.text.startsWith('@Microsoft.KeyVault(SecretUri='),
      );
      if (isThere) return [];
      const allowed = '@Microsoft.KeyVault(SecretUri=…)';
      return [{ file, line, what: 'no setting refers to the vault', allowed }];
    },
  },
  {
    name: 'settings-of-policy',
    says: `what the templates hand to the policy has the name that ${examplePolicy} uses`,
    check: (project) => {
      const used = project.text(examplePolicy) ?? '';
      return policySettingsIn(project)
        .filter(({ name }) => !used.includes(`{ env: ${name} }`))
        .map(({ name, line }) => ({
          file: 'infra/main.bicep',
          line,
          what: `${examplePolicy} names no ${name}`,
        }));
    },
  },
];

type Setting = { name: string; line: number };

/** Everything that the config `appsettings` is put together from, as far as it is written out. */
function settingsIn(project: Project): Setting[] {
  const config = configOf(project);
  if (!config) return [];
  const { file } = config;
  const found: Setting[] = [];
  const collect = (expression: Expression | undefined): void => {
    if (expression?.is === 'object') found.push(...namesIn(expression));
    if (expression?.is === 'call') expression.values.forEach(collect);
    if (expression?.is !== 'name') return;
    const { name } = expression;
    const variable = file.variables.find((one) => one.name === name);
    if (variable?.value.is === 'object') found.push(...namesIn(variable.value));
  };
  collect(at(config.object, 'properties'));
  return found;
}

const namesIn = ({ properties }: ExpressionOf<'object'>): Setting[] =>
  properties.flatMap(({ name, line }) => (typeof name === 'string' ? [{ name, line }] : []));

const configOf = (project: Project) =>
  deployed(project, 'Microsoft.Web/sites/config').find((one) => nameOf(one) === 'appsettings');

function placeOf(project: Project): { file: string; line: number } {
  const config = configOf(project);
  return { file: config?.file.path ?? 'infra/main.bicep', line: config?.resource.line ?? 1 };
}

/** What the app is given for a policy to name, beside the vault. */
function policySettingsIn(project: Project): Setting[] {
  const config = configOf(project);
  return callsOf(project, config?.file.path ?? '').flatMap(({ module }) => {
    const given = at(objectOf(module), 'params.policySettings');
    const choice = given?.is === 'choice' ? given.whenTrue : given;
    return choice?.is === 'object' ? namesIn(choice) : [];
  });
}
