#!/usr/bin/env bash
# A confidential client logs a user in with password and mail code, at Keycloak's token endpoint alone. Against the demo
# (or another realm: BASE, INBOX, CLIENT, SECRET, LOGIN_USER, LOGIN_PASSWORD, LOGIN_EMAIL).
# It switches the user's email OTP on and off again.
set -euo pipefail

BASE=${BASE:-http://localhost:8080/realms/demo}
INBOX=${INBOX:-http://localhost:8025}
CLIENT=${CLIENT:-demo-backend}
SECRET=${SECRET:-demo-backend-secret}
LOGIN_USER=${LOGIN_USER:-alice}
LOGIN_PASSWORD=${LOGIN_PASSWORD:-Alice-password-1}
LOGIN_EMAIL=${LOGIN_EMAIL:-alice@example.org}
GRANT=urn:org.twofactor:params:oauth:grant-type:second-factor

json() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
say() { printf '\n# %s\n' "$*"; }
show() { printf '%s\n' "${1:0:220}"; }
call() { # METHOD PATH TOKEN [BODY]
    curl -s -X "$1" "$BASE$2" -H "Authorization: Bearer $3" -H 'Content-Type: application/json' ${4:+-d "$4"}
}
token() { # FORM FIELDS...
    local fields=()
    for field in "$@"; do fields+=(--data-urlencode "$field"); done
    curl -s "$BASE/protocol/openid-connect/token" -u "$CLIENT:$SECRET" "${fields[@]}"
}
newest_mail() {
    local number
    number=$(curl -s "$INBOX/" | grep -o '/mail/[0-9]*' | head -n 1 | tr -dc 0-9 || true)
    echo "${number:-0}"
}
# Of the next mail that has one.
mail_code() {
    CODE=
    while [ -z "$CODE" ]; do
        SEEN=$((SEEN + 1))
        while [ "$(newest_mail)" -lt "$SEEN" ]; do sleep 1; done
        CODE=$(curl -s "$INBOX/mail/$SEEN" | tr -d '\r' | sed -n 's/^ *\([0-9]\{6\}\) *$/\1/p' | head -n 1)
    done
}
SEEN=$(newest_mail)

say "Before: the user sets up email OTP, over REST."
ACCESS=$(call GET /auth/accesstoken "$(curl -s "$BASE/auth/login" -H 'Content-Type: application/json' \
    -d "{\"username\":\"$LOGIN_USER\",\"password\":\"$LOGIN_PASSWORD\"}")")
call POST /user/2fa/email-otp/setup "$ACCESS" "{\"email\":\"$LOGIN_EMAIL\"}" >/dev/null
mail_code
show "$(call POST /user/2fa/email-otp/enable "$ACCESS" "{\"otp\":\"$CODE\"}")"

say "1. The password grant: a second factor is due."
ANSWER=$(token grant_type=password "username=$LOGIN_USER" "password=$LOGIN_PASSWORD" scope=openid)
printf '%s\n' "$ANSWER"
PARTIAL=$(json partial_auth_token <<<"$ANSWER")

say "2. What can be given, and when?"
printf '%s\n' "$(token "grant_type=$GRANT" "partial_auth_token=$PARTIAL")"

say "3. The factor email-otp without a code: the code is sent."
printf '%s\n' "$(token "grant_type=$GRANT" "partial_auth_token=$PARTIAL" factor=email-otp)"
mail_code

say "4. Once more, too soon."
printf '%s\n' "$(token "grant_type=$GRANT" "partial_auth_token=$PARTIAL" factor=email-otp)"

say "5. A wrong code."
WRONG=$(printf '%06d' $(((10#$CODE + 1) % 1000000)))
printf '%s\n' "$(token "grant_type=$GRANT" "partial_auth_token=$PARTIAL" factor=email-otp "code=$WRONG")"

say "6. The right one: Keycloak's tokens, and a sudo token."
ANSWER=$(token "grant_type=$GRANT" "partial_auth_token=$PARTIAL" factor=email-otp "code=$CODE")
printf '%s\n' "$ANSWER" | sed 's/\(":"eyJ[A-Za-z0-9_-]\{12\}\)[A-Za-z0-9_.-]*/\1…/g'
SUDO=$(json sudo_token <<<"$ANSWER")

say "7. The partial token is spent."
printf '%s\n' "$(token "grant_type=$GRANT" "partial_auth_token=$PARTIAL")"

say "After: email OTP goes off again, by the sudo token."
show "$(call DELETE /user/2fa/email-otp "$SUDO")"
