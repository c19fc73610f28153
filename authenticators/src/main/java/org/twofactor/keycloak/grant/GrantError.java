package org.twofactor.keycloak.grant;

import org.keycloak.OAuthErrorException;
import org.keycloak.events.Errors;

/**
 * Every refusal of the grant: the {@code error} of OAuth, which generic clients know, and the {@code reason}, by which
 * ours tells a wrong code from a partial token that is over. The constant's name is the reason, and the wire contract.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5.2">RFC 6749 5.2 Error Response</a>
 */
enum GrantError {
    BAD_REQUEST(400, OAuthErrorException.INVALID_REQUEST, "The request is malformed"),
    INVALID_TOKEN(400, OAuthErrorException.INVALID_GRANT, "The partial auth token is not valid: log in again"),
    CODE_INVALID(400, OAuthErrorException.INVALID_GRANT, "The code is wrong, expired or used"),
    FACTOR_INACTIVE(400, OAuthErrorException.INVALID_GRANT, "The user has no such factor"),
    FACTOR_NOT_ALLOWED(400, OAuthErrorException.INVALID_GRANT, "The realm does not use this factor"),
    ACCOUNT_NOT_SET_UP(400, OAuthErrorException.INVALID_GRANT, "Account is not fully set up"),
    CLIENT_NOT_ALLOWED(400, OAuthErrorException.UNAUTHORIZED_CLIENT, "The client may not do this"),
    TOO_MANY_GUESSES(429, "too_many_requests", "Too many guesses. Try again after retryAfter seconds."),
    TOO_MANY_MAILS(429, "too_many_requests", "Too many mails. Try again after retryAfter seconds."),
    MAIL_QUEUE_FULL(503, OAuthErrorException.TEMPORARILY_UNAVAILABLE, "Too many mails are waiting to be sent"),
    UNABLE_TO_SEND_MAIL(500, OAuthErrorException.SERVER_ERROR, "The realm can't send mail"),
    UNABLE_TO_FIND_MAIL_TEMPLATE(500, OAuthErrorException.SERVER_ERROR, "There is no mail template of that origin"),
    FACTOR_CORRUPT(500, OAuthErrorException.SERVER_ERROR, "The stored factor can't be read");

    private final int status;
    private final String error;
    private final String description;

    GrantError(int status, String error, String description) {
        this.status = status;
        this.error = error;
        this.description = description;
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }

    String description() {
        return description;
    }

    /** What the event calls it: for a wrong code, what Keycloak's own log-in says. */
    String eventError() {
        return this == CODE_INVALID ? Errors.INVALID_USER_CREDENTIALS : name().toLowerCase(java.util.Locale.ROOT);
    }
}
