#!/usr/bin/env bash
# Walks through the API with curl, against the demo (or another realm: BASE, PHONE, MAIL_CODE, LOGIN_USER, LOGIN_PASSWORD).
# It switches the user's second factors on and off again, puts the password back, and leaves the user at another address.
set -euo pipefail

BASE=${BASE:-http://localhost:8080/realms/demo}
PHONE=${PHONE:-http://localhost:8025/phone}
MAIL_CODE=${MAIL_CODE:-http://localhost:8025/code}
LOGIN_USER=${LOGIN_USER:-alice}
LOGIN_PASSWORD=${LOGIN_PASSWORD:-Alice-password-1}

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
open_call() { # METHOD PATH BODY: no token
    curl -s -X "$1" "$BASE$2" -H 'Content-Type: application/json' -d "$3"
}
mail_code() { curl -s "$MAIL_CODE?to=$1"; } # waits for the next mail with a code
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

LOGIN_EMAIL=$(call GET /protocol/openid-connect/userinfo "$ACCESS" | json email)

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

say "10. Email OTP beside it. Setting up takes the sudo token, the code comes by mail (look at the inbox page)."
show "$(call POST "/user/2fa/email-otp/setup?language=en" "$SUDO" "{\"email\":\"$LOGIN_EMAIL\"}")"
show "$(call POST /user/2fa/email-otp/enable "$ACCESS" "{\"otp\":\"$(mail_code "$LOGIN_EMAIL")\"}")"
show "$(call GET /user/2fa "$ACCESS")"

say "11. A login with a mailed code."
PARTIAL=$(login | json partialAuthToken)
show "$(call POST "/user/2fa/email-otp/challenge?language=en" "$PARTIAL" '{}')"
show "$(call GET /user/2fa/email-otp/next-email "$PARTIAL")"
ANSWER=$(call POST /user/2fa/email-otp/authenticate "$PARTIAL" "{\"otp\":\"$(mail_code "$LOGIN_EMAIL")\"}")
show "$ANSWER"
ACCESS=$(json accessToken <<<"$ANSWER")
SUDO=$(json sudoToken <<<"$ANSWER")

say "12. Both second factors go off again. Each change is a mail, too."
show "$(call DELETE /user/2fa/email-otp "$SUDO")"
show "$(call DELETE /user/2fa/totp "$SUDO")"
show "$(call GET /user/2fa "$ACCESS")"

say "13. Another password, by the old one. What the realm or the API asks of a password is said in words."
NEW_PASSWORD="New-$LOGIN_PASSWORD"
show "$(call PUT /user/password/old-password "$ACCESS" \
    "{\"oldPassword\":\"$LOGIN_PASSWORD\",\"newPassword\":\"alllowercase\"}")"
show "$(call PUT /user/password/old-password "$ACCESS" \
    "{\"oldPassword\":\"$LOGIN_PASSWORD\",\"newPassword\":\"$NEW_PASSWORD\"}")"

say "14. A forgotten password: anybody may ask, and nobody learns whether there is an account."
show "$(open_call POST /user/password/reset/send '{"email":"nobody@example.org"}')"
show "$(open_call POST "/user/password/reset/send?language=en" "{\"email\":\"$LOGIN_EMAIL\"}")"
OTP=$(mail_code "$LOGIN_EMAIL")
show "$(open_call POST /user/password/reset/validate "{\"email\":\"$LOGIN_EMAIL\",\"otp\":\"$OTP\"}")"
show "$(open_call PUT /user/password/otp \
    "{\"userEmail\":\"$LOGIN_EMAIL\",\"otp\":\"$OTP\",\"newPassword\":\"$LOGIN_PASSWORD\"}")"
show "$(open_call POST /user/password/reset/send "{\"email\":\"$LOGIN_EMAIL\"}")"

say "15. The sessions from before are over, and the password is what it was."
show "$(call GET /user/2fa "$ACCESS")"
ACCESS=$(call GET /auth/accesstoken "$(login)")
show "$(call GET /user/2fa "$ACCESS")"

say "16. Another address: a code to the new one, a notice to both."
case $LOGIN_EMAIL in new-*) NEW_EMAIL=${LOGIN_EMAIL#new-} ;; *) NEW_EMAIL=new-$LOGIN_EMAIL ;; esac
show "$(call POST /user/email/initiate "$ACCESS" "{\"email\":\"$NEW_EMAIL\"}")"
show "$(call PUT /user/email "$ACCESS" "{\"otp\":\"$(mail_code "$NEW_EMAIL")\"}")"
