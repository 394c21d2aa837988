metadata description = 'Where the logs of Entra and Azure come in: a namespace for nothing else, one hub, one reader.'

@minLength(6)
@maxLength(50)
param name string
param location string
param tags object

@description('The most throughput units that a rush of records may take; it begins with one.')
param maximumThroughputUnits int

@description('How many instances can read at once. It can not be changed later.')
@minValue(1)
@maxValue(32)
param partitionCount int

@description('How long an outage may last before records are lost.')
@minValue(1)
@maxValue(168)
param retentionInHours int

@description('Object id of the identity that reads.')
param principalId string

param workspaceId string

@description('The one subnet that gets in, beside the private endpoint; empty: any network does, with an identity.')
param allowedSubnetId string

var roles = loadJsonContent('../roles.json')

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: 'Standard'
    tier: 'Standard'
    capacity: 1
  }
  properties: {
    isAutoInflateEnabled: true
    maximumThroughputUnits: maximumThroughputUnits
    minimumTlsVersion: '1.2'
    publicNetworkAccess: 'Enabled'
    // Exception: diagnostic settings write to a hub by a shared access policy and by nothing else, and
    // may stop without a word when this is true. So nothing but the export is here, and the app reads
    // with its identity.
    // https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings
    disableLocalAuth: false
  }
}

resource firewall 'Microsoft.EventHub/namespaces/networkRuleSets@2024-01-01' = {
  parent: namespace
  name: 'default'
  properties: {
    publicNetworkAccess: 'Enabled'
    defaultAction: empty(allowedSubnetId) ? 'Allow' : 'Deny'
    // The export of Entra comes from outside of every network of ours.
    trustedServiceAccessEnabled: true
    // Without any rule a namespace that denies by default stays open to whoever has a key.
    virtualNetworkRules: empty(allowedSubnetId) ? [] : [
      {
        ignoreMissingVnetServiceEndpoint: true
        subnet: {
          id: allowedSubnetId
        }
      }
    ]
  }
}

// For the export alone. Azure asks for all three rights from whoever is to write a diagnostic setting.
resource exportRule 'Microsoft.EventHub/namespaces/authorizationRules@2024-01-01' = {
  parent: namespace
  name: 'entra-export'
  properties: {
    rights: [
      'Listen'
      'Manage'
      'Send'
    ]
  }
}

resource hub 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = {
  parent: namespace
  name: 'entra-logs'
  properties: {
    partitionCount: partitionCount
    retentionDescription: {
      cleanupPolicy: 'Delete'
      retentionTimeInHours: retentionInHours
    }
  }
}

resource consumerGroup 'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01' = {
  parent: hub
  name: 'glasswatch'
}

resource reads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hub.id, principalId, roles.eventHubsDataReceiver)
  scope: hub
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventHubsDataReceiver)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        categoryGroup: 'allLogs'
        enabled: true
      }
    ]
    // The alarm about a backlog counts them.
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

output id string = namespace.id
output hubName string = hub.name
output consumerGroupName string = consumerGroup.name
output exportRuleId string = exportRule.id
// Such as https://name.servicebus.windows.net:443/
output host string = split(split(namespace.properties.serviceBusEndpoint, '/')[2], ':')[0]
