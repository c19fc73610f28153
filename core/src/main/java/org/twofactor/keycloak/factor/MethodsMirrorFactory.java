package org.twofactor.keycloak.factor;

import org.keycloak.events.EventListenerProvider;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.compat.GlobalListenerFactory;

/** {@link MethodsMirror} for Keycloak. */
public final class MethodsMirrorFactory extends GlobalListenerFactory {

    @Override
    public String getId() {
        return "two-factor-methods";
    }

    @Override
    public EventListenerProvider create(KeycloakSession session) {
        return new MethodsMirror(session);
    }
}
