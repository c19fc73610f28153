package org.twofactor.keycloak.rest;

/**
 * Every error that the API can answer, status and code together: the wire contract. Nothing outside it reaches a client
 * but the sentences of a 400.
 */
enum RestError {
    NO_TOKEN_PROVIDED(Status.UNAUTHORIZED),
    INVALID_TOKEN(Status.UNAUTHORIZED),
    SUDO_TOKEN_REQUIRED(Status.UNAUTHORIZED),
    OTP_INVALID_EXPIRED(Status.UNAUTHORIZED),
    TOTP_INVALID(Status.UNAUTHORIZED),
    RECOVERY_CODE_INVALID(Status.UNAUTHORIZED),
    PASSWORD_INCORRECT(Status.UNAUTHORIZED),
    SECOND_FACTOR_REQUIRED(Status.UNAUTHORIZED, "2FA_REQUIRED"),

    CLIENT_NOT_ALLOWED(Status.FORBIDDEN),
    FACTOR_NOT_ALLOWED(Status.FORBIDDEN),
    ACCOUNT_NOT_SET_UP(Status.FORBIDDEN),
    FORBIDDEN_MAIL_PROVIDER(Status.FORBIDDEN),
    FORBIDDEN_EMAIL_PROVIDER(Status.FORBIDDEN, "Forbidden email provider"),
    PASSWORD_RESET_DISABLED(Status.FORBIDDEN),

    NOT_FOUND(Status.NOT_FOUND),
    METHOD_NOT_ALLOWED(Status.METHOD_NOT_ALLOWED),

    EMAIL_OTP_UNINITIALIZED(Status.CONFLICT),
    EMAIL_OTP_INACTIVE(Status.CONFLICT),
    EMAIL_OTP_ALREADY_INACTIVE(Status.CONFLICT),
    TOTP_UNINITIALIZED(Status.CONFLICT),
    TOTP_ALREADY_INACTIVE(Status.CONFLICT),
    RECOVERY_CODES_UNINITIALIZED(Status.CONFLICT),
    TWO_FACTOR_IS_DISABLED(Status.CONFLICT, "2FA_IS_DISABLED"),
    NEW_EMAIL_ALREADY_IN_USE(Status.CONFLICT),
    EMAIL_READ_ONLY(Status.CONFLICT),
    PASSWORD_READ_ONLY(Status.CONFLICT),

    TOO_MANY_OTP_EMAILS(Status.TOO_MANY_REQUESTS),
    TOO_MANY_OTP_CHECKS(Status.TOO_MANY_REQUESTS),
    TOO_MANY_TRANSFER_ATTEMPTS(Status.TOO_MANY_REQUESTS),
    TOO_MANY_RESET_MAIL_ATTEMPTS(Status.TOO_MANY_REQUESTS),
    TOO_MANY_RESET_CHECKS(Status.TOO_MANY_REQUESTS),
    PASSWORD_FORGOT_TOO_RECENT(Status.TOO_MANY_REQUESTS, "Last password forgot call was too recent"),
    TOO_MANY_TOTP_CHECKS(Status.TOO_MANY_REQUESTS),
    TOO_MANY_RECOVERY_CODE_CHECKS(Status.TOO_MANY_REQUESTS),
    TOO_MANY_FAILED_PASSWORD_CHECKS(Status.TOO_MANY_REQUESTS),

    TOTP_CORRUPT(Status.INTERNAL_SERVER_ERROR),
    LOGIN_CLIENT_NOT_CONFIGURED(Status.INTERNAL_SERVER_ERROR),
    NO_PASSWORD_INFO(Status.INTERNAL_SERVER_ERROR),
    UNABLE_TO_FIND_MAIL_TEMPLATE(Status.INTERNAL_SERVER_ERROR),
    UNABLE_TO_SEND_MAIL(Status.INTERNAL_SERVER_ERROR),
    INTERNAL_ERROR(Status.INTERNAL_SERVER_ERROR),

    MAIL_QUEUE_FULL(Status.SERVICE_UNAVAILABLE);

    private final Status status;
    private final String code;

    RestError(Status status) {
        this.status = status;
        this.code = name();
    }

    /** For a code that can't be a Java name. */
    RestError(Status status, String code) {
        this.status = status;
        this.code = code;
    }

    Status status() {
        return status;
    }

    String code() {
        return code;
    }

    /** The statuses of the API with the reason phrases of its contract, so spelt. */
    enum Status {
        BAD_REQUEST(400, "Bad Request"),
        UNAUTHORIZED(401, "Unauthorized"),
        FORBIDDEN(403, "Forbidden"),
        NOT_FOUND(404, "Not Found"),
        METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
        CONFLICT(409, "Conflict"),
        TOO_MANY_REQUESTS(429, "Too many requests"),
        INTERNAL_SERVER_ERROR(500, "Internal server error"),
        SERVICE_UNAVAILABLE(503, "Service Unavailable");

        static final int OK_NUMBER = 200;

        private final int number;
        private final String phrase;

        Status(int number, String phrase) {
            this.number = number;
            this.phrase = phrase;
        }

        int number() {
            return number;
        }

        String phrase() {
            return phrase;
        }
    }
}
