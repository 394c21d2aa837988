<#
.SYNOPSIS
Lets subscriptions send their Activity Log to the event hub. Takes Monitoring Contributor on each of
them, and who may also list the keys of the rule. A subscription has five settings at most.
.PARAMETER RuleId
GLASSWATCH_EXPORT_RULE_ID of the deployment.
.PARAMETER Hub
GLASSWATCH_HUB of the deployment.
.PARAMETER Subscription
The ids of the subscriptions to watch, with commas between them.
.PARAMETER Remove
Takes the setting away: from then on nothing is seen.
.PARAMETER DryRun
Prints what would be sent, and sends nothing.
#>
param(
  [string] $RuleId = '',
  [string] $Hub = '',
  [Parameter(Mandatory)] [string[]] $Subscription,
  [string] $Name = 'glasswatch',
  [switch] $Remove,
  [switch] $DryRun
)
. (Join-Path $PSScriptRoot 'common.ps1')

Assert-Form -What '-Name' -Value $Name -Form $Word
foreach ($id in $Subscription) { Assert-Form -What '-Subscription' -Value $id -Form $Guid }
if (-not $Remove) {
  Assert-Form -What '-RuleId' -Value $RuleId -Form $Rule
  Assert-Form -What '-Hub' -Value $Hub -Form $Word
}
$origin = Get-Endpoint -Name resourceManager

foreach ($id in $Subscription) {
  $setting = "/subscriptions/$id/providers/Microsoft.Insights/diagnosticSettings/${Name}?api-version=2021-05-01-preview"
  if ($Remove) {
    Send-Request -Method delete -Origin $origin -Path $setting
  } else {
    $body = Get-Setting -RuleId $RuleId -Hub $Hub -Kind activity
    Send-Request -Method put -Origin $origin -Path $setting -Body $body
  }
}
