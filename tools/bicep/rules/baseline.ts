import { at, type Expression, literalOf } from '../expression.ts';
import { deployed, type Placed } from '../resources.ts';
import type { Rule } from '../rule.ts';

type Wanted = Readonly<Record<string, string | number | boolean>>;

/** What has to stand in every resource of a type. */
type Standard = { name: string; says: string; types: Readonly<Record<string, Wanted>> };

export const standards: readonly Standard[] = [
  {
    name: 'no-shared-key',
    says: 'storage takes no account keys, and so no shared access signatures made with them',
    types: {
      'Microsoft.Storage/storageAccounts': {
        'properties.allowSharedKeyAccess': false,
        'properties.defaultToOAuthAuthentication': true,
      },
    },
  },
  {
    name: 'no-local-auth',
    says: 'nothing signs in with a key; an exception says why, right above it',
    types: {
      'Microsoft.EventHub/namespaces': { 'properties.disableLocalAuth': true },
      'Microsoft.Insights/components': { 'properties.DisableLocalAuth': true },
      'Microsoft.OperationalInsights/workspaces': { 'properties.features.disableLocalAuth': true },
      'Microsoft.Communication/communicationServices': { 'properties.disableLocalAuth': true },
    },
  },
  {
    name: 'nothing-public',
    says: 'no blob is public, and no data leaves for other tenants',
    types: {
      'Microsoft.Storage/storageAccounts': {
        'properties.allowBlobPublicAccess': false,
        'properties.allowCrossTenantReplication': false,
      },
      'Microsoft.Storage/storageAccounts/blobServices/containers': {
        'properties.publicAccess': 'None',
      },
    },
  },
  {
    name: 'tls',
    says: 'TLS 1.2 at least, and nothing without it',
    types: {
      'Microsoft.Storage/storageAccounts': {
        'properties.minimumTlsVersion': 'TLS1_2',
        'properties.supportsHttpsTrafficOnly': true,
      },
      'Microsoft.EventHub/namespaces': { 'properties.minimumTlsVersion': '1.2' },
      'Microsoft.Web/sites': {
        'properties.httpsOnly': true,
        'properties.siteConfig.minTlsVersion': '1.2',
        'properties.siteConfig.scmMinTlsVersion': '1.2',
      },
    },
  },
  {
    name: 'no-passwords',
    says: 'nobody deploys with a password, by FTP or otherwise, or attaches a debugger',
    types: {
      'Microsoft.Web/sites': {
        'properties.siteConfig.ftpsState': 'Disabled',
        'properties.siteConfig.remoteDebuggingEnabled': false,
      },
      'Microsoft.Web/sites/basicPublishingCredentialsPolicies': { 'properties.allow': false },
    },
  },
  {
    name: 'stateless',
    says: 'any instance answers anybody, by HTTP/2 if asked so',
    types: {
      'Microsoft.Web/sites': {
        'properties.clientAffinityEnabled': false,
        'properties.siteConfig.http20Enabled': true,
      },
    },
  },
  {
    name: 'soft-delete',
    says: 'blobs and containers that were deleted come back for some days',
    types: {
      'Microsoft.Storage/storageAccounts/blobServices': {
        'properties.deleteRetentionPolicy.enabled': true,
        'properties.containerDeleteRetentionPolicy.enabled': true,
      },
    },
  },
  {
    name: 'vault',
    says: 'the vault goes by roles, and what was deleted comes back for 90 days',
    types: {
      'Microsoft.KeyVault/vaults': {
        'properties.enableRbacAuthorization': true,
        'properties.enablePurgeProtection': true,
        'properties.enableSoftDelete': true,
        'properties.softDeleteRetentionInDays': 90,
      },
    },
  },
];

/** A comment that begins so, right above the property, excuses it. */
const exception = 'Exception: ';

export const baselineRules: readonly Rule[] = standards.map(({ name, says, types }) => ({
  name,
  says,
  check: (project) =>
    Object.entries(types).flatMap(([type, wanted]) =>
      deployed(project, type).flatMap((placed) =>
        Object.entries(wanted).flatMap(([path, value]) => judge(placed, path, value)),
      ),
    ),
}));

function judge(placed: Placed, path: string, wanted: string | number | boolean) {
  const { file, resource, object } = placed;
  const given = at(object, path);
  if (literalOf(given) === wanted) return [];
  const line = given?.line ?? resource.line;
  const what = `${resource.name} has ${path} ${given ? saying(given) : 'missing'}`;
  const told = { file: file.path, line, what, allowed: JSON.stringify(wanted) };
  const isExcused = given && file.comments.get(line)?.startsWith(exception);
  return isExcused ? [{ ...told, isNote: true as const }] : [told];
}

const saying = (expression: Expression) => {
  const literal = literalOf(expression);
  return literal === undefined ? 'not written out' : JSON.stringify(literal);
};
