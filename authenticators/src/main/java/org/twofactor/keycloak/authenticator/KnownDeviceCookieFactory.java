package org.twofactor.keycloak.authenticator;

import org.keycloak.Config;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;

/** {@link KnownDeviceCookie} for Keycloak, in every realm without being switched on. */
public final class KnownDeviceCookieFactory implements EventListenerProviderFactory {

    @Override
    public String getId() {
        return "two-factor-known-device";
    }

    @Override
    public boolean isGlobal() {
        return true;
    }

    @Override
    public EventListenerProvider create(KeycloakSession session) {
        return new KnownDeviceCookie(session);
    }

    @Override
    public void init(Config.Scope config) {
        // No server options.
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
