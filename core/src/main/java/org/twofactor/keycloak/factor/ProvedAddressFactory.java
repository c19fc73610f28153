package org.twofactor.keycloak.factor;

import org.keycloak.events.EventListenerProvider;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.compat.GlobalListenerFactory;

/** {@link ProvedAddress} for Keycloak. */
public final class ProvedAddressFactory extends GlobalListenerFactory {

    @Override
    public String getId() {
        return "two-factor-proved-address";
    }

    @Override
    public EventListenerProvider create(KeycloakSession session) {
        return new ProvedAddress(session);
    }
}
