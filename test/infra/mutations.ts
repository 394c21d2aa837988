/** A mistake in a file, and the rule that has to notice it. `find` is replaced where it comes first. */
export type Mutation = { rule: string; file: string; find: string; put: string };

const main = 'infra/main.bicep';
const modules = 'infra/modules/';
const app = `${modules}function-app.bicep`;
const storage = `${modules}storage-account.bicep`;
const evidence = `${modules}evidence.bicep`;
const ingest = `${modules}ingest-hub.bicep`;
const siem = `${modules}siem-hub.bicep`;
const vault = `${modules}key-vault.bicep`;
const monitoring = `${modules}monitoring.bicep`;
const alarms = `${modules}alarms.bicep`;
const signIn = `${modules}console-sign-in.bicep`;
const mail = `${modules}mail.bicep`;
const network = `${modules}network.bicep`;
const sentinelRule = `${modules}sentinel-rule.bicep`;
const sentinelTable = `${modules}sentinel-table.bicep`;
const categories = 'infra/tenant/log-categories.txt';
const parameters = 'infra/main.parameters.json';
const yaml = 'azure.yaml';

const of = (file: string, rows: readonly [rule: string, find: string, put: string][]) =>
  rows.map(([rule, find, put]): Mutation => ({ rule, file, find, put }));

export const mutations: readonly Mutation[] = [
  // Types and names.
  ...of(main, [
    ['syntax', 'param location string', 'param location string ='],
    ['syntax', "module identity 'modules/identity.bicep' = {", 'module identity = {'],
    [
      'unknown-name',
      'principalId: identity.outputs.principalId',
      'principalId: identitty.outputs.principalId',
    ],
    ['unknown-name', "'modules/identity.bicep'", "'modules/identities.bicep'"],
    ['unknown-name', "loadJsonContent('roles.json')", "loadJsonContent('rolls.json')"],
    ['unknown-name', 'var hasMail =', 'var hasSentinel ='],
    ['unknown-function', 'uniqueString(', 'newGuid('],
    ['unknown-function', 'empty(mailDataLocation)', 'empty(mailDataLocation, 1)'],
    ['unknown-function', "@description('Tags of your own, on everything.')", '@sealed()'],
    ['unknown-property', 'identity.outputs.principalId', 'identity.outputs.principal'],
    ['unknown-property', 'roles.blobDataOwner', 'roles.blobOwner'],
    ['unknown-property', 'environment().suffixes.storage', 'environment().suffixes.store'],
    ['unknown-property', '    isAudited: false', '    isAudited: false\n    isWatched: true'],
    [
      'unknown-property',
      "  name: 'identity'\n  scope: group",
      "  name: 'identity'\n  scoop: group\n  scope: group",
    ],
    ['missing-property', '    isAudited: false\n', ''],
    ['missing-property', "  name: 'identity'\n  scope: group\n", "  name: 'identity'\n"],
    ['wrong-type', '    isAudited: false', "    isAudited: 'no'"],
    ['wrong-type', 'param tags object = {}', "param tags object = 'none'"],
    [
      'wrong-type',
      "    containers: [\n      'deployments'\n    ]",
      "    containers: 'deployments'",
    ],
    ['wrong-type', 'output GLASSWATCH_HUB string', 'output GLASSWATCH_HUB int'],
    ['unknown-value', "'Standard_ZRS' : 'Standard_LRS'", "'Premium_ZRS' : 'Standard_LRS'"],
    ['unknown-value', "param nodeVersion string = '22'", "param nodeVersion string = '20'"],
    ['unknown-value', 'param partitionCount int = 4', 'param partitionCount int = 64'],
    ['unknown-value', '@minValue(1)\n@maxValue(32)', '@minValue(1)\n@maxValue(64)'],
    ['unknown-value', '@minValue(24)\n@maxValue(168)', '@minValue(0)\n@maxValue(168)'],
    ['maybe-missing', 'network!.outputs.appSubnetId', 'network.outputs.appSubnetId'],
    ['unused', 'param tags object = {}', 'param tags object = {}\nparam spare string'],
    ['unused', 'var hasMail =', "var spare = 'x'\nvar hasMail ="],
    ['interpolation', 'policyFile: policyFile', `policyFile: '$\{policyFile}'`],
    [
      'interpolation',
      'var hasMail = !empty(',
      "var hasMail = !empty(concat('', mailDataLocation)) && !empty(",
    ],
    ['plain-names', "'azd-env-name': environmentName", "'env': environmentName"],
    [
      'depends-on',
      "  name: 'alarms'\n  scope: group",
      "  name: 'alarms'\n  scope: group\n  dependsOn: [\n    ingestHub\n  ]",
    ],
  ]),
  ...of(app, [
    ['unknown-type', "Microsoft.Web/sites@2025-03-01' = {", "Microsoft.Web/site@2025-03-01' = {"],
    [
      'unknown-type',
      'Microsoft.Web/serverfarms@2025-03-01',
      'Microsoft.Web/serverfarms@2023-01-01',
    ],
    ['unknown-property', 'httpsOnly: true', 'httpOnly: true'],
    [
      'unknown-property',
      'instanceMemoryMB: instanceMemoryMB',
      'instanceMemoryMb: instanceMemoryMB',
    ],
    ['unknown-property', 'app.properties.defaultHostName', 'app.properties.hostName'],
    ['read-only', '    httpsOnly: true', "    httpsOnly: true\n    defaultHostName: 'x'"],
    ['wrong-type', 'version: nodeVersion', 'version: 22'],
    ['wrong-type', '    reserved: true', "    reserved: 'true'"],
    ['unknown-value', "type: 'UserAssigned'", "type: 'Assigned'"],
    ['unknown-value', "name: 'appsettings'", "name: 'appSettings'"],
    ['parent', "  parent: app\n  name: 'appsettings'", "  parent: plan\n  name: 'appsettings'"],
    ['parent', "  parent: app\n  name: 'ftp'", "  name: 'ftp'"],
    [
      'one-version',
      "resource noDeployPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01'",
      "resource noDeployPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01'",
    ],
  ]),
  ...of(storage, [
    ['missing-property', "  kind: 'StorageV2'\n", ''],
    ['missing-property', 'name: skuName', 'tier: skuName'],
    ['unknown-value', "accessTier: 'Hot'", "accessTier: 'Warm'"],
    ['open-enum', "kind: 'StorageV2'", "kind: 'StorageV3'"],
    ['unused', 'param workspaceId string', "param workspaceId string\nparam other string = ''"],
  ]),
  ...of(`${modules}workbook.bicep`, [
    ['unknown-name', "loadTextContent('../workbook.json')", "loadTextContent('../book.json')"],
    ['open-enum', "kind: 'shared'", "kind: 'common'"],
  ]),
  ...of(sentinelTable, [
    [
      'unused',
      'name: workspaceName\n}',
      "name: workspaceName\n}\n\nresource other 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {\n  name: workspaceName\n}",
    ],
  ]),

  // What holds of every resource of a type.
  ...of(storage, [
    ['no-shared-key', 'allowSharedKeyAccess: false', 'allowSharedKeyAccess: true'],
    ['no-shared-key', '    defaultToOAuthAuthentication: true\n', ''],
    ['nothing-public', 'allowBlobPublicAccess: false', 'allowBlobPublicAccess: true'],
    ['nothing-public', 'allowCrossTenantReplication: false', 'allowCrossTenantReplication: true'],
    ['nothing-public', "publicAccess: 'None'", "publicAccess: 'Blob'"],
    ['tls', "minimumTlsVersion: 'TLS1_2'", "minimumTlsVersion: 'TLS1_0'"],
    ['tls', 'supportsHttpsTrafficOnly: true', 'supportsHttpsTrafficOnly: false'],
    [
      'soft-delete',
      'deleteRetentionPolicy: {\n      enabled: true',
      'deleteRetentionPolicy: {\n      enabled: false',
    ],
    [
      'soft-delete',
      'containerDeleteRetentionPolicy: {\n      enabled: true',
      'containerDeleteRetentionPolicy: {\n      enabled: false',
    ],
    ['firewall', "isPrivate ? 'Deny' : 'Allow'", "isPrivate ? 'Allow' : 'Allow'"],
    ['firewall', "bypass: 'AzureServices'", "bypass: 'None'"],
    ['tags', '  tags: tags\n', ''],
    ['location', '  location: location', '  location: resourceGroup().location'],
    ['no-regions', '  location: location', "  location: 'westeurope'"],
  ]),
  ...of(evidence, [
    ['no-shared-key', 'allowSharedKeyAccess: false', 'allowSharedKeyAccess: isLocked'],
    ['evidence-kept', "  name: 'ledger'", "  name: 'chain'"],
    ['evidence-kept', 'allowProtectedAppendWrites: true', 'allowProtectedAppendWrites: false'],
    ['evidence-kept', 'allowProtectedAppendWrites: false', 'allowProtectedAppendWrites: true'],
    [
      'evidence-kept',
      'immutabilityPeriodSinceCreationInDays: retentionInDays',
      'immutabilityPeriodSinceCreationInDays: 1',
    ],
    ['evidence-kept', '  parent: ledger\n', '  parent: evidence\n'],
    ['evidence-unlocked', ' = if (!isLocked) {', ' = {'],
    ['evidence-apart', 'isVersioningEnabled: true', 'isVersioningEnabled: false'],
    ['evidence-apart', 'writer.name)\n    principalId', "'x')\n    principalId"],
    [
      'evidence-apart',
      "resource ledger '",
      "resource other 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' = {\n  parent: blobs\n  name: 'other'\n  properties: {\n    publicAccess: 'None'\n  }\n}\n\nresource ledger '",
    ],
    ['custom-role', 'blobs/add/action', 'blobs/delete'],
    ['custom-role', 'blobs/add/action', '*'],
    ['custom-role', "containers/read'", "containers/immutabilityPolicies/delete'"],
  ]),
  ...of(ingest, [
    ['tls', "minimumTlsVersion: '1.2'", "minimumTlsVersion: '1.0'"],
    ['no-local-auth', '// Exception: diagnostic', '// Diagnostic'],
    ['firewall', 'trustedServiceAccessEnabled: true', 'trustedServiceAccessEnabled: false'],
    ['firewall', "empty(allowedSubnetId) ? 'Allow' : 'Deny'", "'Allow'"],
    ['role-scope', '  scope: hub\n', ''],
    ['role-scope', '  scope: hub\n', '  scope: resourceGroup()\n'],
    ['role-principal', "    principalType: 'ServicePrincipal'\n", ''],
    ['role-name', 'guid(hub.id, principalId, roles.eventHubsDataReceiver)', "guid('reads')"],
    ['role-known', 'roles.eventHubsDataReceiver)\n    principalId', "'receiver')\n    principalId"],
    [
      'role-ids',
      'roles.eventHubsDataReceiver)\n    principalId',
      "'a638d3c7-ab3a-418d-83e6-5f17a39d4fde')\n    principalId",
    ],
    ['diagnostics', '  scope: namespace\n', '  scope: hub\n'],
    ['no-keys', 'exportRule.id', 'exportRule.listKeys().primaryConnectionString'],
    ['secret-output', 'output exportRuleId string', 'output exportSecret string'],
    ['no-endpoints', "'glasswatch'\n}", "'glasswatch.servicebus.windows.net'\n}"],
  ]),
  ...of(siem, [['no-local-auth', 'disableLocalAuth: true', 'disableLocalAuth: false']]),
  ...of(monitoring, [
    ['no-local-auth', 'disableLocalAuth: true', 'disableLocalAuth: false'],
    ['no-local-auth', 'DisableLocalAuth: true', 'DisableLocalAuth: false'],
    ['cost', '    workspaceCapping: {\n      dailyQuotaGb: dailyQuotaGb\n    }\n', ''],
    [
      'secret-output',
      'output insightsName string = insights.name',
      'output insights string = insights.properties.ConnectionString',
    ],
  ]),
  ...of(mail, [['no-local-auth', 'disableLocalAuth: true', 'disableLocalAuth: false']]),
  ...of(vault, [
    ['vault', 'enableRbacAuthorization: true', 'enableRbacAuthorization: false'],
    ['vault', 'enablePurgeProtection: true', 'enablePurgeProtection: false'],
    ['vault', 'enableSoftDelete: true', 'enableSoftDelete: false'],
    ['vault', 'softDeleteRetentionInDays: 90', 'softDeleteRetentionInDays: 7'],
    ['firewall', "isPrivate ? 'Deny' : 'Allow'", "isPrivate ? 'Deny' : 'Deny'"],
    [
      'diagnostics',
      "resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {",
      "resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' existing = {",
    ],
    [
      'secret-parameter',
      'param workspaceId string',
      'param workspaceId string\nparam webhookSecret string',
    ],
    [
      'secret-parameter',
      'param workspaceId string',
      'param workspaceId string\nparam signingKey string',
    ],
    [
      'secret-parameter',
      'param workspaceId string',
      "param workspaceId string\n@secure()\nparam webhookSecret string = 'abc'",
    ],
  ]),
  ...of(app, [
    ['stateless', 'clientAffinityEnabled: false', 'clientAffinityEnabled: true'],
    ['stateless', 'http20Enabled: true', 'http20Enabled: false'],
    ['tls', 'httpsOnly: true', 'httpsOnly: false'],
    ['tls', "minTlsVersion: '1.2'", "minTlsVersion: '1.1'"],
    ['tls', "scmMinTlsVersion: '1.2'", "scmMinTlsVersion: '1.0'"],
    ['no-passwords', "ftpsState: 'Disabled'", "ftpsState: 'AllAllowed'"],
    ['no-passwords', 'remoteDebuggingEnabled: false', 'remoteDebuggingEnabled: true'],
    ['no-passwords', 'allow: false', 'allow: true'],
    ['no-publishing-passwords', "  name: 'scm'", "  name: 'ftp'"],
    ['flex', "name: 'FC1'", "name: 'EP1'"],
    ['flex', '    reserved: true\n', ''],
    ['flex', "name: 'node'", "name: 'python'"],
    ['flex', "type: 'UserAssignedIdentity'", "type: 'StorageAccountConnectionString'"],
    ['flex', "ftpsState: 'Disabled'", "ftpsState: 'Disabled'\n      linuxFxVersion: 'NODE|22'"],
    ['flex', "ftpsState: 'Disabled'", "ftpsState: 'Disabled'\n      alwaysOn: true"],
    [
      'flex',
      'GLASSWATCH_DIRECTORY: directory',
      "GLASSWATCH_DIRECTORY: directory\n  FUNCTIONS_WORKER_RUNTIME: 'node'",
    ],
    ['settings-once', "ftpsState: 'Disabled'", "ftpsState: 'Disabled'\n      appSettings: []"],
    [
      'vault-identity',
      'keyVaultReferenceIdentity: identityId',
      "keyVaultReferenceIdentity: 'SystemAssigned'",
    ],
    ['vault-identity', "identityId}': {}", "planName}': {}"],
    ['node-versions', "  '24'\n", "  '18'\n"],
    ['settings-complete', '  ENTRA_LOGS_HUB: hubName\n', ''],
    ['settings-complete', '  GLASSWATCH_STORAGE__accountName: stateAccountName\n', ''],
    ['settings-complete', '  ENTRA_LOGS__fullyQualifiedNamespace: hubHost\n', ''],
    ['settings-complete', "  AzureWebJobsStorage__credential: 'managedidentity'\n", ''],
    ['settings-complete', '  GLASSWATCH_EVIDENCE__accountName: evidenceAccountName\n', ''],
    ['settings-complete', '  GLASSWATCH_STORAGE__queueServiceUri: stateQueueEndpoint\n', ''],
    ['settings-known', 'GLASSWATCH_POLICY: policyFile', 'GLASSWATCH_POLICYY: policyFile'],
    [
      'settings-known',
      'GLASSWATCH_DIRECTORY: directory',
      "GLASSWATCH_DIRECTORY: directory\n  GLASSWATCH_ALLOW_LOOPBACK: 'true'",
    ],
    ['vault-references', '@Microsoft.KeyVault(SecretUri=', '(SecretUri='],
    ['private-links', '    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId\n', ''],
    ['tags', "'azd-service-name': 'app'", "'azd-service-name': 'api'"],
  ]),
  ...of('local.settings.example.json', [
    ['settings-example', '"GLASSWATCH_POLICY": "policy.yaml",', ''],
  ]),
  ...of('policy.example.yaml', [['settings-of-policy', 'ACS_RESOURCE', 'ACS']]),

  // Roles, in one place.
  ...of('infra/roles.json', [
    ['role-ids', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe', 'b24988ac-6180-42a0-ab88-20f7382dd24c'],
    ['role-ids', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe', 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'],
    ['role-ids', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe', 'blob'],
  ]),
  ...of(main, [
    ['role-known', '      roles.blobDataOwner\n', "      'owner'\n"],
    ['accounts-apart', 'stateAccountName: stateStorage.', 'stateAccountName: hostStorage.'],
    ['accounts-apart', "'gwstate", "'gwhost"],
    ['places', "      'watchlist'\n", ''],
    ['places', "      'watchlist'\n", "      'watchlist'\n      'spare'\n"],
    ['places', "      'forward'\n", ''],
    ['places', "      'directory'\n    ]", '    ]'],
    ['name-length', "'gwhost", "'glasswatchhoststorage"],
    ['name-length', "'func-glasswatch-", "'func-glasswatch-of-contoso-"],
    ['name-length', "'kv-gw-", "'kv-glasswatch-of-contoso-"],
    ['name-unique', 'take(uniqueString(', 'take(guid('],
    ['name-unique', 'location), 10)', 'location), 4)'],
    ['tags', "'azd-env-name': environmentName", "'azd-env': environmentName"],
    ['private-links', "    groupId: 'table'", "    groupId: 'web'"],
    ['private-links', '      hostStorage.outputs.id\n', ''],
    ['private-links', '    tableLink\n', ''],
    [
      'private-links',
      "module blobLink 'modules/private-link.bicep' = if (isPrivate) {",
      "module blobLink 'modules/private-link.bicep' = if (true) {",
    ],
    ['no-endpoints', 'privatelink.blob.', 'privatelink.core.windows.net.'],
    [
      'no-keys',
      "param policyFile string = 'policy.yaml'",
      "param policyFile string = 'AccountKey=abc'",
    ],
    ['no-tenant-change', "targetScope = 'subscription'", "targetScope = 'tenant'"],
    ['parameters', 'param monthlyBudget int', 'param monthlyCost int'],
  ]),
  ...of(`${modules}budget.bicep`, [
    [
      'cost',
      "resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {",
      "resource budget 'Microsoft.Consumption/budgets@2024-08-01' existing = {",
    ],
    [
      'no-tenant-change',
      "resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {",
      "resource export 'microsoft.aadiam/diagnosticSettings@2017-04-01' = {\n  name: 'x'\n}\n\nresource budget 'Microsoft.Consumption/budgets@2024-08-01' = {",
    ],
  ]),
  ...of(network, [
    ['flex-subnet', 'Microsoft.App/environments', 'Microsoft.Web/serverFarms'],
    [
      'subnet-rules',
      '          networkSecurityGroup: {\n            id: appRules.id\n          }\n',
      '',
    ],
  ]),

  // Sign-in.
  ...of(signIn, [
    ['sign-in', 'enabled: true', 'enabled: false'],
    ['sign-in', "runtimeVersion: '~1'", "runtimeVersion: '~2'"],
    ['sign-in', 'requireAuthentication: true', 'requireAuthentication: false'],
    ['sign-in', "'RedirectToLoginPage'", "'AllowAnonymous'"],
    ['sign-in', "      redirectToProvider: 'azureactivedirectory'\n", ''],
    ['sign-in', 'requireHttps: true', 'requireHttps: false'],
    [
      'sign-in',
      'azureActiveDirectory: {\n        enabled: true',
      'azureActiveDirectory: {\n        enabled: false',
    ],
    ['sign-in', 'tokenStore: {\n        enabled: false', 'tokenStore: {\n        enabled: true'],
    [
      'sign-in',
      'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
      'MICROSOFT_PROVIDER_AUTHENTICATION_SECRET',
    ],
    ['open-paths', 'excludedPaths: openPaths', "excludedPaths: [\n        '/*'\n      ]"],
  ]),
  ...of(`${modules}open-paths.json`, [
    ['open-paths', '"/health"', '"/api/*"'],
    ['open-paths', '"/link/*"', '"/*"'],
  ]),

  // What is watched, and how loudly.
  ...of(alarms, [
    ['alarms', "metricName: 'IncomingMessages'", "metricName: 'OutgoingMessages'"],
    ['alarms', '| where Runs == 0', '| where Runs < 0'],
    ['alarms', '| where Minutes == 0', '| where Minutes < 0'],
    ['alarms', "Detail contains 'OverQuota'", "Detail contains 'Quota'"],
    ['alarms', 'Lately >= 5', 'Lately >= 500'],
    ['alarms', ' or (Failures >= 3 and Others == 0)', ''],
    ['alarms', "Out = sumif(Total, MetricName == 'OutgoingMessages')", 'Out = 0'],
    ['alarms', 'Longest = max(Max)', 'Longest = min(Min)'],
    ['alarms', "OperationName == 'ingest' and Success == false", "OperationName == 'ingest'"],
    ['alarms', 'Failed > 0 and Delivered == 0', 'Failed > 0'],
    ['alarms', "Outcome == 'set aside'", "Outcome == 'skipped'"],
    ['alarms', 'glasswatch.siem.delay', 'glasswatch.siem.events'],
    ['alarms', 'Tenants == 0 or ', ''],
    ['alarm-words', 'glasswatch.ingest.wait', 'glasswatch.ingest.lag'],
    ['alarm-words', 'About.sink', 'About.siem'],
    ['alarm-words', "Outcome == 'set aside'", "Outcome == 'set-aside'"],
    ['alarm-words', "Outcome == 'delivered'", "Outcome == 'sent'"],
    ['alarm-words', "OperationName == 'ingest'", "OperationName == 'ingestLogs'"],
    [
      'alarms-reach-people',
      '    severity: 0\n    enabled: true',
      '    severity: 0\n    enabled: false',
    ],
    [
      'alarms-reach-people',
      '      actionGroups: [\n        people.id\n      ]',
      '      actionGroups: []',
    ],
  ]),
  ...of(sentinelRule, [
    [
      'sentinel',
      "streams: [\n          'Custom-Glasswatch_CL'",
      "streams: [\n          'Custom-Glasswatch'",
    ],
    ['sentinel', "'Custom-Glasswatch_CL': {", "'Custom-Findings_CL': {"],
  ]),
  ...of(sentinelTable, [
    ['sentinel', "  name: 'Glasswatch_CL'", "  name: 'Findings_CL'"],
    ['stable-version', "workspaces/tables@2025-07-01'", "workspaces/tables@2025-07-01-preview'"],
  ]),

  ...of('infra/workbook.json', [
    ['alarm-words', 'glasswatch.record.age', 'glasswatch.records.age'],
    ['alarm-words', "in ('throttled', 'failed')", "in ('throttled', 'refused')"],
    ['alarm-words', 'the ledger is not anchored', 'the ledger has no anchor'],
  ]),
  ...of('functions/escalate.ts', [['alarm-words', "app.timer('escalate'", "app.timer('clock'"]]),
  ...of('functions/notify.ts', [
    ['settings-complete', "connection: 'GLASSWATCH_STORAGE'", "connection: 'GLASSWATCH_QUEUES'"],
  ]),

  // The tenant, and azd.
  ...of(categories, [
    ['log-categories', 'entra SignInLogs\n', ''],
    ['log-categories', 'entra SignInLogs', 'entra SigninLog'],
    ['log-categories', 'entra AuditLogs', 'entra ProvisioningLogs'],
    ['log-categories', 'activity Administrative', 'activity Autoscale'],
  ]),
  ...of(parameters, [
    ['parameters', '"monthlyBudget": { "value": 200 }', '"monthlyBudget": { "value": "200" }'],
    ['parameters', '"location"', '"region"'],
    ['parameters', '"isPrivate": { "value": false }', '"isPrivate": { "value": "false" }'],
  ]),
  ...of(yaml, [
    ['azure-yaml', 'host: function', 'host: appservice'],
    ['azure-yaml', 'remoteBuild: false', 'remoteBuild: true'],
    ['azure-yaml', '  postprovision:', '  afterprovision:'],
    ['azure-yaml', 'shell: pwsh', 'shell: cmd'],
    ['azure-yaml', 'services:', 'services: ['],
    ['hooks', 'run: node infra/run.js tools/package.ts', 'run: sh infra/tenant/common.sh'],
    ['hooks', 'run: node infra/run.js tools/package.ts', 'run: node infra/run.js tools/packing.ts'],
    ['hooks', 'run: node infra/run.js tools/package.ts', 'run: node tools/package.ts'],
  ]),
  ...of('.funcignore', [['local-build', '/.ci\n', '/.ci\nnode_modules/\n']]),
  ...of('infra/after-provision.ts', [
    ['hooks', 'process.stdout.write(', "execFileSync('az', ['rest']);\nprocess.stdout.write("],
  ]),
];
