#!/bin/sh
# Stands in for `az` in tests: writes down what it was asked, and answers as Azure might. Everything is
# done by the shell itself, since it is asked a thousand times.
printf '%s\037' "$@" >>"$FAKE_DIR/calls"
printf '\n' >>"$FAKE_DIR/calls"

all="$*"
if [ -n "${FAKE_FAILS-}" ]; then
  case $all in *"$FAKE_FAILS"*)
    printf 'ERROR: %s\n' "$FAKE_SAYS" >&2
    exit 1
    ;;
  esac
fi
case $all in
  *endpoints.microsoftGraphResourceId*) echo 'https://graph.example/' ;;
  *endpoints.activeDirectory*) echo 'https://login.example' ;;
  'account show'*) echo '99999999-0000-0000-0000-000000000000' ;;
  *"appRoles[?value=='"*)
    name=${all#*"?value=='"}
    echo "role of ${name%%\'*}"
    ;;
  'ad sp show'*) echo 'object of graph' ;;
  *appRoleAssignments\?*)
    role=${all#*"?appRoleId=='"}
    role=${role%%\'*}
    case ";${FAKE_GRANTED-};" in *";$role;"*) echo "assignment of $role" ;; *) echo ;; esac
    ;;
  *'select=appId'*) echo '88888888-0000-0000-0000-000000000000' ;;
esac
