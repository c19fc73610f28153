package org.twofactor.keycloak.authenticator;

import org.keycloak.events.EventListenerProvider;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.compat.GlobalListenerFactory;

/** {@link KnownDeviceCookie} for Keycloak. */
public final class KnownDeviceCookieFactory extends GlobalListenerFactory {

    @Override
    public String getId() {
        return "two-factor-known-device";
    }

    @Override
    public EventListenerProvider create(KeycloakSession session) {
        return new KnownDeviceCookie(session);
    }
}
