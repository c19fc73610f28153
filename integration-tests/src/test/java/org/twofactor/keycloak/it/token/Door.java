package org.twofactor.keycloak.it.token;

import static org.twofactor.keycloak.it.token.TokenKind.Column.GUESS;
import static org.twofactor.keycloak.it.token.TokenKind.Column.MANAGE;
import static org.twofactor.keycloak.it.token.TokenKind.Column.PRESENCE;
import static org.twofactor.keycloak.it.token.TokenKind.Column.READ;
import static org.twofactor.keycloak.it.token.TokenKind.Column.REFRESH;
import static org.twofactor.keycloak.it.token.TokenKind.Column.VALIDATE;

import java.util.List;
import java.util.stream.Stream;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.token.TokenKind.Column;

/**
 * Every operation of the contract that takes a token. What would change something is asked for with a
 * body that is no object: tokens are checked before bodies, so that a 400 comes only to whom the door has opened.
 */
enum Door {
    METHODS(READ, "GET /user/2fa"),
    EMAIL_OTP_SET_UP(PRESENCE, "POST /user/2fa/email-otp/setup"),
    EMAIL_OTP_ENABLE(MANAGE, "POST /user/2fa/email-otp/enable"),
    EMAIL_OTP_CHALLENGE(GUESS, "POST /user/2fa/email-otp/challenge"),
    EMAIL_OTP_AUTHENTICATE(GUESS, "POST /user/2fa/email-otp/authenticate"),
    EMAIL_OTP_NEXT_EMAIL(READ, "GET /user/2fa/email-otp/next-email"),
    EMAIL_OTP_DISABLE(PRESENCE, "DELETE /user/2fa/email-otp"),
    TOTP_SET_UP(PRESENCE, "POST /user/2fa/totp/setup"),
    TOTP_ENABLE(MANAGE, "POST /user/2fa/totp/enable"),
    TOTP_AUTHENTICATE(GUESS, "POST /user/2fa/totp/authenticate"),
    TOTP_NEXT_GUESS(READ, "GET /user/2fa/totp/next-guess"),
    TOTP_DISABLE(PRESENCE, "DELETE /user/2fa/totp"),
    RECOVERY_CODE_AUTHENTICATE(GUESS, "POST /user/2fa/recovery-code/authenticate"),
    RECOVERY_CODE_NEXT_GUESS(READ, "GET /user/2fa/recovery-code/next-guess"),
    RECOVERY_CODE_RESET(PRESENCE, "POST /user/2fa/recovery-code/reset"),
    EMAIL_INITIATE(PRESENCE, "POST /user/email/initiate"),
    EMAIL_COMPLETE(MANAGE, "PUT /user/email"),
    OLD_PASSWORD(PRESENCE, "PUT /user/password/old-password"),
    REFRESH_TOKEN(REFRESH, "GET /auth/refreshtoken"),
    ACCESS_TOKEN(REFRESH, "GET /auth/accesstoken"),
    LOG_OUT(REFRESH, "POST /auth/logout"),
    VALIDATE_ACCESS_TOKEN(VALIDATE, "GET /auth/accesstoken/validate"),
    VALIDATE_REFRESH_TOKEN(REFRESH, "GET /auth/refreshtoken/validate");

    private final Column column;
    private final String method;
    private final String path;

    Door(Column column, String operation) {
        this.column = column;
        this.method = operation.split(" ", -1)[0];
        this.path = operation.split(" ", -1)[1];
    }

    Column column() {
        return column;
    }

    /** All doors of these kinds. */
    static List<Door> of(Column... columns) {
        return Stream.of(values())
                .filter(door -> List.of(columns).contains(door.column))
                .toList();
    }

    Answer knock(Api api, String token) {
        Api.Call call = api.call(method, path).bearer(token);
        return (method.equals("POST") || method.equals("PUT") ? call.json("[]") : call).send();
    }
}
