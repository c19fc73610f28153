package org.twofactor.keycloak.grant;

import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.protocol.oidc.grants.OAuth2GrantType;
import org.keycloak.protocol.oidc.grants.OAuth2GrantTypeFactory;

/** {@link SecondFactorGrant} for Keycloak, under the URN that clients send as {@code grant_type}. */
public final class SecondFactorGrantFactory implements OAuth2GrantTypeFactory {
    static final String GRANT_TYPE = "urn:org.twofactor:params:oauth:grant-type:second-factor";

    private static final OAuth2GrantType GRANT = new SecondFactorGrant();

    @Override
    public String getId() {
        return GRANT_TYPE;
    }

    /** Keycloak asks for two letters that no other grant has; no token carries them, see the issuer. */
    @Override
    public String getShortcut() {
        return "2f";
    }

    @Override
    public OAuth2GrantType create(KeycloakSession session) {
        return GRANT;
    }

    @Override
    public void init(Config.Scope config) {
        // No server options: the settings of the realm rule.
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
