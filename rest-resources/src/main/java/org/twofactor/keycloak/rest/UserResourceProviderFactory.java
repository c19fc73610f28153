package org.twofactor.keycloak.rest;

import org.keycloak.models.KeycloakSession;

/** Mounts {@code /realms/{realm}/user}. */
public final class UserResourceProviderFactory extends Mount {

    public UserResourceProviderFactory() {
        super("user");
    }

    @Override
    UnmatchedPaths resource(KeycloakSession session) {
        return new UserResource(session);
    }
}
