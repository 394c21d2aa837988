<#
.SYNOPSIS
Lets Entra send its logs to the event hub. Takes a Security Administrator who may also list the keys of
the rule, and Entra ID P1 or P2 for the logs of sign-ins and risks.
.PARAMETER RuleId
GLASSWATCH_EXPORT_RULE_ID of the deployment.
.PARAMETER Hub
GLASSWATCH_HUB of the deployment.
.PARAMETER Remove
Takes the setting away: from then on nothing is seen.
.PARAMETER DryRun
Prints what would be sent, and sends nothing.
#>
param(
  [string] $RuleId = '',
  [string] $Hub = '',
  [string] $Name = 'glasswatch',
  [switch] $Remove,
  [switch] $DryRun
)
. (Join-Path $PSScriptRoot 'common.ps1')

Assert-Form -What '-Name' -Value $Name -Form $Word
if (-not $Remove) {
  Assert-Form -What '-RuleId' -Value $RuleId -Form $Rule
  Assert-Form -What '-Hub' -Value $Hub -Form $Word
}
$origin = Get-Endpoint -Name resourceManager
$setting = "/providers/microsoft.aadiam/diagnosticSettings/${Name}?api-version=2017-04-01"

if ($Remove) {
  Send-Request -Method delete -Origin $origin -Path $setting
} else {
  $body = Get-Setting -RuleId $RuleId -Hub $Hub -Kind entra
  Send-Request -Method put -Origin $origin -Path $setting -Body $body
}
