#!/bin/sh
# Lets the app send mail from one mailbox, and from no other: Exchange's own roles for applications. The
# permission Mail.Send of Microsoft Graph would be for every mailbox of the tenant; do not grant it. Takes
# an Exchange Administrator, PowerShell 7 and its module ExchangeOnlineManagement: nothing else can do it.
set -eu
. "$(dirname -- "$0")/common.sh"

usage="Usage: sh mail-scope.sh --client-id <id> --identity <object id> --mailbox <address> [--dry-run]
       sh mail-scope.sh --client-id <id> --remove [--dry-run]

  --client-id  GLASSWATCH_IDENTITY_CLIENT_ID of the deployment
  --identity   GLASSWATCH_IDENTITY_PRINCIPAL_ID of the deployment
  --mailbox    whose mails these are, as the policy has it under \`from\`
  --remove     takes the right away
  --dry-run    prints what would be run, and runs nothing"

client=''
identity=''
mailbox=''
while [ $# -gt 0 ]; do
  case $1 in
    --client-id) need "$@"; client=$2; shift 2 ;;
    --identity) need "$@"; identity=$2; shift 2 ;;
    --mailbox) need "$@"; mailbox=$2; shift 2 ;;
    *) flag "$1"; shift ;;
  esac
done

check --client-id "$client" "$guid"
# Of this deployment alone: a tenant may have two.
name="Glasswatch mail $client"
quietly='-ErrorAction SilentlyContinue'
if [ -n "$remove" ]; then
  commands="if (Get-ManagementRoleAssignment -Identity '$name' $quietly) { Remove-ManagementRoleAssignment -Identity '$name' -Confirm:\$false }
if (Get-ManagementScope -Identity '$name' $quietly) { Remove-ManagementScope -Identity '$name' -Confirm:\$false }
if (Get-ServicePrincipal -Identity '$client' $quietly) { Remove-ServicePrincipal -Identity '$client' -Confirm:\$false }"
else
  check --identity "$identity" "$guid"
  check --mailbox "$mailbox" '[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+'
  only="-RecipientRestrictionFilter \"PrimarySmtpAddress -eq '$mailbox'\""
  commands="if (-not (Get-ServicePrincipal -Identity '$client' $quietly)) { New-ServicePrincipal -AppId '$client' -ObjectId '$identity' -DisplayName '$name' }
if (Get-ManagementScope -Identity '$name' $quietly) { Set-ManagementScope -Identity '$name' $only } else { New-ManagementScope -Name '$name' $only }
if (-not (Get-ManagementRoleAssignment -Identity '$name' $quietly)) { New-ManagementRoleAssignment -Name '$name' -App '$client' -Role 'Application Mail.Send' -CustomResourceScope '$name' }
Test-ServicePrincipalAuthorization -Identity '$client' -Resource '$mailbox' | Format-Table"
fi

if [ -n "$dry_run" ]; then
  printf '%s\n' "$commands"
  exit
fi
command -v pwsh >/dev/null || fail 'There is no pwsh here. Install PowerShell 7, or run what --dry-run prints elsewhere.'
pwsh -NoProfile -NonInteractive -Command "\$ErrorActionPreference = 'Stop'
Import-Module ExchangeOnlineManagement
Connect-ExchangeOnline -ShowBanner:\$false
$commands"
