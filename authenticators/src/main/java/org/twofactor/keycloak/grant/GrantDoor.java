package org.twofactor.keycloak.grant;

import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.function.Supplier;
import org.twofactor.keycloak.factor.Verification;

/** What the grant says to a verification. */
record GrantDoor(GrantAnswers answers, Supplier<Response> whenAccepted) implements Verification.Door<Response> {

    @Override
    public Response accepted() {
        return whenAccepted.get();
    }

    @Override
    public Response rejected() {
        return answers.refused(GrantError.CODE_INVALID);
    }

    @Override
    public Response throttled(Duration delay) {
        return answers.refused(GrantError.TOO_MANY_GUESSES, delay);
    }

    @Override
    public Response inactive() {
        return answers.refused(GrantError.FACTOR_INACTIVE);
    }

    @Override
    public Response notAllowed() {
        return answers.refused(GrantError.FACTOR_NOT_ALLOWED);
    }

    @Override
    public Response barred() {
        return answers.refused(GrantError.INVALID_TOKEN);
    }

    @Override
    public Response corrupt() {
        return answers.refused(GrantError.FACTOR_CORRUPT);
    }
}
