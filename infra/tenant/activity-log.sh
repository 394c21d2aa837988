#!/bin/sh
# Lets subscriptions send their Activity Log to the event hub. Takes Monitoring Contributor on each of
# them, and who may also list the keys of the rule. A subscription has five settings at most.
set -eu
. "$(dirname -- "$0")/common.sh"

usage="Usage: sh activity-log.sh --rule-id <id> --hub <name> --subscription <id>... [--name <name>] [--dry-run]
       sh activity-log.sh --remove --subscription <id>... [--name <name>] [--dry-run]

  --rule-id       GLASSWATCH_EXPORT_RULE_ID of the deployment
  --hub           GLASSWATCH_HUB of the deployment
  --subscription  as often as there are subscriptions to watch
  --name          of the setting; glasswatch unless said otherwise
  --remove        takes the setting away: from then on nothing is seen
  --dry-run       prints what would be sent, and sends nothing"

rule_id=''
hub=''
name='glasswatch'
subscriptions=''
while [ $# -gt 0 ]; do
  case $1 in
    --rule-id) need "$@"; rule_id=$2; shift 2 ;;
    --hub) need "$@"; hub=$2; shift 2 ;;
    --name) need "$@"; name=$2; shift 2 ;;
    --subscription)
      need "$@"
      check --subscription "$2" "$guid"
      subscriptions="$subscriptions $2"
      shift 2
      ;;
    *) flag "$1"; shift ;;
  esac
done

check --name "$name" "$word"
[ -n "$subscriptions" ] || fail '--subscription is missing. See --help.'
if [ -z "$remove" ]; then
  check --rule-id "$rule_id" "$rule"
  check --hub "$hub" "$word"
fi

for subscription in $subscriptions; do
  setting="/subscriptions/$subscription/providers/Microsoft.Insights/diagnosticSettings/$name?api-version=2021-05-01-preview"
  if [ -n "$remove" ]; then
    send delete "$setting"
  else
    send put "$setting" "$(setting_of "$rule_id" "$hub" activity)"
  fi
done
