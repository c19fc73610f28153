#!/usr/bin/env bash
#
# Sets up second factors in one realm of a Keycloak that has the JAR. docs/install.md says the same in clicks.
#
#   kcadm.sh config credentials --server http://localhost:8080 --realm master --user admin
#   KCADM=/opt/keycloak/bin/kcadm.sh docs/examples/install.sh REALM LOGIN_CLIENT
#
# With EMAIL_WITHOUT_ENROLMENT=true before it, every verified address of an account is an email factor: docs/flows.md.
#
# LOGIN_CLIENT is the public client, with direct access grants, that POST /auth/login logs in to.
# What is there already stays as it is, so the script can be run again. The flows are bound last, both at once: until
# then, and when something fails before, logins work as they did.

set -euo pipefail

if [[ $# -ne 2 ]]; then
  echo "usage: install.sh REALM LOGIN_CLIENT" >&2
  exit 2
fi
kcadm=${KCADM:-kcadm.sh}
realm=$1
login_client=$2

direct="two-factor direct grant"
browser="two-factor browser"
second="$browser second factor"

# The named fields of whatever lies at a path, a line each.
list() { "$kcadm" get "$1" -r "$realm" --fields "$2" --format csv --noquotes; }

path() { printf 'authentication/flows/%s' "${1// /%20}"; }

add() { # FLOW PROVIDER
  "$kcadm" create "$(path "$1")/executions/execution" -r "$realm" -s provider="$2"
}

# The update sets a step's place in its flow too, so it has to say the one that the step has.
require() { # FLOW ID PLACE REQUIREMENT
  "$kcadm" update "$(path "$1")/executions" -r "$realm" -n -b "{\"id\":\"$2\",\"requirement\":\"$4\",\"priority\":$3}"
}

remove() { # FLOW END_OF_NAME
  local step
  step=$(list "$(path "$1")/executions" id,displayName | sed -n "s/,.*$2\$//p")
  "$kcadm" delete "authentication/executions/$step" -r "$realm"
}

# Whether the flow has to be made. One that is bound is done, whatever an administrator made of it since. One that is not
# was left half done by a run that broke off, or is somebody else's: to bind it could let everybody in by the password.
missing() { # FLOW BOUND
  if [[ $2 == "$1" ]]; then
    echo no
  elif grep -qx -- "$1" <<<"$flows"; then
    echo "The flow \"$1\" is there and not bound. See whether somebody needs it, delete it, and run this again." >&2
    exit 1
  else
    echo yes
  fi
}

realm_now=$(list "realms/$realm" directGrantFlow,browserFlow)
IFS=, read -r direct_now browser_now <<<"$realm_now"
flows=$(list authentication/flows alias)
make_direct=$(missing "$direct" "$direct_now")
make_browser=$(missing "$browser" "$browser_now")

echo "Required actions: the pages on which users set factors up; the first one holds the settings"
actions=$(list authentication/required-actions alias)
register() { # ID NAME
  if ! grep -qx -- "$1" <<<"$actions"; then
    "$kcadm" create authentication/register-required-action -r "$realm" -s providerId="$1" -s name="$2"
  fi
}
register CONFIGURE_TWO_FACTOR "Set up two-factor authentication"
register two-factor-enrol-email-otp "Set up email codes"
register two-factor-recovery-codes "Make new recovery codes"
settings=(-s "config.loginClient=$login_client")
if [[ -n ${EMAIL_WITHOUT_ENROLMENT:-} ]]; then
  settings+=(-s "config.emailWithoutEnrolment=$EMAIL_WITHOUT_ENROLMENT")
fi
"$kcadm" update authentication/required-actions/CONFIGURE_TWO_FACTOR/config -r "$realm" "${settings[@]}"

echo "Flow \"$direct\": user name, password, second factor"
if [[ $make_direct == yes ]]; then
  "$kcadm" create authentication/flows/direct%20grant/copy -r "$realm" -s newName="$direct"
  # Keycloak's own step for one-time codes would ask first, and knows nothing of the other factors.
  remove "$direct" "Conditional OTP"
  add "$direct" two-factor-direct-grant
  steps=$(list "$(path "$direct")/executions" id,priority,providerId)
  IFS=, read -r step place <<<"$(sed -n 's/,two-factor-direct-grant$//p' <<<"$steps")"
  require "$direct" "$step" "$place" REQUIRED
fi

echo "Flow \"$browser\": what the built-in one has, with our second factors in place of its own"
if [[ $make_browser == yes ]]; then
  "$kcadm" create authentication/flows/browser/copy -r "$realm" -s newName="$browser"
  # The copy asks for one-time codes and security keys in a sub-flow of its own, which ours replaces.
  remove "$browser" "Conditional 2FA"
  "$kcadm" create "$(path "$browser forms")/executions/flow" -r "$realm" \
    -s alias="$second" -s type=basic-flow -s description="One of the factors that the user has"
  for provider in conditional-user-configured conditional-credential conditional-two-factor-device \
    two-factor-totp-form two-factor-email-otp-form two-factor-recovery-code-form; do
    add "$second" "$provider"
  done
  steps=$(list "$(path "$second")/executions" id,priority,providerId)
  while IFS=, read -r step place provider; do
    case $provider in
      conditional-*) require "$second" "$step" "$place" REQUIRED ;;
      *) require "$second" "$step" "$place" ALTERNATIVE ;;
    esac
  done <<<"$steps"
  # A passkey is two factors in one: whoever logs in by it is not asked for another.
  step=$(sed -n 's/,[0-9]*,conditional-credential$//p' <<<"$steps")
  "$kcadm" create "authentication/executions/$step/config" -r "$realm" \
    -s alias="$browser no passkey" -s config.credentials=webauthn-passwordless
  steps=$(list "$(path "$browser forms")/executions" id,priority,displayName)
  IFS=, read -r step place <<<"$(sed -n "s/,$second\$//p" <<<"$steps")"
  require "$browser forms" "$step" "$place" CONDITIONAL
fi

echo "Claim amr, in the client scope acr, which every client has unless you took it away"
scopes=$(list client-scopes id,name)
scope=$(sed -n 's/,acr$//p' <<<"$scopes")
if [[ -z $scope ]]; then
  echo "There is no client scope acr: add the mapper \"Two-factor AMR\" to the clients that shall get the claim." >&2
else
  mappers=$(list "client-scopes/$scope/protocol-mappers/models" protocolMapper)
  if ! grep -qx -- two-factor-amr-mapper <<<"$mappers"; then
    "$kcadm" create "client-scopes/$scope/protocol-mappers/models" -r "$realm" \
      -s name=amr -s protocol=openid-connect -s protocolMapper=two-factor-amr-mapper \
      -s 'config."access.token.claim"=true' -s 'config."id.token.claim"=true' \
      -s 'config."introspection.token.claim"=true'
  fi
fi

if [[ $make_direct == yes || $make_browser == yes ]]; then
  echo "Binding the flows to the direct grant and the browser"
  "$kcadm" update "realms/$realm" -s directGrantFlow="$direct" -s browserFlow="$browser"
fi

echo "Tokens of $login_client live as long as the sessions of the realm. For an app that keeps one refresh token for days, see"
echo "\"How long an app stays logged in\" in docs/install.md."
