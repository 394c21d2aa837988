# Read by the scripts beside it, after `set -eu`.

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
dry_run=''
remove=''

# A mistake in how the script was called.
fail() {
  printf '%s\n' "$1" >&2
  exit 2
}

# need "$@": whether anything stands behind the option that comes first.
need() {
  [ $# -ge 2 ] || fail "$1 needs a value."
}

# flag "$1": an option that each script takes, or none at all. Each has its $usage.
flag() {
  case $1 in
    --remove) remove=yes ;;
    --dry-run) dry_run=yes ;;
    --help) printf '%s\n' "$usage"; exit ;;
    *) fail "There is no $1.
$usage" ;;
  esac
}

# check <what> <value> <extended regular expression>: values become parts of addresses and of JSON.
check() {
  [ -n "$2" ] || fail "$1 is missing. See --help."
  # grep looks at each line by itself.
  [ "$(printf '%s' "$2" | tr -d '\n')" = "$2" ] || fail "$1 has more than one line."
  printf '%s' "$2" | grep -Eq "^($3)\$" || fail "$1 is not of the form $3: $2"
}

guid='[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}'
word='[A-Za-z0-9][A-Za-z0-9._-]{0,79}'
part='[A-Za-z0-9._()-]+'
rule="/subscriptions/$part/resourceGroups/$part/providers/Microsoft\.EventHub/namespaces/$part/authorizationRules/$part"

# send <method> <address> [body [header]]: the one thing that changes anything. A dry run prints it.
send() {
  if [ -n "$dry_run" ]; then
    printf '%s %s\n' "$1" "$2"
    if [ -n "${4-}" ]; then printf '%s\n' "$4"; fi
    if [ -n "${3-}" ]; then printf '%s\n' "$3"; fi
    return
  fi
  if [ -n "${4-}" ]; then
    az rest --method "$1" --url "$2" --headers Content-Type=application/json "$4" --body "$3" --output none
  elif [ -n "${3-}" ]; then
    az rest --method "$1" --url "$2" --headers Content-Type=application/json --body "$3" --output none
  else
    az rest --method "$1" --url "$2" --output none
  fi
}

# The body of a diagnostic setting: setting_of <rule id> <hub> entra
setting_of() {
  printf '{"properties":{"eventHubAuthorizationRuleId":"%s","eventHubName":"%s","logs":[%s]}}' \
    "$1" "$2" "$(categories_of "$3")"
}

# categories_of entra
categories_of() {
  separator=''
  while read -r kind category; do
    [ "$kind" = "$1" ] || continue
    printf '%s{"category":"%s","enabled":true}' "$separator" "$category"
    separator=','
  done <"$here/log-categories.txt"
}

# endpoint <name>: where something is in this cloud, without the slash at the end.
endpoint() {
  found=$(az cloud show --query "endpoints.$1" --output tsv)
  printf '%s' "${found%/}"
}

# The text of an answer; az says None where there is nothing.
some() {
  if [ "$1" != None ]; then printf '%s' "$1"; fi
}
