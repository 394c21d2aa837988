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
$name = 'Glasswatch mail'
if ($Remove) {
  $commands = @(
    "Remove-ManagementRoleAssignment -Identity '$name' -Confirm:`$false"
    "Remove-ManagementScope -Identity '$name' -Confirm:`$false"
    "Remove-ServicePrincipal -Identity '$ClientId' -Confirm:`$false"
  )
} else {
  Assert-Form -What '-Identity' -Value $Identity -Form $Guid
  Assert-Form -What '-Mailbox' -Value $Mailbox -Form '^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$'
  $commands = @(
    "New-ServicePrincipal -AppId '$ClientId' -ObjectId '$Identity' -DisplayName '$name'"
    "New-ManagementScope -Name '$name' -RecipientRestrictionFilter `"PrimarySmtpAddress -eq '$Mailbox'`""
    "New-ManagementRoleAssignment -Name '$name' -App '$ClientId' -Role 'Application Mail.Send' -CustomResourceScope '$name'"
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
