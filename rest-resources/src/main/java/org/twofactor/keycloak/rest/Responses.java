package org.twofactor.keycloak.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.util.stream.Stream;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.rest.Answer.Refusal;
import org.twofactor.keycloak.rest.RestError.Status;
import org.twofactor.keycloak.settings.Settings;

/** Makes an answer a response, with the headers that every one has. */
final class Responses {
    /** Not Keycloak's own, which leaves nulls out: a method that is not active is null. */
    private static final ObjectMapper JSON = new ObjectMapper();

    private Responses() {}

    static Response of(KeycloakSession session, Answer answer) {
        return builder(session.getContext().getRealm(), answer)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }

    /**
     * Says that a fresh second factor would open the door.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9470#section-3">RFC 9470 3 Authentication Requirements
     *     Challenge</a>
     */
    static String sudoChallenge(RealmModel realm, Settings settings) {
        int level = Stream.of(FactorId.values())
                .filter(settings::allows)
                .mapToInt(settings::level)
                .min()
                .orElse(1);
        return challenge(realm)
                + ", error=\"insufficient_user_authentication\""
                + ", error_description=\"A second factor has to be given first\""
                + ", acr_values=\"" + level + "\", max_age=\""
                + settings.sudoLifespan().toSeconds() + "\"";
    }

    private static ResponseBuilder builder(RealmModel realm, Answer answer) {
        if (answer instanceof Answer.Json json) {
            return json(Status.OK_NUMBER, json.body());
        }
        if (answer instanceof Answer.Text text) {
            return Response.ok(text.token().reveal(), MediaType.TEXT_PLAIN_TYPE.withCharset("UTF-8"));
        }
        if (answer instanceof Refusal refusal) {
            return refused(realm, refusal);
        }
        if (answer instanceof Answer.SecondFactorDue due) {
            return refused(realm, due.asRefusal());
        }
        return Response.noContent();
    }

    private static ResponseBuilder refused(RealmModel realm, Refusal refusal) {
        ResponseBuilder builder = json(refusal.status().number(), refusal.body());
        refusal.headers().forEach(builder::header);
        if (refusal.status() == Status.UNAUTHORIZED && !refusal.headers().containsKey(HttpHeaders.WWW_AUTHENTICATE)) {
            String error = refusal.message().equals(RestError.INVALID_TOKEN.code()) ? ", error=\"invalid_token\"" : "";
            builder.header(HttpHeaders.WWW_AUTHENTICATE, challenge(realm) + error);
        }
        return builder;
    }

    private static ResponseBuilder json(int status, Object body) {
        try {
            return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text and numbers are always writable", e);
        }
    }

    private static String challenge(RealmModel realm) {
        return "Bearer realm=\"" + realm.getName().replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "_") + "\"";
    }
}
