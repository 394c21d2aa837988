import { at, type Expression, itemsOf, literalOf, textOf, within } from '../expression.ts';
import { callsOf, deployed, nameOf, objectOf } from '../resources.ts';
import type { Rule } from '../rule.ts';

/** Flex Consumption has its own place for what these said. */
const retired = [
  'ENABLE_ORYX_BUILD',
  'FUNCTIONS_EXTENSION_VERSION',
  'FUNCTIONS_WORKER_RUNTIME',
  'FUNCTIONS_WORKER_RUNTIME_VERSION',
  'SCM_DO_BUILD_DURING_DEPLOYMENT',
  'TZ',
  'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
  'WEBSITE_CONTENTOVERVNET',
  'WEBSITE_CONTENTSHARE',
  'WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT',
  'WEBSITE_NODE_DEFAULT_VERSION',
  'WEBSITE_RUN_FROM_PACKAGE',
  'WEBSITE_TIME_ZONE',
];

const app = 'Microsoft.Web/sites';
const config = 'Microsoft.Web/sites/config';
const passwords = 'Microsoft.Web/sites/basicPublishingCredentialsPolicies';

export const appRules: readonly Rule[] = [
  {
    name: 'flex',
    says: 'the app runs on Flex Consumption, and is set up as that wants it',
    check: (project) => {
      const plans = deployed(project, 'Microsoft.Web/serverfarms').flatMap(
        ({ file, resource, object }) =>
          textOf(at(object, 'sku.name')) === 'FC1' &&
          textOf(at(object, 'sku.tier')) === 'FlexConsumption' &&
          literalOf(at(object, 'properties.reserved')) === true
            ? []
            : [
                {
                  file: file.path,
                  line: resource.line,
                  what: 'the plan',
                  allowed: 'FC1, reserved',
                },
              ],
      );
      const apps = deployed(project, app).flatMap(({ file, resource, object }) => {
        const told = (what: string, allowed: string) => [
          { file: file.path, line: resource.line, what, allowed },
        ];
        const flex = 'properties.functionAppConfig';
        const way = textOf(at(object, `${flex}.deployment.storage.authentication.type`));
        return [
          ...(textOf(at(object, `${flex}.runtime.name`)) === 'node'
            ? []
            : told('the runtime', 'node')),
          ...(way === 'UserAssignedIdentity' ? [] : told('how packages are read', 'an identity')),
          ...(at(object, 'properties.siteConfig.linuxFxVersion')
            ? told('linuxFxVersion', 'nothing')
            : []),
          ...(at(object, 'properties.siteConfig.alwaysOn') ? told('alwaysOn', 'nothing') : []),
        ];
      });
      const settings = [...deployed(project, config), ...deployed(project, app)].flatMap(
        ({ file, object }) =>
          [...settingNamesIn(file.variables.map(({ value }) => value)), ...settingNamesIn([object])]
            .filter(({ name }) => retired.includes(name))
            .map(({ name, line }) => ({
              file: file.path,
              line,
              what: `${name} is set`,
              allowed: 'functionAppConfig',
            })),
      );
      return [...plans, ...apps, ...settings];
    },
  },
  {
    name: 'settings-once',
    says: 'settings stand in one place: the one that comes last would take away the others',
    check: (project) =>
      deployed(project, app).flatMap(({ file, object }) => {
        const inSite = at(object, 'properties.siteConfig.appSettings');
        if (!inSite) return [];
        const what = 'settings in siteConfig';
        return [
          { file: file.path, line: inSite.line, what, allowed: 'the config appsettings alone' },
        ];
      }),
  },
  {
    name: 'no-publishing-passwords',
    says: 'both kinds of publishing passwords are off',
    check: (project) =>
      deployed(project, app).flatMap(({ file, resource }) => {
        const off = deployed(project, passwords)
          .filter((one) => one.file === file)
          .map(nameOf);
        return ['ftp', 'scm']
          .filter((name) => !off.includes(name))
          .map((name) => ({
            file: file.path,
            line: resource.line,
            what: `publishing by ${name} may take a password`,
            allowed: `a basicPublishingCredentialsPolicies ${name}`,
          }));
      }),
  },
  {
    name: 'vault-identity',
    says: 'references to the vault are read with the identity that the app has',
    check: (project) =>
      deployed(project, app).flatMap(({ file, resource, object }) => {
        const reads = at(object, 'properties.keyVaultReferenceIdentity');
        const deploys = at(
          object,
          'properties.functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId',
        );
        const isSame =
          reads?.is === 'name' && deploys?.is === 'name' && reads.name === deploys.name;
        const has = reads?.is === 'name' && reads.name;
        const given = at(object, 'identity.userAssignedIdentities');
        const isGiven = [...(given ? within(given) : [])].some(
          (one) => one.is === 'name' && one.name === has,
        );
        if (isSame && isGiven) return [];
        const what = 'the app does not read with the identity it is given';
        return [{ file: file.path, line: resource.line, what }];
      }),
  },
  {
    name: 'accounts-apart',
    says: 'host, state and evidence lie in three accounts',
    check: (project) =>
      deployed(project, app)
        .flatMap(({ file }) => callsOf(project, file.path))
        .flatMap(({ file, module }) => {
          const params = ['hostAccountName', 'stateAccountName', 'evidenceAccountName'];
          const from = params.map((name) => ownerOf(at(objectOf(module), `params.${name}`)));
          const names = from.map((owner) => {
            const declared = file.modules.find(({ name }) => name === owner);
            const name = declared && at(objectOf(declared), 'params.name');
            return name?.is === 'text'
              ? name.parts.find((part) => typeof part === 'string')
              : undefined;
          });
          const isApart = new Set(from).size === 3 && new Set(names).size === 3;
          if (isApart && !names.includes(undefined)) return [];
          const what = `the accounts are of ${from.join(', ')}`;
          return [{ file: file.path, line: module.line, what, allowed: 'a module for each' }];
        }),
  },
  {
    name: 'node-versions',
    says: 'the version of Node is a choice between those that Flex Consumption has',
    check: (project) =>
      deployed(project, app).flatMap(({ file, resource, object }) => {
        const version = at(object, 'properties.functionAppConfig.runtime.version');
        const name = version?.is === 'name' ? version.name : '';
        const parameter = file.parameters.find((one) => one.name === name);
        const allowed = parameter?.decorators.find((one) => one.name === 'allowed')?.values[0];
        const versions = itemsOf(allowed).map(literalOf);
        if (versions.join() === '22,24') return [];
        const what = `the runtime may be ${versions.join(', ') || 'anything'}`;
        return [
          { file: file.path, line: resource.line, what, allowed: "a parameter with '22' and '24'" },
        ];
      }),
  },
];

/** The module whose output it is. */
function ownerOf(expression: Expression | undefined): string | undefined {
  if (expression?.is === 'name') return expression.name;
  return expression?.is === 'property' ? ownerOf(expression.of) : undefined;
}

/** The names of all objects that could be settings. */
function settingNamesIn(expressions: readonly Expression[]) {
  return expressions
    .flatMap((expression) => [...within(expression)])
    .flatMap((one) =>
      one.is === 'object'
        ? one.properties.flatMap(({ name, line }) =>
            typeof name === 'string' && /^[A-Z][A-Za-z0-9_]*$/.test(name) ? [{ name, line }] : [],
          )
        : [],
    );
}
