<#
.SYNOPSIS
Lets people sign in to the console: an app registration with the app roles Reader, Responder and Admin,
which trusts the identity of the app and so needs no secret. Takes an Application Administrator. Who
gets which role is then for you to assign.
.PARAMETER HostName
GLASSWATCH_APP_HOST of the deployment.
.PARAMETER Identity
GLASSWATCH_IDENTITY_PRINCIPAL_ID of the deployment.
.PARAMETER Remove
Takes the registration away: nobody can sign in any more.
.PARAMETER DryRun
Asks what is there, prints what would be sent, and sends nothing.
#>
param(
  [Parameter(Mandatory)] [string] $HostName,
  [string] $Identity = '',
  [switch] $Remove,
  [switch] $DryRun
)
. (Join-Path $PSScriptRoot 'common.ps1')

Assert-Form -What '-HostName' -Value $HostName -Form '^[a-z0-9-]+(\.[a-z0-9-]+)+$'
if (-not $Remove) { Assert-Form -What '-Identity' -Value $Identity -Form $Guid }
$origin = Get-Endpoint -Name microsoftGraphResourceId
$unique = "glasswatch-console-$($HostName.Split('.')[0])"
$application = "/v1.0/applications(uniqueName='$unique')"

if ($Remove) {
  try {
    Send-Request -Method delete -Origin $origin -Path $application
  } catch {
    if ("$_ $($_.ErrorDetails)" -notmatch 'Request_ResourceNotFound') { throw }
    Write-Output 'There is no such registration.'
  }
  return
}

$missing = 'create-if-missing'
$roles = @(Get-Content -Raw -LiteralPath (Join-Path $PSScriptRoot 'console-roles.json') | ConvertFrom-Json)
$body = @{
  displayName    = "Glasswatch console ($HostName)"
  signInAudience = 'AzureADMyOrg'
  web            = @{
    redirectUris          = @("https://$HostName/.auth/login/aad/callback")
    implicitGrantSettings = @{ enableIdTokenIssuance = $true }
  }
  appRoles       = $roles
} | ConvertTo-Json -Depth 5 -Compress
Send-Request -Method patch -Origin $origin -Path $application -Body $body -Prefer $missing

$client = '<client id>'
if (-not $DryRun) {
  $client = (Invoke-Request -Method get -Origin $origin -Path "${application}?`$select=appId").appId
}
# Nobody who was not assigned gets in.
$assigned = @{ appRoleAssignmentRequired = $true } | ConvertTo-Json -Compress
Send-Request -Method patch -Origin $origin -Path "/v1.0/servicePrincipals(appId='$client')" -Body $assigned -Prefer $missing

$login = Get-Endpoint -Name activeDirectory
$tenant = Invoke-Az account show --query tenantId --output tsv
$trust = @{
  issuer    = "$login/$tenant/v2.0"
  subject   = $Identity
  audiences = @('api://AzureADTokenExchange')
} | ConvertTo-Json -Compress
Send-Request -Method patch -Origin $origin -Path "/v1.0/applications(appId='$client')/federatedIdentityCredentials(name='glasswatch')" -Body $trust -Prefer $missing

Write-Output "azd env set GLASSWATCH_CONSOLE_CLIENT_ID $client"
Write-Output 'azd provision'
