metadata description = 'The app on Flex Consumption, and every setting that it reads. No setting holds a key.'

param name string
param planName string
param location string
param tags object

@allowed([
  '22'
  '24'
])
param nodeVersion string

@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int
param maximumInstanceCount int

@description('How many instances wait for people who open the console; none waits at 0.')
param alwaysReadyHttp int
param zoneRedundant bool

@description('The subnet that the app lives in; empty for none.')
param subnetId string

param identityId string
param identityClientId string

param insightsName string
param hostAccountName string
param stateAccountName string
param stateQueueEndpoint string
param evidenceAccountName string

@description('Where a package lies that is deployed: a container of the host account.')
param deploymentContainerUrl string

param hubHost string
param hubName string
param consumerGroupName string

param vaultUri string

@description('Settings whose value lies in the vault, by the names that the policy uses: TEAMS_WEBHOOK_URL is the secret teams-webhook-url.')
param vaultSettings string[]

@description('Settings without secrets that the policy names.')
param policySettings object

param policyFile string

@allowed([
  'graph'
  'file'
])
param directory string

var settings = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AzureWebJobsStorage__accountName: hostAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  ENTRA_LOGS__fullyQualifiedNamespace: hubHost
  ENTRA_LOGS__credential: 'managedidentity'
  ENTRA_LOGS__clientId: identityClientId
  ENTRA_LOGS_HUB: hubName
  ENTRA_LOGS_CONSUMER_GROUP: consumerGroupName
  GLASSWATCH_POLICY: policyFile
  GLASSWATCH_STORAGE__accountName: stateAccountName
  // The triggers of the queues ask for this one instead of the name.
  GLASSWATCH_STORAGE__queueServiceUri: stateQueueEndpoint
  GLASSWATCH_STORAGE__credential: 'managedidentity'
  GLASSWATCH_STORAGE__clientId: identityClientId
  GLASSWATCH_EVIDENCE__accountName: evidenceAccountName
  GLASSWATCH_DIRECTORY: directory
  // Of the sign-in to the console: whom its app registration trusts.
  OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId
}

var references = toObject(
  vaultSettings,
  setting => setting,
  setting => '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${toLower(replace(setting, '_', '-'))})'
)

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      remoteDebuggingEnabled: false
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'node'
        version: nodeVersion
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyHttp == 0 ? [] : [
          {
            name: 'http'
            // With zones the platform wants two at least.
            instanceCount: zoneRedundant ? max(alwaysReadyHttp, 2) : alwaysReadyHttp
          }
        ]
      }
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(policySettings, references, settings)
}

// Who deploys signs in; there are no passwords for it. No HTTP logs are switched on either: they would
// keep the addresses of personal links.
resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noDeployPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

output name string = app.name
output hostName string = app.properties.defaultHostName
