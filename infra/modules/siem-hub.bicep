metadata description = 'An event hub that a SIEM reads findings from. The app writes, and nobody has a key.'

@minLength(6)
@maxLength(50)
param name string
param location string
param tags object

@minValue(1)
@maxValue(32)
param partitionCount int

@minValue(1)
@maxValue(168)
param retentionInHours int

@description('Object id of the identity that writes.')
param principalId string

param workspaceId string

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
    isAutoInflateEnabled: false
    minimumTlsVersion: '1.2'
    // A SIEM reads from wherever it stands, with an identity that has Event Hubs Data Receiver here.
    publicNetworkAccess: 'Enabled'
    disableLocalAuth: true
  }
}

resource hub 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = {
  parent: namespace
  name: 'findings'
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
  name: 'siem'
}

resource writes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hub.id, principalId, roles.eventHubsDataSender)
  scope: hub
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventHubsDataSender)
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
  }
}

output hubName string = hub.name
output consumerGroupName string = consumerGroup.name
output host string = split(split(namespace.properties.serviceBusEndpoint, '/')[2], ':')[0]
