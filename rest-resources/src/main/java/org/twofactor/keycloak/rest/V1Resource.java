package org.twofactor.keycloak.rest;

import org.keycloak.models.KeycloakSession;

/** {@code /realms/{realm}/v1}: row 22 of the contract, which answers 501 until the mail factor is there. */
public final class V1Resource extends UnmatchedPaths {

    V1Resource(KeycloakSession session) {
        super(session);
    }
}
