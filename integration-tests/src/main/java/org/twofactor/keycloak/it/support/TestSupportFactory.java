package org.twofactor.keycloak.it.support;

import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.services.resource.RealmResourceProvider;
import org.keycloak.services.resource.RealmResourceProviderFactory;

/**
 * Mounts {@link TestSupport} at {@code /realms/{realm}/test-support}.
 *
 * <p><strong>For test servers only.</strong> It lets anybody who reaches the port move the clock and run SQL. It is
 * packed into the JAR of the integration tests, never into the one to drop in, and those servers listen on loopback.
 */
public final class TestSupportFactory implements RealmResourceProviderFactory {

    @Override
    public RealmResourceProvider create(KeycloakSession session) {
        return new RealmResourceProvider() {
            @Override
            public Object getResource() {
                return new TestSupport(session);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public String getId() {
        return "test-support";
    }

    @Override
    public void init(Config.Scope config) {}

    @Override
    public void postInit(KeycloakSessionFactory factory) {}

    @Override
    public void close() {}
}
