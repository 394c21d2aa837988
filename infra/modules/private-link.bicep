metadata description = 'One kind of private link: its zone, and an endpoint for each resource of that kind.'

@description('The zone that the names of these resources are looked up in.')
param zoneName string

@description('What is linked: blob, queue, table, namespace or vault.')
param groupId string

@description('Their names; each in the place of its id below.')
param names string[]
param resourceIds string[]

param networkId string
param subnetId string
param location string
param tags object

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: 'global'
  tags: tags
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: 'glasswatch'
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: {
      id: networkId
    }
  }
}

resource endpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [for (name, index) in names: {
  name: 'pe-${name}-${groupId}'
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: groupId
        properties: {
          privateLinkServiceId: resourceIds[index]
          groupIds: [
            groupId
          ]
        }
      }
    ]
  }
}]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [for (name, index) in names: {
  parent: endpoints[index]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: name
        properties: {
          privateDnsZoneId: zone.id
        }
      }
    ]
  }
}]
