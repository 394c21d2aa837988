metadata description = 'The custom table that findings land in, in the workspace that Sentinel looks at.'

@description('The workspace; it lies in the resource group that this is deployed to.')
param workspaceName string

// Generated from the columns that the app sends: what the table does not have is dropped without a word.
var columns = loadJsonContent('sentinel-columns.json')

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: workspaceName
}

resource table 'Microsoft.OperationalInsights/workspaces/tables@2025-07-01' = {
  parent: workspace
  name: 'Glasswatch_CL'
  properties: {
    plan: 'Analytics'
    schema: {
      name: 'Glasswatch_CL'
      description: 'Findings of Glasswatch, a row for each of their revisions.'
      columns: [for column in columns: {
        name: column.name
        // The table has its own word for this one.
        type: column.type == 'datetime' ? 'dateTime' : column.type
      }]
    }
  }
}

output tableName string = table.name
// A rule that collects into a workspace has to be in its region.
output location string = workspace.location
