targetScope = 'subscription'

metadata name = 'Glasswatch'
metadata description = 'Watches privileged access in Microsoft Entra. Changes nothing in the tenant: see infra/tenant for that.'

@description('Names this deployment, as azd does.')
@minLength(2)
@maxLength(24)
param environmentName string

@description('The region of everything that has one.')
@minLength(1)
param location string

@description('Tags of your own, on everything.')
param tags object = {}

@description('Who is told by mail when the watch itself is in trouble.')
@minLength(1)
param alarmEmails string[]

@description('What a month may cost, in the currency of the subscription; 0 for no budget.')
@minValue(0)
param monthlyBudget int

@description('The first day of the month that the budget begins with, as 2026-12-01. Leave it as it is afterwards.')
param budgetStart string = ''

@description('Ask which versions the region has: az functionapp list-flexconsumption-runtimes --runtime node')
@allowed([
  '22'
  '24'
])
param nodeVersion string = '22'

@description('Memory of an instance: 512 is a quarter of a core, 2048 one core, 4096 two.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('How many instances a function may have at most.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('How many instances wait for people who open the console; 0 costs nothing, and the first page takes longer.')
@minValue(0)
@maxValue(10)
param alwaysReadyHttp int = 1

@description('How many instances can read logs at once. It can not be changed later.')
@minValue(1)
@maxValue(32)
param partitionCount int = 4

@description('The most throughput units that a rush of logs may take; one is billed while there is none.')
@minValue(1)
@maxValue(40)
param maximumThroughputUnits int = 4

@description('How many hours logs wait for an app that is down, before they are lost.')
@minValue(24)
@maxValue(168)
param retentionInHours int = 168

@description('How many days evidence can not be changed or deleted after it was written.')
@minValue(1)
@maxValue(146000)
param evidenceRetentionInDays int = 400

@description('True once the immutability policies were locked, which infra/README.md tells how to do.')
param isEvidenceLocked bool = false

@description('How many days the telemetry of the app is kept.')
@minValue(30)
@maxValue(730)
param telemetryRetentionInDays int = 90

@description('The most gigabytes of telemetry in a day.')
@minValue(1)
param telemetryQuotaGb int = 2

@description('The policy file, from the root of the package.')
param policyFile string = 'policy.yaml'

@description('Where the directory is known from: Microsoft Graph, or a snapshot that others put into storage.')
@allowed([
  'graph'
  'file'
])
param directory string = 'graph'

@description('Environment variables that the policy names and whose values lie in the vault, such as TEAMS_WEBHOOK_URL.')
param vaultSettings string[] = []

@description('Client id of the app registration of the console; empty: nobody can sign in, and personal links work.')
param consoleClientId string = ''

@description('Resource id of the workspace that Sentinel looks at; empty for none.')
param sentinelWorkspaceId string = ''

@description('True: an event hub for a SIEM to read findings from.')
param hasSiemHub bool = false

@description('Where mails by Azure Communication Services lie while they are sent, such as Europe; empty for no such mail.')
param mailDataLocation string = ''

@description('True: storage, vault and event hub are reached by private endpoints alone. Register Microsoft.App first.')
param isPrivate bool = false

@description('The range of the network of a private deployment: at least 256 addresses that nothing else of yours uses.')
param networkPrefix string = '10.64.0.0/24'

@description('True: three zones for the app and for storage. Choose it before the first deployment.')
param zoneRedundant bool = false

@description('True: state and evidence are copied to the paired region as well; nothing runs there.')
param isGeoReplicated bool = false

@description('Domain of event hubs in this cloud.')
param eventHubsDomain string = 'servicebus.windows.net'

var suffix = take(uniqueString(subscription().id, environmentName, location), 10)
var allTags = union(tags, {
  application: 'glasswatch'
  'azd-env-name': environmentName
})
var roles = loadJsonContent('roles.json')
var hostSku = zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
var copiedSku = zoneRedundant ? 'Standard_GZRS' : 'Standard_GRS'
var keptSku = isGeoReplicated ? copiedSku : hostSku
var hasSentinel = !empty(sentinelWorkspaceId)
var hasMail = !empty(mailDataLocation)
var groupName = 'rg-glasswatch-${environmentName}'
var noWorkspace = '/subscriptions/${subscription().subscriptionId}/resourceGroups/${groupName}/providers/none/none/none'
// The subscription is the third part of it, the resource group the fifth, the name the ninth.
var workspacePath = split(hasSentinel ? sentinelWorkspaceId : noWorkspace, '/')

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: groupName
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-glasswatch-${suffix}'
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: 'log-glasswatch-${suffix}'
    insightsName: 'appi-glasswatch-${suffix}'
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    retentionInDays: telemetryRetentionInDays
    dailyQuotaGb: telemetryQuotaGb
  }
}

module network 'modules/network.bicep' = if (isPrivate) {
  name: 'network'
  scope: group
  params: {
    name: 'vnet-glasswatch-${suffix}'
    location: location
    tags: allTags
    addressPrefix: networkPrefix
  }
}

var appSubnetId = isPrivate ? network!.outputs.appSubnetId : ''

// Three accounts, so that who keeps the app running can not touch what it has found, nor the proof of it.
module hostStorage 'modules/storage-account.bicep' = {
  name: 'host-storage'
  scope: group
  params: {
    name: 'gwhost${suffix}'
    location: location
    // Packages, leases, and the place in the stream: tools that judge storage know such an account by it.
    tags: union(allTags, { 'resource-usage': 'azure-functions' })
    skuName: hostSku
    isPrivate: isPrivate
    containers: [
      'deployments'
    ]
    principalId: identity.outputs.principalId
    roleIds: [
      roles.blobDataOwner
      roles.queueDataContributor
      roles.tableDataContributor
    ]
    workspaceId: monitoring.outputs.workspaceId
    isAudited: false
  }
}

module stateStorage 'modules/storage-account.bicep' = {
  name: 'state-storage'
  scope: group
  params: {
    name: 'gwstate${suffix}'
    location: location
    tags: allTags
    skuName: keptSku
    isPrivate: isPrivate
    containers: [
      'dead-letters'
      'directory'
    ]
    queues: [
      'forward'
      'notify'
    ]
    tables: [
      'cases'
      'ledger'
      'memory'
      'outbox'
      'posture'
      'shelves'
      'streams'
      'watchlist'
    ]
    principalId: identity.outputs.principalId
    roleIds: [
      roles.blobDataContributor
      roles.queueDataContributor
      roles.tableDataContributor
    ]
    workspaceId: monitoring.outputs.workspaceId
    isAudited: true
  }
}

module evidence 'modules/evidence.bicep' = {
  name: 'evidence'
  scope: group
  params: {
    name: 'gwproof${suffix}'
    location: location
    tags: allTags
    skuName: keptSku
    isPrivate: isPrivate
    retentionInDays: evidenceRetentionInDays
    isLocked: isEvidenceLocked
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module ingestHub 'modules/ingest-hub.bicep' = {
  name: 'ingest-hub'
  scope: group
  params: {
    name: 'evhns-glasswatch-${suffix}'
    location: location
    tags: allTags
    partitionCount: partitionCount
    maximumThroughputUnits: maximumThroughputUnits
    retentionInHours: retentionInHours
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
    allowedSubnetId: appSubnetId
  }
}

module keyVault 'modules/key-vault.bicep' = {
  name: 'key-vault'
  scope: group
  params: {
    name: 'kv-gw-${suffix}'
    location: location
    tags: allTags
    isPrivate: isPrivate
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module siemHub 'modules/siem-hub.bicep' = if (hasSiemHub) {
  name: 'siem-hub'
  scope: group
  params: {
    name: 'evhns-glasswatch-siem-${suffix}'
    location: location
    tags: allTags
    partitionCount: partitionCount
    retentionInHours: retentionInHours
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module sentinelTable 'modules/sentinel-table.bicep' = if (hasSentinel) {
  name: 'sentinel-table'
  scope: resourceGroup(workspacePath[2], workspacePath[4])
  params: {
    workspaceName: workspacePath[8]
  }
}

module sentinelRule 'modules/sentinel-rule.bicep' = if (hasSentinel) {
  name: 'sentinel-rule'
  scope: group
  params: {
    name: 'dcr-glasswatch-${suffix}'
    location: sentinelTable!.outputs.location
    tags: allTags
    workspaceId: sentinelWorkspaceId
    tableName: sentinelTable!.outputs.tableName
    principalId: identity.outputs.principalId
  }
}

module mail 'modules/mail.bicep' = if (hasMail) {
  name: 'mail'
  scope: group
  params: {
    name: 'acs-glasswatch-${suffix}'
    dataLocation: mailDataLocation
    tags: allTags
    principalId: identity.outputs.principalId
  }
}

module blobLink 'modules/private-link.bicep' = if (isPrivate) {
  name: 'link-blob'
  scope: group
  params: {
    zoneName: 'privatelink.blob.${environment().suffixes.storage}'
    groupId: 'blob'
    names: [
      'host'
      'state'
      'proof'
    ]
    resourceIds: [
      hostStorage.outputs.id
      stateStorage.outputs.id
      evidence.outputs.id
    ]
    networkId: network!.outputs.id
    subnetId: network!.outputs.endpointSubnetId
    location: location
    tags: allTags
  }
}

module queueLink 'modules/private-link.bicep' = if (isPrivate) {
  name: 'link-queue'
  scope: group
  params: {
    zoneName: 'privatelink.queue.${environment().suffixes.storage}'
    groupId: 'queue'
    names: [
      'host'
      'state'
    ]
    resourceIds: [
      hostStorage.outputs.id
      stateStorage.outputs.id
    ]
    networkId: network!.outputs.id
    subnetId: network!.outputs.endpointSubnetId
    location: location
    tags: allTags
  }
}

module tableLink 'modules/private-link.bicep' = if (isPrivate) {
  name: 'link-table'
  scope: group
  params: {
    zoneName: 'privatelink.table.${environment().suffixes.storage}'
    groupId: 'table'
    names: [
      'host'
      'state'
    ]
    resourceIds: [
      hostStorage.outputs.id
      stateStorage.outputs.id
    ]
    networkId: network!.outputs.id
    subnetId: network!.outputs.endpointSubnetId
    location: location
    tags: allTags
  }
}

module hubLink 'modules/private-link.bicep' = if (isPrivate) {
  name: 'link-hub'
  scope: group
  params: {
    zoneName: 'privatelink.${eventHubsDomain}'
    groupId: 'namespace'
    names: [
      'ingest'
    ]
    resourceIds: [
      ingestHub.outputs.id
    ]
    networkId: network!.outputs.id
    subnetId: network!.outputs.endpointSubnetId
    location: location
    tags: allTags
  }
}

module vaultLink 'modules/private-link.bicep' = if (isPrivate) {
  name: 'link-vault'
  scope: group
  params: {
    // .vault.azure.net is looked up as privatelink.vaultcore.azure.net.
    zoneName: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
    groupId: 'vault'
    names: [
      'vault'
    ]
    resourceIds: [
      keyVault.outputs.id
    ]
    networkId: network!.outputs.id
    subnetId: network!.outputs.endpointSubnetId
    location: location
    tags: allTags
  }
}

module functionApp 'modules/function-app.bicep' = {
  name: 'function-app'
  scope: group
  // Of a private deployment: the app is set up, and reads its secrets, over these.
  dependsOn: [
    blobLink
    queueLink
    tableLink
    hubLink
    vaultLink
  ]
  params: {
    // The host knows an app by the first 32 characters of its name.
    name: 'func-glasswatch-${suffix}'
    planName: 'plan-glasswatch-${suffix}'
    location: location
    tags: allTags
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttp: alwaysReadyHttp
    zoneRedundant: zoneRedundant
    subnetId: appSubnetId
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    insightsName: monitoring.outputs.insightsName
    hostAccountName: hostStorage.outputs.name
    stateAccountName: stateStorage.outputs.name
    stateQueueEndpoint: stateStorage.outputs.queueEndpoint
    evidenceAccountName: evidence.outputs.name
    deploymentContainerUrl: '${hostStorage.outputs.blobEndpoint}deployments'
    hubHost: ingestHub.outputs.host
    hubName: ingestHub.outputs.hubName
    consumerGroupName: ingestHub.outputs.consumerGroupName
    vaultUri: keyVault.outputs.uri
    vaultSettings: vaultSettings
    policySettings: hasMail ? { ACS_RESOURCE: mail!.outputs.endpoint } : {}
    policyFile: policyFile
    directory: directory
  }
}

module consoleSignIn 'modules/console-sign-in.bicep' = if (!empty(consoleClientId)) {
  name: 'console-sign-in'
  scope: group
  params: {
    appName: functionApp.outputs.name
    clientId: consoleClientId
  }
}

module alarms 'modules/alarms.bicep' = {
  name: 'alarms'
  scope: group
  params: {
    location: location
    tags: allTags
    emails: alarmEmails
    workspaceId: monitoring.outputs.workspaceId
    ingestNamespaceId: ingestHub.outputs.id
    // The app reads it once an hour; whoever writes the snapshot instead perhaps once a day.
    directoryHours: directory == 'graph' ? 6 : 30
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: {
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
  }
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0) {
  name: 'budget'
  scope: group
  params: {
    name: 'glasswatch'
    amount: monthlyBudget
    startDate: budgetStart
    emails: alarmEmails
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output GLASSWATCH_APP_NAME string = functionApp.outputs.name
output GLASSWATCH_APP_HOST string = functionApp.outputs.hostName
output GLASSWATCH_IDENTITY_CLIENT_ID string = identity.outputs.clientId
output GLASSWATCH_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output GLASSWATCH_EXPORT_RULE_ID string = ingestHub.outputs.exportRuleId
output GLASSWATCH_HUB string = ingestHub.outputs.hubName
output GLASSWATCH_VAULT_NAME string = keyVault.outputs.name
output GLASSWATCH_VAULT_SETTINGS string = join(vaultSettings, ',')
output GLASSWATCH_STATE_ACCOUNT string = stateStorage.outputs.name
output GLASSWATCH_EVIDENCE_ACCOUNT string = evidence.outputs.name
output GLASSWATCH_SENTINEL_ENDPOINT string = hasSentinel ? sentinelRule!.outputs.endpoint : ''
output GLASSWATCH_SENTINEL_RULE_ID string = hasSentinel ? sentinelRule!.outputs.immutableId : ''
output GLASSWATCH_SENTINEL_STREAM string = hasSentinel ? sentinelRule!.outputs.stream : ''
output GLASSWATCH_SIEM_HOST string = hasSiemHub ? siemHub!.outputs.host : ''
output GLASSWATCH_SIEM_HUB string = hasSiemHub ? siemHub!.outputs.hubName : ''
output GLASSWATCH_SIEM_CONSUMER_GROUP string = hasSiemHub ? siemHub!.outputs.consumerGroupName : ''
output GLASSWATCH_MAIL_SENDER string = hasMail ? mail!.outputs.sender : ''
