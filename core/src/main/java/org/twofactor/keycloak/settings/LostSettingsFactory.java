package org.twofactor.keycloak.settings;

import org.keycloak.events.EventListenerProvider;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.compat.GlobalListenerFactory;

/** {@link LostSettings} for Keycloak. */
public final class LostSettingsFactory extends GlobalListenerFactory {

    @Override
    public String getId() {
        return "two-factor-lost-settings";
    }

    @Override
    public EventListenerProvider create(KeycloakSession session) {
        return new LostSettings(session);
    }
}
