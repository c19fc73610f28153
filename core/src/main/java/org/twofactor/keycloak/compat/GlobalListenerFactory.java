package org.twofactor.keycloak.compat;

import org.keycloak.Config;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.models.KeycloakSessionFactory;

/** A listener that hears the events of every realm without being switched on, and has no options. */
public abstract class GlobalListenerFactory implements EventListenerProviderFactory {

    @Override
    public final boolean isGlobal() {
        return true;
    }

    @Override
    public final void init(Config.Scope config) {
        // No server options.
    }

    @Override
    public final void postInit(KeycloakSessionFactory factory) {
        // Nothing to prepare.
    }

    @Override
    public final void close() {
        // Nothing is held.
    }
}
