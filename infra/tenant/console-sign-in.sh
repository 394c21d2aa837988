#!/bin/sh
# Lets people sign in to the console: an app registration with the app roles Reader, Responder and Admin,
# which trusts the identity of the app and so needs no secret. Takes an Application Administrator. Who
# gets which role is then for you to assign.
set -eu
. "$(dirname -- "$0")/common.sh"

usage="Usage: sh console-sign-in.sh --host <host> --identity <object id> [--dry-run]
       sh console-sign-in.sh --host <host> --remove [--dry-run]

  --host      GLASSWATCH_APP_HOST of the deployment
  --identity  GLASSWATCH_IDENTITY_PRINCIPAL_ID of the deployment
  --remove    takes the registration away: nobody can sign in any more
  --dry-run   asks what is there, prints what would be sent, and sends nothing"

address=''
identity=''
while [ $# -gt 0 ]; do
  case $1 in
    --host) need "$@"; address=$2; shift 2 ;;
    --identity) need "$@"; identity=$2; shift 2 ;;
    *) flag "$1"; shift ;;
  esac
done

check --host "$address" '[a-z0-9-]+(\.[a-z0-9-]+)+'
host=$(endpoint microsoftGraphResourceId)
unique="glasswatch-console-${address%%.*}"
application="$host/v1.0/applications(uniqueName='$unique')"

if [ -n "$remove" ]; then
  if said=$(send delete "$application" 2>&1); then
    [ -z "$said" ] || printf '%s\n' "$said"
    exit
  fi
  case $said in
    *Request_ResourceNotFound*) printf 'There is no such registration.\n' ;;
    *) printf '%s\n' "$said" >&2; exit 1 ;;
  esac
  exit
fi

check --identity "$identity" "$guid"
missing='Prefer=create-if-missing'
roles=$(tr -d '\n' <"$here/console-roles.json")
send patch "$application" "{\"displayName\":\"Glasswatch console ($address)\",\"signInAudience\":\"AzureADMyOrg\",\"web\":{\"redirectUris\":[\"https://$address/.auth/login/aad/callback\"],\"implicitGrantSettings\":{\"enableIdTokenIssuance\":true}},\"appRoles\":$roles}" "$missing"

if [ -n "$dry_run" ]; then
  client='<client id>'
else
  client=$(az rest --method get --url "$application?\$select=appId" --query appId --output tsv)
fi
# Nobody who was not assigned gets in.
send patch "$host/v1.0/servicePrincipals(appId='$client')" '{"appRoleAssignmentRequired":true}' "$missing"

login=$(endpoint activeDirectory)
tenant=$(az account show --query tenantId --output tsv)
send patch "$host/v1.0/applications(appId='$client')/federatedIdentityCredentials(name='glasswatch')" "{\"issuer\":\"$login/$tenant/v2.0\",\"subject\":\"$identity\",\"audiences\":[\"api://AzureADTokenExchange\"]}" "$missing"

printf 'azd env set GLASSWATCH_CONSOLE_CLIENT_ID %s\nazd provision\n' "$client"
