package org.twofactor.keycloak.grant;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.protocol.oidc.grants.OAuth2GrantType;
import org.keycloak.representations.AccessTokenResponse;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.guard.RetryAfter;

/**
 * What the grant answers, with the one event that tells of it. Whatever is refused is rolled back; what the guard wrote,
 * in transactions of its own, stays.
 */
record GrantAnswers(OAuth2GrantType.Context context) {

    Response tokens(AccessTokenResponse tokens, Secret sudoToken) {
        if (context.getSession().getTransactionManager().getRollbackOnly()) {
            throw new IllegalStateException("no success leaves a transaction that is rolled back");
        }
        tokens.setOtherClaims("sudo_token", sudoToken.reveal());
        event().success();
        return json(200, tokens);
    }

    /** The log-in goes on: a code is on its way. */
    Response codeSent(Duration untilNextMail) {
        event().event(EventType.SEND_VERIFY_EMAIL).success();
        Map<String, Object> body =
                body(OAuthErrorException.AUTHORIZATION_PENDING, "A code was sent by mail: ask again with the code");
        body.put("next_email", RetryAfter.seconds(untilNextMail));
        return json(400, body);
    }

    /** What the password grant answered, in short: nothing happened, and no event tells of it. */
    Response due(Map<String, ?> what) {
        Map<String, Object> body = body("mfa_required", "A second factor is required: ask again with factor and code");
        body.putAll(what);
        return json(400, body);
    }

    Response refused(GrantError error) {
        return refused(error, error.description(), Optional.empty());
    }

    Response refused(GrantError error, Duration delay) {
        return refused(error, error.description(), Optional.of(RetryAfter.seconds(delay)));
    }

    Response malformed(String sentence) {
        return refused(GrantError.BAD_REQUEST, sentence, Optional.empty());
    }

    private Response refused(GrantError error, String description, Optional<Long> retryAfter) {
        context.getSession().getTransactionManager().setRollbackOnly();
        event().detail(Details.REASON, error.name()).error(error.eventError());
        Map<String, Object> body = body(error.error(), description);
        body.put("reason", error.name());
        retryAfter.ifPresent(seconds -> body.put("retryAfter", seconds));
        Response.ResponseBuilder response = builder(error.status(), body);
        retryAfter.ifPresent(seconds -> response.header(HttpHeaders.RETRY_AFTER, seconds));
        return KeycloakCompat.ofGrant(context, response);
    }

    private EventBuilder event() {
        return context.getEvent();
    }

    private Response json(int status, Object body) {
        return KeycloakCompat.ofGrant(context, builder(status, body));
    }

    private static Response.ResponseBuilder builder(int status, Object body) {
        return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body);
    }

    private static Map<String, Object> body(String error, String description) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error);
        body.put("error_description", description);
        return body;
    }
}
