package org.twofactor.keycloak.rest;

import jakarta.ws.rs.WebApplicationException;
import java.util.Set;
import org.keycloak.Config;
import org.keycloak.headers.SecurityHeadersProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.services.resource.RealmResourceProvider;
import org.keycloak.services.resource.RealmResourceProviderFactory;
import org.twofactor.keycloak.settings.RealmSettings;

/**
 * What mounts one of our resources at {@code /realms/{realm}/{id}}: in every realm, and where the required action is not
 * switched on every answer is 404 and nothing is looked at.
 */
abstract class Mount implements RealmResourceProviderFactory {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final String id;

    Mount(String id) {
        this.id = id;
    }

    abstract UnmatchedPaths resource(KeycloakSession session);

    @Override
    public String getId() {
        return id;
    }

    @Override
    public RealmResourceProvider create(KeycloakSession session) {
        return new RealmResourceProvider() {
            @Override
            public Object getResource() {
                boolean broken = hasBrokenContentType(session);
                if (!RealmSettings.isSwitchedOn(session.getContext().getRealm())) {
                    throw new WebApplicationException(Operation.refuse(session, Answer.refusal(RestError.NOT_FOUND)));
                }
                if (broken) {
                    throw new WebApplicationException(
                            Operation.refuse(session, Answer.badRequest("Content-Type must be application/json")));
                }
                UnmatchedPaths resource = resource(session);
                if (!METHODS.contains(session.getContext().getHttpRequest().getHttpMethod())) {
                    // JAX-RS has no catch-all for methods: it would be Keycloak's answer.
                    throw new WebApplicationException(resource.unmatched());
                }
                return resource;
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }

    /**
     * A Content-Type that can't be parsed never gets as far as our own check of it: JAX-RS refuses the body before, and
     * Keycloak's filter for security headers, which parses it too, makes a 500 of every answer unless it is left out.
     */
    private static boolean hasBrokenContentType(KeycloakSession session) {
        try {
            session.getContext().getHttpRequest().getHttpHeaders().getMediaType();
            return false;
        } catch (RuntimeException e) {
            session.getProvider(SecurityHeadersProvider.class).options().skipHeaders();
            return true;
        }
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
