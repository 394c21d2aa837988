<#
.SYNOPSIS
Lets the app send mail from one mailbox, and from no other: Exchange's own roles for applications. The
permission Mail.Send of Microsoft Graph would be for every mailbox of the tenant; do not grant it. Takes
an Exchange Administrator and the module ExchangeOnlineManagement.
.PARAMETER ClientId
GLASSWATCH_IDENTITY_CLIENT_ID of the deployment.
.PARAMETER Identity
GLASSWATCH_IDENTITY_PRINCIPAL_ID of the deployment.
.PARAMETER Mailbox
Whose mails these are, as the policy has it under `from`.
.PARAMETER Remove
Takes the right away.
.PARAMETER DryRun
Prints what would be run, and runs nothing.
#>
param(
  [Parameter(Mandatory)] [string] $ClientId,
  [string] $Identity = '',
  [string] $Mailbox = '',
  [switch] $Remove,
  [switch] $DryRun
)
. (Join-Path $PSScriptRoot 'common.ps1')

Assert-Form -What '-ClientId' -Value $ClientId -Form $Guid
# Of this deployment alone: a tenant may have two.
$name = "Glasswatch mail $ClientId"
$quietly = '-ErrorAction SilentlyContinue'
if ($Remove) {
  $commands = @(
    "if (Get-ManagementRoleAssignment -Identity '$name' $quietly) { Remove-ManagementRoleAssignment -Identity '$name' -Confirm:`$false }"
    "if (Get-ManagementScope -Identity '$name' $quietly) { Remove-ManagementScope -Identity '$name' -Confirm:`$false }"
    "if (Get-ServicePrincipal -Identity '$ClientId' $quietly) { Remove-ServicePrincipal -Identity '$ClientId' -Confirm:`$false }"
  )
} else {
  Assert-Form -What '-Identity' -Value $Identity -Form $Guid
  Assert-Form -What '-Mailbox' -Value $Mailbox -Form '^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$'
  $only = "-RecipientRestrictionFilter `"PrimarySmtpAddress -eq '$Mailbox'`""
  $commands = @(
    "if (-not (Get-ServicePrincipal -Identity '$ClientId' $quietly)) { New-ServicePrincipal -AppId '$ClientId' -ObjectId '$Identity' -DisplayName '$name' }"
    "if (Get-ManagementScope -Identity '$name' $quietly) { Set-ManagementScope -Identity '$name' $only } else { New-ManagementScope -Name '$name' $only }"
    "if (-not (Get-ManagementRoleAssignment -Identity '$name' $quietly)) { New-ManagementRoleAssignment -Name '$name' -App '$ClientId' -Role 'Application Mail.Send' -CustomResourceScope '$name' }"
    "Test-ServicePrincipalAuthorization -Identity '$ClientId' -Resource '$Mailbox' | Format-Table"
  )
}

if ($DryRun) {
  Write-Output $commands
  return
}
Import-Module ExchangeOnlineManagement
Connect-ExchangeOnline -ShowBanner:$false
foreach ($command in $commands) { Invoke-Expression $command }
