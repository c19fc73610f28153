package org.twofactor.keycloak.it.token;

/** What a door says to a token. */
enum Verdict {
    OPENS(0, ""),
    INVALID(401, "INVALID_TOKEN"),
    SUDO_REQUIRED(401, "SUDO_TOKEN_REQUIRED"),
    FORBIDDEN(403, "CLIENT_NOT_ALLOWED");

    private final int status;
    private final String code;

    Verdict(int status, String code) {
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
