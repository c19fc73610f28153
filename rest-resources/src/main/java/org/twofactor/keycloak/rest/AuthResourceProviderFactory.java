package org.twofactor.keycloak.rest;

import org.keycloak.models.KeycloakSession;

/** Mounts {@code /realms/{realm}/auth}. */
public final class AuthResourceProviderFactory extends Mount {

    public AuthResourceProviderFactory() {
        super("auth");
    }

    @Override
    UnmatchedPaths resource(KeycloakSession session) {
        return new AuthResource(session);
    }
}
