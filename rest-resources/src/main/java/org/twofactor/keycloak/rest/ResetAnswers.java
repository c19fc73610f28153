package org.twofactor.keycloak.rest;

import org.twofactor.keycloak.password.ResetMails;

/** The answers of the two calls that mail a way to a new password. The older one says its errors in sentences. */
record ResetAnswers(RestError forbidden, RestError tooMany) {
    static final ResetAnswers CODE =
            new ResetAnswers(RestError.FORBIDDEN_MAIL_PROVIDER, RestError.TOO_MANY_RESET_MAIL_ATTEMPTS);
    static final ResetAnswers LINK =
            new ResetAnswers(RestError.FORBIDDEN_EMAIL_PROVIDER, RestError.PASSWORD_FORGOT_TOO_RECENT);

    Answer to(ResetMails.Outcome outcome) {
        if (outcome instanceof ResetMails.Outcome.Answered answered) {
            return answered.dispatch().through(new DispatchDoor(tooMany));
        }
        return Answer.refusal(
                outcome instanceof ResetMails.Outcome.Forbidden ? forbidden : RestError.PASSWORD_RESET_DISABLED);
    }
}
