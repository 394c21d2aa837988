# Read by the scripts beside it, which declare $DryRun.

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$Guid = '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$'
$Word = '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$'
$Part = '[A-Za-z0-9._()-]+'
$Rule = "^/subscriptions/$Part/resourceGroups/$Part/providers/Microsoft\.EventHub/namespaces/$Part/authorizationRules/$Part`$"

# Values become parts of addresses and of JSON.
function Assert-Form {
  param([string] $What, [string] $Value, [string] $Form)
  if ($Value -cnotmatch $Form) { throw "$What is missing, or not of the form ${Form}: $Value" }
}

function Invoke-Az {
  $answer = & az @args
  if ($LASTEXITCODE -ne 0) { throw "az $($args -join ' ') has failed." }
  $answer
}

# Where something is in this cloud, without the slash at the end.
function Get-Endpoint {
  param([string] $Name)
  (Invoke-Az cloud show --query "endpoints.$Name" --output tsv).TrimEnd('/')
}

# Not `az rest`: on Windows its address could hold no brackets, and its body no quotes.
function Invoke-Request {
  param([string] $Method, [string] $Origin, [string] $Path, [string] $Body, [string] $Prefer)
  $token = Invoke-Az account get-access-token --resource $Origin --query accessToken --output tsv
  $request = @{
    Method      = $Method
    Uri         = "$Origin$Path"
    Headers     = @{ Authorization = "Bearer $token" }
    ContentType = 'application/json'
  }
  if ($Prefer) { $request.Headers.Prefer = $Prefer }
  if ($Body) { $request.Body = $Body }
  Invoke-RestMethod @request
}

# The one thing that changes anything. A dry run prints it.
function Send-Request {
  param([string] $Method, [string] $Origin, [string] $Path, [string] $Body = '', [string] $Prefer = '')
  if ($DryRun) {
    Write-Output "$Method $Origin$Path"
    if ($Prefer) { Write-Output "Prefer: $Prefer" }
    if ($Body) { Write-Output $Body }
    return
  }
  Invoke-Request -Method $Method -Origin $Origin -Path $Path -Body $Body -Prefer $Prefer | Out-Null
}

# The body of a diagnostic setting.
function Get-Setting {
  param([string] $RuleId, [string] $Hub, [string] $Kind)
  $lines = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'log-categories.txt')
  $categories = $lines | Where-Object { $_ -cmatch "^$Kind (\S+)$" } | ForEach-Object { ($_ -split ' ')[1] }
  $logs = @($categories | ForEach-Object { @{ category = $_; enabled = $true } })
  $properties = @{ eventHubAuthorizationRuleId = $RuleId; eventHubName = $Hub; logs = $logs }
  @{ properties = $properties } | ConvertTo-Json -Depth 5 -Compress
}
