import { at, itemsOf, literalOf, textOf } from '../expression.ts';
import { beside, jsonAt } from '../project.ts';
import { deployed, nameOf } from '../resources.ts';
import type { Rule } from '../rule.ts';

/** What may be reached by whoever knows the address. More is a decision, to be written here too. */
const open = [/^\/health$/, /^\/icon\.svg$/, /^\/link\/\*$/, /^\/style-[0-9a-f]{12}\.css$/];

const wanted: Readonly<Record<string, string | boolean>> = {
  'properties.platform.enabled': true,
  'properties.platform.runtimeVersion': '~1',
  'properties.globalValidation.requireAuthentication': true,
  'properties.globalValidation.unauthenticatedClientAction': 'RedirectToLoginPage',
  'properties.globalValidation.redirectToProvider': 'azureactivedirectory',
  'properties.httpSettings.requireHttps': true,
  'properties.identityProviders.azureActiveDirectory.enabled': true,
  'properties.login.tokenStore.enabled': false,
};

const registration = 'properties.identityProviders.azureActiveDirectory.registration';
const trust = 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID';

export const signInRules: readonly Rule[] = [
  {
    name: 'sign-in',
    says: 'whoever opens the console has to sign in, and the app needs no secret for that',
    check: (project) => {
      const all = deployed(project, 'Microsoft.Web/sites/config').filter(
        (one) => nameOf(one) === 'authsettingsV2',
      );
      if (all.length === 0)
        return [{ file: 'infra/main.bicep', line: 1, what: 'there is no sign-in' }];
      return all.flatMap(({ file, resource, object }) => {
        const told = (path: string, allowed: string) => ({
          file: file.path,
          line: at(object, path)?.line ?? resource.line,
          what: `sign-in has another ${path.slice(path.indexOf('.') + 1)}`,
          allowed,
        });
        const wrong = Object.entries(wanted)
          .filter(([path, value]) => literalOf(at(object, path)) !== value)
          .map(([path, value]) => told(path, JSON.stringify(value)));
        const secret = `${registration}.clientSecretSettingName`;
        return textOf(at(object, secret)) === trust ? wrong : [...wrong, told(secret, trust)];
      });
    },
  },
  {
    name: 'open-paths',
    says: 'only what proves itself, or tells nothing, is reached without sign-in',
    check: (project) =>
      deployed(project, 'Microsoft.Web/sites/config')
        .filter((one) => nameOf(one) === 'authsettingsV2')
        .flatMap(({ file, resource, object }) => {
          const paths = at(object, 'properties.globalValidation.excludedPaths');
          const name = paths?.is === 'name' ? paths.name : '';
          const value = file.variables.find((one) => one.name === name)?.value;
          const source =
            value?.is === 'call' && value.name === 'loadJsonContent'
              ? textOf(value.values[0])
              : undefined;
          const where = source === undefined ? file.path : beside(file.path, source);
          const listed = source === undefined ? itemsOf(paths).map(textOf) : jsonAt(project, where);
          const all: unknown[] = Array.isArray(listed) ? listed : [undefined];
          return all.flatMap((path, index) => {
            if (typeof path === 'string' && open.some((one) => one.test(path))) return [];
            const line = source === undefined ? (paths?.line ?? resource.line) : index + 2;
            const what = `${String(path)} is open to everybody`;
            return [
              { file: where, line, what, allowed: '/health, /link/* and what these pages show' },
            ];
          });
        }),
  },
];
