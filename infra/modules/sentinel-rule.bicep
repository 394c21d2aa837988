metadata description = 'Where the app sends findings for Sentinel: a rule with its own endpoint, and the right to send to it.'

param name string

@description('Of the workspace: both have to be in one region.')
param location string
param tags object
param workspaceId string
param tableName string

@description('Object id of the identity that sends.')
param principalId string

var columns = loadJsonContent('sentinel-columns.json')
var roles = loadJsonContent('../roles.json')

resource rule 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: name
  location: location
  tags: tags
  kind: 'Direct'
  properties: {
    description: 'Findings of Glasswatch, as the app sends them.'
    streamDeclarations: {
      'Custom-Glasswatch_CL': {
        columns: columns
      }
    }
    destinations: {
      logAnalytics: [
        {
          name: 'sentinel'
          workspaceResourceId: workspaceId
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Custom-Glasswatch_CL'
        ]
        destinations: [
          'sentinel'
        ]
        transformKql: 'source'
        outputStream: 'Custom-${tableName}'
      }
    ]
  }
}

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(rule.id, principalId, roles.monitoringMetricsPublisher)
  scope: rule
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringMetricsPublisher)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

output endpoint string = rule.properties.endpoints.logsIngestion
output immutableId string = rule.properties.immutableId
output stream string = 'Custom-Glasswatch_CL'
