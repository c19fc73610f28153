#!/usr/bin/env bash
#
# Sets up second factors in one realm of a Keycloak that has the JAR. docs/install.md says the same in clicks.
#
#   kcadm.sh config credentials --server http://localhost:8080 --realm master --user admin
#   KCADM=/opt/keycloak/bin/kcadm.sh docs/examples/install.sh REALM LOGIN_CLIENT
#
# LOGIN_CLIENT is the public client, with direct access grants, that POST /auth/login logs in to.
# What is there already stays as it is, so the script can be run again. The flows are bound last: until then,
# and when something fails before, logins work as they did.

set -euo pipefail

if [[ $# -ne 2 ]]; then
  echo "usage: install.sh REALM LOGIN_CLIENT" >&2
  exit 2
fi
kcadm=${KCADM:-kcadm.sh}
realm=$1
login_client=$2

action=CONFIGURE_TWO_FACTOR
flow="two-factor direct grant"
flow_path=authentication/flows/${flow// /%20}

# The named fields of whatever lies at a path, a line each.
list() { "$kcadm" get "$1" -r "$realm" --fields "$2" --format csv --noquotes; }

has() {
  local values
  values=$(list "$1" "$2") || exit 1
  grep -qx -- "$3" <<<"$values"
}

echo "Required action $action, which holds the settings"
if ! has authentication/required-actions alias "$action"; then
  "$kcadm" create authentication/register-required-action -r "$realm" \
    -s providerId="$action" -s name="Set up two-factor authentication"
fi
"$kcadm" update "authentication/required-actions/$action/config" -r "$realm" -s "config.loginClient=$login_client"

echo "Flow \"$flow\": user name, password, second factor"
if ! has authentication/flows alias "$flow"; then
  "$kcadm" create authentication/flows/direct%20grant/copy -r "$realm" -s newName="$flow"
  # Keycloak's own step for one-time codes would ask first, and knows nothing of the other factors.
  own_step=$(list "$flow_path/executions" id,displayName | sed -n 's/,.*Conditional OTP$//p')
  "$kcadm" delete "authentication/executions/$own_step" -r "$realm"
fi
if ! has "$flow_path/executions" providerId two-factor-direct-grant; then
  "$kcadm" create "$flow_path/executions/execution" -r "$realm" -s provider=two-factor-direct-grant
fi
# The update sets the place in the flow too, so it has to say the one that the step has.
IFS=, read -r step place < <(list "$flow_path/executions" id,priority,providerId | sed -n 's/,two-factor-direct-grant$//p')
"$kcadm" update "$flow_path/executions" -r "$realm" -n \
  -b "{\"id\":\"$step\",\"requirement\":\"REQUIRED\",\"priority\":$place}"

browser="two-factor browser"
second="$browser second factor"
echo "Flow \"$browser\": what the built-in one has, with our second factors in place of its own"
if ! has authentication/flows alias "$browser"; then
  "$kcadm" create authentication/flows/browser/copy -r "$realm" -s newName="$browser"
  # The copy asks for one-time codes and security keys in a sub-flow of its own, which ours replaces.
  own_step=$(list "authentication/flows/${browser// /%20}/executions" id,displayName | sed -n 's/,.*Conditional 2FA$//p')
  "$kcadm" delete "authentication/executions/$own_step" -r "$realm"
  "$kcadm" create "authentication/flows/${browser// /%20}%20forms/executions/flow" -r "$realm" \
    -s alias="$second" -s type=basic-flow -s description="One of the factors that the user has"
  for provider in conditional-user-configured conditional-two-factor-device \
    two-factor-totp-form two-factor-email-otp-form two-factor-recovery-code-form; do
    "$kcadm" create "authentication/flows/${second// /%20}/executions/execution" -r "$realm" -s provider="$provider"
  done
  require() { # ID PLACE REQUIREMENT
    "$kcadm" update "authentication/flows/${browser// /%20}/executions" -r "$realm" -n \
      -b "{\"id\":\"$1\",\"requirement\":\"$3\",\"priority\":$2}"
  }
  while IFS=, read -r step place provider name; do
    case $provider in
      conditional-user-configured | conditional-two-factor-device) require "$step" "$place" REQUIRED ;;
      two-factor-*-form) require "$step" "$place" ALTERNATIVE ;;
      *) if [[ $name == "$second" ]]; then require "$step" "$place" CONDITIONAL; fi ;;
    esac
  done < <(list "authentication/flows/${browser// /%20}/executions" id,priority,providerId,displayName)
fi

echo "Claim amr, in the client scope acr, which every client has unless you took it away"
scope=$(list client-scopes id,name | sed -n 's/,acr$//p')
if ! has "client-scopes/$scope/protocol-mappers/models" protocolMapper two-factor-amr-mapper; then
  "$kcadm" create "client-scopes/$scope/protocol-mappers/models" -r "$realm" \
    -s name=amr -s protocol=openid-connect -s protocolMapper=two-factor-amr-mapper \
    -s 'config."access.token.claim"=true' -s 'config."id.token.claim"=true' \
    -s 'config."introspection.token.claim"=true'
fi

echo "Binding the flows to the direct grant and the browser"
"$kcadm" update "realms/$realm" -s directGrantFlow="$flow" -s browserFlow="$browser"
