metadata description = 'Evidence by itself: what is written there is neither changed nor deleted, not even by the app.'

@minLength(3)
@maxLength(24)
param name string
param location string
param tags object

@allowed([
  'Standard_GRS'
  'Standard_GZRS'
  'Standard_LRS'
  'Standard_ZRS'
])
param skuName string

@description('True: no network reaches it but its private endpoint.')
param isPrivate bool

@description('How many days a blob can not be changed or deleted after it was written.')
@minValue(1)
@maxValue(146000)
param retentionInDays int

@description('True once both policies were locked: a locked one refuses to be deployed again.')
param isLocked bool

@description('Object id of the identity that writes evidence.')
param principalId string

@description('The workspace that keeps who read and wrote what.')
param workspaceId string

var scopeOfRole = resourceGroup().id

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: skuName
  }
  kind: 'StorageV2'
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-08-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: {
      enabled: true
      days: 30
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 30
    }
  }
}

resource evidence 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' = {
  parent: blobs
  name: 'evidence'
  properties: {
    publicAccess: 'None'
  }
}

resource ledger 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' = {
  parent: blobs
  name: 'ledger'
  properties: {
    publicAccess: 'None'
  }
}

// Both policies are of the container, not of each version: only these let append blobs grow, and
// locking them later also holds for what lies there already. They are deployed unlocked, since a
// locked one can not be taken back: locking is a step of its own, see infra/README.md.
// https://learn.microsoft.com/azure/storage/blobs/immutable-time-based-retention-policy-overview
resource evidenceStays 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-08-01' = if (!isLocked) {
  parent: evidence
  name: 'default'
  properties: {
    immutabilityPeriodSinceCreationInDays: retentionInDays
    allowProtectedAppendWrites: false
  }
}

resource ledgerStays 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-08-01' = if (!isLocked) {
  parent: ledger
  name: 'default'
  properties: {
    immutabilityPeriodSinceCreationInDays: retentionInDays
    allowProtectedAppendWrites: true
  }
}

// Every built-in role that may write a blob may delete it too, once its days are over.
resource writer 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(scopeOfRole, name, 'evidence writer')
  properties: {
    roleName: 'Glasswatch evidence writer (${name})'
    description: 'Reads and adds blobs, and deletes none.'
    type: 'CustomRole'
    permissions: [
      {
        actions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/read'
        ]
        dataActions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action'
        ]
      }
    ]
    assignableScopes: [
      scopeOfRole
    ]
  }
}

resource writesEvidence 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(evidence.id, principalId, writer.name)
  scope: evidence
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', writer.name)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

resource writesLedger 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(ledger.id, principalId, writer.name)
  scope: ledger
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', writer.name)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: blobs
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

output id string = account.id
output name string = account.name
