<#
.SYNOPSIS
Lets the app read the directory: application permissions of Microsoft Graph for its identity, all of
them to read. Takes a Privileged Role Administrator. docs/permissions.md tells what each is for.
.PARAMETER Identity
GLASSWATCH_IDENTITY_PRINCIPAL_ID of the deployment.
.PARAMETER Only
These permissions, with commas between them; all of graph-permissions.json unless said otherwise.
.PARAMETER Remove
Takes them away.
.PARAMETER DryRun
Asks what is there, prints what would be sent, and sends nothing.
#>
param(
  [Parameter(Mandatory)] [string] $Identity,
  [string[]] $Only = @(),
  [switch] $Remove,
  [switch] $DryRun
)
. (Join-Path $PSScriptRoot 'common.ps1')

Assert-Form -What '-Identity' -Value $Identity -Form $Guid
$listed = @(Get-Content -Raw -LiteralPath (Join-Path $PSScriptRoot 'graph-permissions.json') | ConvertFrom-Json)
foreach ($permission in $Only) {
  if ($listed -cnotcontains $permission) {
    throw "$permission is not one that the app uses. Allowed: $($listed -join ' ')"
  }
}
$wanted = if ($Only.Count -gt 0) { $Only } else { $listed }

$origin = Get-Endpoint -Name microsoftGraphResourceId
# Microsoft Graph itself, the same in every tenant.
$graph = '00000003-0000-0000-c000-000000000000'
$resource = Invoke-Request -Method get -Origin $origin -Path "/v1.0/servicePrincipals(appId='$graph')"
$assignments = "/v1.0/servicePrincipals/$Identity/appRoleAssignments"
$there = (Invoke-Request -Method get -Origin $origin -Path "${assignments}?`$top=999").value

foreach ($permission in $wanted) {
  $role = $resource.appRoles | Where-Object { $_.value -ceq $permission -and $_.allowedMemberTypes -contains 'Application' }
  if (-not $role) { throw "Microsoft Graph has no application permission $permission." }
  $granted = $there | Where-Object { $_.appRoleId -eq $role.id -and $_.resourceId -eq $resource.id }
  if ($Remove) {
    if ($granted) {
      Send-Request -Method delete -Origin $origin -Path "$assignments/$($granted.id)"
    } else {
      Write-Output "$permission is not granted."
    }
  } elseif ($granted) {
    Write-Output "$permission is granted already."
  } else {
    $body = @{ principalId = $Identity; resourceId = $resource.id; appRoleId = $role.id } | ConvertTo-Json -Compress
    Send-Request -Method post -Origin $origin -Path $assignments -Body $body
  }
}
