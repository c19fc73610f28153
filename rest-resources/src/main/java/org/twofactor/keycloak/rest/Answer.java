package org.twofactor.keycloak.rest;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.guard.RetryAfter;
import org.twofactor.keycloak.rest.RestError.Status;

/** What an operation has to say, before it becomes a response. */
sealed interface Answer {

    /** 200 with that JSON; {@code null} where there is nothing to say. */
    record Json(Object body) implements Answer {}

    /** 200 with a token as plain text. */
    record Text(Secret token) implements Answer {}

    /** 204. */
    record NoContent() implements Answer {}

    /**
     * 401 {@code 2FA_REQUIRED}: the password was right, and here is the partial auth token. A client that knows nothing
     * of 2FA stops with a clear reason. Unlike a refusal it is committed, the token's record with it.
     */
    record SecondFactorDue(Secret partialToken, List<FactorId> methods) implements Answer {

        Refusal asRefusal() {
            Map<String, Object> extras = new LinkedHashMap<>();
            extras.put("partialAuthToken", partialToken.reveal());
            extras.put("methods", methods.stream().map(FactorId::wireName).toList());
            return new Refusal(
                    Status.UNAUTHORIZED, RestError.SECOND_FACTOR_REQUIRED.code(), Optional.empty(), Map.of(), extras);
        }
    }

    /**
     * An error. Nothing that the request wrote stays; what the guard wrote, in transactions of its own, does.
     *
     * @param message the code, or the sentence of a 400
     * @param retryAfter seconds, for a 429
     * @param headers beside those that every answer has
     * @param extras fields of the body beside those that every error has
     */
    record Refusal(
            Status status,
            String message,
            Optional<Long> retryAfter,
            Map<String, String> headers,
            Map<String, Object> extras)
            implements Answer {

        /** The body: the one shape of all errors. */
        Map<String, Object> body() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("statusCode", status.number());
            body.put("error", status.phrase());
            body.put("message", message);
            retryAfter.ifPresent(seconds -> body.put("retryAfter", seconds));
            body.putAll(extras);
            return body;
        }

        Refusal with(String header, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Refusal(status, message, retryAfter, more, extras);
        }
    }

    static Answer nothing() {
        return new Json(null);
    }

    static Answer json(Map<String, ?> body) {
        return new Json(body);
    }

    static Answer duration(Duration delay) {
        return json(Map.of("duration", RetryAfter.seconds(delay)));
    }

    static Answer recoveryCodes(List<Secret> codes) {
        return json(Map.of("recoveryCodes", codes.stream().map(Secret::reveal).toList()));
    }

    static Refusal refusal(RestError error) {
        return new Refusal(error.status(), error.code(), Optional.empty(), Map.of(), Map.of());
    }

    static Refusal badRequest(String sentence) {
        return new Refusal(Status.BAD_REQUEST, sentence, Optional.empty(), Map.of(), Map.of());
    }

    static Refusal tooMany(RestError error, Duration delay) {
        long seconds = RetryAfter.seconds(delay);
        return new Refusal(error.status(), error.code(), Optional.of(seconds), Map.of(), Map.of())
                .with("Retry-After", Long.toString(seconds));
    }
}
