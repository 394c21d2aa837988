metadata description = 'A workbook over the telemetry, by the questions of an operator. Made of queries: it costs nothing.'

param location string
param tags object

@description('The workspace that the telemetry of the app lies in.')
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // Azure takes nothing but a GUID here.
  name: guid(workspaceId, 'glasswatch')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Glasswatch'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: loadTextContent('../workbook.json')
  }
}
