metadata description = 'Mail by Azure Communication Services, from a domain of its own: a way out that needs no mailbox.'

param name string

@description('Where mails lie while they are sent, as the service names it, such as Europe.')
param dataLocation string
param tags object

@description('Object id of the identity that sends.')
param principalId string

var roles = loadJsonContent('../roles.json')

resource mail 'Microsoft.Communication/emailServices@2025-09-01' = {
  name: 'mail-${name}'
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
  }
}

resource domain 'Microsoft.Communication/emailServices/domains@2025-09-01' = {
  parent: mail
  name: 'AzureManagedDomain'
  location: 'global'
  tags: tags
  properties: {
    domainManagement: 'AzureManaged'
    userEngagementTracking: 'Disabled'
  }
}

resource service 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
    linkedDomains: [
      domain.id
    ]
  }
}

// The narrowest role there is for sending mail with an identity; it is given on this service alone.
resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(service.id, principalId, roles.communicationAndEmailServiceOwner)
  scope: service
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.communicationAndEmailServiceOwner)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

output endpoint string = 'https://${service.properties.hostName}'
output sender string = 'DoNotReply@${domain.properties.mailFromSenderDomain}'
