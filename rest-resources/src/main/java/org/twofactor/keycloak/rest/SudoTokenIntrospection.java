package org.twofactor.keycloak.rest;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.TokenIntrospectionProvider;
import org.keycloak.util.JsonSerialization;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.token.SudoTokens;

/**
 * Keycloak's introspection endpoint for {@code token_type_hint=sudo_token}: the way for an app that wants to know of a
 * logout too. Everything but a living sudo token is {@code {"active":false}}, access tokens included.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7662#section-2.2">RFC 7662 2.2 Introspection Response</a>
 */
final class SudoTokenIntrospection implements TokenIntrospectionProvider {
    private final KeycloakSession session;

    SudoTokenIntrospection(KeycloakSession session) {
        this.session = session;
    }

    @Override
    public Response introspect(String token, EventBuilder event) {
        return new SudoTokens(session)
                .verify(Secret.of(token))
                .map(sudo -> {
                    event.user(sudo.user()).session(sudo.userSession()).success();
                    var claims = JsonSerialization.mapper.<com.fasterxml.jackson.databind.node.ObjectNode>valueToTree(
                            sudo.token());
                    claims.put("username", sudo.user().getUsername());
                    claims.put("token_type", "sudo_token");
                    claims.put("active", true);
                    return json(claims);
                })
                .orElseGet(
                        () -> json(JsonSerialization.mapper.createObjectNode().put("active", false)));
    }

    private static Response json(Object body) {
        try {
            return Response.ok(JsonSerialization.writeValueAsBytes(body))
                    .type(MediaType.APPLICATION_JSON_TYPE)
                    .build();
        } catch (IOException e) {
            throw new IllegalStateException("claims are always writable", e);
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
