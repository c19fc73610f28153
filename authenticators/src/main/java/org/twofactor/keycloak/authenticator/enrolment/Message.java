package org.twofactor.keycloak.authenticator.enrolment;

import java.time.Duration;
import java.util.List;
import org.twofactor.keycloak.FactorId;

/**
 * Something to say on a page, by its key in the message bundle.
 *
 * @param parameters as the text takes them; a {@link Duration} is put into words in the language of the page
 */
record Message(String key, List<Object> parameters) {

    static final Message EXPIRED = Message.of("two-factor-error-expired");
    static final Message MISSING_CODE = Message.of("two-factor-error-missing-code");
    static final Message NOT_SENT = Message.of("two-factor-email-otp-form-not-sent");
    static final Message NOT_AVAILABLE = Message.of("two-factor-error-not-available");

    static Message wrongCode(FactorId factor) {
        return of(factor == FactorId.EMAIL_OTP ? "two-factor-error-wrong-mail-code" : "two-factor-error-wrong-code");
    }

    static Message of(String key, Object... parameters) {
        return new Message(key, List.of(parameters));
    }
}
