package org.twofactor.keycloak.rest;

import jakarta.ws.rs.NotAuthorizedException;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.managers.AppAuthManager;
import org.twofactor.keycloak.code.Secret;

/** The token in the Authorization header. */
sealed interface BearerHeader {

    record Missing() implements BearerHeader {}

    /** More than one header, another scheme, or no token behind it. */
    record Unusable() implements BearerHeader {}

    record Token(Secret value) implements BearerHeader {}

    static BearerHeader of(KeycloakSession session) {
        var headers = session.getContext().getHttpRequest().getHttpHeaders();
        var given = headers.getRequestHeader("Authorization");
        if (given == null || given.isEmpty()) {
            return new Missing();
        }
        try {
            return Optional.ofNullable(AppAuthManager.extractAuthorizationHeaderTokenOrReturnNull(headers))
                    .<BearerHeader>map(it -> new Token(Secret.of(it.getToken())))
                    .orElseGet(Unusable::new);
        } catch (NotAuthorizedException e) {
            return new Unusable();
        }
    }
}
