import { at, type Expression, itemsOf, literalOf, textOf } from '../expression.ts';
import { deployed, textsOf } from '../resources.ts';
import type { Rule } from '../rule.ts';

/** What each resource is asked for by its private endpoint. */
const groups = ['blob', 'queue', 'table', 'namespace', 'vault'];

export const networkRules: readonly Rule[] = [
  {
    name: 'firewall',
    says: 'a private deployment lets nobody in but by its endpoints; any other says that it does not',
    check: (project) => {
      const acls = ['Microsoft.Storage/storageAccounts', 'Microsoft.KeyVault/vaults'].flatMap(
        (type) =>
          deployed(project, type).flatMap(({ file, resource, object }) => {
            const action = at(object, 'properties.networkAcls.defaultAction');
            const bypass = textOf(at(object, 'properties.networkAcls.bypass'));
            if (isChoice(action, 'isPrivate', 'Deny', 'Allow') && bypass === 'AzureServices')
              return [];
            const line = action?.line ?? resource.line;
            const what = `${resource.name} is open, or closed, whatever the deployment is`;
            return [{ file: file.path, line, what, allowed: "isPrivate ? 'Deny' : 'Allow'" }];
          }),
      );
      const rules = deployed(project, 'Microsoft.EventHub/namespaces/networkRuleSets').flatMap(
        ({ file, resource, object }) => {
          const action = at(object, 'properties.defaultAction');
          const isTrusting =
            literalOf(at(object, 'properties.trustedServiceAccessEnabled')) === true;
          const subnets = at(object, 'properties.virtualNetworkRules');
          const isClosed =
            action?.is === 'choice' &&
            textOf(action.whenTrue) === 'Allow' &&
            textOf(action.whenFalse) === 'Deny';
          const hasRule = subnets?.is === 'choice' && itemsOf(subnets.whenFalse).length > 0;
          if (isClosed && isTrusting && hasRule) return [];
          const what = 'the namespace is open in a private deployment, or closed to the export';
          const allowed = 'Deny with a rule for the subnet, and trusted services let in';
          return [{ file: file.path, line: resource.line, what, allowed }];
        },
      );
      return [...acls, ...rules];
    },
  },
  {
    name: 'private-links',
    says: 'whatever a private deployment closes, its app still reaches, by an endpoint and a zone that are there first',
    check: (project) => {
      const main = project.files.get('infra/main.bicep');
      const links = (main?.modules ?? []).filter(({ path }) =>
        path.endsWith('/private-link.bicep'),
      );
      const linked = links.map(({ body }) => textOf(at(body, 'params.groupId')));
      const told = (what: string, line = 1) => ({ file: 'infra/main.bicep', line, what });
      const missing = groups
        .filter((group) => !linked.includes(group))
        .map((group) => told(`there is no endpoint of the kind ${group}`));
      const wrong = links.flatMap(({ body, line, name }) => {
        const ids = itemsOf(at(body, 'params.resourceIds')).length;
        const names = textsOf(at(body, 'params.names')).length;
        const isConditional = body.is === 'condition' && body.condition.is === 'name';
        return ids === names && ids > 0 && isConditional
          ? []
          : [told(`${name} has ${names} names for ${ids} resources, or is always there`, line)];
      });
      const inside = deployed(project, 'Microsoft.Web/sites')
        .filter(({ object }) => !at(object, 'properties.virtualNetworkSubnetId'))
        .map(({ file, resource }) => ({
          file: file.path,
          line: resource.line,
          what: 'the app is in no network, and reaches nothing that is closed',
          allowed: 'virtualNetworkSubnetId',
        }));
      const app = main?.modules.find(({ path }) => path.endsWith('/function-app.bicep'));
      const waits = itemsOf(at(app?.body, 'dependsOn'));
      const early = links
        .filter((link) => !waits.some((one) => one.is === 'name' && one.name === link.name))
        .map(({ name }) => told(`the app may be set up before ${name} is there`, app?.line));
      return [...missing, ...wrong, ...inside, ...early];
    },
  },
  {
    name: 'subnet-rules',
    says: 'every subnet has a network security group',
    check: (project) =>
      deployed(project, 'Microsoft.Network/virtualNetworks').flatMap(({ file, object }) =>
        itemsOf(at(object, 'properties.subnets'))
          .filter((subnet) => !at(subnet, 'properties.networkSecurityGroup.id'))
          .map((subnet) => ({
            file: file.path,
            line: subnet.line,
            what: `the subnet ${textOf(at(subnet, 'name'))} has none`,
            allowed: 'networkSecurityGroup.id',
          })),
      ),
  },
  {
    name: 'flex-subnet',
    says: 'the subnet of the app is delegated as Flex Consumption asks for',
    check: (project) =>
      deployed(project, 'Microsoft.Network/virtualNetworks').flatMap(
        ({ file, resource, object }) => {
          const services = itemsOf(at(object, 'properties.subnets')).flatMap((subnet) =>
            itemsOf(at(subnet, 'properties.delegations')).map((one) =>
              textOf(at(one, 'properties.serviceName')),
            ),
          );
          if (services.includes('Microsoft.App/environments')) return [];
          const what = 'no subnet is delegated';
          return [
            { file: file.path, line: resource.line, what, allowed: 'Microsoft.App/environments' },
          ];
        },
      ),
  },
];

const isChoice = (
  given: Expression | undefined,
  name: string,
  whenTrue: string,
  whenFalse: string,
) =>
  given?.is === 'choice' &&
  given.condition.is === 'name' &&
  given.condition.name === name &&
  textOf(given.whenTrue) === whenTrue &&
  textOf(given.whenFalse) === whenFalse;
