#!/usr/bin/env bash
# Walks through the API with curl, against the demo (or another realm: BASE, PHONE, LOGIN_USER, LOGIN_PASSWORD).
# It switches the user's second factor on and off again.
set -euo pipefail

BASE=${BASE:-http://localhost:8080/realms/demo}
PHONE=${PHONE:-http://localhost:8025/phone}
LOGIN_USER=${LOGIN_USER:-alice}
LOGIN_PASSWORD=${LOGIN_PASSWORD:-alice-password-1}

json() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
say() { printf '\n# %s\n' "$*"; }
show() { printf '%s\n' "${1:0:220}"; }
call() { # METHOD PATH TOKEN [BODY]
    if [ $# -gt 3 ]; then
        curl -s -X "$1" "$BASE$2" -H "Authorization: Bearer $3" -H 'Content-Type: application/json' -d "$4"
    else
        curl -s -X "$1" "$BASE$2" -H "Authorization: Bearer $3"
    fi
}
login() {
    curl -s "$BASE/auth/login" -H 'Content-Type: application/json' \
        -d "{\"username\":\"$LOGIN_USER\",\"password\":\"$LOGIN_PASSWORD\"}"
}
# A code is good once: the next one comes within 30 seconds.
new_code() {
    local code=$LAST_CODE
    while [ "$code" = "$LAST_CODE" ]; do code=$(curl -s "$PHONE" -d "$URL"); done
    LAST_CODE=$code
}
LAST_CODE=

say "1. Log in: the password is enough so far."
REFRESH=$(login)
show "$REFRESH"
ACCESS=$(call GET /auth/accesstoken "$REFRESH")

say "2. What second factors are there?"
show "$(call GET /user/2fa "$ACCESS")"

say "3. Set up an authenticator app, and confirm it with its first code."
ANSWER=$(call POST /user/2fa/totp/setup "$ACCESS" '{}')
show "$ANSWER"
URL=$(json url <<<"$ANSWER")
new_code
ANSWER=$(call POST /user/2fa/totp/enable "$ACCESS" "{\"totp\":\"$LAST_CODE\"}")
show "$ANSWER"
RECOVERY_CODE=$(sed 's/.*\["\([^"]*\)".*/\1/' <<<"$ANSWER")

say "4. From now on the password alone gives a partial auth token."
ANSWER=$(login)
show "$ANSWER"
PARTIAL=$(json partialAuthToken <<<"$ANSWER")

say "5. A wrong code."
show "$(call POST /user/2fa/totp/authenticate "$PARTIAL" '{"totp":"000000"}')"

say "6. A recovery code, for the day when the phone is lost: three tokens."
ANSWER=$(call POST /user/2fa/recovery-code/authenticate "$PARTIAL" "{\"recoveryCode\":\"$RECOVERY_CODE\"}")
show "$ANSWER"
ACCESS=$(json accessToken <<<"$ANSWER")

say "7. What is delicate takes a sudo token: an access token is not enough."
show "$(call DELETE /user/2fa/totp "$ACCESS")"

say "8. A code of the app (the next one: each is good once) gives a sudo token."
new_code
ANSWER=$(call POST /user/2fa/totp/authenticate "$ACCESS" "{\"totp\":\"$LAST_CODE\"}")
show "$ANSWER"
SUDO=$(json sudoToken <<<"$ANSWER")

say "9. Five wrong codes are free. Then even the right one has to wait."
for _ in 1 2 3 4 5 6; do
    show "$(call POST /user/2fa/totp/authenticate "$ACCESS" '{"totp":"000000"}')"
done
show "$(call GET /user/2fa/totp/next-guess "$ACCESS")"

say "10. With the sudo token, two-factor goes off again."
show "$(call DELETE /user/2fa/totp "$SUDO")"
show "$(call GET /user/2fa "$ACCESS")"
