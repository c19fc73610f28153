package org.twofactor.keycloak.rest;

import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.services.resource.RealmResourceProvider;
import org.keycloak.services.resource.RealmResourceProviderFactory;

/** What mounts one of our resources at {@code /realms/{realm}/{id}}. */
abstract class Mount implements RealmResourceProviderFactory {
    private final String id;

    Mount(String id) {
        this.id = id;
    }

    abstract Object resource(KeycloakSession session);

    @Override
    public String getId() {
        return id;
    }

    @Override
    public RealmResourceProvider create(KeycloakSession session) {
        return new RealmResourceProvider() {
            @Override
            public Object getResource() {
                return resource(session);
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
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
