#!/usr/bin/env bash
# What a support desk does, with curl, against the demo (or another realm: SERVER, REALM, DESK_USER, DESK_PASSWORD, CUSTOMER).
# It takes the customer's second factors away.
set -euo pipefail

SERVER=${SERVER:-http://localhost:8080}
REALM=${REALM:-demo}
DESK_USER=${DESK_USER:-admin}
DESK_PASSWORD=${DESK_PASSWORD:-admin}
CUSTOMER=${CUSTOMER:-bob}

ADMIN=$SERVER/admin/realms/$REALM
TOKEN=$(curl -s "$SERVER/realms/master/protocol/openid-connect/token" -d grant_type=password -d client_id=admin-cli \
    -d "username=$DESK_USER" -d "password=$DESK_PASSWORD" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')

call() { # METHOD PATH
    printf '\n%s %s\n' "$1" "$2"
    curl -s -X "$1" "$ADMIN$2" -H "Authorization: Bearer $TOKEN"
    echo
}

call GET /two-factor/summary
call GET "/two-factor/users?enabled=false&max=2"
ID=$(curl -s "$ADMIN/users?exact=true&username=$CUSTOMER" -H "Authorization: Bearer $TOKEN" |
    sed 's/^\[{"id":"\([^"]*\)".*/\1/')

# Five wrong codes, as somebody who guesses: the sixth has to wait.
PARTIAL=$(curl -s "$SERVER/realms/$REALM/auth/login" -H 'Content-Type: application/json' \
    -d "{\"username\":\"$CUSTOMER\",\"password\":\"${CUSTOMER_PASSWORD:-Bob-password-1}\"}" |
    sed 's/.*"partialAuthToken":"\([^"]*\)".*/\1/')
for _ in 1 2 3 4 5; do
    curl -s -o /dev/null "$SERVER/realms/$REALM/user/2fa/totp/authenticate" -H "Authorization: Bearer $PARTIAL" \
        -H 'Content-Type: application/json' -d '{"totp":"000000"}'
done

call GET "/two-factor/users/$ID"
call DELETE "/two-factor/users/$ID/locks/totp"
call DELETE "/two-factor/users/$ID?enrol=true"
call GET "/users?q=twoFactorMethods:none&briefRepresentation=true&max=1"
