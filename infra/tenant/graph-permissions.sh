#!/bin/sh
# Lets the app read the directory: application permissions of Microsoft Graph for its identity, all of
# them to read. Takes a Privileged Role Administrator. docs/permissions.md tells what each is for.
set -eu
. "$(dirname -- "$0")/common.sh"

usage="Usage: sh graph-permissions.sh --identity <object id> [--only <permission>]... [--remove] [--dry-run]

  --identity  GLASSWATCH_IDENTITY_PRINCIPAL_ID of the deployment
  --only      this permission, and such others; all of graph-permissions.json unless said otherwise
  --remove    takes them away
  --dry-run   asks what is there, prints what would be sent, and sends nothing"

identity=''
only=''
while [ $# -gt 0 ]; do
  case $1 in
    --identity) need "$@"; identity=$2; shift 2 ;;
    --only) need "$@"; only="$only $2"; shift 2 ;;
    *) flag "$1"; shift ;;
  esac
done

check --identity "$identity" "$guid"
listed=$(sed -n 's/^ *"\([A-Za-z.]*\)",\{0,1\}$/\1/p' "$here/graph-permissions.json")
for permission in $only; do
  printf '%s\n' "$listed" | grep -Fqx -- "$permission" ||
    fail "$permission is not one that the app uses. Allowed: $(printf '%s' "$listed" | tr '\n' ' ')"
done

host=$(endpoint microsoftGraphResourceId)
# Microsoft Graph itself, the same in every tenant.
graph='00000003-0000-0000-c000-000000000000'
resource=$(az ad sp show --id "$graph" --query id --output tsv)
assignments="$host/v1.0/servicePrincipals/$identity/appRoleAssignments"

for permission in ${only:-$listed}; do
  role=$(az ad sp show --id "$graph" --output tsv \
    --query "appRoles[?value=='$permission' && contains(allowedMemberTypes, 'Application')].id | [0]")
  [ -n "$(some "$role")" ] || fail "Microsoft Graph has no application permission $permission."
  granted=$(az rest --method get --url "$assignments?\$top=999" --output tsv \
    --query "value[?appRoleId=='$role' && resourceId=='$resource'].id | [0]")
  granted=$(some "$granted")
  if [ -n "$remove" ]; then
    if [ -z "$granted" ]; then
      printf '%s is not granted.\n' "$permission"
    else
      send delete "$assignments/$granted"
      [ -n "$dry_run" ] || printf '%s: taken away.\n' "$permission"
    fi
  elif [ -n "$granted" ]; then
    printf '%s is granted already.\n' "$permission"
  else
    send post "$assignments" "{\"principalId\":\"$identity\",\"resourceId\":\"$resource\",\"appRoleId\":\"$role\"}"
    [ -n "$dry_run" ] || printf '%s: granted.\n' "$permission"
  fi
done
