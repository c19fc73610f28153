package org.twofactor.keycloak.rest;

import org.keycloak.models.KeycloakSession;

/** Mounts {@code /realms/{realm}/v1}. */
public final class V1ResourceProviderFactory extends Mount {

    public V1ResourceProviderFactory() {
        super("v1");
    }

    @Override
    UnmatchedPaths resource(KeycloakSession session) {
        return new V1Resource(session);
    }
}
