#!/bin/sh
# Lets Entra send its logs to the event hub. Takes a Security Administrator who may also list the keys of
# the rule, and Entra ID P1 or P2 for the logs of sign-ins and risks.
set -eu
. "$(dirname -- "$0")/common.sh"

usage="Usage: sh diagnostic-setting.sh --rule-id <id> --hub <name> [--name <name>] [--dry-run]
       sh diagnostic-setting.sh --remove [--name <name>] [--dry-run]

  --rule-id   GLASSWATCH_EXPORT_RULE_ID of the deployment
  --hub       GLASSWATCH_HUB of the deployment
  --name      of the setting; glasswatch unless said otherwise
  --remove    takes the setting away: from then on nothing is seen
  --dry-run   prints what would be sent, and sends nothing"

rule_id=''
hub=''
name='glasswatch'
while [ $# -gt 0 ]; do
  case $1 in
    --rule-id) need "$@"; rule_id=$2; shift 2 ;;
    --hub) need "$@"; hub=$2; shift 2 ;;
    --name) need "$@"; name=$2; shift 2 ;;
    *) flag "$1"; shift ;;
  esac
done

check --name "$name" "$word"
setting="/providers/microsoft.aadiam/diagnosticSettings/$name?api-version=2017-04-01"

if [ -n "$remove" ]; then
  send delete "$setting"
  exit
fi

check --rule-id "$rule_id" "$rule"
check --hub "$hub" "$word"
send put "$setting" "$(setting_of "$rule_id" "$hub" entra)"
