package org.twofactor.keycloak.rest;

import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.protocol.oidc.TokenIntrospectionProvider;
import org.keycloak.protocol.oidc.TokenIntrospectionProviderFactory;

/** {@link SudoTokenIntrospection} for Keycloak. */
public final class SudoTokenIntrospectionFactory implements TokenIntrospectionProviderFactory {

    @Override
    public String getId() {
        return "sudo_token";
    }

    @Override
    public TokenIntrospectionProvider create(KeycloakSession session) {
        return new SudoTokenIntrospection(session);
    }

    @Override
    public void init(Config.Scope config) {
        // No options.
    }

    @Override
    public void postInit(KeycloakSessionFactory factory) {
        // Nothing to prepare.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
