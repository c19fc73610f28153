package org.twofactor.keycloak.authenticator;

import org.keycloak.events.EventListenerProvider;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.compat.GlobalListenerFactory;

/** {@link ConfigCheck} for Keycloak. */
public final class ConfigCheckFactory extends GlobalListenerFactory {

    @Override
    public String getId() {
        return "two-factor-config-check";
    }

    @Override
    public EventListenerProvider create(KeycloakSession session) {
        return new ConfigCheck(session);
    }
}
